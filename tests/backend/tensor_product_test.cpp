// SPDX-License-Identifier: Apache-2.0
// Products of arrays on the tensor cores give the bits of the reference.
#include "memcosim/kernels/cuda/products/tensor/tensor_product.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "memcosim/kernels/products/fast_normal.hpp"

#include "gpu_test.hpp"
#include "random_product.hpp"
#include "tensor_run.hpp"

namespace memcosim::testing {
namespace {

using cuda::TensorInstructions;
using cuda::TensorOptions;
using cuda::TensorProduct;

constexpr LevelKind all_levels[] = {LevelKind::whole, LevelKind::many, LevelKind::fractions, LevelKind::wide};
constexpr const WeightEncoding* all_encodings[] = {&encodings::single, &encodings::differential_digital, &encodings::differential_analog};

using TensorProductTest = GpuTest;

struct Batch {
  std::size_t count = 70;
  std::size_t stride_beyond_rows = 0;
  std::uint64_t first_event = 11;
  std::uint64_t event_stride = 1;
};

/// The same vectors with another stride.
std::vector<InputCode> with_stride(const ProductVectors& batch, std::size_t rows, std::size_t stride) {
  std::vector<InputCode> inputs(batch.count * stride, 0xffff);
  for (std::size_t vector = 0; vector < batch.count; ++vector)
    std::copy_n(batch.inputs + vector * batch.input_stride, rows, inputs.data() + vector * stride);
  return inputs;
}

void expect_same(const ProductSums& found, const ProductSums& expected, bool kept, const std::string& name) {
  EXPECT_EQ(found.sums, expected.sums) << name;
  EXPECT_EQ(found.clipped, expected.clipped) << name;
  if (!kept) return;
  EXPECT_EQ(found.codes, expected.codes) << name;
  EXPECT_EQ(found.values, expected.values) << name;
}

bool has_read_noise(const ProductSpec& spec) {
  return std::any_of(spec.arrays.begin(), spec.arrays.end(),
                     [](const ProductArray& array) { return !array.levels->read_variance.empty(); });
}

/// Runs the product every way and compares with the reference: sums and clipped counts, and codes and values of one array. Returns the
/// reference's result.
ProductSums expect_the_bits_of_the_reference(RandomProduct& product, const Batch& wanted, const std::string& name) {
  const ProductSpec& spec = product.spec();
  const auto inputs = product.inputs(wanted.count, spec.rows + wanted.stride_beyond_rows);
  ProductVectors batch;
  batch.count = wanted.count;
  batch.inputs = inputs.data();
  batch.input_stride = spec.rows + wanted.stride_beyond_rows;
  batch.first_event = wanted.first_event;
  batch.event_stride = wanted.event_stride;
  ProductSums expected = run_reference_product(spec, batch);
  ProductVectors aligned = batch;
  aligned.input_stride = (batch.input_stride + 7) / 8 * 8;
  const auto aligned_inputs = with_stride(batch, spec.rows, aligned.input_stride);
  aligned.inputs = aligned_inputs.data();
  EXPECT_EQ(TensorProduct::why_not(spec), "") << name;
  const auto compare = [&](const TensorProduct& on_gpu, const ProductVectors& one) {
    const std::string way = name + ' ' + on_gpu.instructions() + " stride " + std::to_string(one.input_stride);
    expect_same(run_on_gpu(on_gpu, spec, one, false), expected, false, way);
    if (spec.arrays.size() == 1) expect_same(run_on_gpu(on_gpu, spec, one, true), expected, true, way);
  };
  for (const TensorInstructions instructions : {TensorInstructions::mma_sync, TensorInstructions::best}) {
    const TensorProduct on_gpu(spec, {}, instructions);
    for (const ProductVectors& one : {batch, aligned})
      compare(on_gpu, one);
  }
  if (has_read_noise(spec)) {
    for (const unsigned blocks : {1u, 3u, 7u}) {
      TensorOptions few;
      few.most_blocks = blocks;
      compare(TensorProduct(spec, few), aligned);
    }
  }
  return expected;
}

ReadoutConfig readout(const WeightEncoding* encoding, unsigned input_bits, unsigned dac_bits, unsigned adc_bits, bool is_signed) {
  ReadoutConfig config;
  config.encoding = encoding;
  config.input_bits = input_bits;
  config.dac.bits = dac_bits;
  config.adc.bits = adc_bits;
  config.adc.is_signed = is_signed;
  return config;
}

std::string text_of(const ProductRecipe& recipe) {
  const ReadoutConfig& mode = recipe.readout;
  return std::string("encoding ") + mode.encoding->name + " input " + std::to_string(mode.input_bits) + " dac " +
         std::to_string(mode.dac.bits) + " adc " + std::to_string(mode.adc.bits) + (mode.adc.is_signed ? "s" : "u") + " rows " +
         std::to_string(recipe.part_rows.front()) + " columns " + std::to_string(recipe.part_columns.front()) + " levels " +
         std::to_string(static_cast<int>(recipe.levels)) + " seed " + std::to_string(recipe.seed);
}

TEST_F(TensorProductTest, EveryInputAndConverterWidth) {
  std::uint64_t seed = 100;
  ClipCounts clipped{};
  for (const WeightEncoding* encoding : all_encodings) {
    for (unsigned dac_bits = 1; dac_bits <= 8; ++dac_bits) {
      for (const unsigned input_bits : {1u, 5u, 8u, 11u, 16u}) {
        ProductRecipe recipe;
        recipe.seed = ++seed;
        if (few_cases() && seed % 10 != 0) continue;
        recipe.part_rows = {static_cast<std::uint32_t>(1 + seed * 37 % 150)};
        recipe.part_columns = {static_cast<std::uint32_t>(2 + seed * 11 % 90 / 2 * 2)};
        recipe.levels = all_levels[seed % 7 % 4];
        recipe.offset = seed % 5 != 0;
        recipe.readout = readout(encoding, input_bits, dac_bits, 1 + static_cast<unsigned>(seed * 7 % 12), encoding->converts_signed());
        if (seed % 3 == 0) recipe.used_outputs = encoding->outputs_of(recipe.part_columns.front() / 4 * 2);
        if (seed % 5 == 1) recipe.readout.curves.front().offset_lsb = -2.5;
        RandomProduct product(recipe);
        product.set_lsb((seed % 4 == 0 ? 1.0 : 4.0) / (1u << recipe.readout.adc.bits));
        for (const ClipCounts& counts : expect_the_bits_of_the_reference(product, {}, text_of(recipe)).clipped)
          clipped += counts;
      }
    }
  }
  EXPECT_GT(clipped.low, 100u);
  EXPECT_GT(clipped.high, 1000u);
}

TEST_F(TensorProductTest, ConvertersOfManyBits) {
  std::uint64_t seed = 300;
  for (const bool is_signed : {false, true}) {
    for (const unsigned adc_bits : {1u, 13u, 16u, 18u, 20u, 21u, 24u}) {
      ProductRecipe recipe;
      recipe.seed = ++seed;
      recipe.part_rows = {60};
      recipe.part_columns = {10};
      recipe.readout = readout(is_signed ? &encodings::differential_analog : &encodings::single, 4, 4, adc_bits, is_signed);
      RandomProduct product(recipe);
      product.set_lsb(8.0 / static_cast<double>(1u << adc_bits));
      expect_the_bits_of_the_reference(product, {}, text_of(recipe));
    }
  }
}

TEST_F(TensorProductTest, ValuesOnThresholds) {
  std::uint64_t seed = 400;
  for (const WeightEncoding* encoding : all_encodings) {
    for (const double lsb : {2.0, 6.0, 0.75, 1.0 / 3.0}) {
      ProductRecipe recipe;
      recipe.seed = ++seed;
      recipe.part_rows = {96};
      recipe.part_columns = {40};
      recipe.levels = LevelKind::whole;
      recipe.readout = readout(encoding, 6, 2, 12, encoding->converts_signed());
      RandomProduct product(recipe);
      product.set_lsb_to(lsb);
      expect_the_bits_of_the_reference(product, {}, text_of(recipe));
    }
  }
}

TEST_F(TensorProductTest, RaggedSizes) {
  std::uint64_t seed = 500;
  for (const WeightEncoding* encoding : all_encodings) {
    for (const std::uint32_t rows : {1u, 31u, 33u, 127u, 128u, 129u, 300u}) {
      for (const std::uint32_t columns : {2u, 14u, 66u, 130u, 270u}) {
        ProductRecipe recipe;
        recipe.seed = ++seed;
        if (few_cases() && seed % 8 != 0) continue;
        recipe.part_rows = {rows};
        recipe.part_columns = {encoding == &encodings::single ? columns - 1 : columns};
        recipe.readout = readout(encoding, 8, seed % 2 == 0 ? 8 : 3, 8, encoding->converts_signed());
        RandomProduct product(recipe);
        product.set_lsb(8.0 / 256);
        Batch batch;
        batch.count = 1 + seed * 29 % 300;
        batch.stride_beyond_rows = seed % 3;
        expect_the_bits_of_the_reference(product, batch, text_of(recipe));
      }
    }
  }
}

/// The tensor memory accelerator copies from multiples of 16 bytes alone: eight codes.
TEST_F(TensorProductTest, RowPartitionsStridesAndPointersOfEveryAlignment) {
  std::uint64_t seed = 560;
  for (std::uint32_t rows = 97; rows <= 104; ++rows) {
    for (const bool tall : {false, true}) {
      for (const bool read_noise : {false, true}) {
        ProductRecipe recipe;
        recipe.seed = ++seed;
        if (few_cases() && rows % 4 != 0) continue;
        recipe.part_rows = {rows, tall ? rows + 96 : rows, 5, rows};
        recipe.part_columns = {36};
        recipe.read_noise = read_noise;
        const WeightEncoding* encoding = all_encodings[seed % 3];
        recipe.readout = readout(encoding, 8, tall ? 4 : 1, 8, encoding->converts_signed());
        RandomProduct product(recipe);
        product.set_lsb(8.0 / 256);
        Batch batch;
        batch.stride_beyond_rows = seed % 5;
        const std::string name = text_of(recipe) + (read_noise ? " read noise" : "");
        const ProductSums expected = expect_the_bits_of_the_reference(product, batch, name);
        const ProductSpec& spec = product.spec();
        RandomProduct again(recipe);  // the same inputs
        const auto inputs = again.inputs(batch.count, spec.rows + batch.stride_beyond_rows);
        ProductVectors shifted;
        shifted.count = batch.count;
        shifted.first_event = batch.first_event;
        shifted.event_stride = batch.event_stride;
        shifted.inputs = inputs.data();
        shifted.input_stride = spec.rows + batch.stride_beyond_rows;
        const auto padded = with_stride(shifted, spec.rows, (shifted.input_stride + 7) / 8 * 8);
        shifted.inputs = padded.data();
        shifted.input_stride = (shifted.input_stride + 7) / 8 * 8;
        const TensorProduct on_gpu(spec);
        for (const std::size_t first_code : {std::size_t{1}, std::size_t{4}, std::size_t{8}, std::size_t{rows % 8}})
          expect_same(run_on_gpu(on_gpu, spec, shifted, false, first_code), expected, false,
                      name + " pointer " + std::to_string(first_code));
      }
    }
  }
}

TEST_F(TensorProductTest, ManyArrays) {
  std::uint64_t seed = 600;
  for (const WeightEncoding* encoding : all_encodings) {
    for (const bool tall : {false, true}) {
      for (const bool read_noise : {false, true}) {
        ProductRecipe recipe;
        recipe.seed = ++seed;
        if (few_cases() && encoding != &encodings::differential_digital) continue;
        recipe.part_rows = tall ? std::vector<std::uint32_t>{200, 128, 40} : std::vector<std::uint32_t>{128, 128, 56};
        recipe.part_columns = {32, 96, 140};
        recipe.outputs_without_arrays = tall == read_noise ? 5 : 0;
        recipe.weight_slices = 3;
        recipe.read_noise = read_noise;
        recipe.readout = readout(encoding, 8, tall ? 4 : 1, 7, encoding->converts_signed());
        RandomProduct product(recipe);
        product.set_lsb(8.0 / 128);
        Batch batch;
        batch.count = few_cases() ? 70 : 130;
        batch.stride_beyond_rows = tall ? 0 : 8;
        expect_the_bits_of_the_reference(product, batch, text_of(recipe) + (read_noise ? " read noise" : ""));
      }
    }
  }
}

/// Small enough for tools that watch every access.
TEST_F(TensorProductTest, EveryKernelOnASmallProduct) {
  std::uint64_t seed = 600;
  std::set<unsigned> digits;
  for (const LevelKind levels : all_levels) {
    for (const std::uint32_t rows : {128u, 192u}) {
      for (const int noise : {0, 1, 2}) {
        ProductRecipe recipe;
        recipe.seed = ++seed;
        recipe.part_rows = {rows, 64, 32, 16};
        recipe.part_columns = {noise == 2 && levels == LevelKind::fractions ? 150u
                                                                            : 36u};  // with read noise blocks of 128 and of 64 columns
        recipe.levels = levels;
        recipe.read_noise = noise == 2;
        recipe.readout = readout(&encodings::differential_analog, 8, 8, 8, true);
        RandomProduct product(recipe);
        product.set_lsb(8.0 / 256);
        product.set_noise(noise > 0 ? 0.7 : 0.0);
        Batch batch;
        batch.count = 130;
        expect_the_bits_of_the_reference(product, batch, text_of(recipe));
        if (noise == 0) digits.insert(TensorProduct(product.spec()).layout().shape.digits);
      }
    }
  }
  EXPECT_EQ(digits, (std::set<unsigned>{1, 2, 3, 4}));
}

TEST_F(TensorProductTest, NoiseOfConvertersAndCells) {
  std::uint64_t seed = 700;
  for (const WeightEncoding* encoding : all_encodings) {
    for (const bool read_noise : {false, true}) {
      for (const double noise_lsb : {0.0, 0.7}) {
        for (const unsigned dac_bits : {1u, 3u, 8u}) {
          for (const std::uint32_t rows : {128u, 192u}) {
            ProductRecipe recipe;
            recipe.seed = ++seed;
            if (few_cases() && seed % 5 != 0) continue;
            recipe.part_rows = {rows, 64};
            recipe.part_columns = {36};
            recipe.read_noise = read_noise;
            recipe.levels = seed % 7 == 0 ? LevelKind::wide : LevelKind::fractions;
            recipe.readout = readout(encoding, 8, dac_bits, 8, encoding->converts_signed());
            RandomProduct product(recipe);
            product.set_lsb(8.0 / 256);
            product.set_noise(noise_lsb);
            Batch batch;
            batch.count = 200;
            batch.first_event = seed % 2 == 0 ? 11 : (std::uint64_t{1} << 40) + 3;
            batch.event_stride = 1 + seed % 3 * 1000003;
            expect_the_bits_of_the_reference(product, batch, text_of(recipe) + (read_noise ? " read noise" : ""));
          }
        }
      }
    }
  }
}

/// How the converters of a product differ.
struct DifferingConverters {
  double gain_spread;
  double offset_spread_lsb;
  std::vector<double> table_inl_lsb;
  double table_step_lsb;
};

const DifferingConverters ways_to_differ[] = {
    {0.02, 1.5, {0.0, 0.0, 0.0}, 0.0},
    {0.0, 0.0, {0.4}, 0.0},
    {0.01, 0.4, {0.3, 0.0, 1.0, 2.5, 0.2, 0.4}, 0.0},
    {0.0, 0.0, {0.5, 1.0, 0.0, 3.0}, 0.5},  // with a whole LSB many values lie on thresholds
    {0.02, 0.5, std::vector<double>(16, 0.4), 0.0},
};

TEST_F(TensorProductTest, ConvertersThatDiffer) {
  std::uint64_t seed = 1000;
  ClipCounts clipped{};
  std::set<unsigned> digits;
  for (const DifferingConverters& way : ways_to_differ) {
    for (const unsigned adc_bits : {1u, 2u, 5u, 7u, 8u}) {
      for (const std::uint32_t rows : {100u, 128u, 192u}) {
        for (const double noise_lsb : {0.0, 0.6}) {
          ProductRecipe recipe;
          recipe.seed = ++seed;
          if (few_cases() && seed % 7 != 0) continue;
          const WeightEncoding* encoding = all_encodings[seed % 3];
          recipe.part_rows = {rows, 64};
          recipe.part_columns = {seed % 2 == 0 ? 36u : 150u, 22};
          if (seed % 5 == 0) recipe.part_rows = {rows};
          if (seed % 5 == 0) recipe.part_columns = {70};
          recipe.levels = all_levels[seed % 11 % 4];
          recipe.weight_slices = seed % 2 == 1 && seed % 5 != 0 ? 2 : 1;
          recipe.offset = seed % 4 != 0;
          recipe.readout = readout(encoding, 8, seed % 3 == 0 ? 8 : 2, adc_bits, encoding->converts_signed() && adc_bits > 1);
          RandomProduct product(recipe);
          if (recipe.levels == LevelKind::whole) {
            product.set_lsb_to(2.0);
          } else {
            product.set_lsb(8.0 / (1u << adc_bits));
          }
          product.set_converters(way.gain_spread, way.offset_spread_lsb, way.table_inl_lsb, way.table_step_lsb);
          product.set_noise(noise_lsb);
          for (const ClipCounts& counts : expect_the_bits_of_the_reference(product, {}, text_of(recipe)).clipped)
            clipped += counts;
          const cuda::TensorLayout layout = cuda::lay_out_product(product.spec(), {});
          EXPECT_TRUE(layout.shape.curves);
          digits.insert(layout.shape.digits);
        }
      }
    }
  }
  EXPECT_GT(clipped.low, 100u);
  EXPECT_GT(clipped.high, 1000u);
  EXPECT_EQ(digits, (std::set<unsigned>{1, 3, 4}));
}

TEST_F(TensorProductTest, ReadNoiseInManySlicesOfManyPartitions) {
  std::uint64_t seed = 750;
  for (const std::uint32_t columns : {36u, 100u}) {  // blocks of half and of all strips
    for (const auto& [input_bits, dac_bits] :
         {std::pair{8u, 1u}, {8u, 3u}, {8u, 4u}, {16u, 8u}, {16u, 7u}, {16u, 5u}, {15u, 6u}, {16u, 1u}}) {
      ProductRecipe recipe;
      recipe.seed = ++seed;
      recipe.part_rows = seed % 5 == 0 ? std::vector<std::uint32_t>{104} : std::vector<std::uint32_t>{128, 64, 40, 16, 104};
      recipe.levels = seed % 3 == 0 ? LevelKind::wide : LevelKind::fractions;
      recipe.part_columns = {columns};
      recipe.weight_slices = 1 + seed % 2;
      recipe.read_noise = true;
      recipe.readout = readout(&encodings::single, input_bits, dac_bits, 8, false);
      RandomProduct product(recipe);
      product.set_lsb(8.0 / 256);
      Batch batch;
      batch.count = 100;
      expect_the_bits_of_the_reference(product, batch, text_of(recipe) + " read noise");
    }
  }
}

TEST_F(TensorProductTest, BatchesAndRepeatsGiveTheSameBits) {
  ProductRecipe recipe;
  recipe.seed = 800;
  recipe.part_rows = {128, 100};
  recipe.part_columns = {64};
  recipe.read_noise = true;
  recipe.readout = readout(&encodings::differential_analog, 8, 8, 8, true);
  RandomProduct product(recipe);
  product.set_lsb(8.0 / 256);
  product.set_noise(0.5);
  const ProductSpec& spec = product.spec();
  const auto inputs = product.inputs(333, spec.rows);
  ProductVectors all;
  all.count = 333;
  all.inputs = inputs.data();
  all.first_event = 5;
  all.event_stride = 3;
  const TensorProduct on_gpu(spec);
  const ProductSums whole = run_on_gpu(on_gpu, spec, all, false);
  for (int repeat = 0; repeat < 3; ++repeat) {
    const ProductSums again = run_on_gpu(on_gpu, spec, all, false);
    EXPECT_EQ(again.sums, whole.sums);
    EXPECT_EQ(again.clipped, whole.clipped);
  }
  for (const std::size_t vector : {0u, 7u, 8u, 127u, 128u, 332u}) {
    ProductVectors one = all;
    one.count = 1;
    one.inputs = inputs.data() + vector * spec.rows;
    one.first_event = 5 + 3 * vector;
    const ProductSums single = run_on_gpu(on_gpu, spec, one, false);
    for (std::size_t output = 0; output < spec.outputs; ++output)
      ASSERT_EQ(single.sums[output], whole.sums[vector * spec.outputs + output]) << vector << ' ' << output;
    EXPECT_EQ(single.clipped[0], whole.clipped[vector]);
  }
}

TEST_F(TensorProductTest, WithinNoiseDropsADigitOnlyBelowATenthOfTheNoise) {
  ProductRecipe recipe;
  recipe.seed = 900;
  recipe.part_columns = {64};
  recipe.readout = readout(&encodings::differential_analog, 8, 8, 8, true);
  RandomProduct product(recipe);
  product.set_lsb(8.0 / 256);
  TensorOptions within;
  within.within_noise = true;
  const auto dropped_lsb = [&](double noise_lsb) {
    product.set_noise(noise_lsb);
    return TensorProduct(product.spec(), within).layout().dropped_lsb;
  };
  EXPECT_EQ(dropped_lsb(1e-3), 0.0);
  const double bound = dropped_lsb(0.5);
  EXPECT_GT(bound, 0.0);
  EXPECT_LT(bound, 0.05);
  EXPECT_EQ(dropped_lsb(9.999 * bound), 0.0);
  EXPECT_GT(dropped_lsb(10.001 * bound), 0.0);

  product.set_noise(0.5);
  const auto inputs = product.inputs(200, product.spec().rows);
  ProductVectors batch;
  batch.count = 200;
  batch.inputs = inputs.data();
  const ProductSums exact = run_reference_product(product.spec(), batch);
  const ProductSums kept = run_on_gpu(TensorProduct(product.spec(), within), product.spec(), batch, true);
  double largest = 0.0;
  for (std::size_t i = 0; i < exact.values.size(); ++i)
    largest = std::max(largest, std::abs(exact.values[i] - kept.values[i]) / product.spec().readout.adc.lsb);
  EXPECT_GT(largest, 0.0);
  EXPECT_LE(largest, bound);
}

TEST_F(TensorProductTest, NormalsOfSinglePrecisionKeepTheirBound) {
  const NormalErrors found = normal_errors_on_gpu();
  EXPECT_LT(found.largest_error, fast_normal_error);
  EXPECT_GT(found.largest_error, 0.2 * fast_normal_error);
  EXPECT_LT(found.largest_value, fast_normal_range);
  EXPECT_LT(found.uncertain, std::uint64_t{1} << 19);
}

}  // namespace
}  // namespace memcosim::testing
