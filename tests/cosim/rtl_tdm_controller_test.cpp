// SPDX-License-Identifier: Apache-2.0
// The bridge between SystemC and the Verilated TDM controller.
#define SC_INCLUDE_DYNAMIC_PROCESSES
#include "memcosim/rtl/bridge/rtl_tdm_controller.hpp"

#include <functional>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/rtl/bridge/rtl_clock_domain.hpp"
#include "memcosim/rtl/bridge/rtl_stopped.hpp"
#include "memcosim/rtl/bridge/tdm_registers.hpp"
#include "memcosim/rtl/bridge/verilated_models.hpp"

#include "tdm_call_lockstep.hpp"

void vl_finish(const char* filename, int linenum, const char* hier);
void vl_stop(const char* filename, int linenum, const char* hier);

namespace memcosim {
namespace {

sc_core::sc_time period() {
  return {2, sc_core::SC_NS};
}

std::uint64_t clocks_now() {
  return sc_core::sc_time_stamp().value() / period().value();
}

/// A controller and what it said; each line is "clock strobe numbers".
class Probe : public sc_core::sc_module, public TdmStrobes {
 public:
  Probe(const sc_core::sc_module_name& name, const TdmControllerFactory& factory, const TdmSchedule& schedule)
      : sc_module(name), controller(factory("controller", schedule, period(), *this)) {}

  void drive(std::uint32_t slice) override { note("drive", slice); }
  void sample(std::uint32_t slice) override { note("sample", slice); }
  void release(std::uint32_t slice) override { note("release", slice); }
  void select(std::uint32_t slice, std::uint32_t group) override { note("select", slice, group); }
  void convert(std::uint32_t slice, std::uint32_t group) override { note("convert", slice, group); }
  void accumulate(std::uint32_t slice, std::uint32_t group) override { note("accumulate", slice, group); }
  void done() override {
    note("done", 0);
    done_event.notify(sc_core::SC_ZERO_TIME);
    if (on_done) on_done();
  }

  std::vector<std::string> log;
  std::function<void()> on_done;
  sc_core::sc_event done_event;
  std::unique_ptr<TdmController> controller;

