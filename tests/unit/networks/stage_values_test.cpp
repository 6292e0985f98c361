// SPDX-License-Identifier: Apache-2.0
// Both sources of stage values against each other, and their contract.
#include <gmock/gmock.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/products/driven_rows.hpp"
#include "memcosim/networks/values/ahead_values.hpp"
#include "memcosim/networks/values/evaluate.hpp"
#include "memcosim/networks/values/event_values.hpp"

#include "sample_networks.hpp"
#include "value_player.hpp"

namespace memcosim {
namespace {

using ::testing::ElementsAre;

class StageValuesTest : public ::testing::TestWithParam<const WeightEncoding*> {
 protected:
  static constexpr std::size_t image_count = 70;
  const ImageSet images_ = test::random_images(image_count, 8, 8);
  CompiledNetwork compiled_ =
      compile_network(test::residual_network(), QuantisationSpec{6, 5, 99.0}, test::geometry(16, 8, GetParam(), 6), images_);

  /// Arrays with spread, noise and a converter that clips: nothing about the values is ideal.
  std::unique_ptr<Backend> noisy_arrays() {
    CellSpec cell = test::ideal_cell();
    cell.variations = {{1, Distribution::normal, 10 * test::step_s, 20 * test::step_s, 1024 * test::step_s}};
    cell.parameters[1] = test::step_s * 64;
    auto backend = test::make_arrays(compiled_, "cpu", cell);
    AdcRangeSpec range;
    range.percentile = 98.0;
    range.images = 10;
    calibrate_readouts(compiled_, *backend, test::converters(5, 2, 0.7), range, images_);
    return backend;
  }
};

TEST_P(StageValuesTest, AheadInAnyChunkEqualsEventByEvent) {
  const auto backend = noisy_arrays();
  EventValues by_event(compiled_, images_);
  test::ValuePlayer event_player(compiled_, *backend, image_count);
  event_player.play(by_event);
  ASSERT_EQ(by_event.finished_images(), image_count);
  EXPECT_GT(event_player.clipped, 0u);
  const std::vector<AheadValues::Options> all_options{{1, false, 1}, {3, false, 1}, {3, false, 4}, {64, false, 2}, {0, true, 1}};
  for (const AheadValues::Options& options : all_options) {
    AheadValues ahead(compiled_, images_, *backend, options);
    test::ValuePlayer player(compiled_, *backend, image_count);
    player.play(ahead);
    for (std::uint64_t image = 0; image < image_count; ++image) {
      ASSERT_THAT(ahead.logits(image), ::testing::ElementsAreArray(by_event.logits(image)))
          << "chunk " << options.chunk << " image " << image;
      EXPECT_EQ(ahead.predicted_class(image), by_event.predicted_class(image));
    }
    EXPECT_EQ(ahead.clipped_activations(), by_event.clipped_activations());
    EXPECT_EQ(player.clipped, event_player.clipped);
    EXPECT_EQ(player.drive_siemens, event_player.drive_siemens);
    ahead.end();
  }
  const Evaluation evaluation = evaluate(compiled_, *backend, images_, 7);
  for (std::uint64_t image = 0; image < image_count; ++image) {
    EXPECT_THAT(by_event.logits(image),
                ElementsAre(evaluation.logits[image * 3], evaluation.logits[image * 3 + 1], evaluation.logits[image * 3 + 2]));
  }
  EXPECT_EQ(evaluation.clipped_conversions, event_player.clipped);
  EXPECT_EQ(evaluation.clipped_activations, by_event.clipped_activations());
}

TEST_P(StageValuesTest, InputsAheadAreThoseByEvent) {
  const auto backend = noisy_arrays();
  AheadValues ahead(compiled_, images_, *backend, {2, true});
  EventValues by_event(compiled_, images_);
  for (StageValues* values : {static_cast<StageValues*>(&ahead), static_cast<StageValues*>(&by_event)})
    values->begin(1);
  for (std::uint32_t stage = 0; stage < compiled_.plan.stages.size(); ++stage) {
    const StagePlan& plan = compiled_.plan.stages[stage];
    EXPECT_EQ(ahead.first_event(stage, 1), plan.windows);
    EXPECT_EQ(by_event.first_event(stage, 1), plan.windows);
    EXPECT_TRUE(by_event.ahead(stage, 1).empty());
    const gsl::span<const TileValues> known = ahead.ahead(stage, 1);
    ASSERT_EQ(known.size(), plan.tiles.size());
    for (std::uint32_t window = 0; window < plan.windows; ++window) {
      for (std::size_t place = 0; place < plan.tiles.size(); ++place) {
        const std::uint32_t tile = plan.tiles[place];
        const MvmPosition position{1, stage, window, tile};
        const auto inputs = known[place].inputs.row(window);
        EXPECT_EQ(inputs.size(), compiled_.plan.tiles[tile].rows);
        ASSERT_THAT(inputs, ::testing::ElementsAreArray(by_event.inputs(position)));
        const MvmOutcome outcome = known[place].outcome(window);
        EXPECT_EQ(outcome.sums.size(), GetParam()->outputs_of(8));
        EXPECT_EQ(outcome.drive_siemens.size(), 3u);
        EXPECT_EQ(outcome.codes.size(), 3 * GetParam()->conversions_in(8));
        EXPECT_EQ(outcome.driven_rows, driven_rows(inputs.data(), inputs.size(), 2));
        EXPECT_EQ(known[place].used_outputs, compiled_.plan.tiles[tile].outputs);
        by_event.deliver(position, outcome.sums.first(compiled_.plan.tiles[tile].outputs));
      }
    }
    by_event.finish(stage, 1);
    ahead.finish(stage, 1);
  }
  EXPECT_THAT(ahead.logits(1), ::testing::ElementsAreArray(by_event.logits(1)));
}

TEST_P(StageValuesTest, EventValuesRefuseWrongUse) {
  const auto backend = noisy_arrays();
  EventValues values(compiled_, images_);
  EXPECT_THROW(values.begin(image_count), std::logic_error);
  values.begin(0);
  EXPECT_THROW(values.begin(0), std::logic_error);
  EXPECT_THROW(values.inputs({1, 0, 0, 0}), std::logic_error);  // not begun
  const std::uint32_t late = 2;
  EXPECT_THROW(values.inputs({0, late, 0, compiled_.plan.stages[late].tiles[0]}), std::logic_error);  // predecessors not finished
  EXPECT_THROW(values.finish(0, 0), std::logic_error);                                                // nothing delivered
  const std::vector<std::int32_t> too_many(100);
  EXPECT_THROW(values.deliver({0, 0, 0, 0}, too_many), std::logic_error);
  EXPECT_THROW(values.logits(0), std::logic_error);
}

TEST_P(StageValuesTest, AheadValuesRefuseWrongUseAndOtherSums) {
  const auto backend = noisy_arrays();
  AheadValues values(compiled_, images_, *backend, {32, false});
  EXPECT_THROW(values.begin(image_count), std::logic_error);
  values.begin(0);
  EXPECT_THROW(values.begin(0), std::logic_error);
  EXPECT_THROW(values.ahead(0, 1), std::logic_error);  // computed, but not begun
  const TileValues& known = values.ahead(0, 0)[0];
  EXPECT_THROW(values.inputs({0, 0, 0, 0}), std::logic_error);
  const auto outcome = known.outcome(0);
  std::vector<std::int32_t> sums(outcome.sums.begin(), outcome.sums.begin() + compiled_.plan.tiles[0].outputs);
  EXPECT_TRUE(known.agrees(0, sums));
  EXPECT_FALSE(known.agrees(0, gsl::span<const std::int32_t>(sums).subspan(1)));
  ++sums.back();
  EXPECT_FALSE(known.agrees(0, sums));
  EXPECT_THROW(values.deliver({0, 0, 0, 0}, sums), RunError);
  EXPECT_THROW(values.logits(0), std::logic_error);
}

TEST_P(StageValuesTest, ImagesOfAnotherSizeAreAnInputError) {
  const auto backend = noisy_arrays();
  const ImageSet other = test::random_images(2, 8, 9);
  EXPECT_THROW((EventValues(compiled_, other)), InputError);
  EXPECT_THROW(evaluate(compiled_, *backend, other), InputError);
}

INSTANTIATE_TEST_SUITE_P(Pairings, StageValuesTest,
                         ::testing::Values(&encodings::single, &encodings::differential_digital, &encodings::differential_analog));

}  // namespace
}  // namespace memcosim
