// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/tdm_schedule.hpp"

#include <random>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/architecture/tdm_times.hpp"
#include "memcosim/common/error.hpp"

#include "random_steps.hpp"

namespace memcosim {
namespace {

using ::testing::HasSubstr;

/// Worked by hand: drive 2, settle 3, sample 1; mux 1, SAR of 4 bits (5 and 5), accumulation 2 and 1; 3 groups.
TdmSchedule example() {
  TdmSchedule schedule;
  schedule.steps = equal_steps(4, 2);
  schedule.groups = 3;
  schedule.settle = 3;
  schedule.sample = 1;
  schedule.mux = 1;
  schedule.adc = {5, 5};
  schedule.accumulate_latency = 2;
  schedule.accumulate_interval = 1;
  return schedule;
}

/// The same with fronts of 6, 14 and 5 clocks; a step that converts has back 20 and occupies its converters for 18.
TdmSchedule unequal_example() {
  TdmSchedule schedule = example();
  schedule.steps = {{2, true}, {10, true}, {1, true}};
  return schedule;
}

/// Start of each step, of the next MVM, and latency.
std::vector<std::uint64_t> starts_and_latency(const TdmSchedule& schedule) {
  const TdmTimes times(schedule);
  std::vector<std::uint64_t> edges;
  for (std::uint32_t step = 0; step < schedule.slices(); ++step)
    edges.push_back(times.drive_edge(step));
  edges.push_back(times.interval());
  edges.push_back(times.latency());
  return edges;
}

using Edges = std::vector<std::uint64_t>;

TEST(TdmSchedule, PipelinedSlicesFollowAtTheLongerOfFrontAndBack) {
  const TdmTimes times(example());
  EXPECT_EQ(times.front(0), 6u);
  EXPECT_EQ(times.back(0), 1u + 5 + 2 + 2 * 6);
  EXPECT_EQ(times.occupied(0), 3u * 6);
  EXPECT_EQ(times.latency(), 6u + 20 + 3 * 20);
  EXPECT_EQ(times.interval(), 80u);
  EXPECT_EQ(times.drive_edge(2), 40u);
  EXPECT_EQ(times.sample_edge(2), 45u);
  EXPECT_EQ(times.release_edge(2), 46u);
  EXPECT_EQ(times.select_edge(2, 1), 52u);
  EXPECT_EQ(times.convert_edge(2, 1), 53u);
  EXPECT_EQ(times.code_edge(2, 1), 58u);
  EXPECT_EQ(times.accumulated_edge(2, 1), 60u);
  EXPECT_EQ(times.accumulated_edge(3, 2), times.latency());
  EXPECT_EQ(times.change_interval(), times.latency() + 2);
  EXPECT_EQ(example().latency(), times.latency());
  EXPECT_EQ(example().interval(), times.interval());
}

TEST(TdmSchedule, UnpipelinedSlicesFollowAfterBoth) {
  TdmSchedule schedule = example();
  schedule.pipelined = false;
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 26, 52, 78, 104, 104}));
  schedule.overlap = StepOverlap::converter;
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 26, 52, 78, 104, 104})) << "nothing overlaps";
}

TEST(TdmSchedule, ALongFrontSetsThePace) {
  TdmSchedule schedule = example();
  schedule.settle = 97;
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 100, 200, 300, 400, 420}));
  schedule.overlap = StepOverlap::converter;
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 100, 200, 300, 400, 420}));
}

TEST(TdmSchedule, SlowAccumulationSetsTheGroupStep) {
  TdmSchedule schedule = example();
  schedule.accumulate_interval = 11;
  EXPECT_EQ(schedule.group_step(0), 11u);
  EXPECT_EQ(TdmTimes(schedule).back(0), 8u + 2 * 11);
  EXPECT_EQ(TdmTimes(schedule).occupied(0), 3u * 11);
}

TEST(TdmSchedule, ConvertersAloneMayOverlap) {
  TdmSchedule schedule = example();
  schedule.overlap = StepOverlap::converter;
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 18, 36, 54, 72, 54 + 6 + 20})) << "3 groups of 6 clocks each";
  schedule.adc = {50, 1};
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 6, 12, 18, 24, 24 + 1 + 50 + 2 + 2 * 2})) << "three MVMs in flight";
}

