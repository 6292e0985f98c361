// SPDX-License-Identifier: Apache-2.0
// Digital blocks of a program's own in a macro: their values and counts are the ones that come out, and differences are found.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <systemc>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/sc_models/blocks/model_tdm_controller.hpp"
#include "memcosim/sc_models/blocks/shift_add.hpp"
#include "memcosim/sc_models/blocks/write_verify_programmer.hpp"

#include "macro_bench.hpp"

namespace memcosim::macro_test {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t outputs = 6;
constexpr std::uint64_t mvms = 5;

/// An accumulator of few bits: its sums saturate at +-limit. With a large limit it is right.
class NarrowAccumulator : public Accumulator {
 public:
  NarrowAccumulator(const std::string& name, std::int32_t limit) : Accumulator(name.c_str()), limit_(limit), sums_(outputs, 0) {}
  void clear() override {
    std::fill(sums_.begin(), sums_.end(), 0);
    saturated_ = false;
  }
  void accumulate(gsl::span<const AccumulatorTerm> terms, gsl::span<const std::int32_t> codes, unsigned slice_shift) override {
    for (const AccumulatorTerm& term : terms) {
      const std::int32_t sum = sums_[term.output] + term.sign * (codes[term.code] << (term.shift + slice_shift));
      sums_[term.output] = std::clamp(sum, -limit_, limit_);
      saturated_ |= sum != sums_[term.output];
    }
  }
  gsl::span<const std::int32_t> sums() const override { return sums_; }
  bool saturated() const override { return saturated_; }

 private:
  const std::int32_t limit_;
  std::vector<std::int32_t> sums_;
  bool saturated_ = false;
};

constexpr std::int32_t wide = 1 << 20;

DigitalBlocks with_accumulator(std::int32_t limit) {
  DigitalBlocks blocks;
  blocks.accumulator.add("yours",
                         [limit](const std::string& name, const MacroSpec&) { return std::make_unique<NarrowAccumulator>(name, limit); });
  return blocks;
}

/// Adds one to the codes of one conversion; notes what it was called with.
class TouchingLogic : public ConverterLogic {
 public:
  struct Call {
    std::uint32_t slice;
    std::vector<ConversionAddress> addresses;
  };
  struct Touch {
    std::uint32_t column;
    std::uint32_t slice;
  };
  TouchingLogic(const std::string& name, const Touch& touch, std::vector<Call>& calls)
      : ConverterLogic(name.c_str()), touch_(touch), calls_(calls) {}
  void convert(std::uint32_t slice, gsl::span<const ConversionAddress> addresses, gsl::span<std::int32_t> codes) override {
    calls_.push_back({slice, {addresses.begin(), addresses.end()}});
    for (std::size_t i = 0; i < addresses.size(); ++i)
      codes[i] += slice == touch_.slice && addresses[i].column == touch_.column ? 1 : 0;
  }

 private:
  const Touch touch_;
  std::vector<Call>& calls_;
};

DigitalBlocks with_logic(const TouchingLogic::Touch& touch, std::vector<TouchingLogic::Call>& calls) {
  DigitalBlocks blocks;
  blocks.converter_logic.add(
      "yours", [touch, &calls](const std::string& name, const MacroSpec&) { return std::make_unique<TouchingLogic>(name, touch, calls); });
  return blocks;
}

MacroSpec timed_spec(SumComparison compare) {
  MacroSpec spec = small_spec(TimingLevel::approximately_timed);
  spec.digital.compare = compare;
  return spec;
}

/// One macro that computes `mvms` MVMs at their events, up to two in flight, with what its host reads.
struct Played {
  Played(const std::string& name, Arrays& arrays, const MacroSpec& spec, const DigitalBlocks& blocks = {})
      : bench(
            name, arrays.backend(), arrays.add(spec), spec, [this, spec](Agent& agent) { play(agent, spec); }, {}, blocks) {}

