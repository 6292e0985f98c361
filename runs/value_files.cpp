// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/value_files.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {
namespace {

std::string outputs(const SimulationOutcome& outcome) {
  return to_npy({{outcome.analog_classes.size(), outcome.compiled.network.classes()}, outcome.analog_logits});
}

std::string sums(const SimulationOutcome& outcome, std::size_t s) {
  const StagePlan& stage = outcome.compiled.plan.stages[s];
  return to_npy({{outcome.analog_classes.size(), stage.windows, stage.outputs}, outcome.stage_sums[s]});
}

std::vector<std::size_t> cell_shape(const MappingPlan& plan) {
  return {plan.tiles.size(), plan.array_rows, plan.array_columns};
}

std::string conductances(const SimulationOutcome& outcome) {
  NpyArray array{cell_shape(outcome.compiled.plan), {}};
  for (const std::vector<double>& tile : outcome.programmed_s)
    array.values.insert(array.values.end(), tile.begin(), tile.end());
  return to_npy(array);
}

std::string pulse_counts(const SimulationOutcome& outcome) {
  const MappingPlan& plan = outcome.compiled.plan;
  const std::size_t cells = std::size_t{plan.array_rows} * plan.array_columns;
  NpyArray array{cell_shape(plan), std::vector<double>(plan.tiles.size() * cells, 0.0)};
  for (std::size_t t = 0; t < plan.tiles.size(); ++t) {
    const TilePlan& tile = plan.tiles[t];
    for (std::size_t i = 0; i < outcome.pulse_counts[t].size(); ++i)
      array.values[t * cells + i / tile.columns * plan.array_columns + i % tile.columns] = outcome.pulse_counts[t][i];
  }
  return to_npy(array);
}

std::string pulse_trains(const SimulationOutcome& outcome) {
  CsvTable table({"array", "row", "column", "amplitude_v", "width_s", "time_s"});
  const std::uint32_t columns = outcome.compiled.plan.array_columns;
  for (std::size_t t = 0; t < outcome.pulses.size(); ++t) {
    std::vector<ProgrammingPulse> pulses = outcome.pulses[t];
    std::stable_sort(pulses.begin(), pulses.end(), [](const ProgrammingPulse& a, const ProgrammingPulse& b) { return a.cell < b.cell; });
    for (const ProgrammingPulse& pulse : pulses) {
      table.row().cell(std::uint64_t{t}).cell(std::uint64_t{pulse.cell / columns}).cell(std::uint64_t{pulse.cell % columns});
      table.cell(pulse.voltage_v).cell(pulse.duration_s).cell(pulse.begin_s);
    }
  }
  return table.str();
}

}  // namespace

void write_value_files(const RunSpec& spec, const SimulationOutcome& outcome, const FileWriter& write) {
  if (!outcome.analog_classes.empty()) write("outputs.npy", outputs(outcome));
  for (std::size_t s = 0; s < outcome.stage_sums.size(); ++s) {
    if (!outcome.stage_sums[s].empty()) write(fmt::format("sums_stage_{}.npy", s), sums(outcome, s));
  }
  if (spec.output.cells) {
    write("conductances.npy", conductances(outcome));
    if (!outcome.pulse_counts.empty()) write("pulses.npy", pulse_counts(outcome));
  }
  if (spec.output.pulse_trains && !outcome.pulse_counts.empty()) write("pulse_trains.csv", pulse_trains(outcome));
}

}  // namespace memcosim
