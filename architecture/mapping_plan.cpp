// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/mapping_plan.hpp"

#include <stdexcept>

namespace memcosim {

double MappingPlan::utilisation() const {
  if (tiles.empty()) return 0.0;
  double used = 0.0;
  for (const TilePlan& tile : tiles)
    used += static_cast<double>(tile.rows) * static_cast<double>(tile.columns);
  return used / (static_cast<double>(tiles.size()) * array_rows * array_columns);
}

const ReadoutConfig& readout_of(const MappingPlan& plan, std::size_t stage) {
  const std::optional<ReadoutConfig>& readout = plan.stages.at(stage).readout;
  if (!readout) throw std::logic_error("no readout is chosen for stage '" + plan.stages[stage].name + "'");
  return *readout;
}

}  // namespace memcosim