  void play(Agent& agent, const MacroSpec& spec) {
    for (std::uint64_t mvm = 0; mvm < mvms; ++mvm) {
      agent.start(input_codes(spec, mvm));
      if (mvm != 0) sums.push_back(agent.read_outputs(outputs));
    }
    sums.push_back(agent.read_outputs(outputs));
  }
  std::vector<std::vector<std::int32_t>> sums;
  Bench bench;
};

TEST(DigitalBlocks, SumsOfTheHostAreThoseOfTheAccumulator) {
  Arrays arrays;
  MacroSpec spec = timed_spec(SumComparison::count);
  const Played model("model", arrays, spec);
  const Played loose("loose", arrays, small_spec(TimingLevel::loosely_timed));
  spec.digital.accumulator = "yours";
  constexpr std::int32_t limit = 20;
  const Played right("right", arrays, spec, with_accumulator(wide));
  const Played narrow("narrow", arrays, spec, with_accumulator(limit));
  sc_core::sc_start();
  ASSERT_EQ(model.sums.size(), mvms);
  EXPECT_EQ(model.sums, loose.sums);
  EXPECT_EQ(right.sums, model.sums);
  EXPECT_NE(narrow.sums, model.sums);
  std::uint64_t different = 0;
  for (std::uint64_t mvm = 0; mvm < mvms; ++mvm) {
    EXPECT_THAT(narrow.sums[mvm], testing::Each(testing::AllOf(testing::Ge(-limit), testing::Le(limit))));
    different += narrow.sums[mvm] != model.sums[mvm];
  }
  EXPECT_EQ(narrow.bench.macro.activity().differing_mvms, different);
  EXPECT_GE(narrow.bench.macro.activity().saturated_mvms, different);
  for (const Played* same : {&model, &loose, &right}) {
    EXPECT_EQ(same->bench.macro.activity().differing_mvms, 0u);
    EXPECT_EQ(same->bench.macro.activity().saturated_mvms, 0u);
  }
}

TEST(DigitalBlocks, TheFirstDifferentSumStops) {
  const ReportedErrors errors;
  Arrays arrays;
  MacroSpec spec = timed_spec(SumComparison::stop);
  spec.digital.accumulator = "yours";
  const Played narrow("narrow", arrays, spec, with_accumulator(20));
  sc_core::sc_start();
  EXPECT_THAT(ReportedErrors::first(), testing::AllOf(HasSubstr("output "), HasSubstr("macro.digital.compare: count")));
  EXPECT_EQ(narrow.bench.macro.activity().differing_mvms, 1u);
  EXPECT_TRUE(narrow.sums.empty());
}

TEST(DigitalBlocks, AnAccumulatorThatIsRightDoesNotStop) {
  const ReportedErrors errors;
  Arrays arrays;
  MacroSpec spec = timed_spec(SumComparison::stop);
  spec.digital.accumulator = "yours";
  const Played right("right", arrays, spec, with_accumulator(wide));
  sc_core::sc_start();
  EXPECT_EQ(ReportedErrors::first(), "");
  EXPECT_EQ(right.sums.size(), mvms);
}

/// Plays one MVM with values ahead of time; returns the first error.
std::string error_ahead(SumComparison compare, std::int32_t limit, bool with_codes) {
  const ReportedErrors errors;
  Arrays arrays;
  MacroSpec spec = timed_spec(compare);
  spec.digital.accumulator = "yours";
  const ArrayId array = arrays.add(spec);
  ProductResult direct;
  const Program program = [&](Agent& agent) {
    const std::vector<InputCode> codes = input_codes(spec, 0);
    direct = direct_mvm(arrays.backend(), array, spec.readout, codes, 0);
    MvmExtension extension;
    extension.outcome = {direct.sums, direct.drive_siemens, {}, {}};
    if (with_codes) extension.outcome.codes = direct.codes;
    agent.start(codes, &extension);
    EXPECT_EQ(agent.read_outputs(outputs), direct.sums);
  };
  const Bench bench("bench", arrays.backend(), array, spec, program, {}, with_accumulator(limit));
  sc_core::sc_start();
  return ReportedErrors::first();
}

TEST(DigitalBlocks, ValuesAheadStopAtADifferenceEvenWhereDifferencesAreCounted) {
  EXPECT_THAT(error_ahead(SumComparison::count, 20, true), testing::AllOf(HasSubstr("output "), HasSubstr("simulation.values: at_event")));
}

TEST(DigitalBlocks, ValuesAheadPassAnAccumulatorThatIsRight) {
  EXPECT_EQ(error_ahead(SumComparison::count, wide, true), "");
}

TEST(DigitalBlocks, SumsAheadWithoutCodesCannotPassAnAccumulator) {
  EXPECT_THAT(error_ahead(SumComparison::stop, wide, false), HasSubstr("need the codes"));
}

TEST(DigitalBlocks, AnAccumulatorOfAnotherSizeIsAnError) {
  const ReportedErrors errors;
  Arrays arrays;
  MacroSpec spec = timed_spec(SumComparison::stop);
  spec.digital.accumulator = "short";
  DigitalBlocks blocks;
  blocks.accumulator.add("short",
                         [](const std::string& name, const MacroSpec&) { return std::make_unique<ShiftAdd>(name.c_str(), 2 * outputs); });
  const Played played("bench", arrays, spec, blocks);
  sc_core::sc_start();
  EXPECT_THAT(ReportedErrors::first(), testing::AllOf(HasSubstr("short has 12 sums"), HasSubstr("6 outputs")));
}

TEST(DigitalBlocks, CodesOfTheConverterLogicReachTheAccumulator) {
  Arrays arrays;
  MacroSpec spec = timed_spec(SumComparison::count);
  const Played model("model", arrays, spec);
  spec.digital.converter_logic = "yours";
  std::vector<TouchingLogic::Call> calls;
  std::vector<TouchingLogic::Call> other_calls;
  // Column 7 is the negative line of output 3; slices have one bit.
  const Played touched("touched", arrays, spec, with_logic({7, 2}, calls));
  const Played same("same", arrays, spec, with_logic({99, 0}, other_calls));
  sc_core::sc_start();
  EXPECT_EQ(same.sums, model.sums);
  EXPECT_EQ(same.bench.macro.activity().differing_mvms, 0u);
  std::vector<std::vector<std::int32_t>> expected = model.sums;
  for (std::vector<std::int32_t>& sums : expected)
    sums[3] -= 4;
  EXPECT_EQ(touched.sums, expected);
  EXPECT_EQ(touched.bench.macro.activity().differing_mvms, mvms);
  EXPECT_EQ(calls.size(), mvms * 4 * 4);  // slices x groups
}

/// Codes of the next product that come while the sums of the last one are still on their way do not change these.
TEST(DigitalBlocks, CodesOfTheNextProductComeBeforeTheLastIsDone) {
  const ReportedErrors errors;
  Arrays arrays;
  MacroSpec spec = small_spec(TimingLevel::approximately_timed);
  spec.readout.dac.bits = spec.readout.input_bits;
  spec.timing.overlap = StepOverlap::converter;
  spec.timing.accumulate_latency = 60;
  ASSERT_GT(spec.timing.accumulate_latency, spec.schedule().interval());
  const Played model("model", arrays, spec);
  spec.digital.accumulator = "yours";
  spec.digital.compare = SumComparison::count;
  const Played overlapping("overlapping", arrays, spec, with_accumulator(20));
  spec.timing.pipelined = false;
  const Played alone("alone", arrays, spec, with_accumulator(20));
  sc_core::sc_start();
  EXPECT_EQ(ReportedErrors::first(), "");
  EXPECT_EQ(model.sums.size(), mvms);
  EXPECT_EQ(overlapping.sums, alone.sums);
  EXPECT_NE(overlapping.sums, model.sums);
  EXPECT_EQ(overlapping.bench.macro.activity().differing_mvms, alone.bench.macro.activity().differing_mvms);
}

/// One line for each output and one that all of them subtract, converted once; sums are doubled.
constexpr EncodedLine own_line[] = {{false, 0, 1}};
constexpr EncodedLine reference_line[] = {{true, 0, 1}};
const EncodedConversion own_conversion[] = {{own_line}};
const EncodedConversion reference_conversion[] = {{reference_line}};
constexpr EncodedTerm less_reference[] = {{false, 0, 1, 1}, {true, 0, -1, 1}};
const WeightEncoding referenced = {
    "referenced",
    "one bit line for each output and one that all outputs subtract",
    1,
    1,
    reference_conversion,
    own_conversion,
    less_reference,
    [](unsigned weight_bits) { return 1u << weight_bits; },
    [](std::int32_t weight, unsigned, EncodedLine) { return static_cast<std::uint16_t>(weight); },
    [](unsigned) { return 0; },
};

/// A conversion may be in the sums of every used output, as often as the shift says.
TEST(DigitalBlocks, TheTermsOfTheAccumulatorAreThoseOfTheEncoding) {
  const ReportedErrors errors;
  Arrays arrays;
  MacroSpec spec = small_spec(TimingLevel::approximately_timed);
  spec.readout.encoding = &referenced;
  constexpr std::uint32_t all = 11;
  std::vector<std::vector<std::vector<std::int32_t>>> sums;  // of each level and product
  std::vector<std::unique_ptr<Bench>> benches;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    spec.level = level;
    const Program program = [spec, &of_level = sums](Agent& agent) {
      std::vector<std::vector<std::int32_t>> read;
      for (const std::uint32_t used : {all, 4u, all}) {
        agent.write(reg::used_outputs, used);
        agent.start(input_codes(spec, read.size()));
        read.push_back(agent.read_outputs(all));
      }
      of_level.push_back(read);
    };
    benches.push_back(std::make_unique<Bench>("bench" + std::to_string(benches.size()), arrays.backend(), arrays.add(spec), spec, program));
  }
  sc_core::sc_start();
  EXPECT_EQ(ReportedErrors::first(), "");
  ASSERT_EQ(sums.size(), 2u);
  EXPECT_EQ(sums[0], sums[1]);
  for (const std::vector<std::int32_t>& of_product : sums[0])
    EXPECT_THAT(of_product, testing::Contains(testing::Ne(0)));
  EXPECT_THAT(std::vector<std::int32_t>(sums[0][1].begin() + 4, sums[0][1].end()), testing::Each(0));
}

