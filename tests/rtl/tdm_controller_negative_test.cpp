// SPDX-License-Identifier: Apache-2.0
// What rtl/tdm_controller.sv must not do, and the driver's mistakes that its assertions catch.
#include <cstdint>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "memcosim/rtl/bridge/tdm_registers.hpp"

#include "random_schedule.hpp"
#include "tdm_controller_dut.hpp"

namespace memcosim::rtl_test {
namespace {

bool done(const Dut& dut) {
  return (dut.pins().strobes & TdmControllerPins::done) != 0;
}

/// Plays one MVM and a second start that is high at edge `second` alone; returns the number of done pulses.
int dones_with_second_start_at(const TdmSchedule& schedule, std::uint64_t second) {
  Dut dut;
  dut.configure(schedule);
  dut.reset();
  int dones = 0;
  for (std::uint64_t edge = 0; edge <= second + schedule.latency() + 1; ++edge) {
    dut.clock(edge == 0 || edge == second);
    dones += done(dut) ? 1 : 0;
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
      ASSERT_FALSE(done(dut)) << "run " << run << " edge " << edge;
    }
    dut.clock(false);
    EXPECT_TRUE(done(dut)) << run;
    dut.clock(false);
    EXPECT_FALSE(done(dut)) << run;
  }
}

TEST(TdmControllerRtlNegative, RulesCatchIllegalRegisters) {
  using Registers = TdmControllerPins::Registers;
  const auto start_with = [](const std::function<void(Registers&)>& spoil) {
    TdmSchedule schedule;
    schedule.groups = 2;
    Dut dut;
    dut.configure(schedule);
    dut.reset();
    Registers registers = tdm_registers(schedule);
    spoil(registers);
    dut.set_registers(registers);
    dut.clock(true);
  };
  EXPECT_NO_THROW(start_with([](Registers&) {}));
  EXPECT_THROW(start_with([](Registers& r) { r.values.slices = 0; }), RtlStopped);
  EXPECT_THROW(start_with([](Registers& r) { r.values.slices = 65; }), RtlStopped);
  EXPECT_THROW(start_with([](Registers& r) { r.values.groups = 0; }), RtlStopped);
  EXPECT_THROW(start_with([](Registers& r) { r.values.groups = 4097; }), RtlStopped);
  EXPECT_THROW(start_with([](Registers& r) { r.values.adc_latency = 0; }), RtlStopped);
  EXPECT_THROW(start_with([](Registers& r) { r.values.adc_latency = 65537; }), RtlStopped);
  EXPECT_THROW(start_with([](Registers& r) { r.values.group_step = r.values.mux; }), RtlStopped);
  EXPECT_THROW(start_with([](Registers& r) { r.values.held = r.values.group_step + r.values.mux; }), RtlStopped);
  EXPECT_NO_THROW(start_with([](Registers& r) { r.values.held = r.values.group_step + r.values.mux + 1; }));
  EXPECT_THROW(start_with([](Registers& r) { r.values.held = 1073741823; }), RtlStopped);
  EXPECT_THROW(start_with([](Registers& r) { r.steps[0].drive = 0; }), RtlStopped);
  EXPECT_THROW(start_with([](Registers& r) { r.steps[0].converts = false; }), RtlStopped);
}

TEST(TdmControllerRtlNegative, RulesCatchRegistersThatChangeInFlight) {
  for (std::uint32_t TdmRegisterValues::*const value :
       {&TdmRegisterValues::mux, &TdmRegisterValues::slices, &TdmRegisterValues::held, &TdmRegisterValues::pipelined}) {
    Dut dut;
    dut.configure(TdmSchedule{});
    dut.reset();
    dut.clock(true);
    dut.clock(false);
    TdmControllerPins::Registers changed = tdm_registers(TdmSchedule{});
    changed.values.*value ^= 1u;
    dut.set_registers(changed);
    EXPECT_THROW(dut.clock(false), RtlStopped);
  }
}

TEST(TdmControllerRtlNegative, RulesCatchMoreConversionsInFlightThanThereIsRoomFor) {
  TdmSchedule schedule;
  schedule.groups = 40;
  schedule.mux = 0;
  schedule.adc = {32, 2};
  TdmControllerPins::Registers registers = tdm_registers(schedule);
  registers.values.group_step = 1;
  Dut dut;
  dut.reset();
  dut.set_registers(registers);
  dut.clock(true);
  const auto play = [&] {
    for (int clock = 0; clock < 40; ++clock)
      dut.clock(false);
  };
  EXPECT_THROW(play(), RtlStopped);
}

}  // namespace
}  // namespace memcosim::rtl_test
