// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/idx_dataset.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {
namespace {

constexpr std::uint32_t images_magic = 0x00000803;
constexpr std::uint32_t labels_magic = 0x00000801;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& message) {
  throw InputError(file.string() + ": " + message);
}

/// Big-endian word `index` of the header.
std::uint32_t header_word(const std::string& content, std::size_t index) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i)
    word = (word << 8) | static_cast<std::uint8_t>(content[index * 4 + i]);
  return word;
}

/// Decompressed content whose magic number is the wanted one and whose header is complete.
std::string read_idx(const std::filesystem::path& file, std::uint32_t magic, std::size_t header_words, const char* kind) {
  std::string content = read_gzip_file(file);
  if (content.size() < 4) fail(file, fmt::format("it has {} bytes; expected an IDX file of {}", content.size(), kind));
  const std::uint32_t found = header_word(content, 0);
  if (found != magic) {
    const char* hint = found == labels_magic ? " (these are labels)" : found == images_magic ? " (these are images)" : "";
    fail(file, fmt::format("its magic number is 0x{:08x}{}; expected 0x{:08x}, an IDX file of {}", found, hint, magic, kind));
  }
  if (content.size() < header_words * 4) fail(file, "its header is truncated");
  return content;
}

void check_size(const std::filesystem::path& file, std::size_t header_bytes, std::size_t records, std::uint64_t record_bytes,
                std::size_t file_bytes) {
  const std::size_t room = file_bytes - header_bytes;
  // Division instead of a product, which a forged header could make overflow.
  if (records != room / record_bytes || room % record_bytes != 0) {
    fail(file, fmt::format("its header announces {} records of {} bytes, but {} bytes follow; it is truncated or damaged", records,
                           record_bytes, room));
  }
}

struct ImageFile {
  ImageSet images;
  std::size_t count_in_file = 0;
};

ImageFile read_images(const std::filesystem::path& file, std::size_t first, std::size_t count) {
  constexpr std::size_t header_bytes = 16;
  const std::string content = read_idx(file, images_magic, 4, "images");
  ImageFile result;
  result.count_in_file = header_word(content, 1);
  ImageSet& images = result.images;
  images.height = header_word(content, 2);
  images.width = header_word(content, 3);
  images.source = file.string();
  if (result.count_in_file == 0 || images.height == 0 || images.width == 0) {
    fail(file,
         fmt::format("its header announces {} images of {} x {} pixels; none may be 0", result.count_in_file, images.height, images.width));
  }
  check_size(file, header_bytes, result.count_in_file, std::uint64_t{images.height} * images.width, content.size());
  if (first >= result.count_in_file || count > result.count_in_file - first) {
    fail(file, fmt::format("it holds {} images; {} from number {} on were asked for", result.count_in_file,
                           count == 0 ? std::string("those") : fmt::format("{}", count), first));
  }
  images.count = count == 0 ? result.count_in_file - first : count;
  const auto begin = content.begin() + static_cast<std::ptrdiff_t>(header_bytes + first * images.pixels_per_image());
  images.pixels.assign(begin, begin + static_cast<std::ptrdiff_t>(images.count * images.pixels_per_image()));
  return result;
}

}  // namespace

ImageSet read_idx_images(const std::filesystem::path& file, std::size_t first, std::size_t count) {
  return read_images(file, first, count).images;
}

ImageSet read_idx_dataset(const std::filesystem::path& images, const std::filesystem::path& labels, std::size_t classes, std::size_t first,
                          std::size_t count) {
  constexpr std::size_t header_bytes = 8;
  ImageFile file = read_images(images, first, count);
  const std::string content = read_idx(labels, labels_magic, 2, "labels");
  const std::size_t labels_in_file = header_word(content, 1);
  check_size(labels, header_bytes, labels_in_file, 1, content.size());
  if (labels_in_file != file.count_in_file) {
    fail(labels, fmt::format("it holds {} labels, but {} holds {} images; the two files do not belong together", labels_in_file,
                             images.string(), file.count_in_file));
  }
  const auto begin = content.begin() + static_cast<std::ptrdiff_t>(header_bytes + first);
  file.images.labels.assign(begin, begin + static_cast<std::ptrdiff_t>(file.images.count));
  for (std::size_t i = 0; i < file.images.count; ++i) {
    if (file.images.labels[i] >= classes) {
      fail(labels, fmt::format("label {} of image {} is not below {}, the number of classes of the network", file.images.labels[i],
                               first + i, classes));
    }
  }
  return std::move(file.images);
}

}  // namespace memcosim
