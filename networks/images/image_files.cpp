// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/images/image_files.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {
namespace {

constexpr std::uint32_t images_magic = 0x00000800;  ///< plus the number of dimensions
constexpr std::uint32_t labels_magic = 0x00000801;
constexpr std::size_t most_dimensions = 4;  ///< images x channels x height x width

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& message) {
  throw InputError(file.string() + ": " + message);
}

/// Big-endian word `index` of the header.
std::uint32_t header_word(std::string_view content, std::size_t index) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i)
    word = (word << 8) | static_cast<std::uint8_t>(content[index * 4 + i]);
  return word;
}

bool is_images_magic(std::uint32_t magic) {
  return magic > images_magic + 1 && magic <= images_magic + most_dimensions;
}

/// CIFAR's binary files have no magic number: their name says what they are, unless the content begins like another format.
bool is_cifar(const std::filesystem::path& file, std::string_view content) {
  const std::filesystem::path name = file.extension() == ".gz" ? file.stem() : file.filename();
  if (name.extension() != ".bin" || is_npy(content)) return false;
  if (content.size() < 4) return true;
  const std::uint32_t magic = header_word(content, 0);
  return !is_images_magic(magic) && magic != labels_magic;
}

std::uint32_t idx_magic(const std::filesystem::path& file, const std::string& content, const char* kind) {
  if (content.size() < 4) fail(file, fmt::format("it has {} bytes; expected an IDX file of {}", content.size(), kind));
  return header_word(content, 0);
}

void check_header(const std::filesystem::path& file, const std::string& content, std::size_t words) {
  if (content.size() < words * 4) fail(file, "its header is truncated");
}

void check_size(const std::filesystem::path& file, std::size_t header_bytes, std::size_t records, std::uint64_t record_bytes,
                std::size_t file_bytes) {
  const std::size_t room = file_bytes - header_bytes;
  // Division, because a product could overflow with a forged header.
  if (records != room / record_bytes || room % record_bytes != 0) {
    fail(file, fmt::format("its header announces {} records of {} bytes, but {} bytes follow; it is truncated or damaged", records,
                           record_bytes, room));
  }
}

/// Elements of one image. Fails above 2^48, which only damaged headers announce, before the product overflows.
std::uint64_t record_size(const std::filesystem::path& file, const Shape& shape) {
  std::uint64_t size = 1;
  for (const std::uint32_t extent : shape) {
    if (size > (std::uint64_t{1} << 48) / extent) fail(file, "its header announces images that are too large; it is truncated or damaged");
    size *= extent;
  }
  return size;
}

ImageSet read_idx(const std::filesystem::path& file, const std::string& content) {
  const std::uint32_t magic = idx_magic(file, content, "images");
  if (!is_images_magic(magic)) {
    fail(file,
         fmt::format("its magic number is 0x{:08x}{}; expected 0x00000803, an IDX file of images (0x00000804 with channels, 0x00000802 "
                     "of features), a .npy file, or a CIFAR file that ends in .bin",
                     magic, magic == labels_magic ? " (these are labels)" : ""));
  }
  const std::size_t dimensions = magic - images_magic;
  check_header(file, content, dimensions + 1);
  ImageSet images;
  images.count = header_word(content, 1);
  bool none = images.count == 0;
  for (std::size_t i = 1; i < dimensions; ++i) {
    images.shape.push_back(header_word(content, i + 1));
    none = none || images.shape.back() == 0;
  }
  if (none) fail(file, fmt::format("its header announces {} images of {}; none may be 0", images.count, fmt::join(images.shape, " x ")));
  const std::size_t header_bytes = (dimensions + 1) * 4;
  check_size(file, header_bytes, images.count, record_size(file, images.shape), content.size());
  images.pixels.assign(content.begin() + static_cast<std::ptrdiff_t>(header_bytes), content.end());
  return images;
}

template <typename Stored>
std::vector<float> floats_of(const std::filesystem::path& file, std::string_view data) {
  std::vector<float> values(data.size() / sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, data.data() + i * sizeof(Stored), sizeof(Stored));
    values[i] = static_cast<float>(stored);
    if (!std::isfinite(values[i])) fail(file, fmt::format("element {} is {}; the values of images must be finite", i, stored));
  }
  return values;
}

