// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/calibration/drift_compensation.hpp"

#include <cmath>
#include <numeric>

namespace memcosim {

WeightMagnitudes weight_magnitudes(const CompiledNetwork& compiled, const CellStore& cells) {
  const MappingPlan& plan = compiled.plan;
  WeightMagnitudes magnitudes;
  for (const StagePlan& stage : plan.stages) {
    std::vector<double>& sums = magnitudes.emplace_back();
    for (const std::uint32_t index : stage.tiles) {
      const TilePlan& tile = plan.tiles[index];
      const std::vector<double> siemens = cells.conductance(index);
      if (sums.size() < tile.first_output + tile.outputs) sums.resize(tile.first_output + tile.outputs);
      for (std::uint32_t row = 0; row < tile.rows; ++row) {
        const double* line = siemens.data() + std::size_t{row} * plan.array_columns;
        for (std::uint32_t output = 0; output < tile.outputs; ++output) {
          sums[tile.first_output + output] += std::fabs(plan.encoding->weight_of(output, line));
        }
      }
    }
  }
  return magnitudes;
}

std::vector<std::vector<double>> compensation_factors(DriftCompensation kind, const WeightMagnitudes& before, const WeightMagnitudes& now) {
  const auto ratio = [](double then, double later) { return then > 0.0 && later > 0.0 ? then / later : 1.0; };
  std::vector<std::vector<double>> factors(before.size());
  for (std::size_t stage = 0; stage < before.size(); ++stage) {
    switch (kind) {
      case DriftCompensation::none:
        factors[stage] = {1.0};
        break;
      case DriftCompensation::global:
        factors[stage] = {ratio(std::accumulate(before[stage].begin(), before[stage].end(), 0.0),
                                std::accumulate(now[stage].begin(), now[stage].end(), 0.0))};
        break;
      case DriftCompensation::per_column:
        for (std::size_t output = 0; output < before[stage].size(); ++output)
          factors[stage].push_back(ratio(before[stage][output], now[stage][output]));
        break;
    }
  }
  return factors;
}

}  // namespace memcosim
