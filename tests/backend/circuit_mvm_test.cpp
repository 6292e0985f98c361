// SPDX-License-Identifier: Apache-2.0
// Products of cells that are not linear behind resistive lines: the cuda backend against the reference.
#include <algorithm>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/devices/cell_base/cell_circuit_config.hpp"
#include "memcosim/devices/cells/stanford_pku_cell.hpp"
#include "memcosim/devices/nonidealities/spread_law.hpp"

#include "array_setup.hpp"
#include "cuda_backend_setup.hpp"
#include "gpu_test.hpp"
#ifdef MEMCOSIM_HAS_CUDA
#include "gpu_memory_hog.hpp"
#endif

namespace memcosim::testing {
namespace {

class CircuitMvmTest : public GpuTest {};

double largest_of(const std::vector<double>& values) {
  double largest = 0.0;
  for (const double value : values)
    largest = std::max(largest, std::fabs(value));
  return largest;
}

void expect_near(const std::vector<double>& seen, const std::vector<double>& expected) {
  ASSERT_EQ(seen.size(), expected.size());
  const double tolerance = 1e-9 * largest_of(expected);
  for (std::size_t i = 0; i < seen.size(); ++i)
    ASSERT_NEAR(seen[i], expected[i], tolerance) << i;
}

/// Codes are the same: no value lies so near to a transition that 1e-9 of the full scale would matter.
void expect_agreement(const ProductResult& seen, const ProductResult& expected) {
  expect_near(seen.values, expected.values);
  expect_near(seen.drive_siemens, expected.drive_siemens);
  ASSERT_EQ(seen.codes, expected.codes);
  ASSERT_EQ(seen.sums, expected.sums);
  ASSERT_EQ(seen.clipped, expected.clipped);
}

CurrentLaw sinh_law(double v0) {
  CurrentLaw law;
  law.kind = CurrentLaw::Kind::sinh;
  law.v0 = v0;
  return law;
}

CurrentLaw cubic_law() {
  CurrentLaw law;
  law.kind = CurrentLaw::Kind::polynomial;
  law.c2 = 0.5;
  law.c3 = 20.0;
  return law;
}

CurrentLaw table_law() {
  CurrentLaw law;
  law.kind = CurrentLaw::Kind::table;
  law.points = 3;
  const double volts[] = {0.05, 0.12, 0.2};
  const double relative[] = {0.1, 0.4, 1.0};
  std::copy(volts, volts + 3, law.volts);
  std::copy(relative, relative + 3, law.relative);
  return law;
}

CurrentLaw rectifying_law() {
  return memcosim::table_law({{-0.2, -0.01}, {-0.05, -0.001}, {0.05, 0.1}, {0.12, 0.4}, {0.2, 1.0}});
}

ArrayConfig with_lines(ArrayConfig config, bool both_ends = false) {
  config.wires.word_line_ohms = 20.0;
  config.wires.bit_line_ohms = 10.0;
  config.wires.source_ohms = 100.0;
  config.wires.sense_ohms = both_ends ? 30.0 : 0.0;
  config.wires.both_ends = both_ends;
  return config;
}

ArrayConfig array_under(const CurrentLaw& law, std::uint32_t rows, std::uint32_t columns, bool both_ends = false) {
  ArrayConfig config = with_lines(ohmic_array(rows, columns), both_ends);
  config.cell.circuit.law = law;
  return config;
}

TEST_F(CircuitMvmTest, AgreesWithTheReferenceForEveryLawAndPairing) {
  unsigned kind = 0;
  for (const CurrentLaw& law : {sinh_law(0.1), sinh_law(0.02), cubic_law(), table_law(), rectifying_law()}) {
    for (const WeightEncoding* encoding : all_encodings) {
      SCOPED_TRACE(::testing::Message() << "kind " << kind);
      const bool both_ends = kind % 2 == 1;
      const unsigned dac_bits = kind % 3 == 0 ? 1 : (kind % 3 == 1 ? 2 : 4);
      ArrayConfig config = array_under(law, 30, 20, both_ends);
      if (kind % 4 < 2) config.cell.nonidealities.read_noise.white = spread_law("normal_proportional", 0.05, config.window.g_max);
      ReadoutConfig mode = readout(encoding, 6, dac_bits, 8, 1.7, kind % 2 == 0 ? 0.4 : 0.0);
      mode.curves.front().gain = 1.02;
      if (kind % 5 == 0) mode.curves.front().transitions = random_transitions(mode.adc, kind);
      const auto siemens = random_siemens(config, kind);
      const auto inputs = random_inputs(7, config.rows, 6, kind + 100);
      const ProductResult expected = ArrayUnderTest(reference_backend(), config, siemens, mode).run(inputs);
      for (const Precision precision : {Precision::double_precision, Precision::single_precision}) {
        ArrayUnderTest gpu(cuda_backend(precision), config, siemens, mode);
        const ProductResult seen = gpu.run(inputs);
        expect_agreement(seen, expected);
        EXPECT_NE(seen.values, expected.values) << "the GPU was not asked";
        EXPECT_TRUE(gpu.backend().notes().empty());
      }
      ++kind;
    }
  }
}

TEST_F(CircuitMvmTest, AgreesWithTheReferenceInEveryShape) {
  for (const auto& [rows, columns] : {std::pair{1u, 2u}, {3u, 40u}, {65u, 2u}, {128u, 96u}, {200u, 180u}}) {
    if (few_cases() && rows > 100) continue;
    SCOPED_TRACE(::testing::Message() << rows << " x " << columns);
    const ArrayConfig config = array_under(sinh_law(0.08), rows, columns);
    const ReadoutConfig mode = readout(&encodings::differential_analog, 8, 8, 9, 130.0, 0.3);
    const auto siemens = random_siemens(config, rows);
    auto inputs = random_inputs(3, config.rows, 8, columns);
    std::fill_n(inputs.begin(), rows, InputCode{0});  // nothing flows
    ArrayUnderTest reference(reference_backend(), config, siemens, mode);
    ArrayUnderTest gpu(cuda_backend(), config, siemens, mode);
    expect_agreement(gpu.run(inputs), reference.run(inputs));
  }
}

TEST_F(CircuitMvmTest, CellsOfTheStanfordModelAgreeWithTheReference) {
  ArrayConfig config;
  config.rows = 24;
  config.columns = 16;
  config.cell = default_cell_spec("stanford_pku");
  config.read_voltage_v = 0.2;
  config.window = {1e-5, 1e-3, 16};
  config.cell.variations = {{StanfordPkuCell::i_0, Distribution::normal, 1e-4, 0.0, 1.0}};
  const auto siemens = random_siemens(with_lines(config), 5);
  const auto inputs = random_inputs(5, config.rows, 6, 6);
  const ReadoutConfig mode = readout(&encodings::differential_digital, 6, 2, 8, 5.0, 0.3);
  ArrayUnderTest reference(reference_backend(), with_lines(config), siemens, mode);
  ArrayUnderTest gpu(cuda_backend(), with_lines(config), siemens, mode);
  const ProductResult expected = reference.run(inputs);
  const ProductResult seen = gpu.run(inputs);
  expect_agreement(seen, expected);
  EXPECT_NE(seen.values, expected.values) << "the GPU was not asked";
}

/// Cells without a law that the GPU knows.
TEST_F(CircuitMvmTest, OtherCellsHaveTheBitsOfTheReference) {
  std::vector<ArrayConfig> configs;
  configs.push_back(array_under({}, 20, 12));
  configs.back().cell.circuit.access.kind = AccessDevice::Kind::selector_exponential;
  configs.back().cell.circuit.access.i0_a = 1e-7;
  configs.back().cell.circuit.access.v0_v = 0.05;
  configs.back().window = {1e-6, 4e-6, 16};
  configs.push_back(array_under({}, 20, 12));
  configs.back().cell = default_cell_spec("mtj");
  configs.back().window = {7e-5, 1.2e-4, 2};
  // Stuck cells whose states do not conduct are linear.
  configs.push_back(with_lines(ohmic_array(20, 12, 16, false)));
  configs.back().cell.circuit.law = sinh_law(0.1);
  configs.back().cell.nonidealities.faults.low_resistance_share = 0.2;
  for (const ArrayConfig& config : configs) {
    const auto siemens = siemens_of(config, random_levels(config, 4));
    const auto inputs = random_inputs(9, config.rows, 4, 6);
    const ReadoutConfig mode = readout(&encodings::single, 4, 2, 8, 1.3, 0.3);
    ArrayUnderTest reference(reference_backend(), config, siemens, mode);
    ArrayUnderTest gpu(cuda_backend(), config, siemens, mode);
    expect_same(gpu.run(inputs), reference.run(inputs));
  }
}

/// Steps of the current, at voltages where the lines drop nearly all: conjugate gradients get nowhere.
TEST_F(CircuitMvmTest, WhatTheGpuCannotSolveTheHostDoes) {
  CurrentLaw stairs;
  stairs.kind = CurrentLaw::Kind::table;
  stairs.points = 32;
  for (int point = 0; point < stairs.points; ++point) {
    stairs.volts[point] = 0.2 * (point + 1) / stairs.points;
    stairs.relative[point] = (point == 0 ? 0.0 : stairs.relative[point - 1]) + (point % 2 == 0 ? 1.0 : 1e-9);
  }
  ArrayConfig config = array_under(stairs, 24, 16);
  config.read_voltage_v = 5.0;
  config.wires.word_line_ohms = config.wires.bit_line_ohms = 1e4;
  const ReadoutConfig mode = readout(&encodings::differential_digital, 4, 4, 8, 0.1, 0.3);
  const auto siemens = random_siemens(config, 1);
  const auto inputs = random_inputs(8, config.rows, 4, 5);
  const ProductResult expected = ArrayUnderTest(reference_backend(), config, siemens, mode).run(inputs);
  ArrayUnderTest gpu(cuda_backend(), config, siemens, mode);
  expect_agreement(gpu.run(inputs), expected);
  EXPECT_THAT(gpu.backend().notes(), ::testing::ElementsAre(::testing::HasSubstr("could not solve")));
}

TEST_F(CircuitMvmTest, NoBitDependsOnBatchGpusOrRepetition) {
  const ArrayConfig config = array_under(sinh_law(0.05), 40, 24);
  const ReadoutConfig mode = readout(&encodings::differential_digital, 8, 1, 8, 1.1, 0.5);
  const auto siemens = random_siemens(config, 2);
  const std::size_t total = few_cases() ? 20 : 3000;  // several pieces
  const auto inputs = random_inputs(total, config.rows, 8, 3);
  ArrayUnderTest array(cuda_backend(), config, siemens, mode);
  const ProductResult whole = array.run(inputs.data(), total, 1000, 3);
  expect_same(array.run(inputs.data(), total, 1000, 3), whole);
  ArrayUnderTest two(cuda_backend(Precision::double_precision, 2), config, siemens, mode);
  for (const std::size_t batch : {std::size_t{1}, std::size_t{7}, std::size_t{500}}) {
    for (std::size_t first = 0; first + batch <= std::min(total, 5 * batch); first += batch) {
      const ProductResult part = two.run(inputs.data() + first * config.rows, batch, 1000 + first * 3, 3);
      expect_part(whole, total, part, first, batch);
      if (HasFatalFailure()) FAIL() << "batch " << batch << " first " << first;
    }
  }
}

TEST_F(CircuitMvmTest, BatchesOfSeveralArraysInFlightSeeTheStateAtSubmission) {
  const ReadoutConfig mode = readout(&encodings::single, 8, 2, 10, 0.3, 0.5);
  const auto backend = cuda_backend();
  std::vector<ArrayConfig> configs = {array_under(sinh_law(0.1), 30, 20), array_under(table_law(), 50, 10),
                                      ohmic_array(30, 20)};  // the last without circuits
  std::vector<std::vector<InputCode>> inputs;
  std::vector<ProductResult> expected;
  std::vector<Ticket> tickets;
  for (std::uint32_t k = 0; k < configs.size(); ++k) {
    configs[k].stream = k;
    const auto siemens = random_siemens(configs[k], k);
    inputs.push_back(random_inputs(40, configs[k].rows, 8, k));
    expected.push_back(ArrayUnderTest(cuda_backend(), configs[k], siemens, mode).run(inputs[k]));
    backend->cells().set_conductance(backend->cells().create_array(configs[k]), siemens);
  }
  for (int round = 0; round < 5; ++round) {
    for (std::uint32_t k = 0; k < configs.size(); ++k) {
      test::ArrayBatch batch(*backend, k, mode, inputs[k]);
      batch.keep_codes = batch.keep_values = true;
      tickets.push_back(backend->products().submit(batch));
    }
  }
  for (std::uint32_t k = 0; k < configs.size(); ++k)
    backend->cells().set_conductance(k, random_siemens(configs[k], 77));
  for (std::size_t i = tickets.size(); i-- > 2;)  // nobody collects the first ones
    expect_same(backend->products().collect(tickets[i]), expected[i % configs.size()]);
}

#ifdef MEMCOSIM_HAS_CUDA
TEST_F(CircuitMvmTest, ShortMemoryMeansSmallerPiecesOrTheHostAndANote) {
  const ArrayConfig config = array_under(sinh_law(0.1), 64, 64);
  const ReadoutConfig mode = readout(&encodings::single, 8, 4, 10, 5.0, 0.4);
  const auto inputs = random_inputs(400, config.rows, 8, 6);
  const auto siemens = random_siemens(config, 1);
  ArrayUnderTest roomy(cuda_backend(), config, siemens, mode);
  const ProductResult expected = roomy.run(inputs);
  EXPECT_TRUE(roomy.backend().notes().empty());
  {
    const GpuMemoryHog hog(std::size_t{24} << 20);
    ArrayUnderTest little(cuda_backend(), config, siemens, mode);
    expect_same(little.run(inputs), expected);
    EXPECT_THAT(little.backend().notes(), ::testing::ElementsAre(::testing::HasSubstr("smaller pieces")));
  }
  const ArrayConfig large = array_under(sinh_law(0.1), 256, 256);
  const auto large_siemens = random_siemens(large, 1);
  const auto large_inputs = random_inputs(2, large.rows, 1, 6);
  const ReadoutConfig plain = readout(&encodings::single, 1, 1, 10, 5.0);
  ArrayUnderTest reference(reference_backend(), large, large_siemens, plain);
  const ProductResult of_reference = reference.run(large_inputs);
  const GpuMemoryHog hog(std::size_t{2} << 20);
  ArrayUnderTest none(cuda_backend(), large, large_siemens, plain);
  expect_same(none.run(large_inputs), of_reference);
  EXPECT_THAT(none.backend().notes(), ::testing::Contains(::testing::HasSubstr("solved on the host")));
}
#endif

}  // namespace
}  // namespace memcosim::testing
