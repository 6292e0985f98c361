// SPDX-License-Identifier: Apache-2.0
// The cuda backend against the others: in double precision it has the bits of the reference, in single precision those of the cpu backend.
#include <algorithm>
#include <cstdlib>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/devices/nonidealities/spread_law.hpp"

#include "array_setup.hpp"
#include "cuda_backend_setup.hpp"
#include "gpu_test.hpp"
#ifdef MEMCOSIM_HAS_CUDA
#include "gpu_memory_hog.hpp"
#endif

namespace memcosim::testing {
namespace {

/// Of circuits that were reduced in another order of sums: levels are the same, since they are rounded, energies nearly.
void expect_close(const ProductResult& seen, const ProductResult& expected) {
  ASSERT_EQ(seen.sums, expected.sums);
  ASSERT_EQ(seen.codes, expected.codes);
  ASSERT_EQ(seen.values, expected.values);
  ASSERT_EQ(seen.drive_siemens.size(), expected.drive_siemens.size());
  for (std::size_t i = 0; i < seen.drive_siemens.size(); ++i)
    ASSERT_NEAR(seen.drive_siemens[i], expected.drive_siemens[i], 1e-11 * expected.drive_siemens[i]);
}

/// A random array, its readout and vectors for it.
struct Case {
  ArrayConfig config;
  std::vector<double> siemens;
  ReadoutConfig mode;
  std::vector<InputCode> inputs;
};

Case random_case(std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  const auto pick = [&](std::uint32_t low, std::uint32_t high) { return low + static_cast<std::uint32_t>(generator() % (high - low + 1)); };
  Case c;
  const bool pairs = pick(0, 2) > 0;
  c.config = ohmic_array(pick(1, 300), pick(1, 70) * (pairs ? 2 : 1), 1u << pick(1, 8), pick(0, 1) == 1);
  if (pick(0, 2) == 0) c.config.cell.nonidealities.read_noise.white = spread_law("normal_proportional", 0.05, c.config.window.g_max);
  c.siemens = pick(0, 1) == 0 ? random_siemens(c.config, seed) : siemens_of(c.config, random_levels(c.config, seed));
  const WeightEncoding* encoding = !pairs ? &encodings::single : all_encodings[pick(1, 2)];
  const unsigned input_bits = pick(1, 12);
  const unsigned dac_bits = pick(1, std::min(input_bits, 10u));
  const unsigned adc_bits = pick(2, 10);
  const double lsb = pick(0, 1) == 0 ? static_cast<double>(1u << pick(0, 6)) : 0.37 * pick(1, 100);
  c.mode = readout(encoding, input_bits, dac_bits, adc_bits, lsb, pick(0, 2) == 0 ? 0.6 : 0.0);
  if (pick(0, 2) == 0) {
    c.mode.curves.front().gain = 0.9 + 0.05 * pick(0, 4);
    c.mode.curves.front().offset_lsb = 0.3 * pick(0, 4) - 0.6;
  }
  if (pick(0, 3) == 0) c.mode.curves.front().transitions = random_transitions(c.mode.adc, seed);
  c.inputs = random_inputs(pick(1, 150), c.config.rows, input_bits, seed + 1);
  return c;
}

class CudaBackendTest : public GpuTest {};

TEST_F(CudaBackendTest, InDoublePrecisionHasTheBitsOfTheReference) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Case c = random_case(seed);
    ArrayUnderTest reference(reference_backend(), c.config, c.siemens, c.mode);
    ArrayUnderTest gpu(cuda_backend(), c.config, c.siemens, c.mode);
    expect_same(gpu.run(c.inputs), reference.run(c.inputs));
    if (HasFatalFailure()) FAIL() << "case " << seed;
  }
}

TEST_F(CudaBackendTest, InSinglePrecisionHasTheBitsOfTheCpu) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Case c = random_case(seed);
    ArrayUnderTest cpu(cpu_backend(), c.config, c.siemens, c.mode);
    ArrayUnderTest gpu(cuda_backend(Precision::single_precision), c.config, c.siemens, c.mode);
    expect_same(gpu.run(c.inputs), cpu.run(c.inputs));
    if (HasFatalFailure()) FAIL() << "case " << seed;
  }
}

