// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/common/progress.hpp"
#include "memcosim/devices/conductance_range.hpp"
#include "memcosim/kernels/array_wires.hpp"
#include "memcosim/kernels/mapping_plan.hpp"

namespace memcosim {

/// What resistive lines do to the weights, and what targets that make up for them achieve. A weight is the difference of a pair of cells,
/// or a single cell; errors are root mean squares over all weights, S.
struct LineEffects {
  double loss_rms_s = 0.0;          ///< effective weight minus the levels' one, cells at their levels
  double residual_rms_s = 0.0;      ///< the same with the new targets, each output divided by its gain
  double smallest_gain = 1.0;       ///< of all outputs (StagePlan::output_gains)
  std::uint64_t bounded_cells = 0;  ///< cells whose target is at a bound of what a cell can hold
  std::uint32_t steps_per_level = 1;
};

/// The loss alone; the plan stays. `on_progress` counts arrays.
LineEffects line_effects(const MappingPlan& plan, const ArrayWires& wires, const OnProgress& on_progress = {});

/// Chooses the conductances of the cells so that the effective conductances of the arrays, not the cells', are the weights:
/// TilePlan::cell_targets_s, and TilePlan::target_codes for the programmers, whose verify reads see a cell through the lines of its row.
/// Where the lines take more than the cells can make up for, the weights of an output shrink together: a pair's digital side divides by the
/// gain, a single line's cannot, because it subtracts the offset of all cells.
///
/// `range`: what a target may be. Cells are taken as linear. `on_progress` counts arrays. Throws InputError for lines without resistance.
LineEffects predistort(MappingPlan& plan, const ArrayWires& wires, const ConductanceRange& range, const OnProgress& on_progress = {});

}  // namespace memcosim
