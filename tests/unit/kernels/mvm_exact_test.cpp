// SPDX-License-Identifier: Apache-2.0
// Ideal arrays with a lossless ADC are integer matrix products, on every backend.
#include <gtest/gtest.h>

#include "array_setup.hpp"

namespace memcosim::testing {
namespace {

std::vector<std::unique_ptr<Backend>> all_backends() {
  std::vector<std::unique_ptr<Backend>> backends;
  backends.push_back(reference_backend());
  for (const std::string& instruction_set : cpu_instruction_sets())
    backends.push_back(cpu_backend(instruction_set));
  return backends;
}

unsigned bits_for(std::uint64_t value) {
  unsigned bits = 1;
  while ((value >> bits) != 0)
    ++bits;
  return bits;
}

/// The product written down as the definition says, in integers: level + offset is the conductance in steps.
std::vector<std::int64_t> integer_product(const ArrayConfig& config, const std::vector<std::uint32_t>& levels, const InputCode* input,
                                          const WeightEncoding* encoding, std::uint32_t offset) {
  std::vector<std::int64_t> lines(config.columns, 0);
  for (std::uint32_t row = 0; row < config.rows; ++row)
    for (std::uint32_t column = 0; column < config.columns; ++column)
      lines[column] += std::int64_t{input[row]} * (levels[row * config.columns + column] + offset);
  if (encoding == &encodings::single) return lines;
  std::vector<std::int64_t> outputs;
  for (std::uint32_t column = 0; column < config.columns; column += 2)
    outputs.push_back(lines[column] - lines[column + 1]);
  return outputs;
}

void expect_exact(const ArrayConfig& config, const WeightEncoding* encoding, unsigned input_bits, unsigned dac_bits, std::size_t count) {
  const auto levels = random_levels(config, config.rows * 31 + config.columns);
  const auto inputs = random_inputs(count, config.rows, input_bits, input_bits * 17 + dac_bits);
  const std::uint32_t offset = config.window.g_min > 0.0 ? 1 : 0;
  const std::uint64_t most = std::uint64_t{config.rows} * ((1u << dac_bits) - 1u) * (config.window.levels - 1 + offset);
  const unsigned adc_bits = bits_for(most) + (encoding->converts_signed() ? 1 : 0);
  for (auto& backend : all_backends()) {
    const std::string name = backend->description();
    ArrayUnderTest array(std::move(backend), config, siemens_of(config, levels), readout(encoding, input_bits, dac_bits, adc_bits, 1.0));
    const ProductResult result = array.run(inputs);
    const std::size_t outputs = encoding->outputs_of(config.columns);
    ASSERT_EQ(result.sums.size(), count * outputs);
    for (std::size_t vector = 0; vector < count; ++vector) {
      const auto expected = integer_product(config, levels, inputs.data() + vector * config.rows, encoding, offset);
      for (std::size_t output = 0; output < outputs; ++output) {
        ASSERT_EQ(result.sums[vector * outputs + output], expected[output])
            << name << " encoding " << encoding->name << " bits " << input_bits << '/' << dac_bits << " vector " << vector;
      }
      ASSERT_EQ(result.clipped[vector], ClipCounts{});
    }
  }
}

TEST(MvmExact, AllPairingsAndBits) {
  for (const WeightEncoding* encoding : all_encodings) {
    for (unsigned input_bits = 1; input_bits <= 16; ++input_bits) {
      for (unsigned dac_bits = 1; dac_bits <= 8; ++dac_bits)
        expect_exact(ohmic_array(13, 10), encoding, input_bits, dac_bits, 3);
    }
  }
}

TEST(MvmExact, RaggedSizes) {
  for (const WeightEncoding* encoding : all_encodings) {
    for (const std::uint32_t rows : {1u, 2u, 17u, 128u, 131u}) {
      for (const std::uint32_t columns : {2u, 6u, 16u, 34u, 66u, 130u})
        expect_exact(ohmic_array(rows, columns), encoding, 8, 1, 5);
    }
  }
  expect_exact(ohmic_array(9, 33), &encodings::single, 5, 2, 2);
  expect_exact(ohmic_array(1, 1), &encodings::single, 1, 1, 1);
}

TEST(MvmExact, WindowFromZeroAndManyLevels) {
  for (const WeightEncoding* encoding : all_encodings) {
    expect_exact(ohmic_array(40, 12, 16, false), encoding, 8, 1, 4);
    expect_exact(ohmic_array(40, 12, 256, true), encoding, 4, 2, 4);
    expect_exact(ohmic_array(20, 12, 4096, true), encoding, 3, 1, 4);
  }
}

TEST(MvmExact, EveryTieRoundsUpOnEveryBackend) {
  // Integer values over an even LSB: half of all values are ties when the LSB is 2, a sixth when it is 6.
  for (const double lsb : {2.0, 6.0}) {
    for (const WeightEncoding* encoding : all_encodings) {
      const ArrayConfig config = ohmic_array(24, 40);
      const auto inputs = random_inputs(20, config.rows, 8, 3);
      const auto siemens = siemens_of(config, random_levels(config, 9));
      std::size_t ties = 0;
      for (auto& backend : all_backends()) {
        ArrayUnderTest array(std::move(backend), config, siemens, readout(encoding, 8, 1, 12, lsb));
        const ProductResult result = array.run(inputs);
        for (std::size_t i = 0; i < result.codes.size(); ++i) {
          const auto value = static_cast<std::int64_t>(result.values[i]);
          const auto divisor = static_cast<std::int64_t>(lsb);
          ASSERT_EQ(static_cast<double>(value), result.values[i]);
          // floor((2 value + lsb) / (2 lsb)) in integers
          const std::int64_t numerator = 2 * value + divisor;
          const std::int64_t floor = numerator >= 0 ? numerator / (2 * divisor) : -((-numerator + 2 * divisor - 1) / (2 * divisor));
          ASSERT_EQ(result.codes[i], floor) << array.backend().description() << " value " << value;
          if (numerator % (2 * divisor) == 0) ++ties;
        }
      }
      EXPECT_GT(ties, 500u);
    }
  }
}

}  // namespace
}  // namespace memcosim::testing
