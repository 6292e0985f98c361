// SPDX-License-Identifier: Apache-2.0
// Products that are spread over arrays: places, signs, shifts and readouts of their parts, and what engines refuse.
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "array_setup.hpp"
#include "every_backend.hpp"

namespace memcosim::testing {
namespace {

using ProductParts = EveryBackend;
INSTANTIATE_TEST_SUITE_P(All, ProductParts, ::testing::Values("reference", "cpu", "cuda"));

constexpr std::size_t vectors = 9;

ReadoutConfig noisy_pairs() {
  return readout(&encodings::differential_digital, 6, 2, 7, 5.0, 0.4);
}

/// An array of 15 x 8 cells with conductances of its own.
ArrayId add_array(Backend& backend, std::uint32_t stream) {
  ArrayConfig config = ohmic_array(15, 8);
  config.stream = stream;
  const ArrayId array = backend.cells().create_array(config);
  backend.cells().set_conductance(array, random_siemens(config, stream));
  return array;
}

ProductPart part_of(Backend& backend, ArrayId array, const ReadoutConfig& mode) {
  ProductPart part;
  part.array = array;
  part.version = backend.cells().version(array);
  part.readout = backend.products().add(mode);
  return part;
}

/// Two row partitions, two column blocks, two weight slices of each.
std::vector<ProductPart> spread_parts(Backend& backend) {
  std::vector<ProductPart> parts;
  for (std::uint32_t k = 0; k < 8; ++k) {
    parts.push_back(part_of(backend, add_array(backend, k), noisy_pairs()));
    parts.back().first_row = k % 2 * 15;
    parts.back().first_output = k / 2 % 2 * 4;
    parts.back().shift = static_cast<std::uint8_t>(k / 4 * 3);
    parts.back().used_outputs = k / 2 % 2 * 2;
  }
  return parts;
}

/// Vectors of `rows` codes each for these parts, which must outlive the batch.
ProductBatch batch_of(const std::vector<ProductPart>& parts, const std::vector<InputCode>& inputs, std::uint32_t rows) {
  ProductBatch batch;
  batch.parts = parts;
  batch.rows = rows;
  batch.count = inputs.size() / rows;
  batch.inputs = inputs.data();
  batch.first_event = 11;
  batch.event_stride = 2;
  return batch;
}

/// Each part computed as the whole product of its array.
ProductResult alone(Backend& backend, const ProductBatch& batch, const ProductPart& part) {
  ProductPart own = part;
  own.first_row = own.first_output = 0;
  own.sign = 1;
  own.shift = 0;
  ProductBatch plain = batch;
  plain.parts = {&own, 1};
  plain.rows = plain.outputs = 0;
  plain.inputs = batch.inputs + part.first_row;
  plain.input_stride = batch.rows;
  return test::compute(backend, plain);
}

/// That a product is what its parts give one by one, and reaches to its last output.
void expect_sum_of_parts(Backend& backend, const ProductBatch& batch, std::uint32_t outputs) {
  std::vector<std::int32_t> sums(batch.count * outputs, 0);
  std::vector<ClipCounts> clipped(batch.count);
  for (const ProductPart& part : batch.parts) {
    const ProductResult own = alone(backend, batch, part);
    const std::size_t own_outputs = own.sums.size() / batch.count;
    for (std::size_t vector = 0; vector < batch.count; ++vector) {
      for (std::size_t output = 0; output < own_outputs; ++output)
        sums[vector * outputs + part.first_output + output] += own.sums[vector * own_outputs + output] * part.sign * (1 << part.shift);
      clipped[vector] += own.clipped[vector];
    }
  }
  const ProductResult result = test::compute(backend, batch);
  EXPECT_EQ(result.sums, sums);
  EXPECT_EQ(result.clipped, clipped);
}

TEST_P(ProductParts, AreAdded) {
  const auto backend = make();
  const auto inputs = random_inputs(vectors, 30, 6, 2);
  std::vector<ProductPart> parts = spread_parts(*backend);
  const ProductBatch batch = batch_of(parts, inputs, 30);
  expect_sum_of_parts(*backend, batch, 8);
  const ProductResult result = test::compute(*backend, batch);
  EXPECT_TRUE(result.drive_siemens.empty());
  EXPECT_TRUE(result.codes.empty());
  EXPECT_TRUE(result.values.empty());
  // The next state of an array is another product.
  const ArrayId changed = parts[3].array;
  backend->cells().set_conductance(changed, random_siemens(backend->cells().config(changed), 77));
  EXPECT_THROW(backend->products().submit(batch), std::logic_error);
  parts[3].version = backend->cells().version(changed);
  EXPECT_NE(test::compute(*backend, batch).sums, result.sums);
}

TEST_P(ProductParts, WithANegativeSignAreSubtracted) {
  const auto backend = make();
  const auto inputs = random_inputs(vectors, 30, 6, 2);
  std::vector<ProductPart> parts = spread_parts(*backend);
  for (const std::size_t negative : {1u, 4u, 6u})
    parts[negative].sign = -1;
  expect_sum_of_parts(*backend, batch_of(parts, inputs, 30), 8);
  // An array against itself leaves nothing, since both parts see the same draws.
  parts = {parts[0], parts[0]};
  parts[1].sign = -1;
  EXPECT_EQ(test::compute(*backend, batch_of(parts, inputs, 30)).sums, std::vector<std::int32_t>(vectors * 4, 0));
}

TEST_P(ProductParts, HaveReadoutsOfTheirOwn) {
  const auto backend = make();
  const auto inputs = random_inputs(vectors, 30, 6, 2);
  std::vector<ProductPart> parts = spread_parts(*backend);
  ReadoutConfig nonlinear = readout(&encodings::differential_analog, 6, 3, 6, 20.0, 0.3);
  nonlinear.curves.front().transitions = random_transitions(nonlinear.adc, 5);
  parts[1].readout = backend->products().add(readout(&encodings::differential_digital, 6, 1, 5, 3.0));
  parts[4].readout = backend->products().add(nonlinear);
  expect_sum_of_parts(*backend, batch_of(parts, inputs, 30), 8);
  // A part with another encoding has another number of outputs.
  parts[0].readout = backend->products().add(readout(&encodings::single, 6, 2, 7, 8.0, 0.4));
  expect_sum_of_parts(*backend, batch_of(parts, inputs, 30), 8);
}

TEST_P(ProductParts, AloneAreShiftedAndSigned) {
  const auto backend = make();
  const auto inputs = random_inputs(vectors, 15, 6, 2);
  std::vector<ProductPart> parts = {part_of(*backend, add_array(*backend, 3), noisy_pairs())};
  ProductBatch batch = batch_of(parts, inputs, 15);
  batch.keep_codes = batch.keep_values = true;
  const ProductResult plain = test::compute(*backend, batch);
  parts[0].shift = 3;
  parts[0].sign = -1;
  const ProductResult weighted = test::compute(*backend, batch);
  std::vector<std::int32_t> expected;
  for (const std::int32_t sum : plain.sums)
    expected.push_back(-8 * sum);
  EXPECT_EQ(weighted.sums, expected);
  EXPECT_EQ(weighted.clipped, plain.clipped);
  EXPECT_EQ(weighted.drive_siemens, plain.drive_siemens);
  EXPECT_EQ(weighted.codes, plain.codes);
  EXPECT_EQ(weighted.values, plain.values);
}

TEST_P(ProductParts, AloneHaveTheirPlaceInTheProduct) {
  const auto backend = make();
  const auto inputs = random_inputs(vectors, 24, 6, 2);
  std::vector<ProductPart> parts = {part_of(*backend, add_array(*backend, 3), noisy_pairs())};
  parts[0].first_row = 5;
  parts[0].first_output = 2;
  ProductBatch batch = batch_of(parts, inputs, 24);
  batch.keep_codes = batch.keep_values = true;
  expect_sum_of_parts(*backend, batch, 6);
  const ProductResult expected = alone(*backend, batch, parts[0]);
  batch.outputs = 9;
  expect_sum_of_parts(*backend, batch, 9);
  const ProductResult result = test::compute(*backend, batch);
  EXPECT_EQ(result.drive_siemens, expected.drive_siemens);
  EXPECT_EQ(result.codes, expected.codes);
  EXPECT_EQ(result.values, expected.values);
}

TEST_P(ProductParts, OldMemoryLeavesNoTraceInTheirSums) {
  const auto backend = make();
  const auto inputs = random_inputs(vectors, 30, 6, 2);
  const std::vector<ProductPart> parts = spread_parts(*backend);
  ProductBatch batch = batch_of(parts, inputs, 30);
  const ProductResult expected = test::compute(*backend, batch);
  ProductResult old;
  old.sums.assign(vectors * 8, 99);
  old.clipped.assign(vectors, ClipCounts{7, 7});
  old.codes.assign(3, 99);
  batch.memory = &old;
  const ProductResult result = test::compute(*backend, batch);
  EXPECT_EQ(result.sums, expected.sums);
  EXPECT_EQ(result.clipped, expected.clipped);
  EXPECT_TRUE(result.codes.empty());
}

TEST_P(ProductParts, ThatDoNotFitAreRefused) {
  const auto backend = make();
  const auto inputs = random_inputs(2, 30, 6, 2);
  const std::vector<ProductPart> good = spread_parts(*backend);
  std::vector<ProductPart> parts = good;
  ProductBatch batch = batch_of(parts, inputs, 30);
  batch.outputs = 8;
  EXPECT_NO_THROW(test::compute(*backend, batch));
  const auto refused = [&](auto change) {
    parts = good;
    change(parts[0]);
    EXPECT_THROW(backend->products().submit(batch), std::logic_error);
  };
  refused([](ProductPart& part) { part.array = 8; });
  refused([](ProductPart& part) { ++part.version; });
  refused([](ProductPart& part) { part.readout = {99}; });
  refused([](ProductPart& part) { part.first_row = 16; });
  refused([](ProductPart& part) { part.first_output = 5; });
  refused([](ProductPart& part) { part.shift = 24; });
  refused([](ProductPart& part) { part.shift = 255; });
  refused([](ProductPart& part) { part.sign = 0; });
  refused([](ProductPart& part) { part.sign = 2; });
  refused([](ProductPart& part) { part.used_outputs = 5; });
  parts = good;
  batch.parts = {};
  EXPECT_THROW(backend->products().submit(batch), std::logic_error);
}

TEST_P(ProductParts, OfSeveralArraysKeepNeitherCodesNorValues) {
  const auto backend = make();
  const auto inputs = random_inputs(2, 30, 6, 2);
  const std::vector<ProductPart> parts = spread_parts(*backend);
  ProductBatch batch = batch_of(parts, inputs, 30);
  batch.keep_codes = true;
  EXPECT_THROW(backend->products().submit(batch), std::logic_error);
  batch.keep_codes = false;
  batch.keep_values = true;
  EXPECT_THROW(backend->products().submit(batch), std::logic_error);
}

TEST_P(ProductParts, AloneMustFit32BitsToo) {
  const auto backend = make();
  const auto inputs = random_inputs(2, 15, 6, 2);
  std::vector<ProductPart> parts = {part_of(*backend, add_array(*backend, 3), noisy_pairs())};
  const ProductBatch batch = batch_of(parts, inputs, 15);
  // A pair of codes of 7 bits, over 3 slices of 2 bits: at most 127 * 21.
  parts[0].shift = 19;
  EXPECT_NO_THROW(test::compute(*backend, batch));
  parts[0].shift = 20;
  EXPECT_THROW(backend->products().submit(batch), std::logic_error);
}

TEST_P(ProductParts, OneReadoutHasOneId) {
  const auto backend = make();
  ProductEngine& products = backend->products();
  ReadoutConfig mode = noisy_pairs();
  const ReadoutId first = products.add(mode);
  EXPECT_TRUE(products.add(noisy_pairs()) == first);
  mode.adc.lsb = 6.0;
  const ReadoutId coarser = products.add(mode);
  EXPECT_FALSE(coarser == first);
  mode.curves.front().transitions = random_transitions(mode.adc, 1);
  const ReadoutId nonlinear = products.add(mode);
  EXPECT_FALSE(nonlinear == coarser);
  EXPECT_TRUE(products.add(mode) == nonlinear);
  EXPECT_TRUE(products.add(noisy_pairs()) == first);
}

}  // namespace
}  // namespace memcosim::testing
