// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/results/draw_summary.hpp"

#include <fmt/format.h>

#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cells/cell_model.hpp"

namespace memcosim {

void summarise_draws(const CellSpec& spec, const std::vector<ClampedDraws>& clamped, StatisticGroup& group) {
  if (clamped.empty()) return;
  StatisticGroup& draws = group.group("clamped_draws");
  const CellModel& model = cell_model(spec.model);
  for (std::size_t i = 0; i < clamped.size(); ++i) {
    const Variation& variation = spec.variations[i];
    const ParameterInfo& info = model.parameters[variation.parameter];
    const ClampedShares expected = expected_clamped_shares(variation, spec.parameters[variation.parameter], info.range);
    draws.add_count(info.name, clamped[i].low + clamped[i].high, "cells that drew a value beyond its limits and got the limit");
    draws.add(fmt::format("{}_expected", info.name), expected.low + expected.high, Dimension::dimensionless,
              "share of such draws in the distribution");
  }
}

}  // namespace memcosim
