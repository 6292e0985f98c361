// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/detail/digital_layers.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace memcosim {
namespace {

/// Calls visit(output index, pixel) for each tap of each window that lies on the image.
template <typename Visit>
void visit_windows(const WindowGrid& grid, gsl::span<const double> image, Visit visit) {
  std::size_t output = 0;
  for (std::uint32_t channel = 0; channel < grid.channels; ++channel) {
    const double* plane = image.data() + std::size_t{channel} * grid.input[0] * grid.input[1];
    for (std::uint32_t out_y = 0; out_y < grid.output[0]; ++out_y) {
      for (std::uint32_t out_x = 0; out_x < grid.output[1]; ++out_x, ++output) {
        for (std::uint32_t tap_y = 0; tap_y < grid.kernel[0]; ++tap_y) {
          const std::int64_t y = grid.position(0, out_y, tap_y);
          if (!grid.inside(0, y)) continue;
          for (std::uint32_t tap_x = 0; tap_x < grid.kernel[1]; ++tap_x) {
            const std::int64_t x = grid.position(1, out_x, tap_x);
            if (grid.inside(1, x)) visit(output, plane[y * grid.input[1] + x]);
          }
        }
      }
    }
  }
}

std::vector<double> max_pool(const Layer& layer, gsl::span<const double> image) {
  std::vector<double> result(element_count(layer.shape), -std::numeric_limits<double>::infinity());
  visit_windows(layer.grid, image, [&](std::size_t output, double pixel) { result[output] = std::max(result[output], pixel); });
  return result;
}

std::vector<double> average_pool(const Layer& layer, gsl::span<const double> image) {
  std::vector<double> result(element_count(layer.shape), 0.0);
  std::vector<double> taps(result.size(), 0.0);
  visit_windows(layer.grid, image, [&](std::size_t output, double pixel) {
    result[output] += pixel;
    taps[output] += 1.0;
  });
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] /= layer.count_padding ? static_cast<double>(layer.grid.taps()) : taps[i];
  return result;
}

}  // namespace

std::vector<double> run_digital_layer(const Layer& layer, gsl::span<const gsl::span<const double>> inputs) {
  const auto& value = inputs[0];
  switch (layer.kind) {
    case LayerKind::relu: {
      std::vector<double> result(value.begin(), value.end());
      for (double& element : result)
        element = std::max(element, 0.0);
      return result;
    }
    case LayerKind::max_pool:
      return max_pool(layer, value);
    case LayerKind::average_pool:
      return average_pool(layer, value);
    case LayerKind::add: {
      std::vector<double> result(value.begin(), value.end());
      for (std::size_t i = 0; i < result.size(); ++i)
        result[i] += inputs[1][i];
      return result;
    }
    case LayerKind::reshape:
      return {value.begin(), value.end()};
    case LayerKind::dense:
    case LayerKind::convolution:
      break;
  }
  throw std::logic_error("run_digital_layer: layer '" + layer.name + "' has weights");
}

}  // namespace memcosim
