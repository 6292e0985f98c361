// SPDX-License-Identifier: Apache-2.0
// When a chip asks the functional core for values, and when it waits for them.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "chip_support.hpp"
#include "forwarding_engine.hpp"

namespace memcosim::chip_test {
namespace {

using Source = Bench::Source;

/// Notes which calls come in which delta cycle.
class RecordingEngine : public test::ForwardingEngine {
 public:
  struct Call {
    bool is_submit;
    std::uint64_t ticket;
    std::uint64_t delta_cycle;
    ArrayId array;  ///< of a submit
    std::uint64_t event;
  };
  const std::vector<Call>& calls() const { return calls_; }

  Ticket submit(const ProductBatch& batch) override {
    const Ticket ticket = inner().submit(batch);
    calls_.push_back({true, ticket.id, sc_core::sc_delta_count(), batch.parts[0].array, batch.first_event});
    return ticket;
  }
  ProductResult collect(Ticket ticket) override {
    calls_.push_back({false, ticket.id, sc_core::sc_delta_count(), 0, 0});
    return inner().collect(ticket);
  }

 private:
  std::vector<Call> calls_;
};

/// Two stages begin each image at the same time.
MappingPlan two_at_once() {
  return make_plan({{{-1}, 3, 20, 6}, {{-1}, 3, 33, 6}, {{0, 1}, 1, 10, 5}});
}

struct RecordedRun {
  RecordedRun(const MappingPlan& plan, TimingLevel level, std::uint64_t images) {
    const ChipSpec spec = chip_spec(level);
    std::unique_ptr<Backend> arrays = make_ideal_arrays(plan, spec);
    calls = &test::surround_products<RecordingEngine>(*arrays).calls();
    bench = std::make_unique<Bench>("bench", plan, spec, std::move(arrays), Source::at_event, run_images(images));
    sc_core::sc_start();
    EXPECT_TRUE(bench->host->finished());
  }
  const std::vector<RecordingEngine::Call>* calls;
  std::unique_ptr<Bench> bench;
};

/// Nobody waits for what was submitted in the same delta cycle: whoever else starts an MVM in it has submitted too.
void expect_no_wait_in_the_delta_of_a_start(const RecordedRun& run, std::size_t mvms) {
  std::map<std::uint64_t, std::uint64_t> submitted;  // delta cycle of each ticket
  std::size_t collected = 0;
  for (const auto& call : *run.calls) {
    if (call.is_submit) {
      submitted[call.ticket] = call.delta_cycle;
    } else {
      EXPECT_LT(submitted.at(call.ticket), call.delta_cycle) << "ticket " << call.ticket;
      ++collected;
    }
  }
  EXPECT_EQ(submitted.size(), mvms);
  EXPECT_EQ(collected, mvms);
}

std::size_t mvms_of(const MappingPlan& plan, std::size_t images) {
  std::size_t mvms = 0;
  for (const StagePlan& stage : plan.stages)
    mvms += images * stage.windows * stage.tiles.size();
  return mvms;
}

TEST(ChipSubmission, LooselyTimedStagesThatBeginTogetherSubmitBeforeAnyWaits) {
  const MappingPlan plan = two_at_once();
  const RecordedRun run(plan, TimingLevel::loosely_timed, 3);
  expect_no_wait_in_the_delta_of_a_start(run, mvms_of(plan, 3));
  std::set<std::pair<ArrayId, std::uint64_t>> before_first_wait;
  for (const auto& call : *run.calls) {
    if (!call.is_submit) break;
    before_first_wait.insert({call.array, call.event});
  }
  // Both stages, all tiles, as many windows as a macro keeps results.
  EXPECT_EQ(before_first_wait.size(), 2 * (plan.stages[0].tiles.size() + plan.stages[1].tiles.size()));
}

TEST(ChipSubmission, ApproximatelyTimedMacrosThatFireTogetherSubmitBeforeAnyWaits) {
  const MappingPlan plan = two_at_once();
  const RecordedRun run(plan, TimingLevel::approximately_timed, 3);
  expect_no_wait_in_the_delta_of_a_start(run, mvms_of(plan, 3));
  std::set<ArrayId> before_first_wait;
  for (const auto& call : *run.calls) {
    if (!call.is_submit) break;
    before_first_wait.insert(call.array);
  }
  EXPECT_EQ(before_first_wait.size(), plan.stages[0].tiles.size() + plan.stages[1].tiles.size());
}

/// While values come from ahead, the functional core belongs to whoever computes them: the hardware side does not call it.
TEST(ChipSubmission, NothingIsAskedForThatIsKnownAhead) {
  const MappingPlan plan = two_at_once();
  const ChipSpec spec = chip_spec(TimingLevel::approximately_timed);
  const std::unique_ptr<Backend> arrays = make_ideal_arrays(plan, spec);
  const std::unique_ptr<Backend> same_arrays = make_ideal_arrays(plan, spec);
  const RecordingEngine& recorder = test::surround_products<RecordingEngine>(*arrays);
  TestValues values(plan, *same_arrays, spec.macro.readout, true);
  Chip chip("chip", spec, plan, *arrays, &values);
  HostSpec run = run_images(2);
  Host host("host", chip, run, {});
  sc_core::sc_start();
  EXPECT_TRUE(host.finished());
  EXPECT_EQ(values.delivered().size(), mvms_of(plan, 2));
  EXPECT_TRUE(recorder.calls().empty());
}

}  // namespace
}  // namespace memcosim::chip_test
