// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/quantity_option.hpp"

#include <fmt/format.h>

#include "memcosim/common/error.hpp"

namespace memcosim {

double quantity_option(const std::string& text, const char* option, Dimension dimension) {
  if (text.empty()) return 0.0;
  try {
    return parse_quantity(text, dimension);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{} {}: {}", option, text, error.what()));
  }
}

double positive_option(const std::string& text, const char* option, Dimension dimension) {
  const double value = quantity_option(text, option, dimension);
  if (!text.empty() && !(value > 0.0)) throw InputError(fmt::format("{} {}: must be above 0", option, text));
  return value;
}

}  // namespace memcosim
