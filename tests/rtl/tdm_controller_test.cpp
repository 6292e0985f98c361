// SPDX-License-Identifier: Apache-2.0
// rtl/tdm_controller.sv against the formulas of TdmSchedule: every output pin at every clock.
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "random_schedule.hpp"
#include "tdm_controller_dut.hpp"
#include "tdm_controller_expectation.hpp"
#include "tdm_stimulus.hpp"

namespace memcosim::rtl_test {
namespace {

using Strobes = TdmControllerPins::Strobe;

std::string text(const TdmSchedule& s) {
  return "slices " + std::to_string(s.slices()) + " groups " + std::to_string(s.groups) + " drive " +
         std::to_string(s.steps.front().clocks) + " settle " + std::to_string(s.settle) + " sample " + std::to_string(s.sample) + " mux " +
         std::to_string(s.mux) + " adc " + std::to_string(s.adc.latency) + "/" + std::to_string(s.adc.interval) + " accumulate " +
         std::to_string(s.accumulate_latency) + "/" + std::to_string(s.accumulate_interval) + (s.pipelined ? " pipelined" : " unpipelined");
}

/// Clocks the DUT with `wants_start(edge)` until `mvms` are accepted and the last has left; stops at the first difference.
template <class WantsStart>
::testing::AssertionResult plays(Dut& dut, const TdmSchedule& schedule, std::uint64_t mvms, WantsStart wants_start) {
  Expectation expectation(schedule);
  for (std::uint64_t edge = 0; expectation.accepted() < mvms || !expectation.idle(); ++edge) {
    const bool start = expectation.accepted() < mvms && wants_start(edge);
    dut.clock(start);
    const Pins expected = expectation.edge(start);
    const Pins seen = dut.pins();
    if (!(seen == expected)) {
      return ::testing::AssertionFailure() << text(schedule) << "\nedge " << edge << "\nexpected " << expected << "\nseen     " << seen;
    }
  }
  return ::testing::AssertionSuccess();
}

bool always(std::uint64_t /*edge*/) {
  return true;
}

TEST(TdmControllerRtl, PlaysASmallScheduleAsCountedByHand) {
  // 2 slices of 2 groups: front 1 + 1 + 1 = 3, step 3 + 1 = 4, back 1 + 2 + 1 + 4 = 8, slot 8, interval 16, latency 8 + 3 + 8 = 19.
  TdmSchedule schedule;
  schedule.steps = equal_steps(2, 1);
  schedule.groups = 2;
  schedule.settle = 1;
  schedule.adc = {2, 3};
  Dut dut;
  dut.configure(schedule);
  dut.reset();
  std::vector<std::string> events;
  for (int edge = 0; edge <= 20; ++edge) {
    dut.clock(edge == 0);
    const Pins pins = dut.pins();
    const auto note = [&](Strobes strobe, const std::string& name) {
      if ((pins.strobes & strobe) != 0) events.push_back(std::to_string(edge) + " " + name);
    };
    const std::string column = std::to_string(pins.column_slice) + "." + std::to_string(pins.column_group);
    const std::string code = std::to_string(pins.accumulate_slice) + "." + std::to_string(pins.accumulate_group);
    note(Strobes::drive, "drive " + std::to_string(pins.drive_slice));
    note(Strobes::sample, "sample " + std::to_string(pins.sample_slice));
    note(Strobes::release, "release " + std::to_string(pins.sample_slice));
    note(Strobes::select, "select " + column);
    note(Strobes::convert, "convert " + column);
    note(Strobes::accumulate, "accumulate " + code);
    note(Strobes::done, "done");
    EXPECT_EQ(pins.ready, edge >= 15) << edge;  // sampled high at edge 16
    EXPECT_EQ(pins.busy, edge <= 19) << edge;
  }
  const std::vector<std::string> expected = {
      "0 drive 0",         "2 sample 0",    "3 release 0",    "3 select 0.0",      "4 convert 0.0", "6 accumulate 0.0", "7 select 0.1",
      "8 drive 1",         "8 convert 0.1", "10 sample 1",    "10 accumulate 0.1", "11 release 1",  "11 select 1.0",    "12 convert 1.0",
      "14 accumulate 1.0", "15 select 1.1", "16 convert 1.1", "18 accumulate 1.1", "19 done"};
  EXPECT_EQ(events, expected);
}

TEST(TdmControllerRtl, PlaysRandomSchedulesBackToBack) {
  std::mt19937_64 random(11);
  Dut dut;
  for (int run = 0; run < 2000; ++run) {
    const TdmSchedule schedule = random_schedule(random);
    dut.configure(schedule);
    dut.reset();
    // start stays high: it is taken at the earliest edge and has no effect at any other.
    ASSERT_TRUE(plays(dut, schedule, 4, always)) << "run " << run;
  }
}

TEST(TdmControllerRtl, PlaysRandomSchedulesWithLateStartsAndIdleGaps) {
  std::mt19937_64 random(12);
  Dut dut;
  for (int run = 0; run < 2000; ++run) {
    const TdmSchedule schedule = random_schedule(random);
    dut.configure(schedule);
    dut.reset();
    // Mostly around the edge that is ready again, sometimes long after the controller fell idle.
    const std::uint64_t gap = random() % 4 == 0 ? 2 * schedule.latency() : 5;
    ASSERT_TRUE(plays(dut, schedule, 5, [&](std::uint64_t) { return random() % (gap + 1) == 0; })) << "run " << run;
  }
}

TEST(TdmControllerRtl, TakesNewRegistersBetweenMvmsWithoutReset) {
  std::mt19937_64 random(13);
  Dut dut;
  dut.configure(TdmSchedule{});
  dut.reset();
  for (int run = 0; run < 1000; ++run) {
    const TdmSchedule schedule = random_schedule(random);
    dut.configure(schedule);
    // The counters may still run for the rest of the last step of the schedule before.
    dut.clock(true);
    for (std::uint64_t clocks = 1; clocks + 1 < schedule.change_interval(); ++clocks) {
      ASSERT_TRUE(dut.pins().busy) << "run " << run << " clock " << clocks << " " << text(schedule);
      dut.clock(false);
    }
    ASSERT_TRUE(dut.pins().busy) << "run " << run << " " << text(schedule);
    dut.clock(false);
    ASSERT_FALSE(dut.pins().busy) << "run " << run << " " << text(schedule);
    const Pins rest = dut.pins();
    EXPECT_EQ(rest.accumulate_slice, schedule.slices() - 1);
    EXPECT_EQ(rest.accumulate_group, schedule.groups - 1);
  }
}

TEST(TdmControllerRtl, PlaysEveryRegisterAtItsMaximum) {
  const auto play = [](auto change) {
    TdmSchedule schedule;
    schedule.steps = equal_steps(2, 1);
    schedule.groups = 2;
    change(schedule);
    Dut dut;
    dut.configure(schedule);
    dut.reset();
    EXPECT_TRUE(plays(dut, schedule, 2, always));
  };
  play([](TdmSchedule& s) { s.steps = equal_steps(64, 1); });
  play([](TdmSchedule& s) { s.groups = 4096; });
  play([](TdmSchedule& s) { s.steps = equal_steps(2, 65535); });
  play([](TdmSchedule& s) { s.settle = 65535; });
  play([](TdmSchedule& s) { s.sample = 65535; });
  play([](TdmSchedule& s) { s.mux = 65535; });
  play([](TdmSchedule& s) { s.adc = {65536, 65536}; });
  play([](TdmSchedule& s) { s.accumulate_latency = 65535; });
  play([](TdmSchedule& s) { s.accumulate_interval = 131071; });
  play([](TdmSchedule& s) {  // as many conversions in flight as there is room for
    s.groups = 4096;
    s.mux = 0;
    s.adc = {64, 4};
  });
  play([](TdmSchedule& s) {  // as many sums
    s.steps.pop_back();
    s.overlap = StepOverlap::converter;
    s.mux = 0;
    s.adc = {8192, 8192};
    s.accumulate_latency = 65535;
  });
}

TEST(TdmControllerRtl, PlaysTheShortestSchedule) {
  const TdmSchedule schedule = shortest_schedule();
  ASSERT_EQ(schedule.interval(), 1u);
  Dut dut;
  dut.configure(schedule);
  dut.reset();
  EXPECT_TRUE(plays(dut, schedule, 50, always));
  std::mt19937_64 random(14);
  dut.reset();
  EXPECT_TRUE(plays(dut, schedule, 50, [&](std::uint64_t) { return random() % 2 == 0; }));
}

TEST(TdmControllerRtl, PlaysAsManyMvmsInFlightAsThereIsRoomFor) {
  // A start at every clock, 16 conversions and the sums of 4 MVMs in flight: the counter of MVMs needs its highest bit, and busy all of them
  // if the starts end before the first MVM is done.
  const TdmSchedule schedule = crowded_tdm_schedule(tdm_limits());
  ASSERT_EQ(schedule.adc.latency, 16u);
  ASSERT_EQ(schedule.accumulate_latency, 4u);
  ASSERT_EQ(schedule.interval(), 1u);
  Dut dut;
  dut.configure(schedule);
  dut.reset();
  for (std::uint64_t mvms = 1; mvms <= 32; ++mvms)
    EXPECT_TRUE(plays(dut, schedule, mvms, always)) << mvms << " MVMs";
}

TEST(TdmControllerRtl, ResetAtAnyClockForgetsTheMvmsInFlight) {
  TdmSchedule schedule;
  schedule.steps = equal_steps(3, 1);
  schedule.groups = 3;
  schedule.settle = 4;
  schedule.adc = {7, 2};
  Dut dut;
  dut.configure(schedule);
  const std::uint64_t both = schedule.interval() + schedule.latency() + 2;
  for (std::uint64_t clocks = 1; clocks < both; ++clocks) {
    dut.reset();
    for (std::uint64_t clock = 0; clock < clocks; ++clock)
      dut.clock(clock <= schedule.interval());
    TdmControllerPins::Inputs cut;  // by a reset or, every other time, by an abort
    cut.start = true;
    (clocks % 2 == 0 ? cut.reset : cut.abort) = true;
    dut.clock(cut);
    EXPECT_EQ(dut.pins(), Pins{}) << "reset after " << clocks << " clocks";
    dut.clock(cut);
    EXPECT_EQ(dut.pins(), Pins{}) << "a start in reset, " << clocks << " clocks";
    dut.clock(true);  // ready is still low: no effect
    Pins rest;
    rest.ready = true;
    EXPECT_EQ(dut.pins(), rest) << "after reset, " << clocks << " clocks";
    ASSERT_TRUE(plays(dut, schedule, 1, always)) << "after reset, " << clocks << " clocks";
  }
}

TEST(TdmControllerRtl, ResetMakesEveryPowerUpStateKnown) {
  std::mt19937_64 random(15);
  for (int seed = 1; seed <= 20; ++seed) {
    const TdmSchedule schedule = random_schedule(random);
    Dut dut(seed);
    dut.configure(schedule);
    dut.reset();
    ASSERT_TRUE(plays(dut, schedule, 2, always)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace memcosim::rtl_test
