// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/stage_formula.hpp"

#include <algorithm>

namespace memcosim {

TdmSchedule tile_schedule(const MacroSpec& macro, const TilePlan& tile) {
  return macro.schedule(macro.readout.encoding->conversions_of(tile.outputs));
}

StageTimes stage_times(const ChipSpec& spec, const MappingPlan& plan, std::uint32_t stage) {
  const StagePlan& work = plan.stages[stage];
  const StageTiming digital = stage_timing(spec, work);
  const std::uint64_t bus = spec.macro.timing.bus_bytes_per_clock;
  const auto on_bus = [bus](std::uint64_t bytes) { return (bytes + bus - 1) / bus; };
  std::uint64_t input = 0;
  std::uint64_t mvm = 0;
  std::uint64_t interval = 0;
  std::uint64_t output = 0;
  for (const std::uint32_t index : work.tiles) {
    const TilePlan& tile = plan.tiles[index];
    const TdmSchedule schedule = tile_schedule(spec.macro, tile);
    input = std::max(input, on_bus(std::uint64_t{tile.rows} * sizeof(InputCode)));
    mvm = std::max(mvm, schedule.latency());
    interval = std::max(interval, schedule.interval());
    output = std::max(output, on_bus(std::uint64_t{tile.outputs} * sizeof(std::int32_t)));
  }
  const double chip_s = spec.clock_period_s;
  const double macro_s = spec.macro.timing.clock_period_s;
  StageTimes times;
  times.fetch_s = static_cast<double>(digital.fetch) * chip_s;
  times.input_s = static_cast<double>(input) * macro_s;
  times.mvm_s = static_cast<double>(mvm) * macro_s;
  times.output_s = static_cast<double>(output) * macro_s;
  times.tree_s = static_cast<double>(digital.tree) * chip_s;
  times.units_s = static_cast<double>(digital.units) * chip_s;
  times.write_s = static_cast<double>(digital.write) * chip_s;
  times.mvm_interval_s = static_cast<double>(interval) * macro_s;

  // A macro holds two results: the product of a window waits until the result of two windows before is read.
  const double one = std::max(
      {times.fetch_s + times.input_s, times.mvm_interval_s, times.output_s, static_cast<double>(digital.output_interval) * chip_s});
  const double two = std::max(2.0 * one, times.mvm_s + times.output_s);
  const std::uint32_t further = work.windows - 1;
  times.window_s = 0.5 * two;
  times.image_s = times.fetch_s + times.input_s + times.mvm_s + times.output_s + times.tree_s + times.units_s + times.write_s +
                  (further / 2) * two + (further % 2) * one;
  return times;
}

void report_stage_times(const StageTimes& times, StatisticGroup& stage) {
  const auto add = [&stage](const char* name, double seconds, const char* meaning) { stage.add(name, seconds, Dimension::time, meaning); };
  add("fetch", times.fetch_s, "by formula, of one window: from the buffer into the stage");
  add("input", times.input_s, "of one window: into the input registers of a macro");
  add("mvm", times.mvm_s, "of one window: the product, from start to done");
  add("output", times.output_s, "of one window: sums out of a macro");
  add("tree", times.tree_s, "of one window: adder tree over the row blocks");
  add("units", times.units_s, "of one window: digital units");
  add("write", times.write_s, "of one window: into the output buffer");
  add("mvm_interval", times.mvm_interval_s, "between the starts of two products");
  add("window_interval", times.window_s, "between two windows: the slowest of what they go through");
  add("time_by_formula", times.image_s, "of an image, while nothing is waited for from outside");
}

}  // namespace memcosim
