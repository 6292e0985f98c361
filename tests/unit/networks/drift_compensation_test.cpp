// SPDX-License-Identifier: Apache-2.0
// Drift that is the same factor for all cells can be undone exactly; drift that differs cannot, and the factors say by how much it can.
#include "memcosim/networks/calibration/drift_compensation.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "memcosim/networks/values/ahead_values.hpp"

#include "sample_networks.hpp"
#include "value_player.hpp"

namespace memcosim {
namespace {

constexpr double age_s = 1e6;
constexpr double exponent = 0.08;

class DriftCompensationTest : public ::testing::TestWithParam<const WeightEncoding*> {
 protected:
  const ImageSet images_ = test::random_images(12, 8, 8);
  // Inputs of many bits: a rounding that tips over must not hide what is tested.
  CompiledNetwork compiled_ =
      compile_network(test::residual_network(), QuantisationSpec{6, 14, 100.0}, test::geometry(16, 8, GetParam(), 6), images_);

  /// Arrays whose cells follow G (t / 1 s)^-nu, with a converter fine enough to see little beside that.
  std::unique_ptr<Backend> drifting_arrays(double nu_sigma) {
    CellSpec cell = test::ideal_cell();
    cell.nonidealities.retention.law = RetentionSpec::Law::power;
    cell.nonidealities.retention.t0_s = 1.0;
    cell.nonidealities.retention.nu_mean = exponent;
    cell.nonidealities.retention.nu_sigma = nu_sigma;
    auto backend = test::make_arrays(compiled_, "cpu", cell);
    test::set_max_range(compiled_, *backend, test::converters(16));
    for (StagePlan& stage : compiled_.plan.stages) {
      stage.readout->adc.lsb = 1.0 / 64.0;  // ideal sums are whole numbers, drifted ones are not
      stage.readout->adc.bits = stage.readout->adc.is_signed ? 17 : 16;
    }
    return backend;
  }

  void let_age(Backend& backend) const {
    for (std::uint32_t tile = 0; tile < compiled_.plan.tiles.size(); ++tile)
      backend.cells().advance_age(tile, age_s);
  }

  std::vector<double> logits(Backend& backend, const std::vector<std::vector<double>>& factors) const {
    AheadValues values(compiled_, images_, backend, {4, false});
    if (!factors.empty()) values.set_drift_factors(factors);
    test::ValuePlayer player(compiled_, backend, images_.count);
    player.play(values);
    std::vector<double> all;
    for (std::uint64_t image = 0; image < images_.count; ++image) {
      const auto row = values.logits(image);
      all.insert(all.end(), row.begin(), row.end());
    }
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(All, DriftCompensationTest,
                         ::testing::Values(&encodings::single, &encodings::differential_digital, &encodings::differential_analog));

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double square = 0.0;
  double norm = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    square += (a[i] - b[i]) * (a[i] - b[i]);
    norm += b[i] * b[i];
  }
  return std::sqrt(square / norm);
}

TEST_P(DriftCompensationTest, UndoesACommonFactor) {
  const auto backend = drifting_arrays(0.0);
  const auto fresh = logits(*backend, {});
  const WeightMagnitudes before = weight_magnitudes(compiled_, backend->cells());
  let_age(*backend);
  const WeightMagnitudes now = weight_magnitudes(compiled_, backend->cells());
  const double expected = std::pow((age_s + 1.0) / 1.0, exponent);
  const auto global = compensation_factors(DriftCompensation::global, before, now);
  const auto columns = compensation_factors(DriftCompensation::per_column, before, now);
  ASSERT_EQ(global.size(), compiled_.plan.stages.size());
  for (std::size_t stage = 0; stage < global.size(); ++stage) {
    ASSERT_EQ(global[stage].size(), 1u);
    EXPECT_NEAR(global[stage][0], expected, 1e-9 * expected);
    ASSERT_EQ(columns[stage].size(), compiled_.plan.stages[stage].outputs);
    for (const double factor : columns[stage])
      EXPECT_NEAR(factor, expected, 1e-9 * expected);
  }
  const double uncorrected = distance(logits(*backend, {}), fresh);
  const double corrected = distance(logits(*backend, global), fresh);
  EXPECT_GT(uncorrected, 0.2);
  EXPECT_LT(corrected, 0.05 * uncorrected);
  EXPECT_LT(distance(logits(*backend, columns), fresh), 0.05 * uncorrected);
  EXPECT_EQ(logits(*backend, compensation_factors(DriftCompensation::none, before, now)), logits(*backend, {}));
}

TEST_P(DriftCompensationTest, HelpsAgainstDriftThatDiffers) {
  const auto backend = drifting_arrays(0.004);
  const auto fresh = logits(*backend, {});
  const WeightMagnitudes before = weight_magnitudes(compiled_, backend->cells());
  let_age(*backend);
  const WeightMagnitudes now = weight_magnitudes(compiled_, backend->cells());
  const auto columns = compensation_factors(DriftCompensation::per_column, before, now);
  const double uncorrected = distance(logits(*backend, {}), fresh);
  const double corrected = distance(logits(*backend, compensation_factors(DriftCompensation::global, before, now)), fresh);
  EXPECT_LT(corrected, uncorrected);
  EXPECT_GT(corrected, 0.0);
  bool differ = false;
  for (const auto& stage : columns) {
    for (const double factor : stage)
      differ = differ || std::fabs(factor - stage[0]) > 1e-3;
  }
  EXPECT_TRUE(differ);
}

TEST(CompensationFactors, LostWeightsKeepTheirFactor) {
  const WeightMagnitudes before = {{2.0, 4.0, 0.0}};
  const WeightMagnitudes now = {{1.0, 0.0, 3.0}};
  EXPECT_THAT(compensation_factors(DriftCompensation::per_column, before, now)[0], ::testing::ElementsAre(2.0, 1.0, 1.0));
  EXPECT_THAT(compensation_factors(DriftCompensation::global, before, now)[0], ::testing::ElementsAre(1.5));
  EXPECT_THAT(compensation_factors(DriftCompensation::global, before, {{0.0, 0.0, 0.0}})[0], ::testing::ElementsAre(1.0));
}

}  // namespace
}  // namespace memcosim