 private:
  void note(const char* strobe, std::uint32_t slice, std::uint32_t group = 0) {
    log.push_back(std::to_string(clocks_now()) + " " + strobe + " " + std::to_string(slice) + "." + std::to_string(group));
  }
};

TdmSchedule small_schedule() {
  TdmSchedule schedule;
  schedule.steps = equal_steps(2, 1);
  schedule.groups = 2;
  schedule.settle = 3;
  schedule.adc = {4, 2};
  return schedule;
}

TEST(RtlTdmController, CallsTheStrobesInTheOrderOfTheContract) {
  // front 5, step 3, back 1 + 4 + 1 + 3 = 9, slot 9, interval 18, latency 9 + 5 + 9 = 23.
  Probe probe("probe", rtl_tdm_controller_factory(), small_schedule());
  probe.controller->start();
  sc_core::sc_start();
  const std::vector<std::string> expected = {
      "0 drive 0.0",   "4 sample 0.0",      "5 release 0.0",     "5 select 0.0",      "6 convert 0.0",  "8 select 0.1",  "9 drive 1.0",
      "9 convert 0.1", "10 accumulate 0.0", "13 sample 1.0",     "13 accumulate 0.1", "14 release 1.0", "14 select 1.0", "15 convert 1.0",
      "17 select 1.1", "18 convert 1.1",    "19 accumulate 1.0", "22 accumulate 1.1", "23 done 0.0"};
  EXPECT_EQ(probe.log, expected);
}

TEST(RtlTdmController, TimeStandsStillWhenAllBlocksAreIdle) {
  const TdmSchedule schedule = small_schedule();
  Probe probe("probe", rtl_tdm_controller_factory(), schedule);
  sc_core::sc_start();
  EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::SC_ZERO_TIME) << "an idle controller made events";
  sc_core::sc_start(100 * period());
  probe.controller->start();
  sc_core::sc_start();
  // The last edge is the one at which done falls.
  EXPECT_EQ(clocks_now(), 100 + schedule.latency() + 1);
  EXPECT_EQ(probe.log.front(), "100 drive 0.0");
  EXPECT_EQ(probe.log.back(), "123 done 0.0");
}

TEST(RtlTdmController, ReadyIsTrueAtTheIntervalAndNotOneClockEarlier) {
  const TdmSchedule schedule = small_schedule();
  Probe probe("probe", rtl_tdm_controller_factory(), schedule);
  EXPECT_TRUE(probe.controller->ready());
  std::vector<std::uint64_t> events;
  sc_core::sc_spawn_options method;
  method.spawn_method();
  method.dont_initialize();
  method.set_sensitivity(&probe.controller->ready_event());
  sc_core::sc_spawn(
      [&] {
        events.push_back(clocks_now());
        EXPECT_TRUE(probe.controller->ready());
      },
      "watch", &method);
  probe.controller->start();
  EXPECT_FALSE(probe.controller->ready());
  sc_core::sc_start(static_cast<double>(schedule.interval() - 1) * period());
  EXPECT_FALSE(probe.controller->ready());
  EXPECT_THROW(probe.controller->start(), sc_core::sc_report);
  sc_core::sc_start(period());
  EXPECT_TRUE(probe.controller->ready());
  sc_core::sc_start();
  EXPECT_EQ(events, std::vector<std::uint64_t>{schedule.interval()});
  sc_core::sc_start(period() / 2);
  EXPECT_TRUE(probe.controller->ready());
  EXPECT_THROW(probe.controller->start(), sc_core::sc_report) << "off a clock edge";
}

/// The RTL evaluates the edge of a start one delta cycle later; from the call on, and at that edge for good, it is busy and not ready.
TEST(RtlTdmController, IsBusyAndNotReadyAtTheEdgeOfItsStart) {
  Probe probe("probe", rtl_tdm_controller_factory(), small_schedule());
  int deltas = 0;
  sc_core::sc_spawn([&] {
    probe.controller->start();
    for (; deltas < 4; ++deltas) {
      EXPECT_FALSE(probe.controller->ready()) << "delta cycle " << deltas;
      EXPECT_TRUE(probe.controller->busy()) << "delta cycle " << deltas;
      EXPECT_THROW(probe.controller->start(), sc_core::sc_report) << "delta cycle " << deltas;
      sc_core::wait(sc_core::SC_ZERO_TIME);
    }
  });
  sc_core::sc_start();
  EXPECT_EQ(deltas, 4);
  EXPECT_EQ(probe.log.back(), "23 done 0.0");
}

/// Hosts that start the next MVM in reaction to something at the very edge at which that happens: the RTL has then already seen the edge.
void compare_hosts(const TdmSchedule& schedule, const std::function<void(Probe&, int mvms)>& host) {
  Probe model("model", model_tdm_controller_factory(), schedule);
  Probe rtl("rtl", rtl_tdm_controller_factory(), schedule);
  for (Probe* probe : {&model, &rtl})
    sc_core::sc_spawn([&host, probe] { host(*probe, 10); });
  sc_core::sc_start();
  EXPECT_EQ(model.log, rtl.log);
  EXPECT_EQ(model.log.size(), 10 * (3 * schedule.slices() + 3 * schedule.slices() * schedule.groups + 1));
}

void start_after_done(Probe& probe, int mvms) {
  for (int mvm = 0; mvm < mvms; ++mvm) {
    EXPECT_TRUE(probe.controller->ready());
    probe.controller->start();
    sc_core::wait(probe.done_event);
    for (int delta = 0; delta < mvm % 4; ++delta)
      sc_core::wait(sc_core::SC_ZERO_TIME);
  }
}

TEST(RtlTdmController, TakesAStartInReactionToDone) {
  compare_hosts(small_schedule(), start_after_done);
}

TEST(RtlTdmController, TakesAStartInReactionToDoneUnpipelined) {
  TdmSchedule schedule = small_schedule();
  schedule.pipelined = false;  // ready again at the very edge of done
  compare_hosts(schedule, start_after_done);
}

TEST(RtlTdmController, TakesAStartInReactionToReady) {
  TdmSchedule schedule = small_schedule();
  schedule.settle = 40;  // front > back: ready long before done
  compare_hosts(schedule, [](Probe& probe, int mvms) {
    for (int mvm = 0; mvm < mvms; ++mvm) {
      while (!probe.controller->ready())
        sc_core::wait(probe.controller->ready_event());
      probe.controller->start();
    }
  });
}

TEST(RtlTdmController, TakesAStartFromWithinAStrobe) {
  const TdmSchedule schedule = small_schedule();
  const TdmControllerFactory one_domain = rtl_tdm_controller_factory();
  Probe probe("probe", one_domain, schedule);
  Probe other("other", one_domain, schedule);
  int left = 3;
  probe.on_done = [&] {
    if (--left == 0) return;
    probe.controller->start();
    if (other.controller->ready()) other.controller->start();
  };
  probe.controller->start();
  sc_core::sc_start();
  EXPECT_EQ(clocks_now(), 3 * schedule.latency() + 1);
  EXPECT_EQ(probe.log.back(), std::to_string(3 * schedule.latency()) + " done 0.0");
  EXPECT_EQ(other.log.front(), std::to_string(schedule.latency()) + " drive 0.0");
  EXPECT_EQ(other.log.back(), std::to_string(3 * schedule.latency()) + " done 0.0");
}

void change_groups_when_idle(TdmController& controller, const TdmSchedule& schedule) {
  EXPECT_FALSE(controller.busy());
  EXPECT_THROW(controller.set_groups(0), sc_core::sc_report);
  EXPECT_THROW(controller.set_groups(schedule.groups + 1), sc_core::sc_report) << "beyond what it was made for";
  controller.start();
  EXPECT_TRUE(controller.busy());
  EXPECT_THROW(controller.set_groups(1), sc_core::sc_report);
  sc_core::wait(static_cast<double>(schedule.change_interval() - 1) * period());
  EXPECT_TRUE(controller.busy());
  EXPECT_THROW(controller.set_groups(1), sc_core::sc_report) << "one clock early";
  sc_core::wait(period());
  EXPECT_FALSE(controller.busy());
  controller.set_groups(1);
  controller.start();
}

/// At the second clock after done and not one clock earlier; what is played then is the schedule of the new number.
TEST(RtlTdmController, TakesAnotherNumberOfGroupsWhenItIsIdle) {
  const TdmSchedule schedule = small_schedule();
  Probe model("model", model_tdm_controller_factory(), schedule);
  Probe rtl("rtl", rtl_tdm_controller_factory(), schedule);
  for (Probe* probe : {&model, &rtl})
    sc_core::sc_spawn([&schedule, probe] { change_groups_when_idle(*probe->controller, schedule); });
  sc_core::sc_start();
  TdmSchedule one = schedule;
  one.groups = 1;
  EXPECT_EQ(model.log, rtl.log);
  EXPECT_EQ(model.log.back(), std::to_string(schedule.change_interval() + one.latency()) + " done 0.0");
}

TEST(RtlTdmController, RefusesSchedulesThatTheRegistersCannotHold) {
  const auto with = [](const std::function<void(TdmSchedule&)>& change) {
    TdmSchedule schedule;
    change(schedule);
    return tdm_registers(schedule).values;
  };
  EXPECT_EQ(with([](TdmSchedule& s) { s.groups = 4096; }).held, 1 + 9 + 1 + 4095u * 10);
  EXPECT_EQ(with([](TdmSchedule& s) { s.steps = equal_steps(64, 1); }).slices, 64u);
  EXPECT_THROW(with([](TdmSchedule& s) { s.steps = equal_steps(65, 1); }), InputError);
  EXPECT_THROW(with([](TdmSchedule& s) { s.steps = equal_steps(0, 1); }), InputError);
  EXPECT_THROW(with([](TdmSchedule& s) { s.groups = 4097; }), InputError);
  EXPECT_THROW(with([](TdmSchedule& s) { s.steps.front().clocks = 0; }), InputError);
  EXPECT_THROW(with([](TdmSchedule& s) { s.settle = 65536; }), InputError);
  EXPECT_THROW(with([](TdmSchedule& s) { s.adc.latency = 0; }), InputError);
  EXPECT_THROW(with([](TdmSchedule& s) { s.adc.interval = 0; }), InputError);
  EXPECT_THROW(with([](TdmSchedule& s) { s.adc.interval = 0xFFFFFFFFu; }), InputError);
  EXPECT_THROW(with([](TdmSchedule& s) { s.accumulate_interval = 131072; }), InputError);
}

TEST(RtlTdmController, RefusesWhatItHasNoRoomFor) {
  TdmSchedule schedule = small_schedule();
  schedule.adc = {32, 2};
  EXPECT_NO_THROW(tdm_registers(schedule));
  schedule.adc = {33, 2};
  EXPECT_THROW(tdm_registers(schedule), InputError) << "17 conversions in flight";
  schedule = small_schedule();
  schedule.overlap = StepOverlap::converter;
  schedule.accumulate_latency = 4 * 2 * 2 * 3;  // two steps of two groups, each three clocks
  EXPECT_NO_THROW(tdm_registers(schedule));
  ++schedule.accumulate_latency;
  EXPECT_THROW(tdm_registers(schedule), InputError) << "the sums of five MVMs in flight";
  schedule = small_schedule();
  schedule.during_drive = true;
  EXPECT_THROW(tdm_registers(schedule), InputError);
}

/// A block that stops at its first edge.
class Stopping : public RtlBlock {
 public:
  void fall() override {}
  void rise(const sc_core::sc_time& /*now*/) override { vl_stop("tdm_controller.sv", 1, "top"); }
  void publish() override {}
  bool listening() const override { return false; }
  bool active() const override { return true; }
};

TEST(RtlTdmController, ReportsAStopOfTheRtlAsFatal) {
  sc_core::sc_report_handler::set_actions(sc_core::SC_FATAL, sc_core::SC_THROW);
  RtlClockDomain domain("domain", period(), "");
  Stopping block;
  domain.add(block);
  domain.wake(block);
  EXPECT_THROW(sc_core::sc_start(), sc_core::sc_report);
  EXPECT_THROW(vl_finish("tdm_controller.sv", 1, "top"), RtlStopped);
  domain.remove(block);
}

}  // namespace
}  // namespace memcosim
