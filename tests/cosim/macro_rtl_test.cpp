// SPDX-License-Identifier: Apache-2.0
// A macro with the RTL controller against a macro with the model: same values, same times, same counts and energies.
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <systemc>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/rtl/bridge/rtl_tdm_controller.hpp"

#include "macro_bench.hpp"

namespace memcosim::macro_test {
namespace {

/// Everything that the observer is told, with the time at which it is told. Phases that end at one time are told in no particular order.
class PhaseLog : public MacroObserver {
 public:
  using Phase = std::tuple<sc_core::sc_time, sc_core::sc_time, std::string, std::string, int, int>;
  void phase(std::string_view lane, std::string_view name, const sc_core::sc_time& begin, int slice, int group) override {
    phases.emplace(sc_core::sc_time_stamp(), begin, lane, name, slice, group);
  }
  std::multiset<Phase> phases;
};

/// What the host of one macro sees.
struct Seen {
  std::vector<sc_core::sc_time> times;
  std::vector<std::int32_t> sums;
};

/// A macro with two programs: one starts MVMs after random pauses, now and then with other outputs in use, the other reads the results.
class Side {
 public:
  Side(const std::string& name, Arrays& arrays, const MacroSpec& spec, std::uint64_t seed, const DigitalBlocks& blocks = {})
      : bench_(name, arrays.backend(), arrays.add(spec), spec,
               {[this, spec, seed](Agent& agent) { start(agent, spec, seed); }, [this, spec](Agent& agent) { read(agent, spec); }}, {},
               blocks) {
    bench_.macro.set_observer(&log_);
  }
  const MacroActivity& activity() const { return bench_.macro.activity(); }
  const Seen& started() const { return started_; }
  const Seen& read() const { return read_; }
  const PhaseLog& log() const { return log_; }
  bool finished() const { return bench_.initiator.finished(); }

  static constexpr int mvms = 12;

 private:
  void start(Agent& agent, const MacroSpec& spec, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const std::uint64_t interval = spec.schedule().interval();
    for (int mvm = 0; mvm < mvms; ++mvm) {
      if (random() % 3 == 0) agent.write(reg::used_outputs, 1 + static_cast<std::uint32_t>(random() % 6));
      EXPECT_EQ(agent.start(input_codes(spec, static_cast<std::uint64_t>(mvm))), tlm::TLM_OK_RESPONSE);
      started_.times.push_back(agent.now());
      if (random() % 2 == 0) agent.advance(clocks(static_cast<double>(random() % (3 * interval))));
    }
  }
  void read(Agent& agent, const MacroSpec& spec) {
    for (int mvm = 0; mvm < mvms; ++mvm) {
      // Reading where nothing was started is an error, not a wait.
      while ((agent.read(reg::status) & (reg::status_busy | reg::status_result)) == 0)
        agent.advance(clocks(3));
      const std::vector<std::int32_t> sums = agent.read_outputs(spec.columns / 2);
      read_.sums.insert(read_.sums.end(), sums.begin(), sums.end());
      read_.times.push_back(agent.now());
    }
  }

  Seen started_;
  Seen read_;
  PhaseLog log_;
  Bench bench_;
};

void expect_same(const MacroActivity& model, const MacroActivity& rtl) {
  EXPECT_EQ(model.mvms, static_cast<std::uint64_t>(Side::mvms));
  EXPECT_EQ(model.mvms, rtl.mvms);
  EXPECT_EQ(model.rows_driven, rtl.rows_driven);
  EXPECT_EQ(model.samples, rtl.samples);
  EXPECT_EQ(model.conversions, rtl.conversions);
  EXPECT_EQ(model.clipped_low, rtl.clipped_low);
  EXPECT_EQ(model.clipped_high, rtl.clipped_high);
  EXPECT_EQ(model.accumulations, rtl.accumulations);
  EXPECT_EQ(model.controller_slices, rtl.controller_slices);
  EXPECT_EQ(model.input_bytes, rtl.input_bytes);
  EXPECT_EQ(model.output_bytes, rtl.output_bytes);
  EXPECT_GT(model.array_energy_j, 0.0);
  EXPECT_EQ(model.array_energy_j, rtl.array_energy_j);
  EXPECT_EQ(model.busy_s, rtl.busy_s);
}

/// Specifications whose schedules differ in kind: front or back longer, codes in flight, nothing overlapping, phases of no clocks.
std::vector<MacroSpec> specs() {
  std::vector<MacroSpec> result(7, small_spec(TimingLevel::approximately_timed));
  result[1].timing.settle_s = 80e-9;
  result[2].timing.adc_kind = &converter_kind("pipeline");
  result[2].timing.adc_latency = 16;
  result[3].timing.pipelined = false;
  result[4].timing.adc_kind = &converter_kind("flash");
  result[4].timing.mux_s = 0.0;
  result[4].timing.sample_s = 0.0;
  result[4].timing.settle_s = 0.0;
  result[5].timing.accumulate_latency = 6;
  result[5].timing.accumulate_interval = 20;
  result[6].timing.adc_kind = &converter_kind("ramp");
  result[6].columns_per_adc = 12;
  return result;
}

TEST(MacroRtl, DoesWhatTheMacroWithTheModelDoes) {
  Arrays arrays;
  DigitalBlocks rtl;
  rtl.tdm_controller.add("rtl", rtl_tdm_controller_factory());
  std::vector<std::unique_ptr<Side>> models;
  std::vector<std::unique_ptr<Side>> rtls;
  std::uint64_t seed = 0;
  for (const MacroSpec& spec : specs()) {
    ++seed;
    models.push_back(std::make_unique<Side>("model" + std::to_string(seed), arrays, spec, seed));
    MacroSpec with_rtl = spec;
    with_rtl.digital.tdm_controller = "rtl";
    rtls.push_back(std::make_unique<Side>("rtl" + std::to_string(seed), arrays, with_rtl, seed, rtl));
  }
  sc_core::sc_start();
  for (std::size_t index = 0; index < models.size(); ++index) {
    SCOPED_TRACE("specification " + std::to_string(index));
    const Side& model = *models[index];
    const Side& other = *rtls[index];
    EXPECT_TRUE(model.finished() && other.finished());
    EXPECT_EQ(model.started().times, other.started().times);
    EXPECT_EQ(model.read().times, other.read().times);
    EXPECT_EQ(model.read().sums, other.read().sums);
    EXPECT_EQ(model.log().phases, other.log().phases);
    EXPECT_FALSE(model.log().phases.empty());
    expect_same(model.activity(), other.activity());
  }
}

}  // namespace
}  // namespace memcosim::macro_test