/// Which converter each conversion is on, and that columns without a weight are not converted.
TEST(DigitalBlocks, TheConverterLogicGetsTheAddressOfEveryConversion) {
  Arrays arrays;
  struct Case {
    AdcSharing sharing;
    std::uint32_t used_outputs;
    std::vector<TouchingLogic::Call> calls;
    std::unique_ptr<Bench> bench;
  };
  std::vector<std::unique_ptr<Case>> cases;
  for (const AdcSharing sharing : {AdcSharing::interleaved, AdcSharing::blocked}) {
    for (const std::uint32_t used : {outputs, 2u}) {
      cases.push_back(std::make_unique<Case>());
      Case& c = *cases.back();
      c.sharing = sharing;
      c.used_outputs = used;
      MacroSpec spec = timed_spec(SumComparison::stop);
      spec.adc_sharing = sharing;
      spec.digital.converter_logic = "yours";
      const Program program = [spec, used](Agent& agent) {
        agent.start(input_codes(spec, 0));  // all outputs first: then their number changes
        agent.read_outputs(outputs);
        agent.write(reg::used_outputs, used);
        agent.start(input_codes(spec, 1));
        agent.read_outputs(outputs);
      };
      const std::string name = "bench" + std::to_string(cases.size());
      c.bench =
          std::make_unique<Bench>(name, arrays.backend(), arrays.add(spec), spec, program, AgentOptions{}, with_logic({99, 0}, c.calls));
    }
  }
  sc_core::sc_start();
  for (const auto& c : cases) {
    const ColumnMultiplexer multiplexer{12, 4, c->sharing};
    std::vector<std::uint32_t> conversions(12, 0);
    ASSERT_EQ(c->calls.size() % 4, 0u);
    for (const TouchingLogic::Call& call : c->calls) {
      for (const ConversionAddress& address : call.addresses) {
        EXPECT_EQ(address.converter, multiplexer.converter_of(address.column));
        ++conversions.at(address.column);
      }
    }
    for (std::uint32_t column = 0; column < 12; ++column)
      EXPECT_EQ(conversions[column], column < 2 * c->used_outputs ? 8u : 4u) << "column " << column;
  }
}

