// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <gsl/span>

#include "memcosim/architecture/column_multiplexer.hpp"
#include "memcosim/architecture/tdm_schedule.hpp"
#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/costs/component_costs.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim {

class ConfigNode;
struct CellUse;

/// Level of timing (docs/architecture.md). RTL blocks need approximately_timed; their pins then change every clock.
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

/// What follows when the sums of an accumulator block differ from those of the functional core.
enum class SumComparison {
  stop,   ///< an error at the first MVM whose sums differ
  count,  ///< the host gets the sums of the block, and MVMs that differ are counted; only for values computed at their event
};

/// Name of the SystemC model of each digital block.
inline constexpr const char* model_block = "model";

/// Names of the digital blocks of a macro; sc_models/macro/digital_blocks.hpp gives each its factory. Blocks other than the model need
/// approximately_timed, except the writer.
struct DigitalSpec {
  std::string tdm_controller = model_block;
  std::string accumulator = model_block;
  std::string writer = model_block;
  std::string converter_logic = model_block;
  SumComparison compare = SumComparison::stop;

  /// True if the codes of the functional core can become other sums than its own.
  bool changes_sums() const { return accumulator != model_block || converter_logic != model_block; }
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
  DigitalSpec digital;
  bool keep_pulses = false;  ///< the writer records every pulse (CellWriter::kept_pulses)
  TimingLevel level = TimingLevel::loosely_timed;
  ComponentCosts costs;

  ColumnMultiplexer multiplexer() const;  ///< InputError for columns_per_adc 0
  std::uint32_t adcs() const { return multiplexer().converters(); }
  /// Setting of the converters for products.
  const ConverterSetting& converter_setting() const { return readout.adc; }
  /// Latency and interval of a conversion in the macro's converters.
  AdcTiming converter_timing(const ConverterSetting& setting) const;
  /// True if the clocks of a conversion depend on its code; configured latencies and intervals are those of every conversion.
  bool has_code_dependent_times() const { return timing.adc_kind->code_dependent() && timing.adc_latency == 0 && timing.adc_interval == 0; }
  /// Clocks of the slowest conversion of each step and group (slices x groups) of a product whose first conversions are used, from its codes
  /// (slices x all conversions).
  std::vector<std::uint32_t> conversion_clocks(gsl::span<const std::int32_t> codes, std::uint32_t used_conversions) const;
  /// Schedule of a product that uses every column.
  TdmSchedule schedule() const { return schedule(readout.conversions(columns)); }
  /// Schedule of a product that uses only the first converted columns.
  TdmSchedule schedule(std::uint32_t used_converted_columns) const;
  /// Clocks of the drive of a step of equal steps; InputError where they are too many.
  std::uint32_t drive_clocks() const;
  /// Time for which a step drives a row with the highest code, s: the t of V^2 G t.
  double step_s(std::uint32_t step) const;
  /// Mean of step_s() over the steps of an MVM, s: the t of the movement of cells by reads.
  double slice_s() const;

 private:
  std::uint64_t driven_clocks(const TdmSchedule& schedule, std::uint32_t step) const;
};

/// Reads `macro: {clock, columns_per_adc, bus_bytes_per_clock, dac: {bits, coding}, adc: {kind, bits, sharing, noise_lsb, gain, offset_lsb,
/// latency, interval}, timing: {drive, settle, sample, mux, accumulate_latency, accumulate_interval, pipelined, overlap}}`. Array size, voltage and
/// encoding come from other sections. `default_settle_s`: default settle time, s, as a function of the bits of the ADC; empty: that of
/// MacroTiming.
MacroSpec read_macro_spec(const ConfigNode& macro, const std::function<double(unsigned adc_bits)>& default_settle_s = {});
/// Reads `programming: {set: {start, step, limit, duration}, reset: {...}, verify: {...}, tolerance, max_pulses, ...}`; `use` holds the
/// defaults that suit the device; verify reads have the array's read voltage unless they name another.
WriteVerifySpec read_write_verify_spec(const ConfigNode& programming, const ConductanceWindow& window, const CellUse& use,
                                       double read_voltage_v);

}  // namespace memcosim
