// SPDX-License-Identifier: Apache-2.0
// The strobes of ModelTdmController against the text of tdm_controller.hpp and tdm_schedule.hpp. The expected edges are worked out here
// from the durations of the phases, without TdmTimes.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <systemc>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/sc_models/blocks/model_tdm_controller.hpp"

#include "random_steps.hpp"

namespace memcosim {
namespace {

enum Kind { drive, sample, release, select, convert, accumulate, done };

struct Strobe {
  std::uint64_t edge;
  Kind kind;
  int slice;
  int group;
  bool operator==(const Strobe& other) const {
    return edge == other.edge && kind == other.kind && slice == other.slice && group == other.group;
  }
};

std::ostream& operator<<(std::ostream& out, const Strobe& strobe) {
  return out << "edge " << strobe.edge << " kind " << strobe.kind << " slice " << strobe.slice << " group " << strobe.group;
}

constexpr double period_ns = 2.0;

std::uint64_t present_edge() {
  return static_cast<std::uint64_t>(sc_core::sc_time_stamp() / sc_core::sc_time(period_ns, sc_core::SC_NS) + 0.5);
}

struct Recorder : TdmStrobes {
  std::vector<Strobe> strobes;
  void note(Kind kind, int slice, int group) { strobes.push_back({present_edge(), kind, slice, group}); }
  void drive(std::uint32_t slice) override { note(Kind::drive, static_cast<int>(slice), -1); }
  void sample(std::uint32_t slice) override { note(Kind::sample, static_cast<int>(slice), -1); }
  void release(std::uint32_t slice) override { note(Kind::release, static_cast<int>(slice), -1); }
  void select(std::uint32_t slice, std::uint32_t group) override { note(Kind::select, static_cast<int>(slice), static_cast<int>(group)); }
  void convert(std::uint32_t slice, std::uint32_t group) override { note(Kind::convert, static_cast<int>(slice), static_cast<int>(group)); }
  void accumulate(std::uint32_t slice, std::uint32_t group) override {
    note(Kind::accumulate, static_cast<int>(slice), static_cast<int>(group));
  }
  void done() override { note(Kind::done, -1, -1); }
};

/// Adds the strobes of an MVM that starts at an edge, by the design: a step follows when it is released, and its own columns are held no
/// earlier than those of the step before are free. Returns the earliest edge of the next start.
/// `clocks`: of the conversions of each step and group; empty: all take the latency.
std::uint64_t expect_mvm(const TdmSchedule& s, const std::vector<std::uint32_t>& clocks, std::uint64_t start,
                         std::vector<Strobe>& expected) {
  const std::uint64_t step = std::max(s.adc.interval + s.mux, s.accumulate_interval);
  const auto front = [&s](std::size_t slice) -> std::uint64_t { return s.steps[slice % s.steps.size()].clocks + s.settle + s.sample; };
  std::uint64_t begin = start;
  std::uint64_t finished = 0;
  for (int slice = 0; slice < static_cast<int>(s.steps.size()); ++slice) {
    const std::uint64_t released = begin + front(slice);
    expected.push_back({begin, drive, slice, -1});
    expected.push_back({released - s.sample, sample, slice, -1});
    expected.push_back({released, release, slice, -1});
    std::uint64_t selected = released;
    std::uint64_t complete = released;
    std::uint64_t code = 0;
    for (int group = 0; s.steps[slice].converts && group < static_cast<int>(s.groups); ++group) {
      expected.push_back({selected, select, slice, group});
      expected.push_back({selected + s.mux, convert, slice, group});
      if (clocks.empty()) {
        code = selected + s.mux + s.adc.latency;
        selected += step;
      } else {
        // The accumulators take a code an accumulate interval after the last, and until then the converter keeps it.
        const std::uint64_t converted = selected + s.mux + clocks[static_cast<std::size_t>(slice) * s.groups + group];
        code = std::max(converted, group == 0 ? 0 : code + s.accumulate_interval);
        selected = std::max<std::uint64_t>(code + s.adc.interval - s.adc.latency, selected + s.accumulate_interval);
      }
      expected.push_back({code, accumulate, slice, group});
      complete = code + s.accumulate_latency;
    }
    finished = std::max(finished, complete);
    const std::uint64_t free = s.overlap == StepOverlap::converter ? selected : complete;
    begin = s.pipelined ? std::max(released, free - std::min(free, front(slice + 1))) : complete;
  }
  expected.push_back({finished, done, -1, -1});
  return begin;
}

/// By edge, then in the order of the list in tdm_controller.hpp. MVMs were added oldest first, which a stable sort keeps.
std::vector<Strobe> in_order(std::vector<Strobe> strobes) {
  std::stable_sort(strobes.begin(), strobes.end(),
                   [](const Strobe& a, const Strobe& b) { return std::tie(a.edge, a.kind) < std::tie(b.edge, b.kind); });
  return strobes;
}

/// An MVM to start: when, and with which clocks of its conversions (empty: all take the latency).
struct Start {
  std::uint64_t edge;
  std::uint64_t next;  ///< earliest edge of the next start
  std::vector<std::uint32_t> clocks;
};

/// Starts MVMs and asks for ready() one clock before and at the earliest edge of each next start.
class Starter : public sc_core::sc_module {
 public:
  Starter(const sc_core::sc_module_name& name, TdmController& controller, std::vector<Start> starts)
      : sc_module(name), controller_(controller), starts_(std::move(starts)) {
    SC_HAS_PROCESS(Starter);
    SC_THREAD(run);
    SC_METHOD(count_ready_events);
    sensitive << controller.ready_event();
    dont_initialize();
  }
  std::vector<std::uint64_t> ready_edges;

