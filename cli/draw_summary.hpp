// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/common/statistics.hpp"
#include "memcosim/devices/draw_limits.hpp"

namespace memcosim {

/// Sub-group "clamped_draws": for each parameter that varies from device to device how many cells drew a value beyond its limits, and the
/// share that was to be expected. Nothing for cells without such a parameter.
void summarise_draws(const CellSpec& spec, const std::vector<ClampedDraws>& clamped, StatisticGroup& group);

}  // namespace memcosim
