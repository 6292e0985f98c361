// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/calibration/adc_calibration.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/networks/values/digital_side.hpp"
#include "memcosim/networks/values/evaluate.hpp"

#include "array_batch.hpp"
#include "sample_networks.hpp"

namespace memcosim {
namespace {

class AdcCalibration : public ::testing::TestWithParam<const WeightEncoding*> {
 protected:
  const ImageSet images_ = test::random_images(20, 8, 8);
  CompiledNetwork compiled_ =
      compile_network(test::residual_network(), QuantisationSpec{6, 5, 100.0}, test::geometry(16, 8, GetParam(), 6), images_);
  const std::unique_ptr<Backend> backend_ = test::make_arrays(compiled_, "cpu");
};

TEST_P(AdcCalibration, MaxRangeIsTheSmallestPowerOfTwoThatNeverClips) {
  for (const unsigned bits : {4u, 6u, 8u, 12u}) {
    const auto readouts = test::set_max_range(compiled_, *backend_, test::converters(bits, 2));
    for (std::size_t stage = 0; stage < readouts.size(); ++stage) {
      const auto& adc = readout_of(compiled_.plan, stage).adc;
      EXPECT_EQ(adc.is_signed, GetParam() == &encodings::differential_analog);
      const double lsb = readouts[stage].lsb;
      EXPECT_EQ(lsb, adc.lsb);
      EXPECT_EQ(lsb, std::exp2(std::round(std::log2(lsb))));
      EXPECT_LE(std::floor(readouts[stage].bound / lsb + 0.5), adc.code_max());
      const bool half_would_clip = std::floor(readouts[stage].bound / (lsb / 2) + 0.5) > adc.code_max();
      EXPECT_TRUE(lsb == 1.0 || half_would_clip);
    }
    EXPECT_EQ(evaluate(compiled_, *backend_, images_).clipped_conversions, 0u);
  }
}

/// The bound is reached: rows that carry positive levels of one line get the highest code.
TEST_P(AdcCalibration, BoundIsTight) {
  const auto readouts = test::set_max_range(compiled_, *backend_, test::converters(12, 2));
  const MappingPlan& plan = compiled_.plan;
  for (std::size_t stage = 0; stage < readouts.size(); ++stage) {
    double largest = 0.0;
    for (const std::uint32_t t : plan.stages[stage].tiles) {
      const TilePlan& tile = plan.tiles[t];
      for (std::uint32_t line = 0; line < tile.columns; ++line) {
        std::vector<InputCode> codes(plan.array_rows, 0);
        for (std::uint32_t row = 0; row < tile.rows; ++row) {
          const bool drive = GetParam() != &encodings::differential_analog || tile.levels[std::size_t{row} * tile.columns + line] > 0;
          codes[row] = drive ? 3 : 0;
        }
        test::ArrayBatch batch(*backend_, t, readout_of(plan, stage), codes);
        batch.keep_values = true;
        const auto values = test::compute(*backend_, batch).values;
        const std::size_t column = GetParam() == &encodings::differential_analog ? line / 2 : line;
        largest = std::max(largest, std::abs(values[column]));
      }
    }
    EXPECT_EQ(largest, readouts[stage].bound) << plan.stages[stage].name;
  }
}

TEST_P(AdcCalibration, CalibratedRangeFollowsThePercentile) {
  AdcRangeSpec range;
  range.images = 20;
  range.percentile = 100.0;
  const auto widest = calibrate_readouts(compiled_, *backend_, test::converters(4), range, images_);
  EXPECT_EQ(evaluate(compiled_, *backend_, images_).clipped_conversions, 0u);  // the same images, none beyond their maximum
  range.percentile = 90.0;
  const auto narrow = calibrate_readouts(compiled_, *backend_, test::converters(4), range, images_);
  EXPECT_GT(evaluate(compiled_, *backend_, images_).clipped_conversions, 0u);
  const double code_max = readout_of(compiled_.plan, 0).adc.code_max();
  for (std::size_t stage = 0; stage < widest.size(); ++stage) {
    EXPECT_EQ(widest[stage].percentile_value, widest[stage].largest_value);
    EXPECT_LE(widest[stage].largest_value, widest[stage].bound);
    EXPECT_EQ(widest[stage].lsb, std::max(1.0, widest[stage].percentile_value / code_max));
    EXPECT_LT(narrow[stage].percentile_value, widest[stage].percentile_value);
  }
  // 20 images x windows x slices x used converted columns, over the row blocks of the first stage.
  EXPECT_EQ(widest[0].values, 20u * 64 * 5 * GetParam()->conversions_in(GetParam() == &encodings::single ? 5 : 10));
}

TEST_P(AdcCalibration, NeverBelowOneStep) {
  AdcRangeSpec range;
  range.images = 5;
  for (const auto& readout : calibrate_readouts(compiled_, *backend_, test::converters(20), range, images_))
    EXPECT_EQ(readout.lsb, 1.0);
  EXPECT_EQ(evaluate(compiled_, *backend_, images_).logits, evaluate_exactly(compiled_, images_).logits);
}

TEST_P(AdcCalibration, FixedRangeIsTaken) {
  AdcRangeSpec range;
  range.mode = AdcRangeMode::fixed;
  range.lsb = 0.75;
  const auto readouts = calibrate_readouts(compiled_, *backend_, test::converters(10), range, {});
  for (std::size_t stage = 0; stage < compiled_.plan.stages.size(); ++stage)
    EXPECT_EQ(readout_of(compiled_.plan, stage).adc.lsb, 0.75);
  EXPECT_EQ(readouts[1].lsb, 0.75);
}

TEST_P(AdcCalibration, TakesTheImagesThatAreThere) {
  AdcRangeSpec range;
  range.images = images_.count;
  const auto all = calibrate_readouts(compiled_, *backend_, test::converters(8), range, images_);
  range.images = images_.count + 1;
  const auto asked_for_more = calibrate_readouts(compiled_, *backend_, test::converters(8), range, images_);
  for (std::size_t stage = 0; stage < all.size(); ++stage) {
    EXPECT_EQ(asked_for_more[stage].lsb, all[stage].lsb);
    EXPECT_EQ(asked_for_more[stage].values, all[stage].values);
  }
  EXPECT_THROW(calibrate_readouts(compiled_, *backend_, test::converters(8), range, test::random_images(30, 4, 4)), InputError);
  EXPECT_THROW(calibrate_readouts(compiled_, *backend_, test::converters(8), range, images_.first(0)), InputError);
}

TEST_P(AdcCalibration, SumScalesNeedReadoutsThatAgreeWithTheNetwork) {
  EXPECT_THROW(sum_scales(compiled_), std::logic_error);  // none is chosen
  const auto readouts = test::set_max_range(compiled_, *backend_, test::converters(8));
  const std::vector<SumScale> scales = sum_scales(compiled_);
  for (std::size_t stage = 0; stage < readouts.size(); ++stage)
    EXPECT_EQ(scales[stage].lsb, readouts[stage].lsb);
  const auto refused = [&](auto change) {
    CompiledNetwork changed = compiled_;
    change(*changed.plan.stages[2].readout);
    EXPECT_THROW(sum_scales(changed), std::logic_error);
  };
  refused([](ReadoutConfig& readout) { ++readout.input_bits; });
  refused([](ReadoutConfig& readout) {
    readout.encoding = readout.encoding == &encodings::single ? &encodings::differential_digital : &encodings::single;
  });
}

INSTANTIATE_TEST_SUITE_P(Pairings, AdcCalibration,
                         ::testing::Values(&encodings::single, &encodings::differential_digital, &encodings::differential_analog));

TEST(AdcRange, OneBitCannotBeSigned) {
  const ImageSet images = test::random_images(5, 8, 8);
  auto compiled =
      compile_network(test::residual_network(), {6, 5, 100.0}, test::geometry(16, 8, &encodings::differential_analog, 6), images);
  const auto backend = test::make_arrays(compiled, "cpu");
  EXPECT_THROW(test::set_max_range(compiled, *backend, test::converters(1)), InputError);
}

TEST(AdcRange, ReadsItsConfiguration) {
  const auto read = [](const char* text) {
    const auto document = ConfigDocument::from_text(text, "test.yaml");
    const auto spec = read_adc_range_spec(document.root().map("range"));
    document.finish();
    return spec;
  };
  EXPECT_EQ(read("range: {}").mode, AdcRangeMode::calibrated);
  EXPECT_EQ(read("range: {mode: calibrated, percentile: 99.5, images: 7}").percentile, 99.5);
  EXPECT_EQ(read("range: {mode: max}").mode, AdcRangeMode::max);
  EXPECT_EQ(read("range: {mode: fixed, lsb: 2.5}").lsb, 2.5);
  EXPECT_THROW(read("range: {mode: fixed}"), ConfigError);
  EXPECT_THROW(read("range: {mode: max, percentile: 99}"), ConfigError);
  EXPECT_THROW(read("range: {percentile: 101}"), ConfigError);
}

}  // namespace
}  // namespace memcosim
