// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/images/input_warnings.hpp"

#include <cmath>

#include <fmt/format.h>

namespace memcosim {
namespace {

/// Accuracy, corrected for chance, below which the inputs are probably not those that the network was trained on.
constexpr double expected_share = 0.25;

/// Upper end of the 95 % confidence interval of a share: Wilson, J. Am. Stat. Assoc. 22 (1927) 209.
double upper_share(double share, double count) {
  constexpr double z = 1.959963984540054;
  const double centre = share + z * z / (2.0 * count);
  const double width = z * std::sqrt(share * (1.0 - share) / count + z * z / (4.0 * count * count));
  return (centre + width) / (1.0 + z * z / count);
}

}  // namespace

std::vector<std::string> input_warnings(const Network& network, const ImageSet& images, gsl::span<const std::uint32_t> classes) {
  if (classes.empty() || images.labels.size() < classes.size() || network.classes() < 2) return {};
  std::size_t right = 0;
  for (std::size_t i = 0; i < classes.size(); ++i)
    right += classes[i] == images.labels[i] ? 1 : 0;
  const auto count = static_cast<double>(classes.size());
  const double share = static_cast<double>(right) / count;
  const double chance = 1.0 / static_cast<double>(network.classes());
  if ((upper_share(share, count) - chance) / (1.0 - chance) >= expected_share) return {};
  const InputStatistics seen = input_statistics(network, images);
  return {fmt::format(
      "In software, without any hardware, the network is right for {:.1f} % of {} images; chance is {:.1f} %. It saw inputs from {:.4g} to "
      "{:.4g} (mean {:.4g}, standard deviation {:.4g}: {}{}). If it was trained on inputs of another range, set dataset.mean and "
      "dataset.std "
      "as in training; if not, compare dataset.labels and the order of the classes with the training set.",
      100.0 * share, classes.size(), 100.0 * chance, seen.lowest, seen.highest, seen.mean, seen.deviation,
      images.has_pixels() ? "pixel / 255" : "the values of the file", network.normalisation.empty() ? "" : ", normalised")};
}

}  // namespace memcosim
