// SPDX-License-Identifier: Apache-2.0
// Banks on the host: what they refuse, and how they are laid out for a GPU.
#include "memcosim/kernels/products/bank.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

#include "memcosim/kernels/cuda/products/tensor/bank_layout.hpp"
#include "memcosim/kernels/products/level_digits.hpp"

#include "random_bank.hpp"

namespace memcosim::testing {
namespace {

BankRecipe recipe_of(ColumnPairing pairing) {
  BankRecipe recipe;
  recipe.part_rows = {100, 128};
  recipe.part_columns = {20, 70};
  recipe.weight_slices = 2;
  recipe.readout.pairing = pairing;
  recipe.readout.dac.bits = 4;
  recipe.readout.adc.is_signed = pairing == ColumnPairing::differential_analog;
  return recipe;
}

TEST(Bank, IsTheSumOfItsArrays) {
  RandomBank bank(recipe_of(ColumnPairing::differential_digital));
  bank.set_lsb(8.0 / 256);
  const BankSpec& spec = bank.spec();
  const auto inputs = bank.inputs(3, spec.rows);
  BankBatch batch;
  batch.count = 3;
  batch.inputs = inputs.data();
  const BankResult all = run_reference_bank(spec, batch);
  std::vector<std::int32_t> sums(all.sums.size(), 0);
  std::vector<ClipCounts> clipped(3);
  for (const BankTile& tile : spec.tiles) {
    BankSpec one = spec;
    one.tiles = {tile};
    const BankResult part = run_reference_bank(one, batch);
    for (std::size_t i = 0; i < sums.size(); ++i)
      sums[i] += part.sums[i];
    for (std::size_t i = 0; i < 3; ++i)
      clipped[i] += part.clipped[i];
    EXPECT_FALSE(part.codes.empty());
  }
  EXPECT_EQ(all.sums, sums);
  EXPECT_EQ(all.clipped, clipped);
  EXPECT_TRUE(all.codes.empty());
}

TEST(Bank, OutputsWithoutArraysAreZero) {
  BankRecipe recipe = recipe_of(ColumnPairing::single);
  recipe.outputs_without_arrays = 5;
  RandomBank bank(recipe);
  bank.set_lsb(8.0 / 256);
  const BankSpec& spec = bank.spec();
  EXPECT_FALSE(cuda::lay_out_bank(spec, {}).all_outputs);
  EXPECT_TRUE(cuda::lay_out_bank(RandomBank(recipe_of(ColumnPairing::single)).spec(), {}).all_outputs);
  const auto inputs = bank.inputs(2, spec.rows);
  BankBatch batch;
  batch.count = 2;
  batch.inputs = inputs.data();
  const BankResult result = run_reference_bank(spec, batch);
  for (std::size_t vector = 0; vector < 2; ++vector) {
    const auto first = result.sums.begin() + static_cast<std::ptrdiff_t>(vector * spec.outputs);
    EXPECT_TRUE(std::all_of(first, first + 5, [](std::int32_t sum) { return sum == 0; }));
    EXPECT_TRUE(std::any_of(first + 5, first + spec.outputs, [](std::int32_t sum) { return sum != 0; }));
  }
}

TEST(Bank, RefusesArraysThatDoNotFit) {
  const RandomBank bank(recipe_of(ColumnPairing::single));
  BankSpec spec = bank.spec();
  EXPECT_NO_THROW(check_bank(spec));
  spec.rows -= 1;
  EXPECT_THROW(check_bank(spec), std::logic_error);
  spec = bank.spec();
  spec.outputs -= 1;
  EXPECT_THROW(check_bank(spec), std::logic_error);
  spec = bank.spec();
  spec.tiles.back().first_output -= 1;  // shares outputs with the narrower array
  EXPECT_THROW(check_bank(spec), std::logic_error);
  spec = bank.spec();
  spec.tiles.clear();
  EXPECT_THROW(check_bank(spec), std::logic_error);
}

TEST(Bank, RefusesSumsBeyond32Bits) {
  const RandomBank bank(recipe_of(ColumnPairing::single));
  BankSpec spec = bank.spec();
  spec.readout.adc.bits = 19;
  // 2^19 - 1 times (1 + 16) for two slices, times (1 + 4) for two weight slices, times two row partitions.
  EXPECT_EQ(largest_bank_sum(spec), 524287.0 * 17 * 5 * 2);
  EXPECT_NO_THROW(check_bank(spec));
  spec.readout.adc.bits = 24;
  EXPECT_THROW(check_bank(spec), std::logic_error);
}

TEST(BankLayout, RowsOfAChunkHaveDifferentPlaces) {
  for (std::uint32_t column = 0; column < 16; ++column) {
    std::set<std::uint32_t> places;
    for (std::uint32_t row = 0; row < cuda::chunk_rows; ++row)
      places.insert(cuda::row_place(row, column));
    EXPECT_EQ(places.size(), cuda::chunk_rows);
    EXPECT_LT(*places.rbegin(), cuda::chunk_rows);
  }
}

TEST(BankLayout, FourNeighboursStandWhereOneThreadHasItsSums) {
  std::set<std::uint32_t> places;
  for (std::uint32_t column = 0; column < 32; ++column) {
    const std::uint32_t place = cuda::column_place(column);
    places.insert(place);
    EXPECT_EQ(place / 16, column / 16);
    EXPECT_EQ(place % 8 / 2, column % 16 / 4);  // thread t has columns 2t and 2t + 1 of each eight
  }
  EXPECT_EQ(places.size(), 32u);
  EXPECT_LT(*places.rbegin(), 32u);
}

/// The level of a cell, units of 2^-16, read back from the image.
std::int64_t level_in(const cuda::BankLayout& layout, const cuda::BankHeader& header, std::size_t group, std::uint32_t row,
                      std::uint32_t column) {
  const std::uint32_t width = layout.shape.group_columns();
  const std::size_t group_bytes = std::size_t{layout.shape.image_rows()} * cuda::chunk_rows;
  const std::uint8_t* image = layout.image.data() + header.item.chunk * layout.shape.chunk_bytes() + group * group_bytes;
  std::int64_t sum = 0;
  for (unsigned k = layout.shape.digits; k-- > 0;) {
    const std::uint8_t byte =
        image[(k * width + cuda::column_place(column)) * cuda::chunk_rows + cuda::row_place(row, cuda::column_place(column))];
    sum = sum * 256 + static_cast<std::int8_t>(byte);
  }
  return sum * (std::int64_t{1} << header.groups[group].shift) + header.groups[group].bias;
}

class BankLayoutOfLevels : public ::testing::TestWithParam<bool> {};

TEST_P(BankLayoutOfLevels, HoldsEveryLevelOnce) {
  for (const ColumnPairing pairing : {ColumnPairing::single, ColumnPairing::differential_digital, ColumnPairing::differential_analog}) {
    BankRecipe recipe = recipe_of(pairing);
    recipe.read_noise = GetParam();
    recipe.used_columns = 26;
    const RandomBank bank(recipe);
    const BankSpec& spec = bank.spec();
    ASSERT_EQ(cuda::why_not_on_tensor_cores(spec), "");
    const cuda::BankLayout layout = cuda::lay_out_bank(spec, {});
    // 90 columns are more than the four groups of 16 that a small block takes with read noise, 45 are not.
    EXPECT_EQ(layout.shape.wide, recipe.read_noise && pairing != ColumnPairing::differential_analog);
    std::size_t cells = 0;
    for (const cuda::BankHeader& header : layout.items) {
      for (std::size_t group = 0; group < layout.shape.groups(); ++group) {
        const cuda::BankGroup& columns_of = header.groups[group];
        if (columns_of.columns == 0) continue;
        const std::uint32_t counted = converted_columns(pairing, 26);
        const std::uint32_t end = std::min(columns_of.first_column + columns_of.columns, counted);
        ASSERT_EQ(columns_of.counted, end > columns_of.first_column ? end - columns_of.first_column : 0);
        const auto tile = std::find_if(spec.tiles.begin(), spec.tiles.end(),
                                       [&](const BankTile& one) { return one.stream == header.groups[group].stream; });
        ASSERT_NE(tile, spec.tiles.end());
        ASSERT_EQ(tile->first_row, header.item.first_row);
        ASSERT_EQ(tile->levels->rows, header.item.rows);
        const auto levels = integer_levels(*tile->levels, pairing);
        const std::size_t columns = converted_columns(pairing, tile->levels->columns);
        for (std::uint32_t row = 0; row < header.item.rows; ++row) {
          for (std::uint32_t column = 0; column < header.groups[group].columns; ++column) {
            const std::size_t place = header.groups[group].first_column + column;
            ASSERT_EQ(level_in(layout, header, group, row, column), levels[row * columns + place]);
            ++cells;
          }
        }
      }
    }
    std::size_t expected = 0;
    for (const BankTile& tile : spec.tiles)
      expected += std::size_t{tile.levels->rows} * converted_columns(pairing, tile.levels->columns);
    EXPECT_EQ(cells, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutReadNoise, BankLayoutOfLevels, ::testing::Bool());

TEST(BankLayout, DigitsAreThoseThatTheLevelsNeed) {
  std::vector<unsigned> digits;
  for (const LevelKind levels : {LevelKind::whole, LevelKind::many, LevelKind::fractions, LevelKind::wide}) {
    BankRecipe recipe = recipe_of(ColumnPairing::differential_analog);
    recipe.levels = levels;
    digits.push_back(cuda::lay_out_bank(RandomBank(recipe).spec(), {}).shape.digits);
  }
  EXPECT_EQ(digits, (std::vector<unsigned>{1, 2, 3, 4}));
}

TEST(BankLayout, ItemsSayWhereTheyAreAndWhatComesNext) {
  BankRecipe recipe = recipe_of(ColumnPairing::single);
  recipe.part_columns = {150, 20};  // more than one block column
  const RandomBank bank(recipe);
  const cuda::BankLayout layout = cuda::lay_out_bank(bank.spec(), {});
  ASSERT_GT(layout.first_item.size(), 2u);
  for (std::uint32_t column = 0; column + 1 < layout.first_item.size(); ++column) {
    const std::uint32_t end = layout.first_item[column + 1];
    ASSERT_LT(layout.first_item[column], end);
    for (std::uint32_t number = layout.first_item[column]; number < end; ++number) {
      const cuda::BankHeader& header = layout.items[number];
      EXPECT_EQ(header.item.number, number);
      EXPECT_EQ(header.item.block_column, column);
      EXPECT_EQ(header.item.ends_column, number + 1 == end ? 1u : 0u);
      if (number + 1 < end) {
        EXPECT_EQ(header.next.chunk, layout.items[number + 1].item.chunk);
      }
    }
  }
  EXPECT_EQ(layout.first_item.back(), layout.items.size());
}

TEST(BankLayout, SumsBeyondTheCodeRangeDoNotWidenTheBound) {
  RandomBank bank(recipe_of(ColumnPairing::differential_analog));
  bank.set_lsb(8.0 / 256);
  const double margin = cuda::lay_out_bank(bank.spec(), {}).margin;
  EXPECT_GT(margin, 1e-6);
  // Levels in LSB become 64 times as large, and with them the sums of which the converter clips most.
  bank.set_lsb(8.0 / 256 / 64);
  EXPECT_LT(cuda::lay_out_bank(bank.spec(), {}).margin, 6.0 * margin);
}

TEST(BankLayout, SaysWhatItCannotTake) {
  const RandomBank bank(recipe_of(ColumnPairing::single));
  BankSpec spec = bank.spec();
  spec.readout.dac.bits = 9;
  EXPECT_NE(cuda::why_not_on_tensor_cores(spec), "");
  spec = bank.spec();
  spec.readout.adc_transitions = std::make_shared<const std::vector<double>>(256, 0.0);
  EXPECT_NE(cuda::why_not_on_tensor_cores(spec), "");
}

}  // namespace
}  // namespace memcosim::testing
