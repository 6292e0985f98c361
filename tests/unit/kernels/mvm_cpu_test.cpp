// SPDX-License-Identifier: Apache-2.0
// The cpu backend against the reference, and against itself: no bit depends on batch, threads or instruction set.
#include <cmath>

#include <gtest/gtest.h>

#include "array_setup.hpp"

namespace memcosim::testing {
namespace {

TEST(MvmCpu, AgreesWithTheReferenceUpToTheBoundOfSinglePrecision) {
  for (const WeightEncoding* encoding : all_encodings) {
    for (const unsigned dac_bits : {1u, 3u}) {
      const ArrayConfig config = ohmic_array(100, 70);
      const auto siemens = random_siemens(config, 11);
      const auto inputs = random_inputs(60, config.rows, 8, 12);
      const double lsb = 3.3 * ((1u << dac_bits) - 1u);
      const ReadoutConfig mode = readout(encoding, 8, dac_bits, 9, lsb, 0.4);
      ArrayUnderTest reference(reference_backend(), config, siemens, mode);
      const ProductResult expected = reference.run(inputs);
      // Sum of the magnitudes of all terms, at most: the bound is relative to it.
      const double magnitude = 100.0 * ((1u << dac_bits) - 1u) * 16.0 * (encoding->converts_signed() ? 2.0 : 1.0);
      for (const std::string& instruction_set : cpu_instruction_sets()) {
        ArrayUnderTest cpu(cpu_backend(instruction_set), config, siemens, mode);
        const ProductResult seen = cpu.run(inputs);
        ASSERT_EQ(seen.codes.size(), expected.codes.size());
        std::size_t flips = 0;
        for (std::size_t i = 0; i < seen.codes.size(); ++i) {
          ASSERT_NEAR(seen.values[i], expected.values[i], 1e-6 * magnitude);
          if (seen.codes[i] == expected.codes[i]) continue;
          ++flips;
          EXPECT_EQ(std::abs(seen.codes[i] - expected.codes[i]), 1);
        }
        // A code flips when its threshold lies between the two values: expected share 2 * error / lsb.
        EXPECT_LT(static_cast<double>(flips), 2.0 + 4.0 * 1e-6 * magnitude / lsb * static_cast<double>(seen.codes.size()));
        EXPECT_EQ(seen.drive_siemens, expected.drive_siemens);
      }
    }
  }
}

TEST(MvmCpu, CodesThatDifferLieAtAThreshold) {
  const ArrayConfig config = ohmic_array(128, 128);
  const auto siemens = random_siemens(config, 21);
  const auto inputs = random_inputs(200, config.rows, 8, 22);
  const double lsb = 0.01;  // so fine that single precision shows
  const ReadoutConfig mode = readout(&encodings::single, 8, 1, 22, lsb);
  ArrayUnderTest reference(reference_backend(), config, siemens, mode);
  ArrayUnderTest cpu(cpu_backend(), config, siemens, mode);
  const ProductResult expected = reference.run(inputs);
  const ProductResult seen = cpu.run(inputs);
  std::size_t flips = 0;
  for (std::size_t i = 0; i < seen.codes.size(); ++i) {
    if (seen.codes[i] == expected.codes[i]) continue;
    ++flips;
    const double position = expected.values[i] / lsb + 0.5;
    ASSERT_LT(std::fabs(position - std::round(position)), 1e-6 * 128.0 * 16.0 / lsb);
  }
  EXPECT_GT(flips, 0u);
}

void expect_equal(const ProductResult& whole, const ProductResult& part, std::size_t first, std::size_t count, std::size_t total) {
  const auto same = [&](const auto& a, const auto& b) {
    const std::size_t each = a.size() / total;
    ASSERT_EQ(b.size(), each * count);
    for (std::size_t i = 0; i < b.size(); ++i)
      ASSERT_EQ(a[first * each + i], b[i]);
  };
  same(whole.sums, part.sums);
  same(whole.drive_siemens, part.drive_siemens);
  same(whole.clipped, part.clipped);
  same(whole.codes, part.codes);
  same(whole.values, part.values);
}

TEST(MvmCpu, NoBitDependsOnBatchThreadsOrInstructionSet) {
  constexpr std::size_t total = 255;
  for (const WeightEncoding* encoding : all_encodings) {
    for (const unsigned dac_bits : {1u, 4u}) {
      const ArrayConfig config = ohmic_array(37, 44);
      const auto siemens = random_siemens(config, 31);
      const auto inputs = random_inputs(total, config.rows, 8, 32);
      ReadoutConfig mode = readout(encoding, 8, dac_bits, 6, 1.7 * ((1u << dac_bits) - 1u), 0.7);
      if (dac_bits > 1) {  // a converter that is not ideal
        mode.curves.front().gain = 1.03;
        mode.curves.front().offset_lsb = -0.4;
        mode.curves.front().transitions = random_transitions(mode.adc, 33);
      }
      ArrayUnderTest best(cpu_backend(), config, siemens, mode);
      const ProductResult whole = best.run(inputs.data(), total, 1000, 3);
      for (const std::string& instruction_set : cpu_instruction_sets()) {
        for (const unsigned threads : {1u, 2u}) {
          ArrayUnderTest array(cpu_backend(instruction_set, threads), config, siemens, mode);
          for (const std::size_t batch : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, total}) {
            for (std::size_t first = 0; first < total; first += batch) {
              const std::size_t count = std::min(batch, total - first);
              const ProductResult part = array.run(inputs.data() + first * config.rows, count, 1000 + first * 3, 3);
              expect_equal(whole, part, first, count, total);
              if (HasFatalFailure()) FAIL() << array.backend().description() << " batch " << batch << " first " << first;
            }
          }
        }
      }
    }
  }
}

TEST(MvmCpu, AStridedBatchReadsItsOwnRows) {
  const ArrayConfig config = ohmic_array(10, 8);
  const ReadoutConfig mode = readout(&encodings::single, 8, 1, 10, 1.0);
  const auto siemens = random_siemens(config, 1);
  const auto wide = random_inputs(9, 25, 8, 2);
  std::vector<InputCode> dense;
  for (std::size_t vector = 0; vector < 9; ++vector)
    dense.insert(dense.end(), wide.begin() + static_cast<std::ptrdiff_t>(vector * 25),
                 wide.begin() + static_cast<std::ptrdiff_t>(vector * 25 + 10));
  ArrayUnderTest array(cpu_backend(), config, siemens, mode);
  test::ArrayBatch batch = array.batch(wide);
  batch.count = 9;
  batch.input_stride = 25;
  const ProductResult strided = test::compute(array.backend(), batch);
  EXPECT_EQ(strided.sums, array.run(dense).sums);
  EXPECT_TRUE(strided.codes.empty());
  EXPECT_TRUE(strided.values.empty());
}

TEST(MvmCpu, ManyBatchesInFlight) {
  const ArrayConfig config = ohmic_array(64, 32);
  const ReadoutConfig mode = readout(&encodings::differential_digital, 8, 1, 7, 2.0, 0.5);
  const auto siemens = random_siemens(config, 5);
  const auto inputs = random_inputs(40 * 16, config.rows, 8, 6);
  ArrayUnderTest one(cpu_backend("", 1), config, siemens, mode);
  ArrayUnderTest two(cpu_backend("", 2), config, siemens, mode);
  const auto submit_all = [&](ArrayUnderTest& array) {
    std::vector<Ticket> tickets;
    for (std::size_t i = 0; i < 16; ++i) {
      test::ArrayBatch batch = array.batch(inputs);
      batch.count = 40;
      batch.inputs = inputs.data() + i * 40 * config.rows;
      batch.first_event = i * 40;
      tickets.push_back(array.backend().products().submit(batch));
    }
    return tickets;
  };
  const auto first = submit_all(one);
  const auto second = submit_all(two);
  for (std::size_t i = 16; i-- > 0;)  // collected in another order than submitted
    EXPECT_EQ(one.backend().products().collect(first[i]).sums, two.backend().products().collect(second[i]).sums);
}

}  // namespace
}  // namespace memcosim::testing
