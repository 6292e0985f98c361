// SPDX-License-Identifier: Apache-2.0
// The SystemC model and the RTL of the TDM controller on random schedules: many pairs in one elaboration.
#include "tdm_call_lockstep.hpp"

#include <memory>
#include <random>
#include <string>
#include <systemc>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/rtl/bridge/rtl_tdm_controller.hpp"

#include "random_schedule.hpp"

namespace memcosim {
namespace {

constexpr int pairs = 60;

/// Pairs with schedules of their own, in two clock domains.
void play(std::uint64_t seed, const TdmStarts& stimulus) {
  std::mt19937_64 random(seed);
  const TdmControllerFactory rtl = rtl_tdm_controller_factory();
  std::vector<std::unique_ptr<TdmCallLockstep>> benches;
  for (int pair = 0; pair < pairs; ++pair) {
    const sc_core::sc_time period = pair % 3 == 0 ? sc_core::sc_time(700, sc_core::SC_PS) : sc_core::sc_time(1, sc_core::SC_NS);
    TdmStarts own = stimulus;
    own.seed = random();
    benches.push_back(std::make_unique<TdmCallLockstep>(("pair" + std::to_string(pair)).c_str(), random_schedule(random), period,
                                                        model_tdm_controller_factory(), rtl, own));
  }
  sc_core::sc_start();
  for (const auto& bench : benches) {
    EXPECT_TRUE(bench->passed()) << bench->name() << ": " << bench->difference();
    EXPECT_EQ(bench->mvms(), stimulus.mvms);
  }
}

TEST(TdmCallLockstep, BackToBackStarts) {
  play(31, {20, 0, 0, 0});
}

TEST(TdmCallLockstep, StartsWithSmallGaps) {
  play(32, {20, 4, 0, 0});
}

TEST(TdmCallLockstep, StartsWithIdleGaps) {
  play(33, {20, 2000, 0, 0});
}

TEST(TdmCallLockstep, StartsInLaterDeltaCyclesOfTheEdge) {
  play(34, {20, 0, 5, 0});
}

TEST(TdmCallLockstep, StartsInLaterDeltaCyclesWithGaps) {
  play(35, {20, 30, 5, 0});
}

TEST(TdmCallLockstep, GroupsChangeWhileIdle) {
  play(36, {20, 0, 0, 0, true});
}

TEST(TdmCallLockstep, GroupsChangeWithGapsAndInLaterDeltaCycles) {
  play(37, {20, 30, 5, 0, true});
}

/// A controller that plays a slightly different schedule than it was asked for.
TdmControllerFactory spoilt(void (*spoil)(TdmSchedule&)) {
  return [spoil](const std::string& name, TdmSchedule schedule, sc_core::sc_time period, TdmStrobes& strobes) {
    spoil(schedule);
    return rtl_tdm_controller_factory()(name, schedule, period, strobes);
  };
}

TEST(TdmCallLockstep, SeesEveryKindOfDifference) {
  TdmSchedule schedule;
  schedule.steps = equal_steps(2, 1);
  schedule.groups = 3;
  schedule.settle = 2;
  const sc_core::sc_time period(1, sc_core::SC_NS);
  const auto differs = [&](const char* name, void (*spoil)(TdmSchedule&)) {
    return std::make_unique<TdmCallLockstep>(name, schedule, period, model_tdm_controller_factory(), spoilt(spoil), TdmStarts{3, 0, 0, 1});
  };
  /// Takes every change of the groups but one.
  class Forgetful : public TdmController {
   public:
    Forgetful(const std::string& name, std::unique_ptr<TdmController> inner) : TdmController(name.c_str()), inner_(std::move(inner)) {}
    bool ready() const override { return inner_->ready(); }
    bool busy() const override { return inner_->busy(); }
    void start() override { inner_->start(); }
    void set_groups(std::uint32_t groups) override {
      if (++changes_ != 2) inner_->set_groups(groups);
    }
    const sc_core::sc_event& ready_event() const override { return inner_->ready_event(); }

   private:
    std::unique_ptr<TdmController> inner_;
    int changes_ = 0;
  };
  TdmCallLockstep change(
      "change", schedule, period, model_tdm_controller_factory(),
      [](const std::string& name, const TdmSchedule& of, sc_core::sc_time at, TdmStrobes& strobes) {
        return std::make_unique<Forgetful>(name + "_forgetful", rtl_tdm_controller_factory()(name, of, at, strobes));
      },
      TdmStarts{20, 0, 0, 1, true});
  const auto slices = differs("slices", [](TdmSchedule& s) { s.steps = equal_steps(3, 1); });
  const auto groups = differs("groups", [](TdmSchedule& s) { s.groups = 2; });
  const auto settle = differs("settle", [](TdmSchedule& s) { s.settle = 3; });
  const auto mux = differs("mux", [](TdmSchedule& s) { ++s.mux; });
  const auto code = differs("code", [](TdmSchedule& s) { ++s.adc.latency; });
  const auto done = differs("done", [](TdmSchedule& s) {
    --s.accumulate_latency;
    s.accumulate_interval = 11;
  });
  sc_core::sc_start();
  // back = 1 + 9 + 1 + 2 * 10 = 31 > front = 4: ready at 2 * 31.
  EXPECT_EQ(slices->difference(), "ready at 62 ns: high on the left, low on the right");
  EXPECT_EQ(groups->difference(), "nothing on the left, drive at 21 ns for slice 1 on the right");
  EXPECT_EQ(settle->difference(), "sample at 3 ns for slice 0 on the left, nothing on the right");
  EXPECT_EQ(mux->difference(), "convert at 5 ns for slice 0 group 0 on the left, nothing on the right");
  EXPECT_EQ(code->difference(), "accumulate at 14 ns for slice 0 group 0 on the left, nothing on the right");
  EXPECT_NE(done->difference(), "");
  EXPECT_NE(change.difference(), "");
  EXPECT_FALSE(slices->passed());
}

}  // namespace
}  // namespace memcosim
