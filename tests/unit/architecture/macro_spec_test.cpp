// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/macro_spec.hpp"

#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim {
namespace {

MacroSpec read_spec(const std::string& yaml) {
  const ConfigDocument document = ConfigDocument::from_text(yaml, "test.yaml");
  const MacroSpec spec = read_macro_spec(document.root().map("macro"));
  document.finish();
  return spec;
}

TEST(MacroSpec, ReadsEveryKey) {
  const MacroSpec spec = read_spec(R"(
macro:
  clock: 2 ns
  columns_per_adc: 16
  bus_bytes_per_clock: 64
  dac: {bits: 2}
  adc: {kind: pipeline, bits: 6, sharing: blocked, noise_lsb: 0.25, latency: 7, interval: 2}
  timing: {drive: 3 ns, settle: 10 ns, sample: 1 ns, mux: 0 ns, accumulate_latency: 3, accumulate_interval: 2, pipelined: false, overlap: converter}
)");
  EXPECT_DOUBLE_EQ(spec.timing.clock_period_s, 2e-9);
  EXPECT_EQ(spec.columns_per_adc, 16u);
  EXPECT_EQ(spec.timing.bus_bytes_per_clock, 64u);
  EXPECT_EQ(spec.readout.dac.bits, 2u);
  EXPECT_EQ(spec.timing.adc_kind, &converter_kind("pipeline"));
  EXPECT_EQ(spec.readout.adc.bits, 6u);
  EXPECT_EQ(spec.readout.curves.front().noise_lsb, 0.25);
  EXPECT_EQ(spec.adc_sharing, AdcSharing::blocked);

  const TdmSchedule schedule = spec.schedule();
  EXPECT_EQ(schedule.slices(), 4u);              // 8-bit inputs, 2 bits at a time
  EXPECT_EQ(schedule.groups, 16u);               // 128 columns on 8 converters
  EXPECT_EQ(schedule.steps.front().clocks, 2u);  // 1.5 clocks, rounded up
  EXPECT_EQ(schedule.settle, 5u);
  EXPECT_EQ(schedule.sample, 1u);
  EXPECT_EQ(schedule.mux, 0u);
  EXPECT_EQ(schedule.adc.latency, 7u);
  EXPECT_EQ(schedule.adc.interval, 2u);
  EXPECT_EQ(schedule.accumulate_latency, 3u);
  EXPECT_EQ(schedule.accumulate_interval, 2u);
  EXPECT_FALSE(schedule.pipelined);
  EXPECT_EQ(schedule.overlap, StepOverlap::converter);
}

TEST(MacroSpec, DefaultsAreThoseOfTheStruct) {
  const MacroSpec spec = read_spec("macro: {}");
  const MacroSpec plain;
  EXPECT_EQ(spec.schedule().latency(), plain.schedule().latency());
  EXPECT_EQ(spec.schedule().adc.latency, 9u);  // SAR of 8 bits
  EXPECT_EQ(spec.timing.clock_period_s, plain.timing.clock_period_s);
}

/// Clocks between the starts of two of the equal slices.
std::uint64_t slot(const TdmSchedule& schedule) {
  return schedule.interval() / schedule.slices();
}

TEST(MacroSpec, ConvertsTheColumnsInUseAlone) {
  MacroSpec spec = read_spec("macro: {}");  // 128 columns, 8 for each of 16 converters
  EXPECT_EQ(spec.adc_sharing, AdcSharing::interleaved);
  EXPECT_EQ(spec.schedule().groups, 8u);
  EXPECT_EQ(slot(spec.schedule()), 81u);
  EXPECT_EQ(spec.schedule(32).groups, 2u);
  EXPECT_EQ(slot(spec.schedule(32)), 21u);
  EXPECT_EQ(spec.schedule(1).groups, 1u);
  spec.adc_sharing = AdcSharing::blocked;
  EXPECT_EQ(slot(spec.schedule()), 81u);
  EXPECT_EQ(spec.schedule(32).groups, 8u);
  EXPECT_EQ(spec.schedule(3).groups, 3u);
}

TEST(MacroSpec, ConfiguredConverterTimesHoldForEveryNumberOfBits) {
  MacroSpec spec;
  EXPECT_EQ(spec.converter_timing({10}).latency, 11u);
  EXPECT_EQ(spec.converter_timing({10}).interval, 11u);
  spec.timing.adc_latency = 25;
  EXPECT_EQ(spec.converter_timing({10}).latency, 25u);
  EXPECT_EQ(spec.converter_timing({10}).interval, 11u);
  spec.timing.adc_interval = 3;
  EXPECT_EQ(spec.converter_timing({8}).interval, 3u);
  EXPECT_THROW(spec.converter_timing({0}), std::logic_error);
  EXPECT_THROW(spec.converter_timing({25}), std::logic_error);
}

TEST(MacroSpec, StepsOfTheirOwnReplaceTheDriveTime) {
  MacroSpec spec;
  spec.readout.input_bits = 3;
  spec.timing.steps = {{2, true}, {40, false}, {9, true}};
  const TdmSchedule schedule = spec.schedule();
  EXPECT_EQ(schedule.slices(), 3u);
  EXPECT_EQ(schedule.converting_steps(), 2u);
  EXPECT_DOUBLE_EQ(spec.step_s(1), 46e-9) << "drive, settle and sample";
  EXPECT_DOUBLE_EQ(spec.slice_s(), (8e-9 + 46e-9 + 15e-9) / 3);
  spec.timing.steps.pop_back();
  EXPECT_THROW(spec.schedule(), InputError) << "two steps for three slices";
}

TEST(MacroSpec, TheKindOfConverterDecidesWhenItWorks) {
  class CounterDuringDrive final : public ConverterKind {
   public:
    const char* name() const override { return "counter"; }
    const char* summary() const override { return "counts while the rows are driven"; }
    AdcTiming timing(const ConverterSetting& /*setting*/) const override { return {2, 2}; }
    bool during_drive() const override { return true; }
  };
  const CounterDuringDrive kind;
  MacroSpec spec;
  EXPECT_FALSE(spec.schedule().during_drive);
  spec.timing.adc_kind = &kind;
  EXPECT_TRUE(spec.schedule().during_drive);
  EXPECT_DOUBLE_EQ(spec.step_s(0), 8 * 7e-9) << "the drive is repeated for each of 8 groups";
}

TEST(MacroSpec, RowsAreDrivenAsTheCodingSays) {
  const MacroSpec volts = read_spec("macro: {dac: {bits: 3}, timing: {drive: 2 ns, settle: 5 ns, sample: 1 ns}}");
  EXPECT_EQ(volts.schedule().steps.front().clocks, 2u);
  EXPECT_DOUBLE_EQ(volts.step_s(0), 8e-9) << "until the columns are held";
  EXPECT_DOUBLE_EQ(volts.slice_s(), 8e-9);
  const MacroSpec pulses = read_spec("macro: {dac: {bits: 3, coding: pulse_width}, timing: {drive: 2 ns, settle: 5 ns, sample: 1 ns}}");
  EXPECT_EQ(pulses.schedule().steps.front().clocks, 14u) << "7 unit pulses";
  EXPECT_EQ(pulses.schedule().driven(0) - volts.schedule().driven(0), 12u);
  EXPECT_DOUBLE_EQ(pulses.step_s(0), 14e-9) << "the pulses alone";
  EXPECT_DOUBLE_EQ(pulses.slice_s(), 14e-9);
  MacroSpec endless = pulses;
  endless.readout.dac.bits = 16;
  endless.timing.drive_s = 1e-4;
  EXPECT_THROW(endless.schedule(), InputError);
}

TEST(MacroSpec, ClocksOfConversionsAreThoseOfTheSlowestCodeOfAGroup) {
  MacroSpec spec = read_spec("macro: {columns_per_adc: 2, adc: {kind: charge_decrement, bits: 6}}");
  spec.columns = 4;
  spec.readout.input_bits = 2;
  spec.readout.dac.bits = 1;
  // Columns 0 and 1 are converted first (two converters, interleaved), then 2 and 3.
  const std::vector<std::int32_t> codes = {3, 9, 4, 1, 0, 0, 60, 63};
  EXPECT_TRUE(spec.has_code_dependent_times());
  EXPECT_THAT(spec.conversion_clocks(codes, 4), testing::ElementsAre(10u, 5u, 1u, 63u));
  EXPECT_THAT(spec.conversion_clocks(codes, 3), testing::ElementsAre(10u, 5u, 1u, 61u));
  EXPECT_THAT(spec.conversion_clocks(codes, 2), testing::ElementsAre(10u, 1u));
}

TEST(MacroSpec, SharesConvertersEvenly) {
  MacroSpec spec;
  const auto shape = [&spec](std::uint32_t columns, std::uint32_t columns_per_adc, const WeightEncoding* encoding) {
    spec.columns = columns;
    spec.columns_per_adc = columns_per_adc;
    spec.readout.encoding = encoding;
    return std::pair{spec.adcs(), spec.schedule().groups};
  };
  EXPECT_EQ(shape(128, 8, &encodings::differential_digital), std::pair(16u, 8u));
  EXPECT_EQ(shape(128, 8, &encodings::differential_analog), std::pair(8u, 8u));
  EXPECT_EQ(shape(10, 4, &encodings::single), std::pair(3u, 4u));
  EXPECT_EQ(shape(9, 4, &encodings::single), std::pair(3u, 3u));  // 3 converters need 3 groups, not 4
  EXPECT_EQ(shape(5, 128, &encodings::single), std::pair(1u, 5u));
}

TEST(MacroSpec, RefusesImpossibleSchedules) {
  MacroSpec spec;
  spec.columns_per_adc = 0;
  EXPECT_THROW(spec.adcs(), InputError);
  spec = MacroSpec{};
  spec.timing.drive_s = 0.0;
  EXPECT_THROW(spec.schedule(), InputError);
  spec = MacroSpec{};
  spec.timing.settle_s = 10.0;
  EXPECT_THROW(spec.schedule(), InputError);
  EXPECT_THROW(read_spec("macro: {adc: {kind: sigma}}"), ConfigError);
  EXPECT_THROW(read_spec("macro: {adc: {sharing: all}}"), ConfigError);
  EXPECT_THROW(read_spec("macro: {timing: {overlap: none}}"), ConfigError);
  EXPECT_THROW(read_spec("macro: {clock: 0 ns}"), ConfigError);
  EXPECT_THROW(read_spec("macro: {timing: {drive: 1 V}}"), ConfigError);
}

WriteVerifySpec read_programming(const std::string& yaml, const ConductanceWindow& window) {
  const ConfigDocument document = ConfigDocument::from_text(yaml, "test.yaml");
  const WriteVerifySpec spec =
      read_write_verify_spec(document.root().map("programming"), window, cell_use(default_cell_spec("vteam")), 0.15);
  document.finish();
  return spec;
}

constexpr ConductanceWindow window{2e-6, 80e-6, 16};

TEST(WriteVerifySpecReader, DerivesDefaultsFromTheWindow) {
  const WriteVerifySpec spec = read_programming("programming: {}", window);
  EXPECT_DOUBLE_EQ(spec.verify.full_scale_s, 100e-6);
  EXPECT_EQ(spec.verify.bits, 10u);
  EXPECT_EQ(spec.verify.read_voltage_v, 0.15);  // of the array
  EXPECT_DOUBLE_EQ(spec.tolerance_s, 0.78e-6);
  EXPECT_NO_THROW(check(spec));
  // With few verify bits one LSB is more than a hundredth of the window.
  const WriteVerifySpec coarse = read_programming("programming: {verify: {bits: 5}}", window);
  EXPECT_DOUBLE_EQ(coarse.tolerance_s, 100e-6 / 31);
  EXPECT_NO_THROW(check(coarse));
}

TEST(WriteVerifySpecReader, ReadsEveryKey) {
  const WriteVerifySpec spec = read_programming(R"(
programming:
  set: {start: 0.9 V, step: 20 mV, limit: 1.5 V, duration: 50 ns}
  reset: {start: 0.8 V, step: 10 mV, limit: 1.4 V, duration: 60 ns}
  verify: {bits: 8, full_scale: 90 uS, averaging: 4, noise_lsb: 0.5, read_voltage: 0.1 V, read_duration: 20 ns}
  tolerance: 1 uS
  max_pulses: 50
  max_reversals: 5
  confirm_reads: 2
  row_parallel: false
)",
                                                window);
  EXPECT_EQ(spec.set.start_v, 0.9);
  EXPECT_EQ(spec.set.step_v, 0.02);
  EXPECT_EQ(spec.set.limit_v, 1.5);
  EXPECT_DOUBLE_EQ(spec.set.duration_s, 50e-9);
  EXPECT_EQ(spec.reset.start_v, 0.8);
  EXPECT_DOUBLE_EQ(spec.reset.duration_s, 60e-9);
  EXPECT_EQ(spec.verify.bits, 8u);
  EXPECT_DOUBLE_EQ(spec.verify.full_scale_s, 90e-6);
  EXPECT_EQ(spec.verify.averaging, 4u);
  EXPECT_EQ(spec.verify.noise_lsb, 0.5);
  EXPECT_EQ(spec.verify.read_voltage_v, 0.1);
  EXPECT_DOUBLE_EQ(spec.verify.read_duration_s, 20e-9);
  EXPECT_DOUBLE_EQ(spec.tolerance_s, 1e-6);
  EXPECT_EQ(spec.max_pulses, 50u);
  EXPECT_EQ(spec.max_reversals, 5u);
  EXPECT_EQ(spec.confirm_reads, 2u);
  EXPECT_FALSE(spec.row_parallel);
}

TEST(WriteVerifySpecReader, NamesThePlaceOfAnInconsistency) {
  try {
    read_programming("programming: {tolerance: 1 nS}", window);
    FAIL() << "a band below one LSB";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("programming"));
  }
}

}  // namespace
}  // namespace memcosim
