// SPDX-License-Identifier: Apache-2.0
// Checkers of the timed datapath, each shown to fire on a controller or a result that is wrong on purpose; observers and waveforms.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <systemc>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/sc_models/blocks/macro_observer.hpp"
#include "memcosim/sc_models/blocks/model_tdm_controller.hpp"

#include "macro_bench.hpp"

namespace memcosim::macro_test {
namespace {

/// Plays whatever a function says, with waits, after each start.
class ScriptedController : public TdmController {
 public:
  ScriptedController(const std::string& name, TdmStrobes& strobes, std::function<void(TdmStrobes&)> script)
      : TdmController(name.c_str()), strobes_(strobes), script_(std::move(script)) {
    SC_HAS_PROCESS(ScriptedController);
    SC_THREAD(run);
  }
  bool ready() const override { return true; }
  void start() override { start_.notify(sc_core::SC_ZERO_TIME); }
  bool busy() const override { return false; }
  void set_groups(std::uint32_t) override {}
  const sc_core::sc_event& ready_event() const override { return ready_; }

 private:
  void run() {
    wait(start_);
    script_(strobes_);
  }
  TdmStrobes& strobes_;
  std::function<void(TdmStrobes&)> script_;
  sc_core::sc_event start_;
  sc_core::sc_event ready_;
};

/// Message of the report with which the simulation of one MVM under a scripted controller ends.
std::string fatal_message(const std::function<void(TdmStrobes&)>& script, const std::function<void(MacroSpec&)>& change = {}) {
  const ReportedErrors errors;
  Arrays arrays;
  MacroSpec spec = small_spec(TimingLevel::approximately_timed);
  if (change) change(spec);
  spec.digital.tdm_controller = "scripted";
  DigitalBlocks blocks;
  blocks.tdm_controller.add("scripted", [script](const std::string& name, const TdmSchedule&, sc_core::sc_time, TdmStrobes& strobes) {
    return std::make_unique<ScriptedController>(name, strobes, script);
  });
  Bench bench(
      "bench", arrays.backend(), arrays.add(spec), spec, [spec](Agent& agent) { agent.start(input_codes(spec, 0)); }, {}, blocks);
  sc_core::sc_start();
  return ReportedErrors::first();
}

void slice_front(TdmStrobes& strobes, std::uint32_t slice) {
  strobes.drive(slice);
  sc_core::wait(clocks(6));
  strobes.sample(slice);
  sc_core::wait(clocks(1));
  strobes.release(slice);
}

TEST(MacroDatapath, SampleIntoABufferBeingConvertedIsFatal) {
  // The third slice comes while the first is still being converted: both use the same capacitors.
  EXPECT_THAT(fatal_message([](TdmStrobes& strobes) {
                slice_front(strobes, 0);
                strobes.select(0, 0);
                sc_core::wait(clocks(1));
                strobes.convert(0, 0);
                slice_front(strobes, 1);
                slice_front(strobes, 2);
              }),
              testing::HasSubstr("slice 2 is sampled into a buffer that is still being converted"));
}

TEST(MacroDatapath, ConversionOfWhatIsNotHeldIsFatal) {
  EXPECT_THAT(fatal_message([](TdmStrobes& strobes) {
                strobes.drive(0);
                sc_core::wait(clocks(6));
                strobes.sample(0);
                strobes.select(0, 0);
              }),
              testing::HasSubstr("converted but not held"));
}

/// Converts group 0 of slice 0 and selects group 1 after some clocks.
void convert_and_select(TdmStrobes& strobes, double wait) {
  slice_front(strobes, 0);
  strobes.select(0, 0);
  sc_core::wait(clocks(1));
  strobes.convert(0, 0);
  sc_core::wait(clocks(wait));
  strobes.select(0, 1);
}

void slow_converters(MacroSpec& spec) {
  spec.timing.adc_interval = 12;
  spec.timing.overlap = StepOverlap::converter;
}

TEST(MacroDatapath, ConversionWithinTheIntervalIsFatal) {
  const auto converts_after = [](double wait) {
    return fatal_message(
        [wait](TdmStrobes& strobes) {
          convert_and_select(strobes, wait - 1);
          sc_core::wait(clocks(1));
          strobes.convert(0, 1);
        },
        slow_converters);
  };
  EXPECT_THAT(converts_after(11), testing::HasSubstr("before the interval"));
}

TEST(MacroDatapath, ConversionAtTheIntervalIsFine) {
  EXPECT_EQ(fatal_message(
                [](TdmStrobes& strobes) {
                  convert_and_select(strobes, 11);
                  sc_core::wait(clocks(1));
                  strobes.convert(0, 1);
                },
                slow_converters),
            "");
}

TEST(MacroDatapath, SampleBeforeTheArrayHasSettledIsFatal) {
  EXPECT_THAT(fatal_message([](TdmStrobes& strobes) {
                strobes.drive(0);
                sc_core::wait(clocks(5));  // drive 1, settle 5
                strobes.sample(0);
              }),
              testing::HasSubstr("the columns are sampled 5 ns after the rows are driven; at least 6 clocks (6 ns) are needed"));
}

TEST(MacroDatapath, ReleaseWithoutSampleTimeIsFatal) {
  EXPECT_THAT(fatal_message([](TdmStrobes& strobes) {
                strobes.drive(0);
                sc_core::wait(clocks(6));
                strobes.sample(0);
                strobes.release(0);
              }),
              testing::HasSubstr("the columns are held 0 s after they are sampled"));
}

TEST(MacroDatapath, RowsThatChangeBeforeTheColumnsAreHeldAreFatal) {
  EXPECT_THAT(fatal_message([](TdmStrobes& strobes) {
                strobes.drive(0);
                sc_core::wait(clocks(6));
                strobes.sample(0);
                strobes.drive(1);
                sc_core::wait(clocks(1));
                strobes.release(0);
              }),
              testing::HasSubstr("the rows change before"));
}

TEST(MacroDatapath, ConversionWithoutMuxTimeIsFatal) {
  EXPECT_THAT(fatal_message([](TdmStrobes& strobes) {
                slice_front(strobes, 0);
                strobes.select(0, 0);
                strobes.convert(0, 0);
              }),
              testing::HasSubstr("a conversion begins 0 s after its columns are selected; at least 1 clocks"));
}

TEST(MacroDatapath, MultiplexersThatMoveDuringAConversionAreFatal) {
  EXPECT_THAT(fatal_message([](TdmStrobes& strobes) { convert_and_select(strobes, 6); }),  // a 6-bit SAR takes 7
              testing::HasSubstr("the multiplexers move during a conversion"));
}

TEST(MacroDatapath, ACodeThatIsTakenEarlyIsFatal) {
  EXPECT_THAT(fatal_message([](TdmStrobes& strobes) {
                slice_front(strobes, 0);
                strobes.select(0, 0);
                sc_core::wait(clocks(1));
                strobes.convert(0, 0);
                sc_core::wait(clocks(6));
                strobes.accumulate(0, 0);
              }),
              testing::HasSubstr("a code is taken before it is valid"));
}

TEST(MacroDatapath, ConversionOfAnUnselectedGroupIsFatal) {
  EXPECT_THAT(fatal_message([](TdmStrobes& strobes) {
                slice_front(strobes, 0);
                strobes.select(0, 0);
                sc_core::wait(clocks(1));
                strobes.convert(0, 0);
                sc_core::wait(clocks(7));
                strobes.convert(0, 1);
              }),
              testing::HasSubstr("multiplexers do not select"));
}

TEST(MacroDatapath, StrobesOutOfOrderAreFatal) {
  EXPECT_THAT(fatal_message([](TdmStrobes& strobes) { strobes.drive(1); }), testing::HasSubstr("slice 0, group 0 would be next"));
}

TEST(MacroDatapath, StrobesWithoutAnMvmAreFatal) {
  EXPECT_THAT(fatal_message([](TdmStrobes& strobes) {
                for (std::uint32_t slice = 0; slice < 4; ++slice) {
                  slice_front(strobes, slice);
                  for (std::uint32_t group = 0; group < 4; ++group) {
                    strobes.select(slice, group);
                    sc_core::wait(clocks(1));
                    strobes.convert(slice, group);
                    sc_core::wait(clocks(7));
                    strobes.accumulate(slice, group);
                  }
                }
                strobes.drive(0);
              }),
              testing::HasSubstr("with no MVM left for it"));
}

TEST(MacroDatapath, DoneBeforeTheLastCodeIsFatal) {
  EXPECT_THAT(fatal_message([](TdmStrobes& strobes) { strobes.done(); }), testing::HasSubstr("before all codes"));
}

TEST(MacroDatapath, SumsThatAreNotThoseOfTheCodesAreFatal) {
  const ReportedErrors errors;
  Arrays arrays;
  const MacroSpec spec = small_spec(TimingLevel::approximately_timed);
  const ArrayId array = arrays.add(spec);
  ProductResult direct;
  Bench bench("bench", arrays.backend(), array, spec, [&](Agent& agent) {
    const std::vector<InputCode> codes = input_codes(spec, 0);
    direct = direct_mvm(arrays.backend(), array, spec.readout, codes, 0);
    direct.sums[4] += 1;
    MvmExtension extension;
    extension.outcome = {direct.sums, direct.drive_siemens, {}, direct.codes};
    agent.start(codes, &extension);
  });
  sc_core::sc_start();
  EXPECT_THAT(ReportedErrors::first(), testing::HasSubstr("output 4"));
}

/// A controller one clock late is seen by the initiator, not hidden behind the formula.
TEST(MacroDatapath, ALateControllerIsLateAtTheSocket) {
  class LateController : public TdmController {
   public:
    LateController(const std::string& name, const TdmSchedule& schedule, sc_core::sc_time period, TdmStrobes& strobes)
        : TdmController(name.c_str()), inner_("inner", slower(schedule), period, strobes) {}
    bool ready() const override { return inner_.ready(); }
    void start() override { inner_.start(); }
    bool busy() const override { return inner_.busy(); }
    void set_groups(std::uint32_t groups) override { inner_.set_groups(groups); }
    const sc_core::sc_event& ready_event() const override { return inner_.ready_event(); }

   private:
    static TdmSchedule slower(TdmSchedule schedule) {
      schedule.accumulate_latency += 1;
      return schedule;
    }
    ModelTdmController inner_;
  };
  Arrays arrays;
  MacroSpec spec = small_spec(TimingLevel::approximately_timed);
  const TdmSchedule schedule = spec.schedule();
  ASSERT_GT(TdmTimes(schedule).back(0), TdmTimes(schedule).front(0));
  spec.digital.tdm_controller = "late";
  DigitalBlocks blocks;
  blocks.tdm_controller.add("late", [](const std::string& name, const TdmSchedule& of, sc_core::sc_time period, TdmStrobes& strobes) {
    return std::make_unique<LateController>(name, of, period, strobes);
  });
  Bench bench(
      "bench", arrays.backend(), arrays.add(spec), spec,
      [&](Agent& agent) {
        agent.start(input_codes(spec, 0));
        const sc_core::sc_time first = agent.now();
        agent.start(input_codes(spec, 1));  // every slot is one clock longer, so ready comes 4 clocks late
        EXPECT_EQ(agent.now() - first, clocks(static_cast<double>(schedule.interval()) + 4));
        agent.read_outputs(6);
        EXPECT_EQ(agent.now() - first, clocks(static_cast<double>(schedule.latency()) + 4 + 3));
        agent.read_outputs(6);
      },
      {}, blocks);
  sc_core::sc_start();
  EXPECT_TRUE(bench.initiator.finished());
}

struct PhaseLog : MacroObserver {
  std::map<std::string, std::vector<std::tuple<std::string, double, double, int, int>>> lanes;
  void phase(std::string_view lane, std::string_view name, const sc_core::sc_time& begin, int slice, int group) override {
    const sc_core::sc_time unit(1, sc_core::SC_NS);
    lanes[std::string(lane)].emplace_back(std::string(name), begin / unit, sc_core::sc_time_stamp() / unit, slice, group);
  }
};

TEST(MacroDatapath, TellsAnObserverEveryPhase) {
  Arrays arrays;
  MacroSpec spec = small_spec(TimingLevel::approximately_timed);
  spec.timing.accumulate_latency = 2;
  PhaseLog timed;
  PhaseLog loose;
  const Program program = [spec](Agent& agent) {
    agent.start(input_codes(spec, 0));
    agent.read_outputs(6);
  };
  Bench timed_bench("timed", arrays.backend(), arrays.add(spec), spec, program);
  timed_bench.macro.set_observer(&timed);
  MacroSpec loose_spec = spec;
  loose_spec.level = TimingLevel::loosely_timed;
  AgentOptions ahead;
  ahead.quantum = clocks(10000);
  Bench loose_bench("loose", arrays.backend(), arrays.add(spec), loose_spec, program, ahead);
  loose_bench.macro.set_observer(&loose);
  sc_core::sc_start();

  // Front 7 clocks, back 1 + 7 + 2 + 3 * 8 = 34 clocks, started at clock 4.
  ASSERT_EQ(timed.lanes["rows"].size(), 4u);
  EXPECT_EQ(timed.lanes["rows"][1], std::make_tuple("drive", 4.0 + 34, 4.0 + 34 + 7, 1, -1));
  ASSERT_EQ(timed.lanes["sample"].size(), 4u);
  EXPECT_EQ(timed.lanes["sample"][1], std::make_tuple("sample", 4.0 + 34 + 6, 4.0 + 34 + 7, 1, -1));
  ASSERT_EQ(timed.lanes["adc"].size(), 16u);
  EXPECT_EQ(timed.lanes["adc"][6], std::make_tuple("convert", 4.0 + 34 + 7 + 2 * 8 + 1, 4.0 + 34 + 7 + 2 * 8 + 8, 1, 2));
  ASSERT_EQ(timed.lanes["shift-add"].size(), 16u);
  EXPECT_EQ(timed.lanes["shift-add"][6], std::make_tuple("accumulate", 4.0 + 34 + 7 + 2 * 8 + 8, 4.0 + 34 + 7 + 2 * 8 + 10, 1, 2));
  ASSERT_EQ(timed.lanes["mvm"].size(), 1u);
  EXPECT_EQ(timed.lanes["mvm"][0], std::make_tuple("mvm", 4.0, 4.0 + 3 * 34 + 7 + 34, -1, -1));
  EXPECT_EQ(loose.lanes.size(), 1u);
  EXPECT_EQ(loose.lanes["mvm"], timed.lanes["mvm"]);
}

TEST(MacroDatapath, WritesWaveforms) {
  const std::string name = testing::TempDir() + "memcosim_macro_waves";
  {
    Arrays arrays;
    const MacroSpec spec = small_spec(TimingLevel::approximately_timed);
    Bench bench("bench", arrays.backend(), arrays.add(spec), spec, [spec](Agent& agent) {
      agent.start(input_codes(spec, 0));
      agent.read_outputs(6);
      agent.advance(clocks(10));
    });
    sc_core::sc_trace_file* file = sc_core::sc_create_vcd_trace_file(name.c_str());
    bench.macro.trace(file);
    sc_core::sc_start();
    sc_core::sc_close_vcd_trace_file(file);
  }
  std::ifstream file(name + ".vcd");
  std::stringstream text;
  text << file.rdbuf();
  for (const char* signal : {"ready", "busy", "done", "phase", "slice", "group"})
    EXPECT_THAT(text.str(), testing::HasSubstr(signal));
  EXPECT_THAT(text.str(), testing::HasSubstr("#"));
  std::filesystem::remove(name + ".vcd");
}

}  // namespace
}  // namespace memcosim::macro_test
