// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "memcosim/common/units.hpp"

namespace memcosim {

/// Value (SI) of an option with a unit; 0 for an empty text, an option that was not given. Throws InputError naming the option.
double quantity_option(const std::string& text, const char* option, Dimension dimension);
/// The same for a value that must be above 0 if it is given.
double positive_option(const std::string& text, const char* option, Dimension dimension);

}  // namespace memcosim