ImageSet read_npy_images(const std::filesystem::path& file, std::string content) {
  const NpyContent array = read_npy_content(std::move(content), file);
  const std::string shape = fmt::format("({})", fmt::join(array.shape, ", "));
  if (array.shape.size() < 2 || array.shape.size() > most_dimensions) {
    fail(file,
         fmt::format("its shape is {}; expected images x features, images x height x width or images x channels x height x width", shape));
  }
  if (array.fortran) fail(file, "it is in Fortran order; save it in C order (numpy.ascontiguousarray)");
  ImageSet images;
  images.count = array.shape[0];
  for (std::size_t axis = 0; axis < array.shape.size(); ++axis) {
    if (array.shape[axis] == 0 || array.shape[axis] > std::numeric_limits<std::uint32_t>::max())
      fail(file, fmt::format("its shape {} has an impossible extent", shape));
    if (axis > 0) images.shape.push_back(static_cast<std::uint32_t>(array.shape[axis]));
  }
  record_size(file, images.shape);
  const std::string_view data = array.data();
  if (array.type == "|u1" || array.type == "<u1") {
    images.pixels.assign(data.begin(), data.end());
  } else if (array.type == "<f4") {
    images.values = floats_of<float>(file, data);
  } else if (array.type == "<f8") {
    images.values = floats_of<double>(file, data);
  } else {
    fail(file,
         fmt::format("its elements are of type \"{}\"; expected uint8 (pixels) or float32 (values as the network sees them)", array.type));
  }
  return images;
}

/// Each record has one label (CIFAR-10) or a coarse and a fine label (CIFAR-100; the fine one is used), then 3 x 32 x 32 bytes.
ImageSet read_cifar(const std::filesystem::path& file, const std::string& content) {
  ImageSet images;
  images.shape = {3, 32, 32};
  const std::size_t pixels = images.elements();
  const std::size_t labels = content.size() % (pixels + 1) == 0 ? 1 : 2;
  const std::size_t record = pixels + labels;
  if (content.empty() || content.size() % record != 0) {
    fail(file, fmt::format("it has {} bytes, which are no whole number of CIFAR-10 records of {} or of CIFAR-100 records of {}; it is "
                           "truncated or no CIFAR binary file",
                           content.size(), pixels + 1, pixels + 2));
  }
  images.count = content.size() / record;
  images.pixels.reserve(images.count * pixels);
  for (std::size_t i = 0; i < images.count; ++i) {
    const auto begin = content.begin() + static_cast<std::ptrdiff_t>(i * record);
    images.labels.push_back(static_cast<std::uint8_t>(begin[static_cast<std::ptrdiff_t>(labels) - 1]));
    images.pixels.insert(images.pixels.end(), begin + static_cast<std::ptrdiff_t>(labels), begin + static_cast<std::ptrdiff_t>(record));
  }
  return images;
}

/// All images of a file.
ImageSet read_file_of_images(const std::filesystem::path& file) {
  std::string content = read_gzip_file(file);
  ImageSet images = is_npy(content)           ? read_npy_images(file, std::move(content))
                    : is_cifar(file, content) ? read_cifar(file, content)
                                              : read_idx(file, content);
  images.source = file.string();
  return images;
}

template <typename Element>
void append(std::vector<Element>& all, std::vector<Element>&& more) {
  if (all.empty()) {
    all = std::move(more);
  } else {
    all.insert(all.end(), more.begin(), more.end());
  }
}

ImageSet read_all_images(const ImageFiles& files) {
  ImageSet all;
  for (const auto& file : files) {
    ImageSet more = read_file_of_images(file);
    if (all.count != 0 && (more.shape != all.shape || more.has_pixels() != all.has_pixels() || more.labels.empty() != all.labels.empty())) {
      fail(file, fmt::format("its images of {} are of another shape or type than those of {} in {}", fmt::join(more.shape, " x "),
                             fmt::join(all.shape, " x "), all.source));
    }
    append(all.pixels, std::move(more.pixels));
    append(all.values, std::move(more.values));
    append(all.labels, std::move(more.labels));
    all.source = all.count == 0 ? more.source : all.source;
    all.shape = more.shape;
    all.count += more.count;
  }
  return all;
}

