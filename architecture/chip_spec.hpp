// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "memcosim/architecture/macro_spec.hpp"
#include "memcosim/architecture/mapping_plan.hpp"

namespace memcosim {

class ConfigNode;

/// Digital units behind the arrays of one stage; each takes one operation per clock.
struct DigitalUnits {
  std::uint32_t adders = 64;
  std::uint32_t activations = 16;
  std::uint32_t comparators = 16;
};

/// A chip: one macro per tile of a mapping, and per stage an activation buffer, its ports and digital units. Costs are those of the macro.
struct ChipSpec {
  MacroSpec macro;
  double clock_period_s = 1e-9;               ///< of buffers and digital units
  std::uint32_t buffer_bytes_per_clock = 32;  ///< of each of the two ports (read, write) of a stage
  std::uint32_t buffered_images = 2;          ///< images that an activation buffer holds; 2 is double buffering
  DigitalUnits units;
};

/// Reads `chip: {clock, buffer_bytes_per_clock, buffered_images, adders, activation_units, comparators}`. The macro has its own section.
ChipSpec read_chip_spec(const ConfigNode& chip);

/// Time of one window in a stage outside of its macros, in clocks of the chip. A window's share of the bytes and operations of an image is
/// rounded up, so that all windows take the same time.
struct StageTiming {
  std::uint64_t fetch = 0;            ///< its activations, from the buffer into the stage's staging register
  std::uint64_t output_interval = 1;  ///< between two windows in the digital units and the write port: the slower of the two
  std::uint64_t tree = 0;             ///< adder tree over the row blocks
  std::uint64_t units = 1;            ///< one activation clock, and further groups of outputs through the units
  std::uint64_t write = 0;            ///< write port
  std::uint64_t output_latency = 1;   ///< from the sums of all tiles to activations in the buffer: these three
};
StageTiming stage_timing(const ChipSpec& spec, const StagePlan& stage);

/// Stack size of the processes that call StageValues::begin() and finish(), in which a network may compute: the default of SystemC is too
/// small.
constexpr std::size_t values_stack_bytes = std::size_t{1} << 20;

/// Throws InputError when the specification is impossible or the mapping does not fit it.
void check(const ChipSpec& spec, const MappingPlan& plan);

}  // namespace memcosim