/// The models by other names: every block is the one that the factory made, and nothing changes.
TEST(DigitalBlocks, FactoriesOfEveryBlockAreUsed) {
  Arrays arrays;
  std::vector<std::string> made;
  const auto note = [&made](const std::string& block) { made.push_back(block); };
  DigitalBlocks blocks;
  blocks.tdm_controller.add("mine", [&](const std::string& name, const TdmSchedule& of, sc_core::sc_time period, TdmStrobes& strobes) {
    note("tdm_controller");
    return std::make_unique<ModelTdmController>(name.c_str(), of, period, strobes);
  });
  blocks.accumulator.add("mine", [&](const std::string& name, const MacroSpec&) {
    note("accumulator");
    return std::make_unique<NarrowAccumulator>(name, wide);
  });
  blocks.writer.add("mine", [&](const std::string& name, CellStore& store, ArrayId array, const MacroSpec& macro, MacroActivity& activity) {
    note("writer");
    return std::make_unique<WriteVerifyProgrammer>(name.c_str(), store, array, macro, activity);
  });
  blocks.converter_logic.add("mine", [&](const std::string& name, const MacroSpec&) {
    note("converter_logic");
    return std::make_unique<ModelConverterLogic>(name.c_str());
  });
  EXPECT_THAT(blocks.writer.names(), testing::ElementsAre("model", "mine"));
  MacroSpec spec = timed_spec(SumComparison::stop);
  const Played model("model", arrays, spec, blocks);
  EXPECT_TRUE(made.empty());
  spec.digital.tdm_controller = spec.digital.accumulator = spec.digital.writer = spec.digital.converter_logic = "mine";
  const Played mine("mine", arrays, spec, blocks);
  EXPECT_THAT(made, testing::UnorderedElementsAre("tdm_controller", "accumulator", "writer", "converter_logic"));
  MacroSpec loose_spec = small_spec(TimingLevel::loosely_timed);
  loose_spec.digital.writer = "mine";
  const Played loose("loose", arrays, loose_spec, blocks);
  EXPECT_EQ(made.back(), "writer");
  EXPECT_EQ(made.size(), 5u);
  sc_core::sc_start();
  EXPECT_EQ(mine.sums, model.sums);
  EXPECT_EQ(loose.sums, model.sums);
}

