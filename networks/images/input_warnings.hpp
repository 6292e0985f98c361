// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <gsl/span>

#include "memcosim/networks/images/image_set.hpp"

namespace memcosim {

/// A warning when the network in double precision does not recognise its images: its accuracy corrected for chance,
/// (right - chance) / (1 - chance), is below a quarter even at the upper end of its confidence interval (Wilson, 95 %). Usually the network
/// was trained on inputs of another range, so the warning gives the range of its inputs. `classes`: predicted class of each image.
std::vector<std::string> input_warnings(const Network& network, const ImageSet& images, gsl::span<const std::uint32_t> classes);

}  // namespace memcosim
