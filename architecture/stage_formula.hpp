// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/architecture/chip_spec.hpp"
#include "memcosim/common/statistics.hpp"

namespace memcosim {

/// Time of one image in a stage by formula (docs/architecture.md), and its parts, in seconds. If the stage's arrays differ, each part is
/// that of the slowest. Exact if macros and chip have the same clock; else every window may wait for the next edge of the macro's clock.
struct StageTimes {
  double fetch_s = 0.0;         ///< activations of one window from the buffer into the staging register
  double input_s = 0.0;         ///< the same over the bus into the input registers of a macro
  double mvm_s = 0.0;           ///< one product, from start to done
  double output_s = 0.0;        ///< its sums out of the macro
  double tree_s = 0.0;          ///< adder tree over the row blocks
  double units_s = 0.0;         ///< digital units
  double write_s = 0.0;         ///< activations into the output buffer
  double mvm_interval_s = 0.0;  ///< between the starts of two products
  double window_s = 0.0;        ///< between two windows, mean over many: that of the slowest part
  double image_s = 0.0;         ///< all windows, without waiting for other stages
};

/// The schedule of a tile's products, which convert only the columns that hold weights.
TdmSchedule tile_schedule(const MacroSpec& macro, const TilePlan& tile);

StageTimes stage_times(const ChipSpec& spec, const MappingPlan& plan, std::uint32_t stage);

/// Adds the times to the statistics of the stage.
void report_stage_times(const StageTimes& times, StatisticGroup& stage);

}  // namespace memcosim
