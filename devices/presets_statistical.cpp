// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cell_presets.hpp"

namespace memcosim::detail {

std::vector<CellPreset> statistical_presets() {
  return {
      {"ohmic_ideal",
       "ohmic",
       "illustrative",
       "ideal resistor of 1 uS to 100 uS, for studies without device physics",
       {{"g_min", 1e-6}, {"g_max", 1e-4}},
       {2e-6, 80e-6, 0.2, {}, {}}},
  };
}

}  // namespace memcosim::detail
