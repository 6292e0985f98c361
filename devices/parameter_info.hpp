// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/common/config.hpp"
#include "memcosim/common/units.hpp"

namespace memcosim {

/// One parameter of a cell model: what `memcosim device show` prints and what the reader accepts.
struct ParameterInfo {
  const char* name;
  Dimension dimension;
  double fallback;  ///< default, SI
  Range range;
  const char* meaning;
  const char* const* words = nullptr;  ///< null-terminated names of the values 0, 1, ... that a configuration may write instead; or null
};

}  // namespace memcosim
