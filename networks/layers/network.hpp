// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gsl/span>

namespace memcosim {

/// Shape of one image's value without the batch dimension: {features} or {channels, height, width}.
using Shape = std::vector<std::uint32_t>;

/// Number of elements; shapes of an imported network are small enough for this never to overflow.
std::size_t element_count(const Shape& shape);
/// "[16, 14, 14]".
std::string to_text(const Shape& shape);

/// Index that stands for the network input where a layer is expected.
constexpr std::int32_t network_input = -1;

/// Operation of a layer.
enum class LayerKind {
  dense,        ///< product with a matrix, plus bias
  convolution,  ///< the same at each window of an image
  relu,
  max_pool,
  average_pool,
  add,      ///< element-wise sum of two values
  reshape,  ///< same elements in the same order
};
const char* to_text(LayerKind kind);
/// A layer with weights: one stage on arrays.
bool is_matrix(LayerKind kind);

/// Geometry of the windows that slide over an image {channels, height, width}. A dense layer is one window of 1 x 1 pixels over an image of
/// `channels` features. Index 0 of the pairs is the vertical axis, 1 the horizontal.
struct WindowGrid {
  std::uint32_t channels = 1;
  std::array<std::uint32_t, 2> input{1, 1};   ///< height, width
  std::array<std::uint32_t, 2> output{1, 1};  ///< height, width
  std::array<std::uint32_t, 2> kernel{1, 1};
  std::array<std::uint32_t, 2> stride{1, 1};
  std::array<std::uint32_t, 2> dilation{1, 1};
  std::array<std::uint32_t, 2> padding{0, 0};  ///< before the first row and column; that after the last follows from the output size

  std::size_t windows() const { return std::size_t{output[0]} * output[1]; }
  std::size_t taps() const { return std::size_t{kernel[0]} * kernel[1]; }
  /// Elements in a window: the rows of the unrolled weight matrix.
  std::size_t rows() const { return channels * taps(); }
  /// Position on the input of tap `tap` of window `index` along an axis; positions outside [0, input[axis]) are padding.
  std::int64_t position(std::size_t axis, std::uint32_t index, std::uint32_t tap) const {
    return std::int64_t{index} * stride[axis] + std::int64_t{tap} * dilation[axis] - std::int64_t{padding[axis]};
  }
  bool inside(std::size_t axis, std::int64_t at) const { return at >= 0 && at < std::int64_t{input[axis]}; }
};

/// One operation of an imported network.
struct Layer {
  LayerKind kind = LayerKind::relu;
  std::string name;                  ///< of the ONNX node, made unique
  std::vector<std::int32_t> inputs;  ///< earlier layers, or network_input
  Shape shape;                       ///< of the result
  WindowGrid grid;                   ///< matrix layers and pooling
  bool count_padding = false;        ///< average pooling divides by all taps, also those in the padding
  std::vector<double> weights;       ///< matrix layers: rows x outputs, row-major; rows channel-major, then kernel row, then kernel column
  std::vector<double> bias;          ///< matrix layers: one for each output
  std::uint32_t outputs = 0;         ///< matrix layers: columns of the weight matrix
};

/// Normalisation of an image before the first layer: gain * value + offset, element by element.
struct InputNormalisation {
  std::vector<double> gain;    ///< one for each element of the input; empty: no normalisation
  std::vector<double> offset;  ///< as many

  bool empty() const { return gain.empty(); }
  /// Composes with a further normalisation, which is applied to the result of this one.
  void then(const std::vector<double>& next_gain, const std::vector<double>& next_offset);
  void apply(gsl::span<double> image) const;
};

/// A network for inference: layers in topological order. Values of images are channel-major, then row, then column. Softmax and ArgMax at
/// the end are left out: the outputs are logits, and the class is the index of the largest (the first of equal ones).
struct Network {
  std::string file;  ///< for messages
  Shape input;
  InputNormalisation normalisation;  ///< of the values of an image; network_input stands for the result
  std::vector<Layer> layers;
  std::int32_t output = network_input;  ///< layer whose result is the output

  const Shape& shape_of(std::int32_t value) const { return value == network_input ? input : layers[static_cast<std::size_t>(value)].shape; }
  std::size_t classes() const { return element_count(shape_of(output)); }
};

}  // namespace memcosim
