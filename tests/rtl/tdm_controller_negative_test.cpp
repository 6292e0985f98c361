// SPDX-License-Identifier: Apache-2.0
// What rtl/tdm_controller.sv must not do, and the driver's mistakes that its assertions catch.
#include <cstdint>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "random_schedule.hpp"
#include "tdm_controller_dut.hpp"

namespace memcosim::rtl_test {
namespace {

/// Plays one MVM and a second start that is high at edge `second` alone; returns the number of done pulses.
int dones_with_second_start_at(const TdmSchedule& schedule, std::uint64_t second) {
  Dut dut;
  dut.configure(schedule);
  dut.reset();
  int dones = 0;
  for (std::uint64_t edge = 0; edge <= second + schedule.latency() + 1; ++edge) {
    dut.clock(edge == 0 || edge == second);
    dones += dut.pins().done ? 1 : 0;
  }
  return dones;
}

TEST(TdmControllerRtlNegative, AStartOneClockTooEarlyHasNoEffect) {
  std::mt19937_64 random(21);
  for (int run = 0; run < 300; ++run) {
    const TdmSchedule schedule = random_schedule(random);
    if (schedule.interval() == 1) continue;
    EXPECT_EQ(dones_with_second_start_at(schedule, schedule.interval() - 1), 1) << run;
    EXPECT_EQ(dones_with_second_start_at(schedule, schedule.interval()), 2) << run;
  }
}

TEST(TdmControllerRtlNegative, DoneIsNotOneClockEarlyAndOneClockLong) {
  std::mt19937_64 random(22);
  for (int run = 0; run < 300; ++run) {
    const TdmSchedule schedule = random_schedule(random);
    Dut dut;
    dut.configure(schedule);
    dut.reset();
    for (std::uint64_t edge = 0; edge < schedule.latency(); ++edge) {
      dut.clock(edge == 0);
      ASSERT_FALSE(dut.pins().done) << "run " << run << " edge " << edge;
    }
    dut.clock(false);
    EXPECT_TRUE(dut.pins().done) << run;
    dut.clock(false);
    EXPECT_FALSE(dut.pins().done) << run;
  }
}

TEST(TdmControllerRtlNegative, AssertionsCatchIllegalRegisters) {
  const auto start_with = [](const std::function<void(Vtdm_controller&)>& spoil) {
    TdmSchedule schedule;
    schedule.groups = 2;
    Dut dut;
    dut.configure(schedule);
    dut.reset();
    spoil(dut.model());
    dut.clock(true);
  };
  EXPECT_NO_THROW(start_with([](Vtdm_controller&) {}));
  EXPECT_THROW(start_with([](Vtdm_controller& m) { m.reg_slices = 0; }), RtlStopped);
  EXPECT_THROW(start_with([](Vtdm_controller& m) { m.reg_slices = 65; }), RtlStopped);
  EXPECT_THROW(start_with([](Vtdm_controller& m) { m.reg_groups = 0; }), RtlStopped);
  EXPECT_THROW(start_with([](Vtdm_controller& m) { m.reg_groups = 4097; }), RtlStopped);
  EXPECT_THROW(start_with([](Vtdm_controller& m) { m.reg_drive = 0; }), RtlStopped);
  EXPECT_THROW(start_with([](Vtdm_controller& m) { m.reg_adc_latency = 0; }), RtlStopped);
  EXPECT_THROW(start_with([](Vtdm_controller& m) { m.reg_adc_latency = 65537; }), RtlStopped);
  EXPECT_THROW(start_with([](Vtdm_controller& m) { m.reg_group_step = m.reg_mux; }), RtlStopped);
  EXPECT_THROW(start_with([](Vtdm_controller& m) { m.reg_slot -= 1; }), RtlStopped);
  EXPECT_THROW(start_with([](Vtdm_controller& m) { m.reg_settle = static_cast<SData>(m.reg_slot); }), RtlStopped);
}

TEST(TdmControllerRtlNegative, AssertionsCatchRegistersThatChangeInFlight) {
  Dut dut;
  dut.configure(TdmSchedule{});
  dut.reset();
  dut.clock(true);
  dut.clock(false);
  dut.model().reg_mux = 2;
  EXPECT_THROW(dut.clock(false), RtlStopped);
}

}  // namespace
}  // namespace memcosim::rtl_test