TEST_F(CudaBackendTest, CellsThatAreNotLinear) {
  for (const WeightEncoding* encoding : all_encodings) {
    ArrayConfig config = ohmic_array(40, 24);
    config.cell.circuit.law.kind = CurrentLaw::Kind::sinh;
    config.cell.circuit.law.v0 = 0.1;
    config.cell.nonidealities.read_noise.white = spread_law("normal_proportional", 0.05, config.window.g_max);
    const auto siemens = random_siemens(config, 3);
    const auto inputs = random_inputs(70, config.rows, 8, 4);
    const ReadoutConfig mode = readout(encoding, 8, 4, 9, 7.3, 0.4);
    for (const bool single : {false, true}) {
      ArrayUnderTest host(single ? cpu_backend() : reference_backend(), config, siemens, mode);
      ArrayUnderTest gpu(cuda_backend(single ? Precision::single_precision : Precision::double_precision), config, siemens, mode);
      expect_same(gpu.run(inputs), host.run(inputs));
    }
  }
}

TEST_F(CudaBackendTest, ResistiveLines) {
  ArrayConfig config = ohmic_array(30, 20);
  config.wires.word_line_ohms = 20.0;
  config.wires.bit_line_ohms = 10.0;
  config.wires.source_ohms = 100.0;
  const auto siemens = random_siemens(config, 5);
  const auto inputs = random_inputs(50, config.rows, 6, 6);
  const ReadoutConfig mode = readout(&encodings::differential_digital, 6, 2, 8, 5.0, 0.3);
  ArrayUnderTest reference(reference_backend(), config, siemens, mode);
  ArrayUnderTest gpu(cuda_backend(), config, siemens, mode);
  expect_close(gpu.run(inputs), reference.run(inputs));
}

TEST_F(CudaBackendTest, ProductsThatAreSpreadOverArraysAreThoseOfTheReference) {
  for (const bool linear : {true, false}) {
    const auto product = [&](std::unique_ptr<Backend> backend) {
      ReadoutConfig mode = readout(&encodings::differential_analog, 8, 8, 8, 900.0, 0.2);
      if (!linear) mode.curves.front().transitions = random_transitions(mode.adc, 5);
      std::vector<ProductPart> parts;
      ProductBatch batch;
      batch.rows = 300;
      batch.outputs = 40;
      const auto inputs = random_inputs(333, batch.rows, 8, 9);
      batch.count = 333;
      batch.inputs = inputs.data();
      for (std::uint32_t k = 0; k < 6; ++k) {
        ArrayConfig config = ohmic_array(100, 40, 128);
        config.stream = k;
        const ArrayId array = backend->cells().create_array(config);
        backend->cells().set_conductance(array, random_siemens(config, k));
        ProductPart part;
        part.array = array;
        part.version = backend->cells().version(array);
        part.readout = backend->products().add(mode);
        part.first_row = k % 3 * 100;
        part.first_output = k / 3 * 20;
        part.used_outputs = k / 3 * 5;
        parts.push_back(part);
      }
      batch.parts = parts;
      ProductResult result = test::compute(*backend, batch);
      EXPECT_EQ(test::compute(*backend, batch).sums, result.sums);
      return result;
    };
    const ProductResult expected = product(reference_backend());
    for (const unsigned gpus : {1u, 2u}) {
      const ProductResult seen = product(cuda_backend(Precision::double_precision, gpus));
      EXPECT_EQ(seen.sums, expected.sums);
      EXPECT_EQ(seen.clipped, expected.clipped);
    }
  }
}

