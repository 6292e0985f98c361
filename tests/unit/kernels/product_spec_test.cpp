// SPDX-License-Identifier: Apache-2.0
// Products of arrays on the host: what they refuse, and how they are laid out for a GPU.
#include "memcosim/kernels/products/product_spec.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

#include "memcosim/kernels/cuda/products/tensor/converter_tables.hpp"
#include "memcosim/kernels/cuda/products/tensor/tensor_layout.hpp"
#include "memcosim/kernels/products/level_digits.hpp"

#include "random_product.hpp"

namespace memcosim::testing {
namespace {

ProductRecipe recipe_of(const WeightEncoding* encoding) {
  ProductRecipe recipe;
  recipe.part_rows = {100, 128};
  recipe.part_columns = {20, 70};
  recipe.weight_slices = 2;
  recipe.readout.encoding = encoding;
  recipe.readout.dac.bits = 4;
  recipe.readout.adc.is_signed = encoding->converts_signed();
  return recipe;
}

TEST(ProductSpec, IsTheSumOfItsArrays) {
  RandomProduct product(recipe_of(&encodings::differential_digital));
  product.set_lsb(8.0 / 256);
  const ProductSpec& spec = product.spec();
  const auto inputs = product.inputs(3, spec.rows);
  ProductVectors batch;
  batch.count = 3;
  batch.inputs = inputs.data();
  const ProductSums all = run_reference_product(spec, batch);
  std::vector<std::int32_t> sums(all.sums.size(), 0);
  std::vector<ClipCounts> clipped(3);
  for (const ProductArray& array : spec.arrays) {
    ProductSpec one = spec;
    one.arrays = {array};
    const ProductSums part = run_reference_product(one, batch);
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

TEST(ProductSpec, OutputsWithoutArraysAreZero) {
  ProductRecipe recipe = recipe_of(&encodings::single);
  recipe.outputs_without_arrays = 5;
  RandomProduct product(recipe);
  product.set_lsb(8.0 / 256);
  const ProductSpec& spec = product.spec();
  EXPECT_FALSE(cuda::lay_out_product(spec, {}).all_outputs);
  EXPECT_TRUE(cuda::lay_out_product(RandomProduct(recipe_of(&encodings::single)).spec(), {}).all_outputs);
  const auto inputs = product.inputs(2, spec.rows);
  ProductVectors batch;
  batch.count = 2;
  batch.inputs = inputs.data();
  const ProductSums result = run_reference_product(spec, batch);
  for (std::size_t vector = 0; vector < 2; ++vector) {
    const auto first = result.sums.begin() + static_cast<std::ptrdiff_t>(vector * spec.outputs);
    EXPECT_TRUE(std::all_of(first, first + 5, [](std::int32_t sum) { return sum == 0; }));
    EXPECT_TRUE(std::any_of(first + 5, first + spec.outputs, [](std::int32_t sum) { return sum != 0; }));
  }
}

TEST(ProductSpec, RefusesArraysThatDoNotFit) {
  const RandomProduct product(recipe_of(&encodings::single));
  ProductSpec spec = product.spec();
  EXPECT_NO_THROW(check_product_spec(spec));
  spec.rows -= 1;
  EXPECT_THROW(check_product_spec(spec), std::logic_error);
  spec = product.spec();
  spec.outputs -= 1;
  EXPECT_THROW(check_product_spec(spec), std::logic_error);
  spec = product.spec();
  spec.arrays.back().first_output -= 1;  // shares outputs with the narrower array
  EXPECT_THROW(check_product_spec(spec), std::logic_error);
  spec = product.spec();
  spec.arrays.clear();
  EXPECT_THROW(check_product_spec(spec), std::logic_error);
}

TEST(ProductSpec, RefusesSumsBeyond32Bits) {
  const RandomProduct product(recipe_of(&encodings::single));
  ProductSpec spec = product.spec();
  spec.readout.adc.bits = 19;
  // 2^19 - 1 times (1 + 16) for two slices, times (1 + 4) for two weight slices, times two row partitions.
  EXPECT_EQ(largest_product_sum(spec), 524287.0 * 17 * 5 * 2);
  EXPECT_NO_THROW(check_product_spec(spec));
  spec.readout.adc.bits = 24;
  EXPECT_THROW(check_product_spec(spec), std::logic_error);
}

TEST(TensorLayout, RowsOfASlabHaveDifferentPlaces) {
  for (std::uint32_t column = 0; column < 16; ++column) {
    std::set<std::uint32_t> places;
    for (std::uint32_t row = 0; row < cuda::slab_rows; ++row)
      places.insert(cuda::row_place(row, column));
    EXPECT_EQ(places.size(), cuda::slab_rows);
    EXPECT_LT(*places.rbegin(), cuda::slab_rows);
  }
}

TEST(TensorLayout, FourNeighboursStandWhereOneThreadHasItsSums) {
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

TEST(TensorLayout, ThreadsOfAGroupReadNeighbouringScales) {
  std::set<std::uint32_t> places;
  for (std::uint32_t column = 0; column < 32; ++column) {
    const std::uint32_t place = cuda::column_scale_place(column);
    places.insert(place);
    const std::uint32_t thread = column % 16 / 4;
    EXPECT_EQ(place, cuda::column_scale_place(column - 4 * thread) + thread);
  }
  EXPECT_EQ(places.size(), 32u);
  EXPECT_LT(*places.rbegin(), 32u);
}

/// The level of a cell, units of 2^-16, read back from the image.
std::int64_t level_in(const cuda::TensorLayout& layout, const cuda::PassHeader& header, std::size_t strip, std::uint32_t row,
                      std::uint32_t column) {
  const std::uint32_t width = layout.shape.strip_columns();
  const std::size_t strip_bytes = std::size_t{layout.shape.image_rows()} * cuda::slab_rows;
  const std::uint8_t* image = layout.image.data() + header.pass.slab * layout.shape.slab_bytes() + strip * strip_bytes;
  std::int64_t sum = 0;
  for (unsigned k = layout.shape.digits; k-- > 0;) {
    const std::uint8_t byte =
        image[(k * width + cuda::column_place(column)) * cuda::slab_rows + cuda::row_place(row, cuda::column_place(column))];
    sum = sum * 256 + static_cast<std::int8_t>(byte);
  }
  return sum * (std::int64_t{1} << header.strips[strip].shift) + header.strips[strip].bias;
}

class TensorLayoutOfLevels : public ::testing::TestWithParam<bool> {};

TEST_P(TensorLayoutOfLevels, HoldsEveryLevelOnce) {
  for (const WeightEncoding* encoding : {&encodings::single, &encodings::differential_digital, &encodings::differential_analog}) {
    ProductRecipe recipe = recipe_of(encoding);
    recipe.read_noise = GetParam();
    recipe.used_outputs = encoding->outputs_of(26);
    const RandomProduct product(recipe);
    const ProductSpec& spec = product.spec();
    ASSERT_EQ(cuda::why_not_on_tensor_cores(spec), "");
    const cuda::TensorLayout layout = cuda::lay_out_product(spec, {});
    // 90 columns are more than the four strips of 16 that a small block takes with read noise, 45 are not.
    EXPECT_EQ(layout.shape.wide, recipe.read_noise && !encoding->converts_signed());
    std::size_t cells = 0;
    for (const cuda::PassHeader& header : layout.passes) {
      for (std::size_t strip = 0; strip < layout.shape.strips(); ++strip) {
        const cuda::Strip& columns_of = header.strips[strip];
        if (columns_of.columns == 0) continue;
        const std::uint32_t counted = encoding->conversions_in(26);
        const std::uint32_t end = std::min(columns_of.first_column + columns_of.columns, counted);
        ASSERT_EQ(columns_of.counted, end > columns_of.first_column ? end - columns_of.first_column : 0);
        const auto array = std::find_if(spec.arrays.begin(), spec.arrays.end(),
                                        [&](const ProductArray& one) { return one.stream == header.strips[strip].stream; });
        ASSERT_NE(array, spec.arrays.end());
        ASSERT_EQ(array->first_row, header.pass.first_row);
        ASSERT_EQ(array->levels->rows, header.pass.rows);
        const auto levels = integer_levels(*array->levels, ConversionLines(*encoding, array->levels->columns));
        const std::size_t columns = encoding->conversions_in(array->levels->columns);
        for (std::uint32_t row = 0; row < header.pass.rows; ++row) {
          for (std::uint32_t column = 0; column < header.strips[strip].columns; ++column) {
            const std::size_t place = header.strips[strip].first_column + column;
            ASSERT_EQ(level_in(layout, header, strip, row, column), levels[row * columns + place]);
            ++cells;
          }
        }
      }
    }
    std::size_t expected = 0;
    for (const ProductArray& array : spec.arrays)
      expected += std::size_t{array.levels->rows} * encoding->conversions_in(array.levels->columns);
    EXPECT_EQ(cells, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutReadNoise, TensorLayoutOfLevels, ::testing::Bool());

TEST(TensorLayout, DigitsAreThoseThatTheLevelsNeed) {
  std::vector<unsigned> digits;
  for (const LevelKind levels : {LevelKind::whole, LevelKind::many, LevelKind::fractions, LevelKind::wide}) {
    ProductRecipe recipe = recipe_of(&encodings::differential_analog);
    recipe.levels = levels;
    digits.push_back(cuda::lay_out_product(RandomProduct(recipe).spec(), {}).shape.digits);
  }
  EXPECT_EQ(digits, (std::vector<unsigned>{1, 2, 3, 4}));
}

TEST(TensorLayout, PassesSayWhereTheyAreAndWhatComesNext) {
  ProductRecipe recipe = recipe_of(&encodings::single);
  recipe.part_columns = {150, 20};  // more than one block column
  const RandomProduct product(recipe);
  const cuda::TensorLayout layout = cuda::lay_out_product(product.spec(), {});
  ASSERT_GT(layout.first_pass.size(), 2u);
  for (std::uint32_t column = 0; column + 1 < layout.first_pass.size(); ++column) {
    const std::uint32_t end = layout.first_pass[column + 1];
    ASSERT_LT(layout.first_pass[column], end);
    for (std::uint32_t number = layout.first_pass[column]; number < end; ++number) {
      const cuda::PassHeader& header = layout.passes[number];
      EXPECT_EQ(header.pass.number, number);
      EXPECT_EQ(header.pass.block_column, column);
      EXPECT_EQ(header.pass.ends_column, number + 1 == end ? 1u : 0u);
      if (number + 1 < end) {
        EXPECT_EQ(header.next.slab, layout.passes[number + 1].pass.slab);
      }
    }
  }
  EXPECT_EQ(layout.first_pass.back(), layout.passes.size());
}

TEST(TensorLayout, ColumnsHaveTheirConverters) {
  ProductRecipe recipe = recipe_of(&encodings::differential_analog);
  recipe.part_columns = {150, 20};
  RandomProduct product(recipe);
  product.set_lsb(8.0 / 256);
  product.set_converters(0.05, 0.5, {0.4, 0.0, 1.0}, 0.0);
  product.set_noise(0.3);
  const ProductSpec& spec = product.spec();
  const cuda::TensorLayout layout = cuda::lay_out_product(spec, {});
  const std::uint32_t intervals = cuda::table_intervals(spec.readout.adc);
  ASSERT_EQ(layout.tables.size(), 3 * (intervals + 1));
  const std::size_t strip_bytes = std::size_t{layout.shape.image_rows()} * cuda::slab_rows;
  std::size_t columns = 0;
  for (const cuda::PassHeader& header : layout.passes) {
    for (std::size_t strip = 0; strip < layout.shape.strips(); ++strip) {
      const cuda::Strip& of = header.strips[strip];
      const std::size_t end = header.pass.slab * layout.shape.slab_bytes() + (strip + 1) * strip_bytes;
      cuda::ColumnScales scales;
      std::memcpy(&scales, layout.image.data() + end - std::size_t{cuda::column_scale_rows} * cuda::slab_rows, sizeof scales);
      for (std::uint32_t column = 0; column < of.columns; ++column, ++columns) {
        const std::uint32_t number = spec.readout.converter_of[of.first_column + column];
        const ConverterCurve& curve = spec.readout.curves[number];
        const cuda::ColumnScale& scale = scales.scale[cuda::column_scale_place(column)];
        const double unit_lsb = std::ldexp(1.0, static_cast<int>(of.shift) - 16) / curve.step(spec.readout.adc);
        ASSERT_FLOAT_EQ(scale.slope * static_cast<float>(intervals) / 2.0f, static_cast<float>(unit_lsb));
        ASSERT_FLOAT_EQ(scales.noise_slope[cuda::column_scale_place(column)] * static_cast<float>(intervals) / 2.0f, 0.3f);
        ASSERT_EQ(scale.row, 4u * (number * (intervals + 1) - cuda::integer_offset_bits));
      }
    }
  }
  EXPECT_EQ(columns, 2u * 2u * (75 + 10));  // row partitions, weight slices
}

TEST(TensorLayout, EqualConvertersAreOne) {
  RandomProduct product(recipe_of(&encodings::single));
  product.set_lsb(8.0 / 256);
  const cuda::TensorLayout one = cuda::lay_out_product(product.spec(), {});
  product.set_converters(0.0, 0.0, {0.0, 0.0, 0.0}, 0.0);
  const cuda::TensorLayout three = cuda::lay_out_product(product.spec(), {});
  EXPECT_FALSE(three.shape.curves);
  EXPECT_EQ(three.image, one.image);
  EXPECT_EQ(three.margin, one.margin);
}

TEST(TensorLayout, SumsBeyondTheCodeRangeDoNotWidenTheBound) {
  RandomProduct product(recipe_of(&encodings::differential_analog));
  product.set_lsb(8.0 / 256);
  const double margin = cuda::lay_out_product(product.spec(), {}).margin;
  EXPECT_GT(margin, 1e-6);
  // Levels in LSB become 64 times as large, and with them the sums of which the converter clips most.
  product.set_lsb(8.0 / 256 / 64);
  EXPECT_LT(cuda::lay_out_product(product.spec(), {}).margin, 6.0 * margin);
}

TEST(TensorLayout, SaysWhatItCannotTake) {
  const RandomProduct product(recipe_of(&encodings::single));
  ProductSpec spec = product.spec();
  spec.readout.dac.bits = 9;
  EXPECT_NE(cuda::why_not_on_tensor_cores(spec), "");
  spec = product.spec();
  spec.readout.curves.front().transitions = std::make_shared<const std::vector<double>>(256, 0.0);
  EXPECT_NE(cuda::why_not_on_tensor_cores(spec), "");
  spec = product.spec();
  spec.readout.curves.resize(2);
  spec.readout.curves[1].gain = 1.01;
  EXPECT_EQ(cuda::why_not_on_tensor_cores(spec), "");
  spec.readout.adc.bits = 9;
  EXPECT_NE(cuda::why_not_on_tensor_cores(spec), "");
}

}  // namespace
}  // namespace memcosim::testing
