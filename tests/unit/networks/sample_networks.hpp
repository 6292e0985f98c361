// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/networks/calibration/adc_calibration.hpp"
#include "memcosim/networks/mapping/compiled_network.hpp"
#include "memcosim/networks/mapping/network_arrays.hpp"

namespace memcosim::test {

/// A conductance step that is a power of two, and g_min of one step: all values of ideal cells are exact in binary.
constexpr double step_s = 1.0 / (1 << 20);

inline ArrayGeometry geometry(std::uint32_t rows, std::uint32_t columns, const WeightEncoding* encoding, unsigned weight_bits) {
  return {rows, columns, encoding, step_s, step_s * encoding->levels(weight_bits)};
}

/// Pixels without a pattern, all values alike.
inline ImageSet random_images(std::size_t count, std::uint32_t height, std::uint32_t width) {
  ImageSet images{count, {height, width}, {}, {}, "random images"};
  std::uint32_t state = 99;
  for (std::size_t i = 0; i < count * height * width; ++i) {
    state = state * 1664525u + 1013904223u;
    images.pixels.push_back(static_cast<std::uint8_t>(state >> 24));
  }
  return images;
}

inline double weight_at(std::size_t i, std::uint32_t seed) {
  const std::uint32_t mixed = (static_cast<std::uint32_t>(i) * 2654435761u + seed * 40503u) * 2246822519u;
  return (static_cast<int>(mixed >> 25) - 64) / 64.0;
}

inline Layer matrix_layer(LayerKind kind, const std::string& name, std::int32_t input, Shape shape, const WindowGrid& grid,
                          std::uint32_t seed) {
  Layer layer;
  layer.kind = kind;
  layer.name = name;
  layer.inputs = {input};
  layer.outputs = shape[0];
  layer.shape = std::move(shape);
  layer.grid = grid;
  for (std::size_t i = 0; i < grid.rows() * layer.outputs; ++i)
    layer.weights.push_back(weight_at(i, seed));
  for (std::size_t i = 0; i < layer.outputs; ++i)
    layer.bias.push_back(weight_at(i, seed + 1));
  return layer;
}

inline WindowGrid dense_grid(std::uint32_t features) {
  WindowGrid grid;
  grid.channels = features;
  return grid;
}

inline Layer plain_layer(LayerKind kind, const std::string& name, std::vector<std::int32_t> inputs, Shape shape,
                         const WindowGrid& grid = {}) {
  Layer layer;
  layer.kind = kind;
  layer.name = name;
  layer.inputs = std::move(inputs);
  layer.shape = std::move(shape);
  layer.grid = grid;
  return layer;
}

/// A residual block on 8 x 8 images: conv a (ReLU) and conv b without ReLU run side by side on the network input and are added; the sum,
/// which has both signs, goes through a strided convolution, average pooling and two dense layers without ReLU between them.
inline Network residual_network() {
  WindowGrid three;
  three.input = {8, 8};
  three.output = {8, 8};
  three.kernel = {3, 3};
  three.padding = {1, 1};
  WindowGrid one = three;
  one.kernel = {1, 1};
  one.padding = {0, 0};
  WindowGrid strided = three;
  strided.channels = 5;
  strided.output = {4, 4};
  strided.stride = {2, 2};
  WindowGrid pool;
  pool.channels = 6;
  pool.input = {4, 4};
  pool.output = {2, 2};
  pool.kernel = {2, 2};
  pool.stride = {2, 2};
  Network network;
  network.file = "residual";
  network.input = {1, 8, 8};
  network.layers = {matrix_layer(LayerKind::convolution, "a", network_input, {5, 8, 8}, three, 1),
                    plain_layer(LayerKind::relu, "a_relu", {0}, {5, 8, 8}),
                    matrix_layer(LayerKind::convolution, "b", network_input, {5, 8, 8}, one, 3),
                    plain_layer(LayerKind::add, "sum", {1, 2}, {5, 8, 8}),
                    matrix_layer(LayerKind::convolution, "c", 3, {6, 4, 4}, strided, 5),
                    plain_layer(LayerKind::average_pool, "pool", {4}, {6, 2, 2}, pool),
                    plain_layer(LayerKind::reshape, "flat", {5}, {24}),
                    matrix_layer(LayerKind::dense, "d", 6, {7}, dense_grid(24), 7),
                    matrix_layer(LayerKind::dense, "e", 7, {3}, dense_grid(7), 9)};
  network.output = 8;
  return network;
}

/// A cell that holds any conductance of these tests.
inline CellSpec ideal_cell() {
  CellSpec cell = default_cell_spec("ohmic");
  cell.parameters = {step_s / 4, step_s * 1024};
  return cell;
}

/// A backend with the programmed arrays of a network.
inline std::unique_ptr<Backend> make_arrays(const CompiledNetwork& compiled, const std::string& name, const CellSpec& cell = ideal_cell()) {
  BackendOptions options;
  options.name = name;
  auto backend = make_backend(options);
  create_arrays(compiled.plan, cell, 0.2, backend->cells());
  program_ideally(compiled.plan, backend->cells());
  return backend;
}

inline ReadoutConfig converters(unsigned adc_bits, unsigned dac_bits = 1, double noise_lsb = 0.0) {
  ReadoutConfig readout;
  readout.dac.bits = dac_bits;
  readout.adc.bits = adc_bits;
  readout.curves.front().noise_lsb = noise_lsb;
  return readout;
}

/// Readouts that never clip, with as many bits as given.
inline std::vector<StageReadout> set_max_range(CompiledNetwork& compiled, Backend& backend, const ReadoutConfig& readout) {
  AdcRangeSpec range;
  range.mode = AdcRangeMode::max;
  return calibrate_readouts(compiled, backend, readout, range, {});
}

}  // namespace memcosim::test
