// SPDX-License-Identifier: Apache-2.0
// Specifications that cannot be built are refused with a message, before anything is simulated.

#include <functional>
#include <memory>
#include <string>
#include <systemc>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"

#include "macro_bench.hpp"

namespace memcosim::macro_test {
namespace {

std::string refusal(Arrays& arrays, ArrayId array, const std::function<void(MacroSpec&)>& change,
                    TimingLevel level = TimingLevel::loosely_timed) {
  MacroSpec spec = small_spec(level);
  change(spec);
  try {
    const Macro macro("macro", spec, arrays.backend(), array);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(MacroConstruction, RefusesImpossibleSpecifications) {
  Arrays arrays;
  const MacroSpec good = small_spec(TimingLevel::loosely_timed);
  const ArrayId array = arrays.add(good);
  const auto refused = [&](const std::function<void(MacroSpec&)>& change) { return refusal(arrays, array, change); };
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.rows = 17; }), testing::HasSubstr("rows"));
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.columns = 10; }), testing::HasSubstr("columns"));
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.read_voltage_v = 0.3; }), testing::HasSubstr("read voltage"));
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.readout.input_bits = 17; }), testing::HasSubstr("input_bits"));
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.readout.dac.bits = 0; }), testing::HasSubstr("dac.bits"));
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.readout.adc.bits = 25; }), testing::HasSubstr("adc.bits"));
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.readout.encoding = &encodings::differential_analog; }), testing::HasSubstr("signed"));
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.columns_per_adc = 0; }), testing::HasSubstr("columns_per_adc"));
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.timing.bus_bytes_per_clock = 0; }), testing::HasSubstr("bus_bytes_per_clock"));
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.timing.drive_s = 0.0; }), testing::HasSubstr("drive"));
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.timing.clock_period_s = 1e-9 / 3.0; }), testing::HasSubstr("time resolution"));
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.timing.clock_period_s = 1e-13; }), testing::HasSubstr("time resolution"));
  const auto loosely = testing::HasSubstr("approximately_timed");
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.digital.tdm_controller = "yours"; }), loosely);
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.digital.accumulator = "yours"; }), loosely);
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.digital.converter_logic = "yours"; }), loosely);
  EXPECT_THAT(refused([](MacroSpec& spec) { spec.digital.compare = SumComparison::count; }), loosely);
  MacroSpec odd = good;
  odd.columns = 11;
  const ArrayId odd_array = arrays.add(odd);
  EXPECT_THAT(refusal(arrays, odd_array, [](MacroSpec& spec) { spec.columns = 11; }), testing::HasSubstr("2 bit lines for each output"));

  // What was refused has left nothing behind that disturbs a good macro.
  Bench bench("bench", arrays.backend(), array, good, [good](Agent& agent) {
    agent.start(input_codes(good, 0));
    agent.read_outputs(6);
  });
  sc_core::sc_start();
  EXPECT_TRUE(bench.initiator.finished());
}

/// No simulation follows: SystemC keeps the processes of a module that is destroyed.
TEST(MacroConstruction, BuildsPossibleSpecifications) {
  Arrays arrays;
  const ArrayId array = arrays.add(small_spec(TimingLevel::loosely_timed));
  EXPECT_EQ(refusal(arrays, array, [](MacroSpec& spec) { spec.timing.clock_period_s = 2.5e-9; }), "");
  EXPECT_EQ(refusal(
                arrays, array, [](MacroSpec&) {}, TimingLevel::approximately_timed),
            "");
  // An array has no readout of its own, so every macro may read it in its own way.
  EXPECT_EQ(refusal(arrays, array, [](MacroSpec& spec) { spec.readout.encoding = &encodings::single; }), "");
  EXPECT_EQ(refusal(arrays, array, [](MacroSpec& spec) { spec.readout.dac.bits = 2; }), "");
}

}  // namespace
}  // namespace memcosim::macro_test
