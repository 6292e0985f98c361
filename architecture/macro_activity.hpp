// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/common/fields.hpp"
#include "memcosim/kernels/arrays/programming_counts.hpp"

namespace memcosim {

/// One programming pulse on a cell.
struct ProgrammingPulse {
  std::uint32_t cell;  ///< row * columns + column of the array
  double voltage_v;    ///< signed, from word line to bit line
  double duration_s;   ///< of the voltage
  double begin_s;      ///< simulated time
};

/// Counts of one macro since construction or reset; energies are counts times costs, except where cells are involved (V^2 G t).
struct MacroActivity : ProgrammingCounts {
  std::uint64_t mvms = 0;
  std::uint64_t rows_driven = 0;  ///< rows with a non-zero code, summed over slices
  std::uint64_t samples = 0;      ///< converted columns sampled, summed over slices
  std::uint64_t conversions = 0;
  std::uint64_t clipped_low = 0;        ///< conversions below the lowest code
  std::uint64_t clipped_high = 0;       ///< conversions above the highest code
  std::uint64_t timed_groups = 0;       ///< column groups converted in the clocks that their codes take
  std::uint64_t conversion_clocks = 0;  ///< of these groups, each of its slowest converter
  std::uint64_t most_conversion_clocks = 0;
  std::uint64_t accumulations = 0;      ///< codes shifted and added
  std::uint64_t differing_mvms = 0;     ///< MVMs with other sums from the accumulator than from the functional core
  std::uint64_t saturated_mvms = 0;     ///< MVMs in which a sum exceeded the width of the accumulator
  std::uint64_t controller_slices = 0;  ///< slices sequenced by the controller
  std::uint64_t input_bytes = 0;
  std::uint64_t output_bytes = 0;
  double array_energy_j = 0.0;  ///< V^2 G t of MVMs
  double busy_s = 0.0;          ///< simulated time with an MVM in flight
  double programming_s = 0.0;
  double read_movement = 0.0;  ///< largest movement of a cell in an epoch of MVMs without a network, as a share of the range of its state
};
/// Tag of a field whose total over several macros is the largest value, not the sum.
struct Largest {};
inline constexpr auto macro_activity_fields = field_list<MacroActivity>(
    BaseField<ProgrammingCounts>{}, field("mvms", &MacroActivity::mvms), field("rows_driven", &MacroActivity::rows_driven),
    field("samples", &MacroActivity::samples), field("conversions", &MacroActivity::conversions),
    field("clipped_low", &MacroActivity::clipped_low), field("clipped_high", &MacroActivity::clipped_high),
    field("timed_groups", &MacroActivity::timed_groups), field("conversion_clocks", &MacroActivity::conversion_clocks),
    field<Largest>("most_conversion_clocks", &MacroActivity::most_conversion_clocks), field("accumulations", &MacroActivity::accumulations),
    field("differing_mvms", &MacroActivity::differing_mvms), field("saturated_mvms", &MacroActivity::saturated_mvms),
    field("controller_slices", &MacroActivity::controller_slices), field("input_bytes", &MacroActivity::input_bytes),
    field("output_bytes", &MacroActivity::output_bytes), field("array_energy_j", &MacroActivity::array_energy_j),
    field("busy_s", &MacroActivity::busy_s), field("programming_s", &MacroActivity::programming_s),
    field<Largest>("read_movement", &MacroActivity::read_movement));
/// Adds the activity of a macro to a total: sums, and the largest value for fields tagged Largest.
MacroActivity& operator+=(MacroActivity& total, const MacroActivity& part);
/// Counts a column group whose conversions took these clocks.
void count_conversion_clocks(MacroActivity& activity, std::uint32_t clocks);

}  // namespace memcosim
