// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gsl/span>

#include "memcosim/networks/layers/network.hpp"

namespace memcosim {

/// Images, and their labels if these were read.
struct ImageSet {
  std::size_t count = 0;
  Shape shape;                        ///< of one image: {features}, {height, width} or {channels, height, width}
  std::vector<std::uint8_t> pixels;   ///< images of 8 bits: count x elements; the network's input is pixel / 255
  std::vector<std::uint32_t> labels;  ///< count, or empty
  std::string source;                 ///< file, for messages
  std::vector<float> values = {};     ///< other images: count x elements; the network's input, not scaled

  std::size_t elements() const { return element_count(shape); }
  bool has_pixels() const { return values.empty(); }
  /// Writes the input values of an image, before the network's normalisation.
  void copy(std::size_t index, double* target) const;
  /// The first `most` images, or all when there are less; without labels.
  ImageSet first(std::size_t most) const;
};

/// Throws InputError naming both shapes unless the images have the shape that the network reads. Inputs [channels, height, width] take
/// images of that shape, of channels * height x width (planes one below the other), and of height x width where there is one channel;
/// [height, width] takes the same of one channel; [features] takes any shape of as many elements.
void check_images(const Network& network, const ImageSet& images);

/// gain * value + offset for (value - mean) / deviation. Each list has one number, one for each channel of the images, or one for each
/// feature of a network that reads [features]; both empty lists: nothing happens. Throws InputError for other numbers.
InputNormalisation normalisation_of(const std::vector<double>& mean, const std::vector<double>& deviation, const Network& network,
                                    const Shape& image);

/// Statistics of the network's input over images, after normalisation.
struct InputStatistics {
  double lowest = 0.0;
  double highest = 0.0;
  double mean = 0.0;
  double deviation = 0.0;
};
InputStatistics input_statistics(const Network& network, const ImageSet& images);

}  // namespace memcosim