TEST_F(CudaBackendTest, RoundingWithinTheNoiseIsReportedAndBounded) {
  const ArrayConfig config = ohmic_array(128, 64, 128);
  const auto siemens = random_siemens(config, 1);
  const auto inputs = random_inputs(500, config.rows, 8, 2);
  ReadoutConfig mode = readout(&encodings::differential_analog, 8, 8, 8, 16000.0, 0.5);
  ArrayUnderTest exact(cuda_backend(), config, siemens, mode);
  ArrayUnderTest rounded(cuda_backend(Precision::within_noise), config, siemens, mode);
  const ProductResult expected = exact.run(inputs);
  const ProductResult seen = rounded.run(inputs);
  EXPECT_TRUE(exact.backend().notes().empty());
  ASSERT_THAT(rounded.backend().notes(), ::testing::ElementsAre(::testing::HasSubstr("within_noise")));
  std::size_t flips = 0;
  for (std::size_t i = 0; i < seen.codes.size(); ++i) {
    ASSERT_LE(std::abs(seen.values[i] - expected.values[i]), 0.05 * mode.adc.lsb);
    if (seen.codes[i] != expected.codes[i]) ++flips;
  }
  EXPECT_NE(seen.values, expected.values);
  EXPECT_LT(flips, seen.codes.size() / 20);
  // Without noise there is nothing to hide behind.
  mode.curves.front().noise_lsb = 0.0;
  ArrayUnderTest quiet(cuda_backend(Precision::within_noise), config, siemens, mode);
  ArrayUnderTest reference(reference_backend(), config, siemens, mode);
  expect_same(quiet.run(inputs), reference.run(inputs));
  EXPECT_TRUE(quiet.backend().notes().empty());
}

TEST_F(CudaBackendTest, CircuitsOfAlikeArraysAreReducedTogetherAndEachAsAlone) {
  ArrayConfig config = ohmic_array(30, 20);
  config.wires.word_line_ohms = 20.0;
  config.wires.bit_line_ohms = 10.0;
  const auto inputs = random_inputs(8, config.rows, 6, 6);
  const ReadoutConfig mode = readout(&encodings::single, 6, 2, 8, 5.0);
  const auto together = cuda_backend();
  for (std::uint32_t k = 0; k < 5; ++k) {
    together->cells().create_array(config);
    together->cells().set_conductance(k, random_siemens(config, k));
  }
  for (std::uint32_t k = 5; k-- > 0;) {
    const test::ArrayBatch batch(*together, k, mode, inputs);
    ArrayUnderTest alone(cuda_backend(), config, random_siemens(config, k), mode);
    const ProductResult expected = alone.run(inputs);
    const ProductResult seen = test::compute(*together, batch);
    EXPECT_EQ(seen.sums, expected.sums);
    EXPECT_EQ(seen.drive_siemens, expected.drive_siemens);
  }
}

TEST_F(CudaBackendTest, NoBitDependsOnBatchGpusOrRepetition) {
  const Case c = random_case(8);
  const std::size_t total = c.inputs.size() / c.config.rows;
  for (const Precision precision : {Precision::single_precision, Precision::double_precision}) {
    ArrayUnderTest array(cuda_backend(precision), c.config, c.siemens, c.mode);
    const ProductResult whole = array.run(c.inputs.data(), total, 1000, 3);
    expect_same(array.run(c.inputs.data(), total, 1000, 3), whole);
    ArrayUnderTest two(cuda_backend(precision, 2), c.config, c.siemens, c.mode);
    for (const std::size_t batch : {std::size_t{1}, std::size_t{7}}) {
      const std::size_t end = few_cases() ? std::min(total, 3 * batch) : total;
      for (std::size_t first = 0; first < end; first += batch) {
        const std::size_t count = std::min(batch, total - first);
        const ProductResult part = two.run(c.inputs.data() + first * c.config.rows, count, 1000 + first * 3, 3);
        expect_part(whole, total, part, first, count);
        if (HasFatalFailure()) FAIL() << "batch " << batch << " first " << first;
      }
    }
  }
}

TEST_F(CudaBackendTest, ManyBatchesOfManyArraysInFlight) {
  const ArrayConfig config = ohmic_array(64, 32);
  const ReadoutConfig mode = readout(&encodings::differential_digital, 8, 1, 7, 2.0, 0.5);
  const auto inputs = random_inputs(std::size_t{40} * 60, config.rows, 8, 6);
  const auto play = [&](std::unique_ptr<Backend> backend) {
    std::vector<Ticket> tickets;
    for (std::uint32_t k = 0; k < 6; ++k) {
      ArrayConfig own = config;
      own.stream = k;
      const ArrayId array = backend->cells().create_array(own);
      backend->cells().set_conductance(array, random_siemens(own, k));
    }
    for (std::size_t i = 0; i < 60; ++i) {
      test::ArrayBatch batch(*backend, static_cast<ArrayId>(i % 6), mode, inputs);
      batch.count = 40;
      batch.inputs = inputs.data() + i * 40 * config.rows;
      batch.first_event = i * 40;
      tickets.push_back(backend->products().submit(batch));
    }
    std::vector<std::vector<std::int32_t>> sums;
    for (std::size_t i = tickets.size(); i-- > 0;)  // collected in another order than submitted
      sums.push_back(backend->products().collect(tickets[i]).sums);
    EXPECT_THROW(backend->products().collect(tickets[0]), std::logic_error);
    return sums;
  };
  const auto expected = play(reference_backend());
  EXPECT_EQ(play(cuda_backend()), expected);
  EXPECT_EQ(play(cuda_backend(Precision::double_precision, 3)), expected);
}