TEST(TdmSchedule, UnequalStepsFollowAtTheirOwnPace) {
  TdmSchedule schedule = unequal_example();
  // r_0 = 6, d_1 = 6 + 20 - 14, r_1 = 26, d_2 = 26 + 20 - 5, r_2 = 46, next 46 + 20 - 6, done 46 + 20.
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 12, 41, 60, 66}));
  schedule.overlap = StepOverlap::converter;
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 10, 37, 54, 62}));
  schedule.pipelined = false;
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 26, 60, 85, 85}));
}

TEST(TdmSchedule, StepsThatAreNotConvertedWaitForTheHeldColumnsAlone) {
  TdmSchedule schedule = unequal_example();
  schedule.steps[0].converts = schedule.steps[2].converts = false;
  EXPECT_EQ(schedule.converting_steps(), 1u);
  const TdmTimes times(schedule);
  EXPECT_EQ(times.back(0), 0u);
  EXPECT_EQ(times.occupied(0), 0u);
  // r_0 = 6, r_1 = 6 + 14; step 2 is driven while step 1 is converted, and held when that is over: r_2 = 20 + 20.
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 6, 35, 40, 40}));
  schedule.overlap = StepOverlap::converter;
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 6, 33, 38, 40})) << "the last codes come after the last step is held";
  schedule.pipelined = false;
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 6, 40, 45, 45})) << "the last step ends the MVM";
}