/// A writer that sets cells without pulses: what it reports is what the registers show.
class PlainWriter : public CellWriter {
 public:
  PlainWriter(const std::string& name, MacroActivity& activity) : CellWriter(name.c_str()), activity_(activity) {}
  void start(std::uint32_t rows, std::uint32_t columns, std::vector<double> targets_s, std::uint64_t) override {
    if (targets_s.empty()) throw std::logic_error("no targets");
    result_ = {};
    result_.pulses.assign(std::size_t{rows} * columns, 3);
    result_.reads.assign(result_.pulses.size(), 2);
    result_.outcome.assign(result_.pulses.size(), WriteOutcome::done);
    result_.outcome.back() = WriteOutcome::failed_pulses;
    activity_.written_cells += result_.pulses.size();
    done_.notify(clocks(100));
  }
  const sc_core::sc_event& done_event() const override { return done_; }
  const ProgramResult& result() const override { return result_; }
  const std::vector<ProgrammingPulse>& kept_pulses() const override { return kept_pulses_; }
  void set_observer(MacroObserver*) override {}

 private:
  MacroActivity& activity_;
  sc_core::sc_event done_;
  ProgramResult result_;
  std::vector<ProgrammingPulse> kept_pulses_;
};

TEST(DigitalBlocks, TheRegistersShowWhatTheWriterReports) {
  Arrays arrays;
  DigitalBlocks blocks;
  blocks.writer.add("plain", [](const std::string& name, CellStore&, ArrayId, const MacroSpec&, MacroActivity& activity) {
    return std::make_unique<PlainWriter>(name, activity);
  });
  std::vector<std::unique_ptr<Bench>> benches;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    MacroSpec spec = small_spec(level);
    spec.digital.writer = "plain";
    const Program program = [](Agent& agent) {
      agent.write(reg::program_rows, 2);
      agent.write(reg::program_columns, 4);
      agent.write(reg::control, reg::control_start_program);
      const sc_core::sc_time start = agent.now();
      EXPECT_EQ(agent.read(reg::program_pulses), 24u);
      EXPECT_EQ(agent.now() - start, clocks(100 + 1));
      EXPECT_EQ(agent.read(reg::program_reads), 16u);
      EXPECT_EQ(agent.read(reg::program_failed), 1u);
    };
    benches.push_back(std::make_unique<Bench>("bench" + std::to_string(benches.size()), arrays.backend(), arrays.add(spec), spec, program,
                                              AgentOptions{}, blocks));
  }
  sc_core::sc_start();
  for (const auto& bench : benches) {
    EXPECT_TRUE(bench->initiator.finished());
    EXPECT_EQ(bench->macro.activity().written_cells, 8u);
    EXPECT_EQ(bench->macro.program_result().pulses, std::vector<std::uint32_t>(8, 3));
  }
}

