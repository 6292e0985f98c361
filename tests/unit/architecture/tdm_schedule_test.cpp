// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/tdm_schedule.hpp"

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"

namespace memcosim {
namespace {

/// Worked by hand: drive 2, settle 3, sample 1; mux 1, SAR of 4 bits (5 and 5), accumulation 2 and 1; 3 groups.
TdmSchedule example() {
  TdmSchedule schedule;
  schedule.slices = 4;
  schedule.groups = 3;
  schedule.drive = 2;
  schedule.settle = 3;
  schedule.sample = 1;
  schedule.mux = 1;
  schedule.adc = {5, 5};
  schedule.accumulate_latency = 2;
  schedule.accumulate_interval = 1;
  return schedule;
}

TEST(TdmSchedule, PipelinedSlicesFollowAtTheLongerOfFrontAndBack) {
  const TdmSchedule schedule = example();
  EXPECT_EQ(schedule.front(), 6u);
  EXPECT_EQ(schedule.group_step(), 6u);
  EXPECT_EQ(schedule.back(), 1u + 5 + 2 + 2 * 6);
  EXPECT_EQ(schedule.slot(), 20u);
  EXPECT_EQ(schedule.latency(), 6u + 20 + 3 * 20);
  EXPECT_EQ(schedule.interval(), 80u);
  EXPECT_EQ(schedule.drive_edge(2), 40u);
  EXPECT_EQ(schedule.sample_edge(2), 45u);
  EXPECT_EQ(schedule.release_edge(2), 46u);
  EXPECT_EQ(schedule.select_edge(2, 1), 52u);
  EXPECT_EQ(schedule.convert_edge(2, 1), 53u);
  EXPECT_EQ(schedule.code_edge(2, 1), 58u);
  EXPECT_EQ(schedule.accumulated_edge(2, 1), 60u);
  EXPECT_EQ(schedule.accumulated_edge(3, 2), schedule.latency());
}

TEST(TdmSchedule, UnpipelinedSlicesFollowAfterBoth) {
  TdmSchedule schedule = example();
  schedule.pipelined = false;
  EXPECT_EQ(schedule.slot(), 26u);
  EXPECT_EQ(schedule.latency(), 4u * 26);
  EXPECT_EQ(schedule.interval(), 4u * 26);
}

TEST(TdmSchedule, ALongFrontSetsThePace) {
  TdmSchedule schedule = example();
  schedule.settle = 97;
  EXPECT_EQ(schedule.slot(), 100u);
  EXPECT_EQ(schedule.latency(), 100u + 20 + 3 * 100);
  EXPECT_EQ(schedule.interval(), 400u);
}

TEST(TdmSchedule, SlowAccumulationSetsTheGroupStep) {
  TdmSchedule schedule = example();
  schedule.accumulate_interval = 11;
  EXPECT_EQ(schedule.group_step(), 11u);
  EXPECT_EQ(schedule.back(), 8u + 2 * 11);
}

TEST(TdmSchedule, CheckNamesWhatIsMissing) {
  EXPECT_NO_THROW(check(example()));
  for (auto member : {&TdmSchedule::slices, &TdmSchedule::groups, &TdmSchedule::drive}) {
    TdmSchedule schedule = example();
    schedule.*member = 0;
    EXPECT_THROW(check(schedule), InputError);
  }
  TdmSchedule schedule = example();
  schedule.adc.latency = 0;
  EXPECT_THROW(check(schedule), InputError);
  schedule = example();
  schedule.adc.interval = 0;
  EXPECT_THROW(check(schedule), InputError);
}

}  // namespace
}  // namespace memcosim
