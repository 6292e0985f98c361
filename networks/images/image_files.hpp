// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "memcosim/networks/images/image_set.hpp"

namespace memcosim {

using ImageFiles = std::vector<std::filesystem::path>;

/// True when a file also holds labels: CIFAR's binary files, recognised by the extension .bin (or .bin.gz) and a content that is not IDX or
/// .npy. Throws InputError when the file cannot be read.
bool holds_labels(const std::filesystem::path& file);

/// Reads `count` images from image `first` on (0: all) from files, one after the other; with `fewer`, fewer are accepted if there are no
/// more. Each file is plain or gzip; formats are recognised by the content, CIFAR's by the extension .bin too:
///   IDX of unsigned bytes: N x features (magic 0x00000802), N x height x width (0x00000803), N x channels x height x width (0x00000804)
///   .npy, C order, of the same shapes: uint8 are pixels, float32 and float64 are values
///   CIFAR-10 and CIFAR-100 binary: records of one or two labels and 3 x 32 x 32 bytes
/// Throws InputError naming the file.
ImageSet read_images(const ImageFiles& files, std::size_t first = 0, std::size_t count = 0, bool fewer = false);

/// Images and their labels: IDX (magic 0x00000801) or .npy of integers; an empty path where the images hold them. Throws InputError naming
/// the file when images and labels differ in number, or when a label is not below `classes`.
ImageSet read_labelled_images(const ImageFiles& images, const std::filesystem::path& labels, std::size_t classes, std::size_t first = 0,
                              std::size_t count = 0);

}  // namespace memcosim