TEST(DigitalBlocks, UnknownNamesAreRefusedWithTheNamesThatThereAre) {
  Arrays arrays;
  DigitalBlocks blocks = with_accumulator(wide);
  const auto refusal = [&](std::string DigitalSpec::*block) {
    MacroSpec spec = timed_spec(SumComparison::stop);
    spec.digital.*block = "yuors";
    try {
      const Macro macro("macro", spec, arrays.backend(), arrays.add(spec), blocks);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(refusal(&DigitalSpec::accumulator), testing::AllOf(HasSubstr("macro.digital.accumulator"), HasSubstr("\"yuors\""),
                                                                 HasSubstr("expected one of model, yours"), HasSubstr("\"yours\"?")));
  EXPECT_THAT(refusal(&DigitalSpec::tdm_controller), HasSubstr("macro.digital.tdm_controller"));
  EXPECT_THAT(refusal(&DigitalSpec::writer), HasSubstr("macro.digital.writer"));
  EXPECT_THAT(refusal(&DigitalSpec::converter_logic), HasSubstr("macro.digital.converter_logic"));
  EXPECT_THROW(blocks.accumulator.add("yours", blocks.accumulator.at("model")), std::logic_error);
}

TEST(ShiftAdd, ShiftsAddsAndSaturatesUntilItIsCleared) {
  ShiftAdd model("model", 3);
  constexpr std::int32_t highest = std::numeric_limits<std::int32_t>::max();
  constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
  const std::vector<AccumulatorTerm> terms = {{0, 0, 1, 0}, {1, 1, -1, 2}, {2, 0, 1, 0}, {2, 1, -1, 0}};
  const auto add = [&](std::vector<std::int32_t> codes, unsigned slice_shift) { model.accumulate(terms, codes, slice_shift); };
  const auto sums = [&] { return std::vector<std::int32_t>(model.sums().begin(), model.sums().end()); };
  add({5, 3}, 0);
  add({1, -2}, 3);
  EXPECT_EQ(sums(), (std::vector<std::int32_t>{5 + 8, -12 + 64, 2 + 24}));
  EXPECT_FALSE(model.saturated());
  model.clear();
  EXPECT_EQ(sums(), (std::vector<std::int32_t>{0, 0, 0}));
  add({highest, 0}, 0);
  EXPECT_FALSE(model.saturated());
  add({1, 1 << 29}, 0);  // -2^31 fits, 2^31 does not
  EXPECT_TRUE(model.saturated());
  EXPECT_EQ(sums(), (std::vector<std::int32_t>{highest, lowest, highest - (1 << 29)}));
  add({-1, 1}, 0);  // a saturated sum goes on from where it stands
  EXPECT_EQ(sums(), (std::vector<std::int32_t>{highest - 1, lowest, highest - (1 << 29) - 2}));
  EXPECT_TRUE(model.saturated()) << "sticky";
  model.clear();
  EXPECT_FALSE(model.saturated());
  add({lowest, 0}, 1);
  EXPECT_EQ(sums(), (std::vector<std::int32_t>{lowest, 0, lowest}));
  EXPECT_TRUE(model.saturated());
}

}  // namespace
}  // namespace memcosim::macro_test
