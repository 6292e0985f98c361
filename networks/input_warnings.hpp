// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <gsl/span>

#include "memcosim/networks/image_set.hpp"

namespace memcosim {

/// A sentence when the network in double precision does not recognise its images: its share of right classes, corrected for chance
/// (right - chance) / (1 - chance), is below a quarter even at the upper end of its confidence interval (Wilson, 95 %). Usually the network
/// was trained on inputs of another range, so the sentence says which range it saw. `classes`: what it made of each image.
std::vector<std::string> input_warnings(const Network& network, const ImageSet& images, gsl::span<const std::uint32_t> classes);

}  // namespace memcosim