 private:
  void wait_until(std::uint64_t edge) {
    const sc_core::sc_time at = static_cast<double>(edge) * sc_core::sc_time(period_ns, sc_core::SC_NS);
    if (at > sc_core::sc_time_stamp()) wait(at - sc_core::sc_time_stamp());
  }
  void run() {
    for (const Start& start : starts_) {
      wait_until(start.edge);
      EXPECT_TRUE(controller_.ready());
      if (!start.clocks.empty()) controller_.set_conversion_clocks(start.clocks);
      controller_.start();
      EXPECT_FALSE(controller_.ready());
      wait_until(start.next - 1);
      EXPECT_FALSE(controller_.ready()) << "one clock early, started at " << start.edge;
      wait_until(start.next);
      EXPECT_TRUE(controller_.ready());
    }
  }
  void count_ready_events() { ready_edges.push_back(present_edge()); }

  TdmController& controller_;
  std::vector<Start> starts_;
};

/// A controller with its schedule, and MVMs that start with some clocks between the earliest and the real start of each.
struct Played {
  /// `clocks`: draws those of the conversions of one MVM; none: all take the latency.
  Played(const std::string& name, TdmSchedule of, std::uint64_t idle, const std::function<std::vector<std::uint32_t>()>& clocks = {})
      : schedule(std::move(of)) {
    std::vector<Start> starts;
    for (std::uint64_t mvm = 0, at = 2; mvm < 6; ++mvm, at = starts.back().next + idle) {
      starts.push_back({at, 0, clocks ? clocks() : std::vector<std::uint32_t>{}});
      starts.back().next = expect_mvm(schedule, starts.back().clocks, at, expected);
      ready_edges.push_back(starts.back().next);
    }
    const sc_core::sc_time period(period_ns, sc_core::SC_NS);
    controller = std::make_unique<ModelTdmController>((name + "_controller").c_str(), schedule, period, *recorder);
    starter = std::make_unique<Starter>((name + "_starter").c_str(), *controller, std::move(starts));
  }
  void expect_as_designed() const {
    ASSERT_EQ(recorder->strobes, in_order(expected));
    ASSERT_EQ(starter->ready_edges, ready_edges);
  }

