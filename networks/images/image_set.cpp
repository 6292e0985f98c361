// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/images/image_set.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "memcosim/common/error.hpp"

namespace memcosim {
namespace {

bool fits(const Shape& image, const Shape& input) {
  if (input.size() == 1) return element_count(image) == input[0];
  const std::uint32_t channels = input.size() == 3 ? input[0] : 1;
  const std::uint32_t height = input[input.size() - 2];
  const std::uint32_t width = input.back();
  if (image.size() == 3) return image == Shape{channels, height, width};
  return image.size() == 2 && std::uint64_t{image[0]} == std::uint64_t{channels} * height && image[1] == width;
}

/// Probable reason why the images do not fit the network, for the error message.
std::string hint(const Shape& image, const Shape& input) {
  Shape wanted = input;
  Shape found = image;
  std::sort(wanted.begin(), wanted.end());
  std::sort(found.begin(), found.end());
  if (wanted == found || (wanted.size() == 3 && wanted[0] == 1 && Shape(wanted.begin() + 1, wanted.end()) == found)) {
    return "; the axes are in another order: transpose the images (channels come first, then height, then width)";
  }
  if (element_count(image) == element_count(input)) return "; the number of elements agrees: reshape the images";
  return "";
}

}  // namespace

void ImageSet::copy(std::size_t index, double* target) const {
  const std::size_t size = elements();
  if (has_pixels()) {
    for (std::size_t i = 0; i < size; ++i)
      target[i] = pixels[index * size + i] / 255.0;
  } else {
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(index * size), size, target);
  }
}

ImageSet ImageSet::first(std::size_t most) const {
  ImageSet part;
  part.count = std::min(most, count);
  part.shape = shape;
  part.source = source;
  const auto size = static_cast<std::ptrdiff_t>(part.count * elements());
  if (has_pixels()) {
    part.pixels.assign(pixels.begin(), pixels.begin() + size);
  } else {
    part.values.assign(values.begin(), values.begin() + size);
  }
  return part;
}

void check_images(const Network& network, const ImageSet& images) {
  if (fits(images.shape, network.input)) return;
  throw InputError(fmt::format("{}: images of {} do not fit the input {} of {}{}", images.source, fmt::join(images.shape, " x "),
                               to_text(network.input), network.file, hint(images.shape, network.input)));
}

InputNormalisation normalisation_of(const std::vector<double>& mean, const std::vector<double>& deviation, const Network& network,
                                    const Shape& image) {
  InputNormalisation result;
  if (mean.empty() && deviation.empty()) return result;
  const std::size_t elements = element_count(network.input);
  const std::size_t channels = network.input.size() == 3 ? network.input[0] : image.size() == 3 ? image[0] : 1;
  const auto entry = [&](const std::vector<double>& list, std::size_t element, const char* key, double fallback) {
    if (list.empty()) return fallback;
    if (list.size() == 1) return list[0];
    if (list.size() == channels) return list[element / (elements / channels)];
    if (network.input.size() == 1 && list.size() == elements) return list[element];
    throw InputError(fmt::format("{} has {} numbers, but the input {} of {} has {} channels: expected one number, or one for each channel",
                                 key, list.size(), to_text(network.input), network.file, channels));
  };
  for (std::size_t i = 0; i < elements; ++i) {
    const double width = entry(deviation, i, "dataset.std", 1.0);
    result.gain.push_back(1.0 / width);
    result.offset.push_back(-entry(mean, i, "dataset.mean", 0.0) / width);
  }
  return result;
}

InputStatistics input_statistics(const Network& network, const ImageSet& images) {
  InputStatistics result;
  std::vector<double> image(images.elements());
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < images.count; ++i) {
    images.copy(i, image.data());
    network.normalisation.apply(image);
    for (const double value : image) {
      sum += value;
      squares += value * value;
    }
    const auto [low, high] = std::minmax_element(image.begin(), image.end());
    result.lowest = i == 0 ? *low : std::min(result.lowest, *low);
    result.highest = i == 0 ? *high : std::max(result.highest, *high);
  }
  const double count = std::max(1.0, static_cast<double>(images.count * image.size()));
  result.mean = sum / count;
  result.deviation = std::sqrt(std::max(0.0, squares / count - result.mean * result.mean));
  return result;
}

}  // namespace memcosim
