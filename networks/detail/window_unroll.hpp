// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "memcosim/networks/network.hpp"

namespace memcosim {

/// Copies each window of an image {channels, height, width} into one row of `matrix` (windows x stride, the first grid.rows() elements of
/// each row; what lies behind stays untouched), channel-major, then kernel row, then kernel column. Padded pixels become `padding`.
template <typename Element>
void unroll_windows(const WindowGrid& grid, const Element* image, Element padding, std::size_t stride, Element* matrix) {
  for (std::uint32_t out_y = 0; out_y < grid.output[0]; ++out_y) {
    for (std::uint32_t out_x = 0; out_x < grid.output[1]; ++out_x, matrix += stride) {
      Element* out = matrix;
      for (std::uint32_t channel = 0; channel < grid.channels; ++channel) {
        const Element* plane = image + std::size_t{channel} * grid.input[0] * grid.input[1];
        for (std::uint32_t tap_y = 0; tap_y < grid.kernel[0]; ++tap_y) {
          const std::int64_t y = grid.position(0, out_y, tap_y);
          const bool row_inside = grid.inside(0, y);
          for (std::uint32_t tap_x = 0; tap_x < grid.kernel[1]; ++tap_x) {
            const std::int64_t x = grid.position(1, out_x, tap_x);
            *out++ = row_inside && grid.inside(1, x) ? plane[y * grid.input[1] + x] : padding;
          }
        }
      }
    }
  }
}

}  // namespace memcosim
