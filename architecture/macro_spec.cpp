// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/macro_spec.hpp"

#include <algorithm>
#include <string>

#include "memcosim/architecture/clock_count.hpp"
#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/devices/presets/cell_use.hpp"

namespace memcosim {

namespace {

constexpr std::int64_t max_phase_clocks = std::int64_t{1} << 30;  // so that sums of phases cannot overflow

std::uint32_t phase_clocks(const char* phase, double seconds, double clock_period_s) {
  const double clocks = seconds / clock_period_s;
  if (!(clocks >= 0.0 && clocks <= static_cast<double>(max_phase_clocks))) {
    throw InputError("the phase '" + std::string(phase) + "' takes " + format_quantity(seconds, Dimension::time) + ", " +
                     std::to_string(clocks) + " clocks of " + format_quantity(clock_period_s, Dimension::time) + ": give 0 to 2^30 clocks");
  }
  return static_cast<std::uint32_t>(clocks_covering(seconds, clock_period_s));
}

PulseRamp read_ramp(const ConfigNode& ramp, const PulseRamp& fallback) {
  PulseRamp read;
  read.start_v = ramp.quantity("start", Dimension::voltage, cell_voltages, fallback.start_v);
  read.step_v = ramp.quantity("step", Dimension::voltage, Range::non_negative(), fallback.step_v);
  read.limit_v = ramp.quantity("limit", Dimension::voltage, cell_voltages, fallback.limit_v);
  read.duration_s = ramp.quantity("duration", Dimension::time, Range::positive(), fallback.duration_s);
  return read;
}

std::vector<std::string> converter_names() {
  std::vector<std::string> names;
  for (const ConverterKind* kind : converter_kinds())
    names.emplace_back(kind->name());
  return names;
}

PulseRamp ramp_of(const PulseHint& hint) {
  return {hint.start_v, hint.step_v, hint.limit_v, hint.duration_s};
}

}  // namespace

ColumnMultiplexer MacroSpec::multiplexer() const {
  if (columns_per_adc == 0) throw InputError("columns_per_adc is 0: give at least 1 column for each converter");
  return {readout.conversions(columns), columns_per_adc, adc_sharing};
}

AdcTiming MacroSpec::converter_timing(const ConverterSetting& setting) const {
  check(setting);
  AdcTiming converter = timing.adc_kind->timing(setting);
  if (timing.adc_latency != 0) converter.latency = timing.adc_latency;
  if (timing.adc_interval != 0) converter.interval = timing.adc_interval;
  return converter;
}

std::vector<std::uint32_t> MacroSpec::conversion_clocks(gsl::span<const std::int32_t> codes, std::uint32_t used_conversions) const {
  const ColumnMultiplexer columns_of_array = multiplexer();
  const std::uint32_t groups = columns_of_array.groups(used_conversions);
  const std::size_t slices = readout.slices();
  std::vector<std::uint32_t> clocks;
  clocks.reserve(slices * groups);
  for (std::size_t slice = 0; slice < slices; ++slice) {
    const std::int32_t* of_slice = codes.data() + slice * columns_of_array.columns;
    for (std::uint32_t group = 0; group < groups; ++group) {
      const ColumnGroup converted = columns_of_array.columns_of(group, used_conversions);
      std::uint32_t slowest = 1;
      for (std::uint32_t column = converted.first; column < converted.end; column += converted.stride)
        slowest = std::max(slowest, timing.adc_kind->clocks(readout.adc, of_slice[column]));
      clocks.push_back(slowest);
    }
  }
  return clocks;
}

TdmSchedule MacroSpec::schedule(std::uint32_t used_converted_columns) const {
  const auto clocks = [this](const char* phase, double seconds) { return phase_clocks(phase, seconds, timing.clock_period_s); };
  TdmSchedule schedule;
  schedule.steps = timing.steps.empty() ? equal_steps(readout.slices(), drive_clocks()) : timing.steps;
  if (schedule.slices() != readout.slices()) {
    throw InputError("the readout has " + std::to_string(readout.slices()) + " slices, its schedule " + std::to_string(schedule.slices()) +
                     " drive steps: give one step for each slice");
  }
  schedule.groups = multiplexer().groups(used_converted_columns);
  schedule.settle = clocks("settle", timing.settle_s);
  schedule.sample = clocks("sample", timing.sample_s);
  schedule.mux = clocks("mux", timing.mux_s);
  schedule.adc = converter_timing(converter_setting());
  schedule.accumulate_latency = timing.accumulate_latency;
  schedule.accumulate_interval = timing.accumulate_interval;
  schedule.pipelined = timing.pipelined;
  schedule.overlap = timing.overlap;
  schedule.during_drive = timing.adc_kind->during_drive();
  check(schedule);
  return schedule;
}

std::uint32_t MacroSpec::drive_clocks() const {
  const std::uint64_t clocks = readout.coding->drive_clocks(readout.dac.bits, phase_clocks("drive", timing.drive_s, timing.clock_period_s));
  if (clocks > static_cast<std::uint64_t>(max_phase_clocks)) {
    throw InputError("macro.dac.coding " + std::string(readout.coding->name) + " with " + std::to_string(readout.dac.bits) +
                     " DAC bits drives the rows for " + std::to_string(clocks) +
                     " clocks, at most 2^30 are possible: lower macro.dac.bits, or macro.timing.drive, which is the unit pulse");
  }
  return static_cast<std::uint32_t>(clocks);
}

std::uint64_t MacroSpec::driven_clocks(const TdmSchedule& schedule, std::uint32_t step) const {
  return readout.coding->timed ? schedule.steps[step].clocks : schedule.driven(step);
}

double MacroSpec::step_s(std::uint32_t step) const {
  return static_cast<double>(driven_clocks(schedule(), step)) * timing.clock_period_s;
}

double MacroSpec::slice_s() const {
  const TdmSchedule all_steps = schedule();
  std::uint64_t driven = 0;
  for (std::uint32_t step = 0; step < all_steps.slices(); ++step)
    driven += driven_clocks(all_steps, step);
  return static_cast<double>(driven) / all_steps.slices() * timing.clock_period_s;
}

MacroSpec read_macro_spec(const ConfigNode& macro, const std::function<double(unsigned adc_bits)>& default_settle_s) {
  MacroSpec spec;
  MacroTiming& timing = spec.timing;
  timing.clock_period_s = macro.quantity("clock", Dimension::time, Range::positive(), timing.clock_period_s);
  spec.columns_per_adc = static_cast<std::uint32_t>(macro.integer("columns_per_adc", 1, 1 << 20, spec.columns_per_adc));
  timing.bus_bytes_per_clock = static_cast<std::uint32_t>(macro.integer("bus_bytes_per_clock", 1, 1 << 20, timing.bus_bytes_per_clock));

  const ConfigNode dac = macro.map("dac");
  spec.readout.dac.bits = static_cast<unsigned>(dac.integer("bits", 1, 16, spec.readout.dac.bits));
  std::vector<std::string> coding_names;
  for (const InputCoding* coding : input_codings())
    coding_names.emplace_back(coding->name);
  spec.readout.coding = input_codings()[dac.choice("coding", coding_names, coding_names.front())];

  const ConfigNode adc = macro.map("adc");
  timing.adc_kind = converter_kinds()[adc.choice("kind", converter_names(), converter_kinds().front()->name())];
  spec.readout.adc.bits = static_cast<unsigned>(adc.integer("bits", 1, 24, spec.readout.adc.bits));
  spec.adc_sharing =
      adc.one_of<AdcSharing>("sharing", {{"interleaved", AdcSharing::interleaved}, {"blocked", AdcSharing::blocked}}, "interleaved");
  ConverterCurve& curve = spec.readout.curves.front();
  curve.noise_lsb = adc.number("noise_lsb", Range::non_negative(), curve.noise_lsb);
  curve.gain = adc.number("gain", Range::between(0.01, 100.0), curve.gain);
  curve.offset_lsb = adc.number("offset_lsb", Range::between(-1e6, 1e6), curve.offset_lsb);
  timing.adc_latency = static_cast<std::uint32_t>(adc.integer("latency", 0, max_phase_clocks, timing.adc_latency));
  timing.adc_interval = static_cast<std::uint32_t>(adc.integer("interval", 0, max_phase_clocks, timing.adc_interval));

  const ConfigNode phases = macro.map("timing");
  timing.drive_s = phases.quantity("drive", Dimension::time, Range::positive(), timing.drive_s);
  if (default_settle_s) timing.settle_s = default_settle_s(spec.readout.adc.bits);
  timing.settle_s = phases.quantity("settle", Dimension::time, Range::non_negative(), timing.settle_s);
  timing.sample_s = phases.quantity("sample", Dimension::time, Range::non_negative(), timing.sample_s);
  timing.mux_s = phases.quantity("mux", Dimension::time, Range::non_negative(), timing.mux_s);
  timing.accumulate_latency =
      static_cast<std::uint32_t>(phases.integer("accumulate_latency", 0, max_phase_clocks, timing.accumulate_latency));
  timing.accumulate_interval =
      static_cast<std::uint32_t>(phases.integer("accumulate_interval", 0, max_phase_clocks, timing.accumulate_interval));
  timing.pipelined = phases.boolean("pipelined", timing.pipelined);
  timing.overlap = phases.one_of<StepOverlap>("overlap", {{"slice", StepOverlap::slice}, {"converter", StepOverlap::converter}}, "slice");
  return spec;
}

WriteVerifySpec read_write_verify_spec(const ConfigNode& programming, const ConductanceWindow& window, const CellUse& use,
                                       double read_voltage_v) {
  WriteVerifySpec spec;
  spec.set = read_ramp(programming.map("set"), ramp_of(use.set));
  spec.reset = read_ramp(programming.map("reset"), ramp_of(use.reset));

  const ConfigNode verify = programming.map("verify");
  spec.verify.bits = static_cast<unsigned>(verify.integer("bits", 1, 24, spec.verify.bits));
  // 25 % above the window, so that verify reads can measure overshoot and relaxation above the highest target.
  spec.verify.full_scale_s = verify.quantity("full_scale", Dimension::conductance, Range::positive(), 1.25 * window.g_max);
  spec.verify.averaging = static_cast<unsigned>(verify.integer("averaging", 1, 1 << 16, spec.verify.averaging));
  spec.verify.noise_lsb = verify.number("noise_lsb", Range::non_negative(), spec.verify.noise_lsb);
  spec.verify.read_voltage_v = verify.quantity("read_voltage", Dimension::voltage, cell_voltages, read_voltage_v);
  spec.verify.read_duration_s = verify.quantity("read_duration", Dimension::time, Range::non_negative(), 10e-9);

  const double lsb = spec.verify.full_scale_s / static_cast<double>((1u << spec.verify.bits) - 1u);
  spec.tolerance_s =
      programming.quantity("tolerance", Dimension::conductance, Range::positive(), std::max(0.01 * (window.g_max - window.g_min), lsb));
  spec.confirm_reads = static_cast<std::uint32_t>(programming.integer("confirm_reads", 0, 1000, spec.confirm_reads));
  // The default for devices with very small steps can exceed the largest number of pulses with addressable verify reads.
  const std::uint32_t by_default = std::min(use.max_pulses, most_verified_pulses(spec.confirm_reads, spec.verify.averaging));
  spec.max_pulses = static_cast<std::uint32_t>(programming.integer("max_pulses", 1, 1'000'000, by_default));
  spec.max_reversals = static_cast<std::uint32_t>(programming.integer("max_reversals", 0, 1'000'000, use.max_reversals));
  spec.row_parallel = programming.boolean("row_parallel", spec.row_parallel);
  try {
    check(spec);
  } catch (const InputError& error) {
    programming.fault("", error.what());
  }
  return spec;
}

}  // namespace memcosim
