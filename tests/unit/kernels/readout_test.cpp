// SPDX-License-Identifier: Apache-2.0
// What a readout reports beside its sums: clipping, drive, noise.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "array_setup.hpp"

namespace memcosim::testing {
namespace {

std::vector<std::string> backend_kinds() {
  std::vector<std::string> kinds = cpu_instruction_sets();
  kinds.push_back("reference");
  return kinds;
}

std::unique_ptr<Backend> backend_of(const std::string& kind, std::uint64_t seed = 1) {
  return kind == "reference" ? reference_backend(seed) : cpu_backend(kind, 1, seed);
}

TEST(Readout, ClippedConversionsAreCountedAtEachEnd) {
  for (const std::string& kind : backend_kinds()) {
    for (const WeightEncoding* encoding : all_encodings) {
      const ArrayConfig config = ohmic_array(33, 38);              // padding columns on every instruction set
      const double lsb = encoding->converts_signed() ? 4.0 : 8.0;  // some conversions leave the range
      ReadoutConfig mode = readout(encoding, 6, 2, 6, lsb);
      mode.curves.front().offset_lsb = -6.0;  // at the lowest code too
      ArrayUnderTest array(backend_of(kind), config, random_siemens(config, 41), mode);
      auto inputs = random_inputs(30, config.rows, 6, 42);
      if (!mode.adc.is_signed) std::fill_n(inputs.begin(), config.rows, InputCode{0});
      const ProductResult result = array.run(inputs);
      const std::size_t each = result.codes.size() / 30;
      ClipCounts all{};
      for (std::size_t vector = 0; vector < 30; ++vector) {
        ClipCounts outside{};
        for (std::size_t i = vector * each; i < (vector + 1) * each; ++i) {
          const double code = std::floor(result.values[i] / lsb + mode.curves.front().origin());
          if (code < mode.adc.code_min()) ++outside.low;
          if (code > mode.adc.code_max()) ++outside.high;
          ASSERT_GE(result.codes[i], mode.adc.code_min());
          ASSERT_LE(result.codes[i], mode.adc.code_max());
        }
        ASSERT_EQ(result.clipped[vector], outside) << kind;
        all += outside;
      }
      EXPECT_GT(all.low, 0u);
      EXPECT_GT(all.high, 0u);
      EXPECT_LT(all.low + all.high, result.codes.size());
    }
  }
}

TEST(Readout, ConversionsOfUnusedColumnsAreNotCounted) {
  for (const std::string& kind : backend_kinds()) {
    for (const WeightEncoding* encoding : all_encodings) {
      for (const std::uint32_t used : {2u, 16u, 30u, 38u}) {  // within a vector of lanes, at its end, in the last, all
        const ArrayConfig config = ohmic_array(33, 38);
        ReadoutConfig mode = readout(encoding, 6, 2, 6, 4.0);
        mode.curves.front().offset_lsb = -6.0;
        ArrayUnderTest array(backend_of(kind), config, random_siemens(config, 41), mode);
        const auto inputs = random_inputs(5, config.rows, 6, 42);
        const ProductResult result = array.run(inputs, encoding->outputs_of(used));
        const std::uint32_t converted = encoding->conversions_in(config.columns);
        for (std::size_t vector = 0; vector < 5; ++vector) {
          ClipCounts outside{};
          for (std::size_t slice = 0; slice < mode.slices(); ++slice) {
            for (std::uint32_t column = 0; column < encoding->conversions_in(used); ++column) {
              const std::size_t place = (vector * mode.slices() + slice) * converted + column;
              const double code = std::floor(result.values[place] / 4.0 + mode.curves.front().origin());
              if (code < mode.adc.code_min()) ++outside.low;
              if (code > mode.adc.code_max()) ++outside.high;
            }
          }
          ASSERT_EQ(result.clipped[vector], outside) << kind << ", " << used << " used";
        }
        EXPECT_EQ(result.codes, array.run(inputs).codes);
      }
    }
  }
}

TEST(Readout, AConverterThatIsNotIdeal) {
  for (const std::string& kind : backend_kinds()) {
    for (const WeightEncoding* encoding : all_encodings) {
      const ArrayConfig config = ohmic_array(33, 38);
      ReadoutConfig mode = readout(encoding, 6, 2, 6, 8.0);
      mode.curves.front().gain = 1.25;
      mode.curves.front().offset_lsb = -1.75;
      mode.curves.front().transitions = random_transitions(mode.adc, 40);
      ArrayUnderTest array(backend_of(kind), config, random_siemens(config, 41), mode);
      const ProductResult result = array.run(random_inputs(30, config.rows, 6, 42));
      std::size_t bent = 0;
      for (std::size_t i = 0; i < result.codes.size(); ++i) {
        const double position = result.values[i] * 1.25 / 8.0 - 1.75 + 0.5;
        // As many codes as there are transitions at or below the position, counted.
        std::int32_t expected = mode.adc.code_min();
        while (expected < mode.adc.code_max() && position >= (*mode.curves.front().transitions)[expected + 1 - mode.adc.code_min()])
          ++expected;
        const auto near_a_transition = [&](double transition) { return std::fabs(position - transition) < 1e-4; };
        const auto& transitions = *mode.curves.front().transitions;
        if (std::any_of(transitions.begin(), transitions.end(), near_a_transition)) continue;  // single precision may fall on either side
        ASSERT_EQ(result.codes[i], expected) << kind << ' ' << i;
        if (result.codes[i] != static_cast<std::int32_t>(std::floor(position))) ++bent;
      }
      EXPECT_GT(bent, result.codes.size() / 20);
    }
  }
}

TEST(Readout, SumsAreShiftedCodes) {
  for (const std::string& kind : backend_kinds()) {
    for (const WeightEncoding* encoding : all_encodings) {
      const ArrayConfig config = ohmic_array(20, 18);
      const ReadoutConfig mode = readout(encoding, 7, 3, 8, 1.3, 0.5);
      ArrayUnderTest array(backend_of(kind), config, random_siemens(config, 43), mode);
      const ProductResult result = array.run(random_inputs(5, config.rows, 7, 44));
      const std::size_t converted = encoding->conversions_in(config.columns);
      const std::size_t outputs = encoding->outputs_of(config.columns);
      for (std::size_t vector = 0; vector < 5; ++vector) {
        for (std::size_t output = 0; output < outputs; ++output) {
          std::int32_t sum = 0;
          for (std::size_t slice = 0; slice < mode.slices(); ++slice) {
            const std::int32_t* codes = result.codes.data() + (vector * mode.slices() + slice) * converted;
            const std::int32_t code =
                encoding == &encodings::differential_digital ? codes[2 * output] - codes[2 * output + 1] : codes[output];
            sum += code * (1 << (3 * slice));
          }
          ASSERT_EQ(result.sums[vector * outputs + output], sum);
        }
      }
    }
  }
}

TEST(Readout, DriveIsTheSumOfSquaredVoltagesTimesConductances) {
  for (const std::string& kind : backend_kinds()) {
    for (const unsigned dac_bits : {1u, 2u, 5u, 8u}) {
      const ArrayConfig config = ohmic_array(21, 14);
      const auto siemens = random_siemens(config, 45);
      const ReadoutConfig mode = readout(&encodings::differential_digital, 8, dac_bits, 10, 1.0 * ((1u << dac_bits) - 1u));
      ArrayUnderTest array(backend_of(kind), config, siemens, mode);
      const auto inputs = random_inputs(40, config.rows, 8, 46);
      const ProductResult result = array.run(inputs);
      for (std::size_t vector = 0; vector < 40; ++vector) {
        for (unsigned slice = 0; slice < mode.slices(); ++slice) {
          double drive = 0.0;
          for (std::uint32_t row = 0; row < config.rows; ++row) {
            const unsigned code = (static_cast<unsigned>(inputs[vector * config.rows + row]) >> (slice * dac_bits)) & mode.dac.code_max();
            const double relative = mode.dac.relative_voltage(code);
            for (std::uint32_t column = 0; column < config.columns; ++column)
              drive += relative * relative * siemens[row * config.columns + column];
          }
          ASSERT_NEAR(result.drive_siemens[vector * mode.slices() + slice], drive, 1e-13 * drive) << kind;
        }
      }
    }
  }
}

TEST(Readout, HalfTheReadVoltageIsAQuarterOfTheEnergyAndTheSameValues) {
  ArrayConfig config = ohmic_array(16, 8);
  const auto siemens = random_siemens(config, 47);
  const auto inputs = random_inputs(3, config.rows, 8, 48);
  const ReadoutConfig mode = readout(&encodings::single, 8, 1, 9, 1.0);
  const auto energy = [&](double volts) {
    config.read_voltage_v = volts;
    ArrayUnderTest array(cpu_backend(), config, siemens, mode);
    double sum = 0.0;
    for (const double drive : array.run(inputs).drive_siemens)
      sum += drive * array.backend().cells().config(array.id()).read_voltage_v * array.backend().cells().config(array.id()).read_voltage_v *
             1e-8;
    return sum;
  };
  EXPECT_DOUBLE_EQ(energy(0.1), energy(0.2) / 4.0);
}

TEST(Readout, RowsWithoutCodeDrawNothing) {
  const ArrayConfig config = ohmic_array(16, 8);
  for (const std::string& kind : backend_kinds()) {
    ArrayUnderTest array(backend_of(kind), config, random_siemens(config, 49), readout(&encodings::single, 8, 1, 9, 1.0));
    const ProductResult result = array.run(std::vector<InputCode>(16, 0));
    for (const double drive : result.drive_siemens)
      EXPECT_EQ(drive, 0.0);
    for (const std::int32_t sum : result.sums)
      EXPECT_EQ(sum, 0);
  }
}

TEST(Readout, PaddingLanesAreNoConversions) {
  // Every conversion is clipped, and with an offset of one step padding would be too: the count is that of the real columns.
  for (const std::string& kind : backend_kinds()) {
    for (const std::uint32_t columns : {1u, 5u, 17u, 33u}) {
      const ArrayConfig config = ohmic_array(33, columns);
      ArrayUnderTest array(backend_of(kind), config, random_siemens(config, 52), readout(&encodings::single, 4, 1, 2, 1.0));
      const ProductResult result = array.run(std::vector<InputCode>(33, 15));
      EXPECT_EQ(result.clipped[0], (ClipCounts{0, 4 * columns})) << kind;
    }
  }
}

/// Noise of each conversion, seen through an ADC so fine that rounding does not matter.
std::vector<double> noise_seen(const std::string& kind, std::uint64_t seed, std::uint64_t first_event, std::uint32_t stream, double sigma) {
  ArrayConfig config = ohmic_array(4, 40);
  config.stream = stream;
  ReadoutConfig mode = readout(&encodings::single, 4, 1, 22, 1.0 / 1024.0, sigma * 1024.0);
  mode.adc.is_signed = true;
  ArrayUnderTest array(backend_of(kind, seed), config, siemens_of(config, random_levels(config, 50)), mode);
  const auto inputs = random_inputs(250, config.rows, 4, 51);
  const ProductResult result = array.run(inputs.data(), 250, first_event);
  std::vector<double> noise;
  for (std::size_t i = 0; i < result.codes.size(); ++i)
    noise.push_back(result.codes[i] / 1024.0 - result.values[i]);
  return noise;
}

TEST(Readout, NoiseHasItsDeviation) {
  for (const std::string& kind : backend_kinds()) {
    const auto noise = noise_seen(kind, 1, 0, 7, 2.5);
    double mean = 0.0;
    double square = 0.0;
    for (const double value : noise) {
      mean += value / static_cast<double>(noise.size());
      square += value * value / static_cast<double>(noise.size());
    }
    const double root = std::sqrt(static_cast<double>(noise.size()));
    EXPECT_NEAR(mean, 0.0, 5.0 * 2.5 / root);
    EXPECT_NEAR(std::sqrt(square), 2.5, 5.0 * 2.5 / std::sqrt(2.0) / root);
  }
}

TEST(Readout, NoiseIsAddressedByEventStreamAndSeed) {
  for (const std::string& kind : backend_kinds()) {
    const auto base = noise_seen(kind, 1, 0, 7, 2.5);
    EXPECT_EQ(base, noise_seen(kind, 1, 0, 7, 2.5));
    EXPECT_NE(base, noise_seen(kind, 2, 0, 7, 2.5));
    EXPECT_NE(base, noise_seen(kind, 1, 1, 7, 2.5));
    EXPECT_NE(base, noise_seen(kind, 1, 0, 8, 2.5));
  }
}

}  // namespace
}  // namespace memcosim::testing
