// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/chip_spec.hpp"

#include <algorithm>
#include <string>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

std::uint64_t ceil_div(std::uint64_t amount, std::uint64_t per_unit) {
  return (amount + per_unit - 1) / per_unit;
}

/// Depth of a tree of two-input adders.
std::uint64_t tree_depth(std::uint64_t inputs) {
  std::uint64_t depth = 0;
  while ((std::uint64_t{1} << depth) < inputs)
    ++depth;
  return depth;
}

void require(bool condition, const std::string& message) {
  if (!condition) throw InputError(message);
}

}  // namespace

ChipSpec read_chip_spec(const ConfigNode& chip) {
  constexpr std::int64_t most = 1 << 20;
  ChipSpec spec;
  const auto count = [&](const char* key, std::uint32_t fallback) {
    return static_cast<std::uint32_t>(chip.integer(key, 1, most, fallback));
  };
  spec.clock_period_s = chip.quantity("clock", Dimension::time, Range::positive(), spec.clock_period_s);
  spec.buffer_bytes_per_clock = count("buffer_bytes_per_clock", spec.buffer_bytes_per_clock);
  spec.buffered_images = count("buffered_images", spec.buffered_images);
  spec.units.adders = count("adders", spec.units.adders);
  spec.units.activations = count("activation_units", spec.units.activations);
  spec.units.comparators = count("comparators", spec.units.comparators);
  return spec;
}

StageTiming stage_timing(const ChipSpec& spec, const StagePlan& stage) {
  const auto per_window = [&stage](std::uint64_t per_image, std::uint64_t per_clock) {
    return ceil_div(ceil_div(per_image, stage.windows), per_clock);
  };
  // Partial sums pass the tree in its depth; the activation clock is the first of the `units` clocks.
  const std::uint64_t units = std::max({std::uint64_t{1}, per_window(stage.digital.additions, spec.units.adders),
                                        per_window(stage.digital.activations, spec.units.activations),
                                        per_window(stage.digital.comparisons, spec.units.comparators)});
  const std::uint64_t write = per_window(stage.output_bytes, spec.buffer_bytes_per_clock);
  StageTiming timing;
  timing.fetch = per_window(stage.input_bytes, spec.buffer_bytes_per_clock);
  timing.output_interval = std::max(units, write);
  timing.tree = tree_depth(stage.row_blocks);
  timing.units = units;
  timing.write = write;
  timing.output_latency = timing.tree + units + write;
  return timing;
}

void check(const ChipSpec& spec, const MappingPlan& plan) {
  require(spec.clock_period_s > 0.0, "the clock period of the chip must be above 0");
  require(spec.buffer_bytes_per_clock > 0 && spec.buffered_images > 0, "an activation buffer needs a port and room for at least one image");
  require(spec.units.adders > 0 && spec.units.activations > 0 && spec.units.comparators > 0,
          "a stage needs at least one of each digital unit");
  require(plan.array_rows == spec.macro.rows && plan.array_columns == spec.macro.columns,
          "the mapping is for arrays of " + std::to_string(plan.array_rows) + " x " + std::to_string(plan.array_columns) +
              ", the macro has " + std::to_string(spec.macro.rows) + " x " + std::to_string(spec.macro.columns));
  require(plan.encoding == spec.macro.readout.encoding, "mapping and macro encode weights differently");
  require(!plan.stages.empty(), "the mapping has no stages");
  const std::uint32_t outputs = plan.encoding->outputs_of(plan.array_columns);
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const StagePlan& stage = plan.stages[s];
    const ReadoutConfig& of_macro = spec.macro.readout;
    require(!stage.readout || (stage.readout->input_bits == of_macro.input_bits && stage.readout->dac.bits == of_macro.dac.bits &&
                               stage.readout->adc.bits == of_macro.adc.bits && stage.readout->encoding == of_macro.encoding),
            "the readout of stage '" + stage.name +
                "' has other bits or another encoding than that of the macro: build both from one configuration");
    require(stage.windows > 0 && !stage.tiles.empty() && !stage.predecessors.empty(),
            "stage '" + stage.name + "' needs windows, tiles and predecessors");
    for (const std::int32_t predecessor : stage.predecessors) {
      require(predecessor >= -1 && predecessor < static_cast<std::int32_t>(s),
              "stage '" + stage.name + "' comes before stage " + std::to_string(predecessor) + " that it depends on");
    }
    for (const std::uint32_t tile : stage.tiles) {
      require(tile < plan.tiles.size(), "stage '" + stage.name + "' names tile " + std::to_string(tile) + " that does not exist");
      const TilePlan& part = plan.tiles[tile];
      require(part.stage == s && part.rows > 0 && part.rows <= plan.array_rows && part.columns > 0 && part.columns <= plan.array_columns &&
                  part.outputs > 0 && part.outputs <= outputs && part.levels.size() == std::size_t{part.rows} * part.columns &&
                  (part.target_codes.empty() || part.target_codes.size() == part.levels.size()),
              "tile " + std::to_string(tile) + " of stage '" + stage.name + "' does not fit its array");
    }
  }
}

}  // namespace memcosim
