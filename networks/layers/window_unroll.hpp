// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "memcosim/networks/layers/network.hpp"

namespace memcosim {

/// Writes the windows of images as rows of a matrix: channel-major, then kernel row, then kernel column. Each image is first copied with
/// its padding around it, so that the elements of every window have the same offsets from its corner.
class WindowUnroll {
 public:
  explicit WindowUnroll(const WindowGrid& grid) : grid_(grid) {
    for (std::size_t axis = 0; axis < 2; ++axis) {
      padded_[axis] = (grid.output[axis] - 1) * grid.stride[axis] + (grid.kernel[axis] - 1) * grid.dilation[axis] + 1;
      kept_[axis] = std::min<std::uint32_t>(grid.input[axis], padded_[axis] - std::min(padded_[axis], grid.padding[axis]));
    }
    std::vector<std::size_t> offsets;  // of all elements of a window
    for (std::uint32_t channel = 0; channel < grid.channels; ++channel) {
      for (std::uint32_t tap_y = 0; tap_y < grid.kernel[0]; ++tap_y) {
        for (std::uint32_t tap_x = 0; tap_x < grid.kernel[1]; ++tap_x) {
          offsets.push_back((std::size_t{channel} * padded_[0] + std::size_t{tap_y} * grid.dilation[0]) * padded_[1] +
                            std::size_t{tap_x} * grid.dilation[1]);
        }
      }
    }
    find_runs(offsets);
  }

  /// Elements of an image with its padding.
  std::size_t padded_elements() const { return std::size_t{grid_.channels} * padded_[0] * padded_[1]; }

  /// Copies an image {channels, height, width}; padded pixels of a channel become its element of `padding`. Pixels that no window reaches
  /// are left out.
  template <typename Element>
  void pad(const Element* image, const std::vector<Element>& padding, std::vector<Element>& padded) const {
    const std::size_t plane = std::size_t{padded_[0]} * padded_[1];
    padded.resize(padded_elements());
    for (std::uint32_t channel = 0; channel < grid_.channels; ++channel)
      std::fill_n(padded.begin() + static_cast<std::ptrdiff_t>(channel * plane), plane, padding[channel]);
    for (std::uint32_t channel = 0; channel < grid_.channels; ++channel) {
      const Element* from = image + std::size_t{channel} * grid_.input[0] * grid_.input[1];
      Element* to = padded.data() + (std::size_t{channel} * padded_[0] + grid_.padding[0]) * padded_[1] + grid_.padding[1];
      for (std::uint32_t y = 0; y < kept_[0]; ++y, from += grid_.input[1], to += padded_[1])
        std::copy_n(from, kept_[1], to);
    }
  }

  /// Writes `matrix` (windows x stride; the first grid.rows() elements of each row, the rest is not written) from a padded image.
  template <typename Element>
  void unroll(const std::vector<Element>& padded, std::size_t stride, Element* matrix) const {
    for (std::uint32_t out_y = 0; out_y < grid_.output[0]; ++out_y) {
      const Element* corner = padded.data() + std::size_t{out_y} * grid_.stride[0] * padded_[1];
      for (std::uint32_t out_x = 0; out_x < grid_.output[1]; ++out_x, corner += grid_.stride[1], matrix += stride)
        write_window(corner, matrix);
    }
  }

 private:
  static constexpr std::size_t block = 4;  ///< elements that are copied at a time

  /// Finds the runs of elements that are adjacent in the image and in all windows; all have the same length, since kernels are rectangular.
  void find_runs(const std::vector<std::size_t>& offsets) {
    run_ = 1;
    while (run_ < offsets.size() && offsets[run_] == offsets[run_ - 1] + 1)
      ++run_;
    for (std::size_t row = 0; row < offsets.size(); row += run_)
      runs_.push_back(offsets[row]);
    blocks_ = (run_ + block - 1) / block;
    const std::size_t end = offsets.back() + 1;
    while (rounded_runs_ < runs_.size() && runs_[rounded_runs_] + blocks_ * block <= end &&
           rounded_runs_ * run_ + blocks_ * block <= offsets.size())
      ++rounded_runs_;
  }

  /// Runs are short: whole blocks are copied, and each run overwrites the excess of the previous one. The loops use local copies of
  /// members, because the compiler must assume that writes to `row` change members.
  template <typename Element>
  void write_window(const Element* corner, Element* row) const {
    const std::size_t run_elements = run_;
    const std::size_t blocks = blocks_;
    const std::size_t* run = runs_.data();
    const std::size_t* const rounded_end = run + rounded_runs_;
    const std::size_t* const end = run + runs_.size();
    for (; run != rounded_end; ++run, row += run_elements) {
      for (std::size_t i = 0; i < blocks; ++i)
        std::memcpy(row + i * block, corner + *run + i * block, block * sizeof(Element));
    }
    for (; run != end; ++run, row += run_elements)
      std::copy_n(corner + *run, run_elements, row);
  }

  WindowGrid grid_;
  std::uint32_t padded_[2] = {1, 1};  ///< height and width that the windows span
  std::uint32_t kept_[2] = {1, 1};    ///< rows and columns of the image within
  std::size_t run_ = 1;               ///< elements of a run
  std::vector<std::size_t> runs_;     ///< where they begin, from the window's corner
  std::size_t blocks_ = 1;            ///< blocks per run
  std::size_t rounded_runs_ = 0;      ///< first runs whose whole blocks stay within the window and its row
};

}  // namespace memcosim
