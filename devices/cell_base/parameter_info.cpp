// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cell_base/parameter_info.hpp"

#include <cmath>

#include <fmt/format.h>

namespace memcosim {

std::string value_text(const ParameterInfo& info, double value) {
  if (info.words != nullptr) return info.words[static_cast<std::size_t>(value)];
  return format_quantity(value, info.dimension);
}

std::string range_text(const ParameterInfo& info) {
  if (info.words != nullptr) {
    std::string words;
    for (std::size_t i = 0; info.words[i] != nullptr; ++i)
      words += (i == 0 ? "" : " | ") + std::string(info.words[i]);
    return words;
  }
  const auto bound = [&](double value) {
    return std::isinf(value) ? std::string(value < 0.0 ? "-inf" : "inf") : format_quantity(value, info.dimension);
  };
  return fmt::format("{}{}, {}{}", info.range.low_open || std::isinf(info.range.low) ? '(' : '[', bound(info.range.low),
                     bound(info.range.high), std::isinf(info.range.high) ? ')' : ']');
}

}  // namespace memcosim
