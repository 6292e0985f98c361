// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cell_presets.hpp"

namespace memcosim::detail {

std::vector<CellPreset> pulse_presets() {
  return {};
}

}  // namespace memcosim::detail
