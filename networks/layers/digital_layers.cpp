// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/layers/digital_layers.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace memcosim {
namespace {

/// Windows along an axis for which a given tap lies inside the image: begin <= index < end.
struct TapRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

TapRange range_of(const WindowGrid& grid, std::size_t axis, std::uint32_t tap) {
  TapRange range;
  while (range.begin < grid.output[axis] && grid.position(axis, range.begin, tap) < 0)
    ++range.begin;
  range.end = range.begin;
  while (range.end < grid.output[axis] && grid.inside(axis, grid.position(axis, range.end, tap)))
    ++range.end;
  return range;
}

/// Calls visit(outputs, pixels, count, stride) for each tap and row of outputs: `count` adjacent outputs and the pixels, `stride` apart,
/// under this tap of their windows. For each output the taps come in order: kernel row, then kernel column.
template <typename Visit>
void visit_taps(const WindowGrid& grid, const double* image, double* result, Visit visit) {
  std::vector<TapRange> columns;
  for (std::uint32_t tap_x = 0; tap_x < grid.kernel[1]; ++tap_x)
    columns.push_back(range_of(grid, 1, tap_x));
  for (std::uint32_t channel = 0; channel < grid.channels; ++channel, image += std::size_t{grid.input[0]} * grid.input[1]) {
    for (std::uint32_t out_y = 0; out_y < grid.output[0]; ++out_y, result += grid.output[1]) {
      for (std::uint32_t tap_y = 0; tap_y < grid.kernel[0]; ++tap_y) {
        const std::int64_t y = grid.position(0, out_y, tap_y);
        if (!grid.inside(0, y)) continue;
        for (std::uint32_t tap_x = 0; tap_x < grid.kernel[1]; ++tap_x) {
          const TapRange range = columns[tap_x];
          if (range.begin == range.end) continue;
          const double* pixels = image + y * grid.input[1] + grid.position(1, range.begin, tap_x);
          visit(result + range.begin, pixels, range.end - range.begin, grid.stride[1]);
        }
      }
    }
  }
}

void max_pool(const Layer& layer, const double* image, gsl::span<double> result) {
  std::fill(result.begin(), result.end(), -std::numeric_limits<double>::infinity());
  visit_taps(layer.grid, image, result.data(), [](double* outputs, const double* pixels, std::size_t count, std::size_t stride) {
    for (std::size_t i = 0; i < count; ++i)
      outputs[i] = std::max(outputs[i], pixels[i * stride]);
  });
}

void average_pool(const Layer& layer, const double* image, gsl::span<double> result) {
  std::fill(result.begin(), result.end(), 0.0);
  visit_taps(layer.grid, image, result.data(), [](double* outputs, const double* pixels, std::size_t count, std::size_t stride) {
    for (std::size_t i = 0; i < count; ++i)
      outputs[i] += pixels[i * stride];
  });
  std::vector<double> taps(result.size(), static_cast<double>(layer.grid.taps()));
  if (!layer.count_padding) {
    std::fill(taps.begin(), taps.end(), 0.0);
    visit_taps(layer.grid, image, taps.data(), [](double* outputs, const double*, std::size_t count, std::size_t) {
      for (std::size_t i = 0; i < count; ++i)
        outputs[i] += 1.0;
    });
  }
  for (std::size_t i = 0; i < taps.size(); ++i)
    result[i] /= taps[i];
}

}  // namespace

bool works_in_place(LayerKind kind) {
  return kind == LayerKind::relu || kind == LayerKind::add || kind == LayerKind::reshape;
}

void run_digital_layer(const Layer& layer, gsl::span<const gsl::span<const double>> inputs, gsl::span<double> result) {
  const double* value = inputs[0].data();
  const std::size_t elements = result.size();
  switch (layer.kind) {
    case LayerKind::relu:
      for (std::size_t i = 0; i < elements; ++i)
        result[i] = std::max(value[i], 0.0);
      return;
    case LayerKind::max_pool:
      return max_pool(layer, value, result);
    case LayerKind::average_pool:
      return average_pool(layer, value, result);
    case LayerKind::add: {
      const double* other = inputs[1].data();
      for (std::size_t i = 0; i < elements; ++i)
        result[i] = value[i] + other[i];
      return;
    }
    case LayerKind::reshape:
      if (value != result.data()) std::copy_n(value, elements, result.data());
      return;
    case LayerKind::dense:
    case LayerKind::convolution:
      break;
  }
  throw std::logic_error("run_digital_layer: layer '" + layer.name + "' has weights");
}

}  // namespace memcosim
