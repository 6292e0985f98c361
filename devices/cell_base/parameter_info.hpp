// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "memcosim/common/range.hpp"
#include "memcosim/common/units.hpp"

namespace memcosim {

/// One parameter of a cell model: what `memcosim device show` prints and what the reader accepts.
struct ParameterInfo {
  const char* name;
  Dimension dimension;
  double fallback;  ///< default, SI
  Range range;
  const char* meaning;
  const char* const* words = nullptr;  ///< names of the values 0, 1, ... for use in configurations, null-terminated; or null
};

/// The value as text: its word, or a quantity with unit.
std::string value_text(const ParameterInfo& info, double value);
/// All words, or the range with units: "[1 mohm, 1 Pohm]".
std::string range_text(const ParameterInfo& info);

}  // namespace memcosim