  TdmSchedule schedule;
  std::unique_ptr<Recorder> recorder = std::make_unique<Recorder>();
  std::unique_ptr<ModelTdmController> controller;
  std::unique_ptr<Starter> starter;
  std::vector<Strobe> expected;
  std::vector<std::uint64_t> ready_edges;
};

/// All schedules of the grid play side by side in one elaboration.
TEST(ModelTdmController, PlaysEveryScheduleOfTheGridExactly) {
  std::vector<Played> cases;
  for (const ConverterKind* kind : converter_kinds()) {
    for (const bool pipelined : {true, false}) {
      for (const std::uint32_t slices : {1u, 3u}) {
        for (const std::uint32_t groups : {1u, 3u}) {
          for (const std::uint32_t settle : {0u, 5u, 60u}) {  // back longer than front, and front longer than back
            for (const std::uint32_t mux : {0u, 2u}) {
              for (const std::uint32_t accumulate_clocks : {0u, 1u, 7u}) {
                for (const std::uint32_t idle : {0u, 3u}) {
                  TdmSchedule schedule;
                  schedule.steps = equal_steps(slices, 1);
                  schedule.groups = groups;
                  schedule.settle = settle;
                  schedule.sample = settle == 0 ? 0u : 1u;
                  schedule.mux = mux;
                  schedule.adc = kind->timing({4});
                  schedule.accumulate_latency = schedule.accumulate_interval = accumulate_clocks;
                  schedule.pipelined = pipelined;
                  cases.emplace_back("case" + std::to_string(cases.size()), schedule, idle);
                }
              }
            }
          }
        }
      }
    }
  }
  sc_core::sc_start();
  for (std::size_t index = 0; index < cases.size(); ++index) {
    SCOPED_TRACE(index);
    cases[index].expect_as_designed();
  }
}

/// Steps of different lengths, some of which are not converted, with both overlaps; converters with several conversions in flight.
TEST(ModelTdmController, PlaysUnequalStepsExactly) {
  std::mt19937_64 random(11);
  std::vector<Played> cases;
  while (cases.size() < 300) {
    TdmSchedule schedule = random_steps(random, {30, 9, 100, 4});
    if (between(random, 0, 1) != 0) schedule.adc.interval = between(random, 1, schedule.adc.latency);
    cases.emplace_back("case" + std::to_string(cases.size()), schedule, between(random, 0, 1) * between(random, 0, 20));
  }
  sc_core::sc_start();
  for (std::size_t index = 0; index < cases.size(); ++index) {
    SCOPED_TRACE(index);
    cases[index].expect_as_designed();
  }
}

/// Conversions that take as long as their codes say, other clocks in each MVM.
TEST(ModelTdmController, PlaysConversionsOfDifferentLengthsExactly) {
  std::mt19937_64 random(12);
  std::vector<Played> cases;
  while (cases.size() < 200) {
    const TdmSchedule schedule = random_steps(random, {12, 3, 20, 9});
    cases.emplace_back("case" + std::to_string(cases.size()), schedule, between(random, 0, 1) * between(random, 0, 20), [&] {
      std::vector<std::uint32_t> clocks(schedule.steps.size() * schedule.groups);
      for (std::uint32_t& one : clocks)
        one = between(random, 1, schedule.adc.latency);
      return between(random, 0, 3) == 0 ? std::vector<std::uint32_t>{} : clocks;
    });
  }
  sc_core::sc_start();
  for (std::size_t index = 0; index < cases.size(); ++index) {
    SCOPED_TRACE(index);
    cases[index].expect_as_designed();
  }
}

TEST(TdmController, TakesNoConversionClocksUnlessItSaysSo) {
  class Plain : public TdmController {
   public:
    Plain() : TdmController("plain") {}
    bool ready() const override { return true; }
    void start() override {}
    bool busy() const override { return false; }
    void set_groups(std::uint32_t /*groups*/) override {}
    const sc_core::sc_event& ready_event() const override { return ready_; }

   private:
    sc_core::sc_event ready_;
  };
  Plain plain;
  const std::vector<std::uint32_t> clocks = {1};
  EXPECT_THROW(plain.set_conversion_clocks(clocks), sc_core::sc_report);
}

TEST(ModelTdmController, RefusesConvertersThatWorkDuringTheDrive) {
  Recorder recorder;
  TdmSchedule schedule;
  schedule.during_drive = true;
  EXPECT_THROW(ModelTdmController("controller", schedule, sc_core::sc_time(2, sc_core::SC_NS), recorder), InputError);
}

/// Runs `body` in a thread of a module with one controller.
class Misuser : public sc_core::sc_module {
 public:
  Misuser(const sc_core::sc_module_name& name, std::function<void(ModelTdmController&)> body)
      : sc_module(name), body_(std::move(body)), controller_("controller", TdmSchedule{}, sc_core::sc_time(2, sc_core::SC_NS), recorder_) {
    SC_HAS_PROCESS(Misuser);
    SC_THREAD(run);
  }

 private:
  void run() { body_(controller_); }
  std::function<void(ModelTdmController&)> body_;
  Recorder recorder_;
  ModelTdmController controller_;
};

TEST(ModelTdmController, ReportsAStartOffAClockEdge) {
  Misuser misuser("misuser", [](ModelTdmController& controller) {
    sc_core::wait(3, sc_core::SC_NS);
    EXPECT_THROW(controller.start(), sc_core::sc_report);
  });
  sc_core::sc_start();
}

TEST(ModelTdmController, ReportsAStartOneClockEarly) {
  Misuser misuser("misuser", [](ModelTdmController& controller) {
    controller.start();
    sc_core::wait(2.0 * static_cast<double>(TdmSchedule{}.interval() - 1), sc_core::SC_NS);
    EXPECT_THROW(controller.start(), sc_core::sc_report);
    sc_core::wait(2, sc_core::SC_NS);
    EXPECT_NO_THROW(controller.start());
  });
  sc_core::sc_start();
}

TEST(ModelTdmController, CostsNoEventsWhileIdle) {
  Misuser misuser("misuser", [](ModelTdmController& controller) {
    controller.start();
    sc_core::wait(1, sc_core::SC_MS);
    const std::uint64_t before = sc_core::sc_delta_count();
    sc_core::wait(1, sc_core::SC_SEC);
    EXPECT_LE(sc_core::sc_delta_count() - before, 1u);
  });
  sc_core::sc_start();
}

}  // namespace
}  // namespace memcosim