template <typename Element>
void keep(std::vector<Element>& elements, std::size_t first, std::size_t count) {
  if (elements.empty()) return;
  elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(first + count), elements.end());
  elements.erase(elements.begin(), elements.begin() + static_cast<std::ptrdiff_t>(first));
}

ImageSet slice(ImageSet images, std::size_t first, std::size_t count, bool fewer) {
  if (first >= images.count || (!fewer && count > images.count - first)) {
    fail(images.source, fmt::format("it holds {} images; {} from number {} on were asked for (dataset.first, dataset.count)", images.count,
                                    count == 0 ? std::string("those") : fmt::format("{}", count), first));
  }
  const std::size_t there = images.count - first;
  images.count = count == 0 ? there : std::min(count, there);
  const std::size_t elements = images.elements();
  keep(images.pixels, first * elements, images.count * elements);
  keep(images.values, first * elements, images.count * elements);
  keep(images.labels, first, images.count);
  return images;
}

std::vector<std::uint32_t> read_npy_labels(const std::filesystem::path& file) {
  const NpyArray array = read_npy(file);
  if (array.shape.size() != 1)
    fail(file, fmt::format("its shape is ({}); expected one label for each image", fmt::join(array.shape, ", ")));
  std::vector<std::uint32_t> labels;
  for (const double label : array.values) {
    if (!(label >= 0.0 && label <= 0xffffffff && label == std::floor(label)))
      fail(file, fmt::format("label {} of image {} is no class number", label, labels.size()));
    labels.push_back(static_cast<std::uint32_t>(label));
  }
  return labels;
}

/// All labels of a file.
std::vector<std::uint32_t> read_labels(const std::filesystem::path& file) {
  const std::string content = read_gzip_file(file);
  if (is_npy(content)) return read_npy_labels(file);
  const std::uint32_t magic = idx_magic(file, content, "labels");
  if (magic != labels_magic) {
    fail(file, fmt::format("its magic number is 0x{:08x}{}; expected 0x{:08x}, an IDX file of labels, or a .npy file of integers", magic,
                           is_images_magic(magic) ? " (these are images)" : "", labels_magic));
  }
  constexpr std::size_t header_bytes = 8;
  check_header(file, content, 2);
  check_size(file, header_bytes, header_word(content, 1), 1, content.size());
  std::vector<std::uint32_t> labels;
  for (std::size_t at = header_bytes; at < content.size(); ++at)
    labels.push_back(static_cast<std::uint8_t>(content[at]));
  return labels;
}

}  // namespace

bool holds_labels(const std::filesystem::path& file) {
  constexpr std::size_t longest_magic = 16;
  return is_cifar(file, read_gzip_start(file, longest_magic));
}

ImageSet read_images(const ImageFiles& files, std::size_t first, std::size_t count, bool fewer) {
  ImageSet images = slice(read_all_images(files), first, count, fewer);
  images.labels.clear();
  return images;
}

ImageSet read_labelled_images(const ImageFiles& files, const std::filesystem::path& labels, std::size_t classes, std::size_t first,
                              std::size_t count) {
  ImageSet images = read_all_images(files);
  const std::string place = labels.empty() ? images.source : labels.string();
  if (!labels.empty()) images.labels = read_labels(labels);
  if (images.labels.size() != images.count) {
    fail(place, fmt::format("it holds {} labels, but {} holds {} images; the two files do not belong together", images.labels.size(),
                            images.source, images.count));
  }
  images = slice(std::move(images), first, count, false);
  for (std::size_t i = 0; i < images.count; ++i) {
    if (images.labels[i] >= classes) {
      fail(place,
           fmt::format("label {} of image {} is not below {}, the number of classes of the network", images.labels[i], first + i, classes));
    }
  }
  return images;
}

}  // namespace memcosim
