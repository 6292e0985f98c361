// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/architecture/chip_spec.hpp"
#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/common/statistics.hpp"

namespace memcosim {

/// Activity of one run of a chip: all that the ledger needs besides the specification and the mapping. It covers the completed images only,
/// not the images in flight at the end of an interrupted run.
struct RunActivity {
  std::vector<MacroActivity> macros;  ///< per tile
  std::vector<std::uint64_t> images;  ///< per stage
  std::vector<double> busy_s;         ///< per stage
  std::vector<double> image_begin_s;  ///< per image completed, from the hand-over of the first
  std::vector<double> image_end_s;
  double programming_s = 0.0;
  double inference_s = 0.0;
};

// Each function fills one group. Parts are products of a count and a cost; each total is the sum of its parts in their order, so that
// totals equal the sums of their parts exactly.

/// Groups `inference` and `programming` with the energy of each kind of component, static energy by itself, and totals; `stages` with the
/// same parts of the inference for each stage (`stage_0`, ...) and for the `input` buffer of the chip, which belongs to no stage.
void report_energy(const ChipSpec& spec, const MappingPlan& plan, const RunActivity& activity, StatisticGroup& energy);
/// Area of each kind of component on the whole chip.
void report_area(const ChipSpec& spec, const MappingPlan& plan, StatisticGroup& area);
/// Operations per second, per joule and per area. An operation is a multiplication or an addition: two for each weight of a matrix layer
/// and each of its windows, at the precision of the inputs and weights. `inference_j` and `area_m2`: totals of report_energy() and
/// report_area().
void report_performance(const MappingPlan& plan, const RunActivity& activity, double inference_j, double area_m2,
                        StatisticGroup& performance);
/// Programming and inference time, latency, throughput, and the stages with their busy fractions.
void report_timing(const MappingPlan& plan, const RunActivity& activity, StatisticGroup& timing);
/// Group `conversion`: the clocks of a conversion of the slowest code, and mean and largest of those that the products took. Nothing if
/// they do not depend on the code.
void report_conversion_times(const MacroSpec& macro, const RunActivity& activity, StatisticGroup& timing);
/// Counts of operations, summed over the macros and stages.
void report_counts(const MappingPlan& plan, const RunActivity& activity, StatisticGroup& counts);
/// The costs behind energy and area, with their sources.
void report_costs(const ComponentCosts& costs, StatisticGroup& group);

}  // namespace memcosim
