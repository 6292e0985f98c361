// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "memcosim/architecture/column_multiplexer.hpp"
#include "memcosim/architecture/tdm_schedule.hpp"
#include "memcosim/common/config.hpp"
#include "memcosim/devices/costs/component_costs.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/kernels/arrays/programming_counts.hpp"
#include "memcosim/kernels/products/backend.hpp"

namespace memcosim {

/// Level of timing (docs/architecture.md). An RTL controller needs approximately_timed; its digital pins then change every clock.
enum class TimingLevel { loosely_timed, approximately_timed };

/// Analog phase times in seconds (rounded up to clocks) and digital latencies in clocks.
struct MacroTiming {
  double clock_period_s = 1e-9;
  double drive_s = 1e-9;  ///< of each slice, unless there are steps
  double settle_s = 5e-9;
  double sample_s = 1e-9;
  double mux_s = 1e-9;
  const ConverterKind* adc_kind = converter_kinds().front();  ///< outlives the macro
  std::uint32_t adc_latency = 0;                              ///< clocks; 0: that of the kind
  std::uint32_t adc_interval = 0;                             ///< clocks; 0: that of the kind
  std::uint32_t accumulate_latency = 1;                       ///< clocks from the last code to the complete sums
  std::uint32_t accumulate_interval = 1;                      ///< clocks between two groups of codes
  bool pipelined = true;                                      ///< a step is driven while the one before it is converted
  StepOverlap overlap = StepOverlap::slice;
  std::uint32_t bus_bytes_per_clock = 32;  ///< input, output and target registers
  std::vector<DriveStep> steps;            ///< one for each slice of the readout; empty: each takes drive_s and is converted
};

/// Meaning of the codes of the target registers: g_min + code * step / steps_per_level.
struct TargetRegisters {
  std::uint32_t steps_per_level = 1;  ///< above 1 for targets between levels (predistortion)
  std::uint32_t codes = 0;            ///< number of legal codes; 0: that of the levels
};

/// Specification of a macro. Plain data; a program without configuration file fills it in code.
struct MacroSpec {
  std::uint32_t rows = 128;
  std::uint32_t columns = 128;        ///< physical bit lines
  std::uint32_t columns_per_adc = 8;  ///< converted columns that share one converter
  AdcSharing adc_sharing = AdcSharing::interleaved;
  double read_voltage_v = 0.2;
  ReadoutConfig readout;
  MacroTiming timing;
  WriteVerifySpec programming;
  TargetRegisters targets;
  bool keep_pulses = false;  ///< the programmer records every pulse (WriteVerifyProgrammer::kept_pulses)
  TimingLevel level = TimingLevel::loosely_timed;
  ComponentCosts costs;

  ColumnMultiplexer multiplexer() const;  ///< InputError for columns_per_adc 0
  std::uint32_t adcs() const { return multiplexer().converters(); }
  /// Setting of the converters for products.
  ConverterSetting converter_setting() const { return {readout.adc.bits, readout.adc.is_signed, readout.adc.lsb}; }
  /// Latency and interval of a conversion in the macro's converters.
  AdcTiming converter_timing(const ConverterSetting& setting) const;
  /// True if the clocks of a conversion depend on its code; configured latencies and intervals are those of every conversion.
  bool has_code_dependent_times() const { return timing.adc_kind->code_dependent() && timing.adc_latency == 0 && timing.adc_interval == 0; }
  /// Schedule of a product that uses every column.
  TdmSchedule schedule() const { return schedule(converted_columns(readout.pairing, columns)); }
  /// Schedule of a product that uses only the first converted columns.
  TdmSchedule schedule(std::uint32_t used_converted_columns) const;
  /// Time for which a step drives its rows, s: the t of V^2 G t.
  double step_s(std::uint32_t step) const { return static_cast<double>(schedule().driven(step)) * timing.clock_period_s; }
  /// Mean of step_s() over the steps of an MVM, s: the t of the movement of cells by reads.
  double slice_s() const;
};

/// Reads `macro: {clock, columns_per_adc, bus_bytes_per_clock, dac: {bits}, adc: {kind, bits, sharing, noise_lsb, gain, offset_lsb,
/// latency, interval}, timing: {drive, settle, sample, mux, accumulate_latency, accumulate_interval, pipelined, overlap}}`. Array size, voltage and
/// pairing come from other sections. `default_settle_s`: default settle time, s, as a function of the bits of the ADC; empty: that of
/// MacroTiming.
MacroSpec read_macro_spec(const ConfigNode& macro, const std::function<double(unsigned adc_bits)>& default_settle_s = {});
/// Reads `programming: {set: {start, step, limit, duration}, reset: {...}, verify: {...}, tolerance, max_pulses, ...}`; `use` holds the
/// defaults that suit the device; verify reads have the array's read voltage unless they name another.
WriteVerifySpec read_write_verify_spec(const ConfigNode& programming, const ConductanceWindow& window, const CellUse& use,
                                       double read_voltage_v);

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
    field("controller_slices", &MacroActivity::controller_slices), field("input_bytes", &MacroActivity::input_bytes),
    field("output_bytes", &MacroActivity::output_bytes), field("array_energy_j", &MacroActivity::array_energy_j),
    field("busy_s", &MacroActivity::busy_s), field("programming_s", &MacroActivity::programming_s),
    field<Largest>("read_movement", &MacroActivity::read_movement));
/// Adds the activity of a macro to a total: sums, and the largest value for fields tagged Largest.
MacroActivity& operator+=(MacroActivity& total, const MacroActivity& part);
/// Counts a column group whose conversions took these clocks.
void count_conversion_clocks(MacroActivity& activity, std::uint32_t clocks);

}  // namespace memcosim