/// The earliest edge at which a step can follow, searched clock by clock.
TEST(TdmSchedule, EveryStepStartsAsEarlyAsItCan) {
  std::mt19937_64 random(7);
  const auto between = [&random](std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(random() % (std::uint64_t{high} - low + 1));
  };
  int refused = 0;
  for (int run = 0; run < 3000; ++run) {
    TdmSchedule schedule;
    schedule.steps.clear();
    for (std::uint32_t step = between(1, 6); step > 0; --step)
      schedule.steps.push_back({between(1, 30), between(0, 2) != 0});
    schedule.steps.back().converts = true;
    schedule.groups = between(1, 4);
    schedule.settle = between(0, 9);
    schedule.sample = between(0, 2);
    schedule.mux = between(0, 3);
    schedule.adc = {between(1, 12), between(1, 12)};
    schedule.accumulate_latency = between(0, 4);
    schedule.accumulate_interval = between(0, 4);
    schedule.pipelined = between(0, 3) != 0;
    schedule.overlap = between(0, 1) == 0 ? StepOverlap::slice : StepOverlap::converter;
    const TdmTimes times(schedule);
    const std::uint32_t steps = schedule.slices();
    std::uint64_t free = 0;          // when the held columns of the step before are free
    std::uint64_t released = 0;      // of the step before
    std::uint64_t complete = 0;      // sums of all steps
    std::uint64_t next_convert = 0;  // earliest next conversion
    bool converters_in_time = true;
    for (std::uint32_t turn = 0; turn < 3 * steps; ++turn) {
      const std::uint32_t step = turn % steps;
      const std::uint64_t mvm = turn / steps * times.interval();
      const DriveStep& drive = schedule.steps[step];
      std::uint64_t start = released;
      while (turn != 0 && start + drive.clocks + schedule.settle + schedule.sample < free)
        ++start;
      if (!schedule.pipelined) start = complete;
      ASSERT_EQ(mvm + times.drive_edge(step), start) << "run " << run << ", step " << turn;
      released = start + drive.clocks + schedule.settle + schedule.sample;
      complete = std::max(complete, released);
      free = released;
      std::uint64_t select = released;
      for (std::uint32_t group = 0; drive.converts && group < schedule.groups; ++group) {
        ASSERT_EQ(mvm + times.select_edge(step, group), select);
        const std::uint64_t convert = select + schedule.mux;
        converters_in_time &= convert >= next_convert;
        next_convert = convert + schedule.adc.interval;
        const std::uint64_t code = convert + schedule.adc.latency;
        ASSERT_EQ(mvm + times.code_edge(step, group), code);
        complete = std::max(complete, code + schedule.accumulate_latency);
        select += std::max(schedule.adc.interval + schedule.mux, schedule.accumulate_interval);
        free = schedule.overlap == StepOverlap::slice ? code + schedule.accumulate_latency : select;
      }
      if (step + 1 == steps) {
        ASSERT_EQ(complete, mvm + times.latency());
      }
    }
    if (converters_in_time) {
      EXPECT_NO_THROW(check(schedule)) << run;
    } else {
      EXPECT_THROW(check(schedule), InputError) << run;
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

TEST(TdmSchedule, ConversionsWithinTheIntervalAreRefused) {
  TdmSchedule schedule;
  schedule.adc = {2, 9};  // front 2, back 4: a conversion every 4 clocks
  const auto message = [](const TdmSchedule& of) -> std::string {
    try {
      check(of);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message(schedule), HasSubstr("4 clocks after the last conversion"));
  EXPECT_THAT(message(schedule), HasSubstr("macro.timing.overlap: converter"));
  schedule.overlap = StepOverlap::converter;
  EXPECT_EQ(message(schedule), "");
  schedule.pipelined = false;
  EXPECT_THAT(message(schedule), HasSubstr("6 clocks after the last conversion")) << "also where nothing overlaps";
  schedule.settle = 3;
  EXPECT_EQ(message(schedule), "");
  schedule.settle = 2;
  EXPECT_NE(message(schedule), "") << "one clock less";
  schedule.pipelined = true;
  schedule.overlap = StepOverlap::slice;
  schedule.steps = {{6, false}, {1, true}};  // 4 + 10 clocks from one conversion to the next
  EXPECT_EQ(message(schedule), "") << "a step between them";
}

TEST(TdmTimes, ConversionsTakeTheClocksOfTheirCodes) {
  TdmSchedule schedule = example();  // SAR of 5 clocks, mux 1, 3 groups, accumulation 2 and 1
  schedule.steps = {{2, true}, {10, true}};
  const std::vector<std::uint32_t> clocks = {5, 1, 2, 3, 3, 3};
  const TdmTimes times(schedule, clocks);
  // Step 0 is held at 6: selections at 6, 6 + 1 + 5, 12 + 1 + 1; its codes at 12, 14, 17; sums at 19.
  EXPECT_EQ(times.select_edge(0, 1), 12u);
  EXPECT_EQ(times.select_edge(0, 2), 14u);
  EXPECT_EQ(times.convert_edge(0, 2), 15u);
  EXPECT_EQ(times.code_edge(0, 2), 17u);
  EXPECT_EQ(times.back(0), 13u);
  EXPECT_EQ(times.occupied(0), 11u);
  // Step 1 has a front of 14: held at 6 + 14, since 6 + 13 is earlier. Its back is 3 * 4 + 2; the next MVM may be held at 20 + 14.
  EXPECT_EQ(times.release_edge(1), 20u);
  EXPECT_EQ(times.latency(), 20u + 14);
  EXPECT_EQ(times.interval(), 20u + 14 - 6);
  // The accumulators take codes 4 clocks apart; a converter keeps its code until then.
  schedule.accumulate_interval = 4;
  const TdmTimes slow(schedule, clocks);
  EXPECT_EQ(slow.code_edge(0, 0), 12u);
  EXPECT_EQ(slow.code_edge(0, 1), 16u);
  EXPECT_EQ(slow.select_edge(0, 2), 16u);
  EXPECT_EQ(slow.code_edge(0, 2), 20u);
}

TEST(TdmTimes, TheScheduleIsTheBoundOfConversionsOfAnyLength) {
  std::mt19937_64 random(9);
  for (int run = 0; run < 3000; ++run) {
    TdmSchedule schedule = random_steps(random, {});
    schedule.adc.interval += between(random, 0, 2);
    schedule.during_drive = between(random, 0, 3) == 0;
    std::vector<std::uint32_t> clocks(schedule.steps.size() * schedule.groups, schedule.adc.latency);
    const TdmTimes bound(schedule);
    const TdmTimes longest(schedule, clocks);
    for (std::uint32_t& one : clocks)
      one = between(random, 1, schedule.adc.latency);
    const TdmTimes times(schedule, clocks);
    ASSERT_EQ(longest.latency(), bound.latency()) << run;
    ASSERT_EQ(longest.interval(), bound.interval()) << run;
    ASSERT_LE(times.latency(), bound.latency()) << run;
    ASSERT_LE(times.interval(), bound.interval()) << run;
    std::uint64_t free = 0;  // converters
    for (std::uint32_t step = 0; step < schedule.slices(); ++step) {
      ASSERT_EQ(longest.drive_edge(step), bound.drive_edge(step)) << run;
      ASSERT_EQ(longest.release_edge(step), bound.release_edge(step)) << run;
      ASSERT_LE(times.drive_edge(step), bound.drive_edge(step)) << run;
      for (std::uint32_t group = 0; schedule.steps[step].converts && group < schedule.groups; ++group) {
        ASSERT_EQ(longest.select_edge(step, group), bound.select_edge(step, group)) << run;
        ASSERT_EQ(longest.code_edge(step, group), bound.code_edge(step, group)) << run;
        ASSERT_LE(times.code_edge(step, group), bound.code_edge(step, group)) << run;
        ASSERT_GE(times.code_edge(step, group), times.convert_edge(step, group) + clocks[step * schedule.groups + group]);
        if (group != 0) {
          ASSERT_GE(times.code_edge(step, group), times.code_edge(step, group - 1) + schedule.accumulate_interval);
        }
        if (schedule.overlap == StepOverlap::converter || group != 0) {
          ASSERT_GE(times.convert_edge(step, group), free) << run;
        }
        free = times.code_edge(step, group) + schedule.adc.interval - schedule.adc.latency;
      }
    }
  }
}

TEST(TdmTimes, RefusesClocksThatNoConversionTakes) {
  TdmSchedule schedule = example();
  std::vector<std::uint32_t> clocks(12, 5);
  EXPECT_NO_THROW(TdmTimes(schedule, clocks));
  clocks[7] = 6;
  EXPECT_THROW(TdmTimes(schedule, clocks), std::logic_error) << "beyond the latency";
  clocks[7] = 0;
  EXPECT_THROW(TdmTimes(schedule, clocks), std::logic_error);
  schedule.steps[2].converts = false;
  clocks[7] = 5;
  clocks[6] = 0;
  EXPECT_NO_THROW(TdmTimes(schedule, clocks)) << "step 2 is not converted";
  clocks.pop_back();
  EXPECT_THROW(TdmTimes(schedule, clocks), std::logic_error);
  clocks.push_back(5);
  schedule.adc.interval = 1;
  EXPECT_THROW(TdmTimes(schedule, clocks), std::logic_error) << "several conversions in flight";
}

TEST(TdmSchedule, ConvertersThatWorkDuringTheDriveRepeatItForEachGroup) {
  TdmSchedule schedule;
  schedule.steps = equal_steps(2, 10);
  schedule.groups = 2;
  schedule.sample = 0;
  schedule.adc = {3, 5};
  schedule.accumulate_latency = 2;
  schedule.during_drive = true;
  const TdmTimes times(schedule);
  // Each group: multiplexers 1, drive 10, code after 3 more.
  EXPECT_EQ(times.front(0), 22u);
  EXPECT_EQ(times.back(0), 5u);
  EXPECT_EQ(times.occupied(0), 5u);
  EXPECT_EQ(times.select_edge(0, 1), 11u);
  EXPECT_EQ(times.convert_edge(0, 1), 22u);
  EXPECT_EQ(times.code_edge(0, 1), 25u);
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 22, 44, 49}));
  EXPECT_EQ(schedule.driven(0), 20u);
  EXPECT_NO_THROW(check(schedule));

  // Drives of 2 clocks end every 5, as the converters ask; the next step's first drive ends 5 after the last one.
  schedule.steps = equal_steps(2, 2);
  EXPECT_EQ(TdmTimes(schedule).front(0), 8u);
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 10, 20, 23}));
  EXPECT_NO_THROW(check(schedule));
  schedule.pipelined = false;
  EXPECT_EQ(starts_and_latency(schedule), (Edges{0, 13, 26, 26}));
}

TEST(TdmSchedule, CheckNamesWhatIsMissing) {
  EXPECT_NO_THROW(check(example()));
  const auto refuses = [](void (*spoil)(TdmSchedule&)) {
    TdmSchedule schedule = unequal_example();
    spoil(schedule);
    EXPECT_THROW(check(schedule), InputError);
  };
  refuses([](TdmSchedule& s) { s.steps.clear(); });
  refuses([](TdmSchedule& s) { s.groups = 0; });
  refuses([](TdmSchedule& s) { s.steps[1].clocks = 0; });
  refuses([](TdmSchedule& s) { s.steps = {{1, false}, {2, false}}; });
  refuses([](TdmSchedule& s) { s.adc.latency = 0; });
  refuses([](TdmSchedule& s) { s.adc.interval = 0; });
}

}  // namespace
}  // namespace memcosim
