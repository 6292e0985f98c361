// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/architecture/mapping_plan.hpp"
#include "memcosim/common/progress.hpp"
#include "memcosim/devices/cell_base/conductance_range.hpp"
#include "memcosim/kernels/arrays/array_wires.hpp"

namespace memcosim {

/// Effect of resistive lines on the weights, before and after predistortion of the targets. A weight is the difference of a pair of cells,
/// or a single cell; errors are root mean squares over all weights, S.
struct LineEffects {
  double loss_rms_s = 0.0;            ///< effective weight minus that of the levels, cells at their levels
  double residual_rms_s = 0.0;        ///< the same with predistorted targets, each output divided by its gain
  double smallest_gain = 1.0;         ///< of all outputs (StagePlan::output_gains)
  std::uint64_t bounded_cells = 0;    ///< cells whose target is at an end of the allowed range
  std::uint32_t steps_per_level = 1;  ///< resolution of the predistorted targets (TargetRegisters)
};

/// Computes the loss alone; does not change the plan. `on_progress` counts arrays.
LineEffects line_effects(const MappingPlan& plan, const ArrayWires& wires, const OnProgress& on_progress = {});

/// Chooses the conductances of the cells so that the effective conductances of the arrays, not the cells', are the weights:
/// TilePlan::cell_targets_s, and TilePlan::target_codes for the programmers, whose verify reads see a cell through the lines of its row.
/// Where the range of the cells is too small to compensate for the lines, all weights of an output are scaled by a common gain. With pairs
/// the digital side divides by it; with single lines it cannot, because it subtracts the offset of all cells.
///
/// `range`: allowed targets. Cells are assumed linear. `on_progress` counts arrays. Throws InputError for lines without resistance.
LineEffects predistort(MappingPlan& plan, const ArrayWires& wires, const ConductanceRange& range, const OnProgress& on_progress = {});

}  // namespace memcosim