TEST_F(CudaBackendTest, AChangeOfTheStateLeavesWhatWasSubmittedAlone) {
  const ArrayConfig config = ohmic_array(50, 20);
  const ReadoutConfig mode = readout(&encodings::single, 8, 1, 10, 1.0);
  const auto inputs = random_inputs(30, config.rows, 8, 6);
  ArrayUnderTest array(cuda_backend(), config, random_siemens(config, 1), mode);
  const ProductResult before = array.run(inputs);
  const Ticket ticket = array.backend().products().submit(array.batch(inputs));
  array.backend().cells().set_conductance(array.id(), random_siemens(config, 2));
  EXPECT_EQ(array.backend().products().collect(ticket).sums, before.sums);
  EXPECT_NE(array.run(inputs).sums, before.sums);
}

TEST_F(CudaBackendTest, TicketsThatNobodyCollectsDoNoHarm) {
  const ArrayConfig config = ohmic_array(50, 20);
  const ReadoutConfig mode = readout(&encodings::single, 8, 1, 10, 1.0);
  const auto inputs = random_inputs(30, config.rows, 8, 6);
  ArrayUnderTest array(cuda_backend(), config, random_siemens(config, 1), mode);
  const test::ArrayBatch batch = array.batch(inputs);
  for (int i = 0; i < 20; ++i)
    array.backend().products().submit(batch);
}

#ifdef MEMCOSIM_HAS_CUDA
TEST_F(CudaBackendTest, ShortMemoryMeansSmallerPiecesAndANote) {
  const ArrayConfig config = ohmic_array(256, 256);
  const ReadoutConfig mode = readout(&encodings::single, 8, 1, 10, 2.0);
  const auto inputs = random_inputs(3000, config.rows, 8, 6);
  const auto siemens = random_siemens(config, 1);
  ArrayUnderTest roomy(cuda_backend(), config, siemens, mode);
  const ProductResult expected = roomy.run(inputs);
  EXPECT_TRUE(roomy.backend().notes().empty());
  const GpuMemoryHog hog(std::size_t{24} << 20);
  ArrayUnderTest short_of_memory(cuda_backend(), config, siemens, mode);
  expect_same(short_of_memory.run(inputs), expected);
  EXPECT_THAT(short_of_memory.backend().notes(), ::testing::ElementsAre(::testing::HasSubstr("memory was short")));
}

TEST_F(CudaBackendTest, AFullGpuIsAnErrorThatSaysWhatToDo) {
  const ArrayConfig config = ohmic_array(2048, 2048);
  const ReadoutConfig mode = readout(&encodings::single, 8, 1, 10, 2.0);
  ArrayUnderTest array(cuda_backend(), config, random_siemens(config, 1), mode);
  const auto inputs = random_inputs(1, config.rows, 8, 6);
  const GpuMemoryHog hog(std::size_t{2} << 20);
  try {
    array.run(inputs);
    FAIL() << "no error";
  } catch (const RunError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("is full"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("--backend cpu"));
  }
}

TEST_F(CudaBackendTest, AThousandRunsLeakNothing) {
  const Case c = random_case(3);
  {
    ArrayUnderTest warm(cuda_backend(), c.config, c.siemens, c.mode);
    warm.run(c.inputs);
  }
  const std::size_t before = free_gpu_memory();
  for (int i = 0; i < 1000; ++i) {
    ArrayUnderTest array(cuda_backend(), c.config, c.siemens, c.mode);
    array.run(c.inputs.data(), 1);
  }
  EXPECT_GE(free_gpu_memory() + (std::size_t{8} << 20), before);
}
#endif

}  // namespace
}  // namespace memcosim::testing
