// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "memcosim/common/error.hpp"
#include "memcosim/networks/quantisation/float_network.hpp"

#include "sample_networks.hpp"

namespace memcosim {
namespace {

using ::testing::ElementsAre;

struct MappingCase {
  std::uint32_t rows, columns;
  const WeightEncoding* encoding;
};

class Mapping : public ::testing::TestWithParam<MappingCase> {
 protected:
  const ImageSet images_ = test::random_images(4, 8, 8);
  const CompiledNetwork compiled_ = compile_network(test::residual_network(), QuantisationSpec{6, 8, 100.0},
                                                    test::geometry(GetParam().rows, GetParam().columns, GetParam().encoding, 6), images_);
};

/// Reads the weights back from the levels; each must be found exactly once.
TEST_P(Mapping, HoldsEachWeightExactlyOnce) {
  const MappingPlan& plan = compiled_.plan;
  const bool pairs = GetParam().encoding != &encodings::single;
  std::vector<std::vector<int>> seen;
  for (const auto& stage : plan.stages)
    seen.emplace_back(stage.rows * stage.outputs, 0);
  std::uint64_t used_cells = 0;
  for (const TilePlan& tile : plan.tiles) {
    EXPECT_LE(tile.rows, plan.array_rows);
    EXPECT_LE(tile.columns, plan.array_columns);
    EXPECT_EQ(tile.columns, tile.outputs * (pairs ? 2 : 1));
    EXPECT_EQ(tile.levels.size(), std::size_t{tile.rows} * tile.columns);
    EXPECT_EQ(tile.first_row, tile.row_block * plan.array_rows);
    used_cells += tile.levels.size();
    const auto& weights = compiled_.quantised.stages[tile.stage].weights;
    const std::uint32_t outputs = plan.stages[tile.stage].outputs;
    for (std::uint32_t row = 0; row < tile.rows; ++row) {
      for (std::uint32_t output = 0; output < tile.outputs; ++output) {
        const std::size_t place = std::size_t{tile.first_row + row} * outputs + tile.first_output + output;
        ++seen[tile.stage].at(place);
        const auto* level = &tile.levels[std::size_t{row} * tile.columns + output * (pairs ? 2 : 1)];
        for (int line = 0; line < (pairs ? 2 : 1); ++line)
          EXPECT_LT(level[line], plan.window.levels);
        if (pairs) {
          EXPECT_EQ(level[0] - level[1], weights[place]);
          EXPECT_TRUE(level[0] == 0 || level[1] == 0);
        } else {
          EXPECT_EQ(level[0] - 31, weights[place]);
        }
      }
    }
  }
  for (const auto& stage : seen)
    EXPECT_THAT(stage, ::testing::Each(1));
  const double cells = static_cast<double>(plan.tiles.size()) * plan.array_rows * plan.array_columns;
  EXPECT_DOUBLE_EQ(plan.utilisation(), static_cast<double>(used_cells) / cells);
}

TEST_P(Mapping, TilesOfAStageFollowEachOtherRowBlockFastest) {
  const MappingPlan& plan = compiled_.plan;
  const std::uint32_t outputs_per_array = GetParam().encoding->outputs_of(plan.array_columns);
  std::uint32_t next = 0;
  for (std::uint32_t s = 0; s < plan.stages.size(); ++s) {
    const StagePlan& stage = plan.stages[s];
    EXPECT_EQ(stage.row_blocks, (stage.rows + plan.array_rows - 1) / plan.array_rows);
    EXPECT_EQ(stage.tiles.size(), std::size_t{stage.row_blocks} * ((stage.outputs + outputs_per_array - 1) / outputs_per_array));
    for (std::size_t i = 0; i < stage.tiles.size(); ++i) {
      EXPECT_EQ(stage.tiles[i], next++);
      const TilePlan& tile = plan.tiles[stage.tiles[i]];
      EXPECT_EQ(tile.stage, s);
      EXPECT_EQ(tile.row_block, i % stage.row_blocks);
      EXPECT_EQ(tile.column_block, i / stage.row_blocks);
      EXPECT_EQ(tile.first_output, tile.column_block * outputs_per_array);
    }
  }
  EXPECT_EQ(next, plan.tiles.size());
}

TEST_P(Mapping, TargetConductancesAreTheLevels) {
  const MappingPlan& plan = compiled_.plan;
  for (std::uint32_t t = 0; t < plan.tiles.size(); ++t) {
    const TilePlan& tile = plan.tiles[t];
    const auto siemens = target_conductances(plan, t);
    ASSERT_EQ(siemens.size(), std::size_t{plan.array_rows} * plan.array_columns);
    for (std::uint32_t row = 0; row < plan.array_rows; ++row) {
      for (std::uint32_t column = 0; column < plan.array_columns; ++column) {
        const bool used = row < tile.rows && column < tile.columns;
        const double level = used ? tile.levels[std::size_t{row} * tile.columns + column] : 0;
        EXPECT_EQ(siemens[std::size_t{row} * plan.array_columns + column], test::step_s * (1 + level));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Mapping,
                         ::testing::Values(MappingCase{128, 128, &encodings::differential_digital},  // all in one array
                                           MappingCase{9, 10, &encodings::differential_analog},      // exact fits
                                           MappingCase{10, 6, &encodings::differential_digital},     // ragged both ways
                                           MappingCase{7, 3, &encodings::single},                    //
                                           MappingCase{1, 2, &encodings::differential_digital},      //
                                           MappingCase{1, 1, &encodings::single}));

TEST(MappingGraph, PredecessorsWindowsAndWork) {
  const ImageSet images = test::random_images(4, 8, 8);
  const auto compiled =
      compile_network(test::residual_network(), {6, 4, 100.0}, test::geometry(10, 6, &encodings::differential_digital, 6), images);
  const auto& stages = compiled.plan.stages;
  ASSERT_EQ(stages.size(), 5u);
  EXPECT_EQ(stages[2].name, "c");
  EXPECT_THAT(stages[0].predecessors, ElementsAre(-1));
  EXPECT_THAT(stages[1].predecessors, ElementsAre(-1));
  EXPECT_THAT(stages[2].predecessors, ElementsAre(0, 1));
  EXPECT_THAT(stages[3].predecessors, ElementsAre(2));
  EXPECT_THAT(stages[4].predecessors, ElementsAre(3));
  EXPECT_EQ(stages[0].windows, 64u);
  EXPECT_EQ(stages[2].windows, 16u);
  EXPECT_EQ(stages[2].rows, 45u);
  EXPECT_EQ(stages[3].windows, 1u);

  // Stage a: one row block, bias, ReLU. Its result waits for the residual add of stage b, in 4-byte words.
  EXPECT_EQ(stages[0].digital.additions, 5u * 64);
  EXPECT_EQ(stages[0].digital.activations, 5u * 64);
  EXPECT_EQ(stages[0].input_bytes, 64u / 2);
  EXPECT_EQ(stages[0].output_bytes, 5u * 64 * 4);
  // Stage b: bias and the residual add; requantises the sum, 4 bits each.
  EXPECT_EQ(stages[1].digital.additions, 5u * 64 + 5u * 64);
  EXPECT_EQ(stages[1].digital.activations, 5u * 64);
  EXPECT_EQ(stages[1].output_bytes, 5u * 64 / 2);
  // Stage c: five row blocks (four partial sums and the bias), average pooling of 2 x 2.
  EXPECT_EQ(stages[2].row_blocks, 5u);
  EXPECT_EQ(stages[2].digital.additions, 6u * 16 * 5 + 24 * 3);
  EXPECT_EQ(stages[2].digital.comparisons, 0u);
  EXPECT_EQ(stages[2].input_bytes, 5u * 64 / 2);
  EXPECT_EQ(stages[2].output_bytes, 12u);
  // The last stage writes logits.
  EXPECT_EQ(stages[4].output_bytes, 3u * 4);
  EXPECT_EQ(stages[4].digital.activations, 0u);
}

TEST(MappingLevels, FollowFromBitsAndEncoding) {
  EXPECT_EQ(encodings::differential_digital.levels(8), 128u);
  EXPECT_EQ(encodings::differential_analog.levels(2), 2u);
  EXPECT_EQ(encodings::single.levels(8), 255u);
  EXPECT_EQ(encodings::single.input_factor(8), 127);
  EXPECT_EQ(encodings::differential_digital.input_factor(8), 0);
}

TEST(MappingGeometry, ImpossibleArraysAreInputErrors) {
  const ImageSet images = test::random_images(4, 8, 8);
  const auto compile = [&](const ArrayGeometry& geometry) { compile_network(test::residual_network(), {6, 8, 100.0}, geometry, images); };
  const auto good = test::geometry(16, 8, &encodings::differential_digital, 6);
  EXPECT_NO_THROW(compile(good));
  for (const auto& change : std::vector<std::function<void(ArrayGeometry&)>>{
           [](auto& g) { g.rows = 0; }, [](auto& g) { g.columns = 0; }, [](auto& g) { g.columns = 7; },
           [](auto& g) { g.g_max_s = g.g_min_s; }, [](auto& g) { g.g_min_s = -1e-6; },
           [](auto& g) { g.g_max_s = std::numeric_limits<double>::infinity(); }}) {
    ArrayGeometry geometry = good;
    change(geometry);
    EXPECT_THROW(compile(geometry), InputError);
  }
}

}  // namespace
}  // namespace memcosim
