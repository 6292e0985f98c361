// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace memcosim {

/// Cost of one component. Energy is per operation (ComponentCosts says what counts as one); static power is drawn all the time.
struct ComponentCost {
  double energy_j = 0.0;
  double static_power_w = 0.0;
  double area_m2 = 0.0;  ///< of one instance
  std::string source;    ///< citation, or "configuration" where the user gave the number
};

}  // namespace memcosim
