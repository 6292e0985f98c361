// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/common/statistics.hpp"
#include "memcosim/devices/draw_limits.hpp"

namespace memcosim {

/// Adds the sub-group "clamped_draws" to `group`: for each parameter that varies from device to device, the number of cells whose drawn
/// value was clamped to a limit, and the share expected from its distribution. Adds nothing for cells without such a parameter.
void summarise_draws(const CellSpec& spec, const std::vector<ClampedDraws>& clamped, StatisticGroup& group);

}  // namespace memcosim
