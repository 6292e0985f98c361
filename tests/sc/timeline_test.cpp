// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/chip/timeline.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "chip_support.hpp"

namespace memcosim::chip_test {
namespace {

std::unique_ptr<Bench> bench(const MappingPlan& plan, TimingLevel level, std::uint64_t images) {
  const ChipSpec spec = chip_spec(level);
  return std::make_unique<Bench>("bench", plan, spec, make_ideal_arrays(plan, spec), Bench::Source::none, run_images(images));
}

TEST(Timeline, HoldsEveryLaneWithoutOverlap) {
  const MappingPlan plan = fork_and_join();
  const auto run = bench(plan, TimingLevel::approximately_timed, 2);
  Timeline timeline({2, 1'000'000});
  timeline.attach(*run->chip);
  sc_core::sc_start();
  const nlohmann::json trace = nlohmann::json::parse(timeline.json());
  EXPECT_EQ(timeline.left_out(), 0u);
  EXPECT_EQ(trace["otherData"]["note"], "complete");

  std::set<std::string> processes;
  std::set<std::string> lanes;
  std::map<std::pair<int, int>, double> free_from;
  std::size_t stage_events = 0;
  for (const auto& event : trace["traceEvents"]) {
    if (event["name"] == "process_name") processes.insert(event["args"]["name"]);
    if (event["name"] == "thread_name") lanes.insert(event["args"]["name"]);
    if (event["ph"] != "X") continue;
    if (event["pid"] == 0) ++stage_events;
    const std::pair<int, int> track{event["pid"], event["tid"]};
    const double begin = event["ts"];
    EXPECT_GE(begin, free_from[track] - 1e-7) << event;
    free_from[track] = begin + event["dur"].get<double>();
  }
  EXPECT_EQ(processes.size(), 1 + plan.tiles.size());
  EXPECT_EQ(stage_events, 2 * plan.stages.size());
  for (const char* lane : {"rows", "sample", "adc", "shift-add", "mvm", "0: layer0"})
    EXPECT_TRUE(lanes.count(lane)) << lane;
}

TEST(Timeline, KeepsFirstImageOfEveryMacro) {
  const MappingPlan plan = fork_and_join();
  const auto run = bench(plan, TimingLevel::loosely_timed, 5);
  Timeline timeline;
  timeline.attach(*run->chip);
  sc_core::sc_start();
  const nlohmann::json trace = nlohmann::json::parse(timeline.json());
  std::map<int, std::size_t> mvms;
  for (const auto& event : trace["traceEvents"]) {
    if (event["name"] == "mvm") ++mvms[event["pid"]];
  }
  for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile)
    EXPECT_EQ(mvms[static_cast<int>(tile) + 1], plan.stages[plan.tiles[tile].stage].windows) << "tile " << tile;
  EXPECT_GT(timeline.left_out(), 0u);
  EXPECT_NE(trace["otherData"]["note"].get<std::string>().find("left out"), std::string::npos);
}

TEST(Timeline, StopsAtItsLimit) {
  const MappingPlan plan = fork_and_join();
  const auto run = bench(plan, TimingLevel::approximately_timed, 1);
  Timeline timeline({1, 10});
  timeline.attach(*run->chip);
  sc_core::sc_start();
  std::size_t events = 0;
  const nlohmann::json trace = nlohmann::json::parse(timeline.json());
  for (const auto& event : trace["traceEvents"])
    events += event["ph"] == "X" ? 1 : 0;
  EXPECT_EQ(events, 10u);
}

TEST(Timeline, EscapesNames) {
  MappingPlan plan = make_plan({{{-1}, 1}});
  plan.stages[0].name = "a \"quoted\\\n name";
  const auto run = bench(plan, TimingLevel::loosely_timed, 1);
  Timeline timeline;
  timeline.attach(*run->chip);
  sc_core::sc_start();
  EXPECT_TRUE(nlohmann::json::accept(timeline.json()));
}

}  // namespace
}  // namespace memcosim::chip_test
