// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <gsl/span>

namespace memcosim {

/// Grey-scale images of 8 bits, and their classes if they were read. A network sees pixel / 255.
struct ImageSet {
  std::size_t count = 0;
  std::uint32_t height = 0;
  std::uint32_t width = 0;
  std::vector<std::uint8_t> pixels;  ///< count x height x width
  std::vector<std::uint8_t> labels;  ///< count, or empty
  std::string source;                ///< file, for messages

  std::size_t pixels_per_image() const { return std::size_t{height} * width; }
  gsl::span<const std::uint8_t> image(std::size_t index) const { return {pixels.data() + index * pixels_per_image(), pixels_per_image()}; }
};

/// Reads IDX images (magic 0x00000803), gzip or plain: those from `first` on, at most `count` (0: all). Throws InputError naming the file.
ImageSet read_idx_images(const std::filesystem::path& file, std::size_t first = 0, std::size_t count = 0);

/// Images and their labels (magic 0x00000801). Throws InputError naming the file when the two files differ in number, or when a label is
/// not below `classes`.
ImageSet read_idx_dataset(const std::filesystem::path& images, const std::filesystem::path& labels, std::size_t classes,
                          std::size_t first = 0, std::size_t count = 0);

}  // namespace memcosim
