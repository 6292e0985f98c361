// SPDX-License-Identifier: Apache-2.0
// Encodings of weights and codings of inputs: that each describes what it says, and that every engine obeys it.
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/devices/nonidealities/spread_law.hpp"
#include "memcosim/kernels/encodings/code_energy.hpp"
#include "memcosim/kernels/encodings/input_coding.hpp"
#include "memcosim/kernels/encodings/pulse_width.hpp"

#include "array_setup.hpp"
#include "every_backend.hpp"

namespace memcosim::testing {
namespace {

TEST(WeightEncodings, AWeightIsReadBackFromItsLevels) {
  std::set<std::string> names;
  for (const WeightEncoding* encoding : weight_encodings()) {
    EXPECT_TRUE(names.insert(encoding->name).second) << encoding->name;
    for (const unsigned bits : {2u, 4u, 8u}) {
      const std::int32_t most = (1 << (bits - 1)) - 1;
      const std::uint32_t lines = encoding->lines_of(3);
      for (std::int32_t weight = -most; weight <= most; ++weight) {
        std::vector<double> levels(lines, 0.0);
        for (std::uint8_t line = 0; line < encoding->shared_lines; ++line)
          levels[line] = encoding->level(weight, bits, {true, line, 1});
        for (std::uint32_t output = 0; output < 3; ++output) {
          for (std::uint8_t line = 0; line < encoding->lines; ++line)
            levels[encoding->line_number({false, line, 1}, output)] =
                encoding->level(weight - static_cast<std::int32_t>(output == 1 ? weight : 0), bits, {false, line, 1});
        }
        for (const double level : levels) {
          ASSERT_GE(level, 0.0);
          ASSERT_LT(level, encoding->levels(bits)) << encoding->name << ", weight " << weight;
        }
        ASSERT_EQ(encoding->weight_of(0, levels.data()) - encoding->input_factor(bits), weight) << encoding->name;
        ASSERT_EQ(encoding->weight_of(1, levels.data()) - encoding->input_factor(bits), 0) << encoding->name;
        ASSERT_EQ(encoding->weight_of(2, levels.data()) - encoding->input_factor(bits), weight) << encoding->name;
      }
    }
  }
}

TEST(WeightEncodings, TheFirstOutputsUseTheFirstLinesAndConversions) {
  for (const WeightEncoding* encoding : weight_encodings()) {
    EXPECT_EQ(encoding->lines_of(0), 0u);
    EXPECT_EQ(encoding->conversions_of(0), 0u);
    for (std::uint32_t outputs = 1; outputs < 9; ++outputs) {
      const std::uint32_t lines = encoding->lines_of(outputs);
      EXPECT_TRUE(encoding->fits(lines)) << encoding->name;
      EXPECT_EQ(encoding->outputs_of(lines), outputs) << encoding->name;
      std::set<std::uint32_t> used;
      std::set<std::uint32_t> reached;
      for (std::uint32_t conversion = 0; conversion < encoding->conversions_of(outputs); ++conversion) {
        std::int32_t net = 0;
        encoding->for_each_line(conversion, [&](std::uint32_t line, std::int8_t sign) {
          used.insert(line);
          net += sign;
        });
        EXPECT_EQ(net, encoding->net_lines()) << encoding->name << ": the same for all conversions";
        encoding->for_each_output(conversion, outputs, [&](std::uint32_t output, std::int8_t, std::uint8_t) { reached.insert(output); });
      }
      EXPECT_EQ(used.size(), lines) << encoding->name;
      EXPECT_EQ(*used.rbegin(), lines - 1) << encoding->name;
      EXPECT_EQ(reached.size(), outputs) << encoding->name;
    }
  }
}

TEST(InputCodings, EnergiesOfCodes) {
  const CodeWeights amplitude = codings::amplitude.weights;
  const CodeWeights pulses = codings::pulse_width.weights;
  EXPECT_EQ(own_energy(amplitude, 3.0), 9.0);
  EXPECT_EQ(own_energy(pulses, 3.0), 3.0);
  EXPECT_EQ(shared_energy(amplitude, 3.0, 5.0), 15.0);
  EXPECT_EQ(shared_energy(pulses, 3.0, 5.0), 3.0) << "both drive only as long as the shorter pulse";
  EXPECT_EQ(codings::amplitude.drive_clocks(4, 3), 3u);
  EXPECT_EQ(codings::pulse_width.drive_clocks(4, 3), 45u);
}

/// An encoding of a program's own: two slices of two bits of a weight with an offset, added by the accumulator.
constexpr EncodedLine high_line[] = {{false, 0, 1}};
constexpr EncodedLine low_line[] = {{false, 1, 1}};
constexpr EncodedConversion slices_of_weight[] = {{high_line}, {low_line}};
constexpr EncodedTerm shifted_slices[] = {{false, 0, 1, 2}, {false, 1, 1, 0}};
const WeightEncoding sliced = {
    "sliced",
    "two slices of a weight",
    0,
    2,
    {},
    slices_of_weight,
    shifted_slices,
    [](unsigned) { return 4u; },
    [](std::int32_t weight, unsigned, EncodedLine line) {
      return static_cast<std::uint16_t>(line.index == 0 ? (weight + 7) >> 2 : (weight + 7) & 3);
    },
    [](unsigned) { return 7; },
};

std::vector<const WeightEncoding*> all_and_sliced() {
  std::vector<const WeightEncoding*> all(weight_encodings().begin(), weight_encodings().end());
  all.push_back(&sliced);
  return all;
}

using Encodings = EveryBackend;
INSTANTIATE_TEST_SUITE_P(All, Encodings, ::testing::Values("reference", "cpu", "cuda"));

constexpr std::uint32_t rows = 20;
constexpr std::size_t count = 7;

ReadoutConfig wide_readout(const WeightEncoding& encoding) {
  ReadoutConfig mode = readout(&encoding, 6, 2, 16, 1.0);
  mode.adc.is_signed = encoding.converts_signed();
  return mode;
}

/// With a converter that loses nothing the outputs are the integer products of weights and inputs.
TEST_P(Encodings, OutputsAreTheProductsOfWeights) {
  for (const WeightEncoding* encoding : all_and_sliced()) {
    const unsigned bits = 4;
    const std::uint32_t outputs = 11;
    const ArrayConfig config = ohmic_array(rows, encoding->lines_of(outputs), encoding->levels(bits));
    std::vector<std::int32_t> weights;
    std::vector<std::uint32_t> levels(std::size_t{rows} * config.columns, 0);
    for (std::uint32_t row = 0; row < rows; ++row) {
      for (std::uint8_t line = 0; line < encoding->shared_lines; ++line)
        levels[row * config.columns + line] = encoding->level(0, bits, {true, line, 1});
      for (std::uint32_t output = 0; output < outputs; ++output) {
        weights.push_back(static_cast<std::int32_t>((row * 7 + output * 5) % 15) - 7);
        for (std::uint8_t line = 0; line < encoding->lines; ++line)
          levels[row * config.columns + encoding->line_number({false, line, 1}, output)] =
              encoding->level(weights.back(), bits, {false, line, 1});
      }
    }
    const auto inputs = random_inputs(count, rows, 6, 5);
    ArrayUnderTest array(make(), config, siemens_of(config, levels), wide_readout(*encoding));
    const ProductResult result = array.run(inputs);
    ASSERT_EQ(result.sums.size(), count * outputs);
    // What the digital side subtracts: the offset of levels, and that of conductances (one step, ohmic_array()).
    const std::int32_t factor = encoding->input_factor(bits) + encoding->net_lines_of_output();
    for (std::size_t vector = 0; vector < count; ++vector) {
      for (std::uint32_t output = 0; output < outputs; ++output) {
        std::int32_t expected = 0;
        for (std::uint32_t row = 0; row < rows; ++row)
          expected += inputs[vector * rows + row] * (weights[row * outputs + output] + factor);
        ASSERT_EQ(result.sums[vector * outputs + output], expected) << encoding->name;
      }
    }
  }
}

/// Pulse-width coding changes no code of linear cells, and the energy is that of the time for which each row is driven.
TEST_P(Encodings, PulsesOfAnyWidthHaveTheCodesOfVoltages) {
  const ArrayConfig config = ohmic_array(rows, 12);
  const auto siemens = random_siemens(config, 8);
  const auto inputs = random_inputs(count, rows, 6, 9);
  ReadoutConfig mode = readout(&encodings::differential_digital, 6, 3, 8, 2.5, 0.4);
  ArrayUnderTest volts(make(), config, siemens, mode);
  const ProductResult expected = volts.run(inputs);
  mode.coding = &codings::pulse_width;
  ArrayUnderTest pulses(make(), config, siemens, mode);
  const ProductResult result = pulses.run(inputs);
  EXPECT_EQ(result.codes, expected.codes);
  EXPECT_EQ(result.sums, expected.sums);
  for (std::size_t vector = 0; vector < count; ++vector) {
    for (unsigned slice = 0; slice < 2; ++slice) {
      double sum = 0.0;
      for (std::uint32_t row = 0; row < rows; ++row) {
        double conductance = 0.0;
        for (std::uint32_t column = 0; column < config.columns; ++column)
          conductance += siemens[row * config.columns + column];
        sum += (inputs[vector * rows + row] >> (3 * slice) & 7u) / 7.0 * conductance;
      }
      EXPECT_NEAR(result.drive_siemens[vector * 2 + slice], sum, 1e-12 * sum);
      EXPECT_GT(std::abs(expected.drive_siemens[vector * 2 + slice] / sum - 1.0), 0.01);
    }
  }
}

/// Cells with a non-linear current see the read voltage at every code of a pulse: values are linear in the codes.
TEST_P(Encodings, PulsesMakeNonLinearCellsLinear) {
  ArrayConfig config = ohmic_array(5, 4);
  config.cell.circuit.law.kind = CurrentLaw::Kind::sinh;
  config.cell.circuit.law.v0 = 0.1;
  const auto siemens = random_siemens(config, 23);
  ReadoutConfig pulses = readout(&encodings::single, 3, 3, 20, 0x1p-10);
  pulses.coding = &codings::pulse_width;
  const ReadoutConfig volts = readout(&encodings::single, 3, 3, 20, 0x1p-10);
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(config);
  backend->cells().set_conductance(array, siemens);
  const std::vector<InputCode> inputs = {7, 3, 0, 1, 5};
  const auto values = [&](const ReadoutConfig& mode, const std::vector<InputCode>& codes) {
    test::ArrayBatch batch(*backend, array, mode);
    batch.count = 1;
    batch.inputs = codes.data();
    batch.keep_values = true;
    return test::compute(*backend, batch).values;
  };
  const std::vector<double> of_volts = values(volts, inputs);
  const std::vector<double> of_pulses = values(pulses, inputs);
  std::vector<double> sum(4, 0.0);
  for (std::uint32_t row = 0; row < 5; ++row) {
    std::vector<InputCode> one(5, 0);
    one[row] = 1;
    const std::vector<double> unit = values(pulses, one);
    for (std::size_t column = 0; column < 4; ++column)
      sum[column] += inputs[row] * unit[column];
  }
  for (std::size_t column = 0; column < 4; ++column) {
    EXPECT_NEAR(of_pulses[column], sum[column], 1e-6 * sum[column]);
    EXPECT_LT(of_volts[column], 0.97 * sum[column]) << "lower voltages must show";
  }
  EXPECT_EQ(values(volts, inputs), of_volts) << "the levels follow the readout";
}

TEST_P(Encodings, PulsesThroughNonLinearCircuitsAreRefused) {
  ArrayConfig config = ohmic_array(4, 4);
  config.cell.circuit.law.kind = CurrentLaw::Kind::sinh;
  config.cell.circuit.law.v0 = 0.1;
  config.wires.word_line_ohms = 10.0;
  ReadoutConfig mode = readout(&encodings::single, 3, 3, 8, 1.0);
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(config);
  EXPECT_NO_THROW(check_readout(backend->cells(), array, mode));
  mode.coding = &codings::pulse_width;
  EXPECT_THROW(check_readout(backend->cells(), array, mode), InputError);
}

/// Rows behind resistive lines: the power in each unit of time is that of voltages at the rows which are then driven.
TEST_P(Encodings, PulsesBehindResistiveLinesShareTheirLines) {
  ArrayConfig config = ohmic_array(6, 4);
  config.wires.word_line_ohms = config.wires.bit_line_ohms = 2000.0;
  const auto siemens = random_siemens(config, 3);
  ReadoutConfig mode = readout(&encodings::single, 2, 2, 12, 0.5);
  ArrayUnderTest volts(make(), config, siemens, mode);
  mode.coding = &codings::pulse_width;
  const std::vector<InputCode> inputs = {3, 1, 0, 2, 3, 1};
  ArrayUnderTest pulses(make(), config, siemens, mode);
  const double whole = pulses.run(inputs).drive_siemens.front();
  double sum = 0.0;
  for (unsigned unit = 0; unit < 3; ++unit) {
    std::vector<InputCode> driven;
    for (const InputCode code : inputs)
      driven.push_back(code > unit ? 3 : 0);
    sum += volts.run(driven).drive_siemens.front() / 3.0;
  }
  EXPECT_NEAR(whole, sum, 1e-9 * sum);
}

/// Each physical converter may have a curve of its own: conversions follow their converter.
TEST_P(Encodings, ConversionsHaveTheCurvesOfTheirConverters) {
  for (const double read_noise : {0.0, 0.05}) {
    ArrayConfig config = ohmic_array(rows, 12);
    if (read_noise > 0.0) config.cell.nonidealities.read_noise.white = spread_law("normal_proportional", read_noise, config.window.g_max);
    const auto siemens = random_siemens(config, 18);
    const auto inputs = random_inputs(count, rows, 6, 19);
    ReadoutConfig mode = readout(&encodings::differential_digital, 6, 2, 7, 3.0, 0.3);
    mode.curves.resize(3);
    mode.curves[1].gain = 1.07;
    mode.curves[1].noise_lsb = 0.8;
    mode.curves[2].offset_lsb = -1.3;
    mode.curves[2].transitions = random_transitions(mode.adc, 4);
    for (std::uint16_t conversion = 0; conversion < 12; ++conversion)
      mode.converter_of.push_back(conversion % 3);
    ArrayUnderTest together(make(), config, siemens, mode);
    const ProductResult result = together.run(inputs);
    for (std::size_t converter = 0; converter < 3; ++converter) {
      ReadoutConfig alike = mode;
      alike.curves = {mode.curves[converter]};
      alike.converter_of.clear();
      ArrayUnderTest alone(make(), config, siemens, alike);
      const ProductResult expected = alone.run(inputs);
      for (std::size_t i = converter; i < result.codes.size(); i += 3)
        ASSERT_EQ(result.codes[i], expected.codes[i]) << i;
    }
  }
}

TEST_P(Encodings, AReadoutThatDoesNotSuitItsArrayIsRefusedAfterOneThatDoes) {
  const ArrayConfig config = ohmic_array(4, 5);
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(config);
  backend->cells().set_conductance(array, random_siemens(config, 2));
  const std::vector<InputCode> inputs = {1, 2, 3, 0};
  ProductPart part;
  part.array = array;
  part.version = backend->cells().version(array);
  ProductBatch batch;
  batch.parts = {&part, 1};
  batch.count = 1;
  batch.inputs = inputs.data();
  part.readout = backend->products().add(readout(&encodings::single, 2, 1, 8, 1.0));
  EXPECT_EQ(test::compute(*backend, batch).sums.size(), 5u);
  part.readout = backend->products().add(readout(&encodings::differential_digital, 2, 1, 8, 1.0));
  EXPECT_THROW(backend->products().submit(batch), InputError) << "an odd number of lines holds no pairs";
}

}  // namespace
}  // namespace memcosim::testing
