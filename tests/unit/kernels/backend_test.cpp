// SPDX-License-Identifier: Apache-2.0
// The contract of a backend beside its numbers: versions, misuse, impossible specifications, state.
#include <algorithm>
#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/devices/cells/vteam_cell.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/kernels/cuda/gpu/gpus.hpp"

#include "array_setup.hpp"
#include "every_backend.hpp"

namespace memcosim::testing {
namespace {

using ::testing::HasSubstr;

using BackendContract = EveryBackend;
INSTANTIATE_TEST_SUITE_P(All, BackendContract, ::testing::Values("reference", "cpu", "cuda"));

ArrayConfig vteam_array(std::uint32_t rows = 6, std::uint32_t columns = 4) {
  ArrayConfig config;
  config.rows = rows;
  config.columns = columns;
  config.cell = preset_cell_spec("vteam_multilevel");
  config.window = {1e-6, 1e-4, 16};
  config.read_voltage_v = 0.2;
  return config;
}

TEST_P(BackendContract, AnArrayStartsInItsHighResistanceState) {
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(vteam_array());
  EXPECT_EQ(array, 0u);
  EXPECT_EQ(backend->cells().create_array(vteam_array()), 1u);
  for (const double siemens : backend->cells().conductance(array))
    EXPECT_NEAR(siemens, 1e-6, 1e-20);
}

TEST_P(BackendContract, EachChangeOfStateRaisesTheVersion) {
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(vteam_array());
  StateVersion last = backend->cells().version(array);
  const auto rose = [&] {
    const StateVersion now = backend->cells().version(array);
    const bool higher = now > last;
    last = now;
    return higher;
  };
  backend->cells().set_conductance(array, std::vector<double>(24, 2e-5));
  EXPECT_TRUE(rose());
  backend->cells().pulse(array, 3, -1.5, 1e-7);
  EXPECT_TRUE(rose());
  backend->cells().set_state(array, backend->cells().state(array));
  EXPECT_TRUE(rose());
  backend->products().add(readout(&encodings::single, 8, 1, 8, 1.0));
  EXPECT_FALSE(rose());
  const VerifyConverter converter{10, 1.2e-4, 1, 0.0, 0.2, 1e-8};
  backend->cells().verify_read(array, 3, converter, 0, 0, nullptr);
  EXPECT_FALSE(rose());
}

TEST_P(BackendContract, AStaleBatchIsRefused) {
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(vteam_array());
  const std::vector<InputCode> inputs(6, 1);
  const test::ArrayBatch batch(*backend, array, readout(&encodings::single, 8, 1, 8, 1.0), inputs);
  EXPECT_NO_THROW(test::compute(*backend, batch));
  backend->cells().pulse(array, 0, -1.5, 1e-7);
  EXPECT_THROW(backend->products().submit(batch), std::logic_error);
}

TEST_P(BackendContract, ASubmittedBatchKeepsItsStateAndReadout) {
  for (const unsigned threads : {1u, 2u}) {
    const auto backend = make(1, threads);
    const ArrayConfig config = ohmic_array(30, 20);
    const ArrayId array = backend->cells().create_array(config);
    backend->cells().set_conductance(array, random_siemens(config, 1));
    const ReadoutConfig mode = readout(&encodings::single, 8, 1, 10, 1.0);
    const auto inputs = random_inputs(500, 30, 8, 2);
    const ProductResult before = test::compute(*backend, test::ArrayBatch(*backend, array, mode, inputs));
    const Ticket ticket = backend->products().submit(test::ArrayBatch(*backend, array, mode, inputs));
    backend->cells().set_conductance(array, random_siemens(config, 3));
    const test::ArrayBatch other(*backend, array, readout(&encodings::differential_digital, 8, 4, 5, 9.0), inputs);
    const ProductResult after = test::compute(*backend, other);
    EXPECT_EQ(backend->products().collect(ticket).sums, before.sums);
    EXPECT_NE(after.sums, before.sums);
    EXPECT_NE(test::compute(*backend, test::ArrayBatch(*backend, array, mode, inputs)).sums, before.sums);
  }
}

TEST_P(BackendContract, EveryChangeOfStateIsSeenByTheNextBatch) {
  const auto backend = make();
  const ArrayConfig config = vteam_array();
  const ArrayId array = backend->cells().create_array(config);
  const ReadoutConfig mode = readout(&encodings::single, 8, 8, 20, 0.1);
  const std::vector<InputCode> inputs(6, 200);
  const auto sums = [&] { return test::compute(*backend, test::ArrayBatch(*backend, array, mode, inputs)).sums; };
  auto last = sums();
  const auto changed = [&] {
    const auto now = sums();
    const bool differs = now != last;
    last = now;
    return differs;
  };
  EXPECT_FALSE(changed());
  const auto state = backend->cells().state(array);
  backend->cells().set_conductance(array, random_siemens(config, 1));
  EXPECT_TRUE(changed());
  backend->cells().pulse(array, 3, -1.5, 1e-6);
  EXPECT_TRUE(changed());
  backend->cells().set_state(array, state);
  EXPECT_TRUE(changed());
  WriteVerifySpec spec;
  spec.set = {1.0, 0.02, 1.8, 1e-7};
  spec.reset = {0.9, 0.02, 1.6, 1e-7};
  spec.verify = {10, 1.2e-4, 1, 0.0, 0.2, 1e-8};
  spec.tolerance_s = 1.5e-6;
  backend->cells().write_verify(array, spec, 2, 2, std::vector<double>(4, 5e-5), 0);
  EXPECT_TRUE(changed());
}

TEST_P(BackendContract, MisuseIsALogicError) {
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(vteam_array());
  const std::vector<InputCode> inputs(6, 1);
  EXPECT_THROW(backend->cells().config(1), std::logic_error);
  EXPECT_THROW(backend->cells().version(7), std::logic_error);
  const ReadoutConfig mode = readout(&encodings::single, 3, 1, 8, 1.0);
  test::ArrayBatch batch(*backend, array, mode, inputs);
  batch.part.array = 1;
  EXPECT_THROW(backend->products().submit(batch), std::logic_error);
  batch.part.array = array;
  const Ticket ticket = backend->products().submit(batch);
  backend->products().collect(ticket);
  EXPECT_THROW(backend->products().collect(ticket), std::logic_error);
  EXPECT_THROW(backend->products().collect(Ticket{99}), std::logic_error);
  const std::vector<InputCode> too_large(6, 8);
  EXPECT_THROW(backend->products().submit(test::ArrayBatch(*backend, array, mode, too_large)), std::logic_error);
  test::ArrayBatch narrow(*backend, array, mode);
  narrow.count = 2;
  EXPECT_THROW(backend->products().submit(narrow), std::logic_error);  // no inputs
  const std::vector<InputCode> two(12, 1);
  narrow.inputs = two.data();
  narrow.input_stride = 5;
  EXPECT_THROW(backend->products().submit(narrow), std::logic_error);
  EXPECT_THROW(backend->cells().set_conductance(array, std::vector<double>(23, 1e-5)), std::logic_error);
  EXPECT_THROW(backend->cells().set_state(array, {std::vector<double>(25, 1e-9), {}, {}}), std::logic_error);
  EXPECT_THROW(backend->cells().pulse(array, 24, 1.0, 1e-7), std::logic_error);
  EXPECT_THROW(backend->cells().pulse(array, 0, std::numeric_limits<double>::quiet_NaN(), 1e-7), std::logic_error);
  EXPECT_THROW(backend->cells().pulse(array, 0, 1.0, -1e-7), std::logic_error);
  VerifyConverter converter{10, 1.2e-4, 2, 0.0, 0.2, 1e-8};
  EXPECT_THROW(backend->cells().verify_read(array, 24, converter, 0, 0, nullptr), std::logic_error);
  EXPECT_NO_THROW(backend->cells().verify_read(array, 0, converter, 0, 32767, nullptr));
  EXPECT_THROW(backend->cells().verify_read(array, 0, converter, 0, 32768, nullptr), std::logic_error);
  converter.averaging = 0;
  EXPECT_THROW(backend->cells().verify_read(array, 0, converter, 0, 0, nullptr), std::logic_error);
}

TEST_P(BackendContract, AnEmptyBatchIsAnEmptyResult) {
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(vteam_array());
  const ProductResult result = test::compute(*backend, test::ArrayBatch(*backend, array, readout(&encodings::single, 8, 1, 8, 1.0)));
  EXPECT_TRUE(result.sums.empty());
  EXPECT_TRUE(result.clipped.empty());
}

TEST_P(BackendContract, TheMemoryOfAResultIsUsedAgain) {
  const auto backend = make();
  const ArrayConfig config = ohmic_array(20, 8);
  const ArrayId array = backend->cells().create_array(config);
  backend->cells().set_conductance(array, random_siemens(config, 1));
  for (const WeightEncoding* encoding : {&encodings::differential_digital, &encodings::single}) {
    const ReadoutConfig mode = readout(encoding, 8, 1, 3, 2.0);
    const auto many = random_inputs(30, config.rows, 8, 2);
    const auto few = random_inputs(5, config.rows, 8, 3);
    test::ArrayBatch batch(*backend, array, mode, few);
    const ProductResult expected = test::compute(*backend, batch);
    test::ArrayBatch larger(*backend, array, mode, many);
    larger.keep_codes = true;
    larger.keep_values = true;
    ProductResult old = test::compute(*backend, larger);
    const std::int32_t* sums = old.sums.data();
    const double* drive_siemens = old.drive_siemens.data();
    batch.memory = &old;
    const ProductResult result = test::compute(*backend, batch);
    EXPECT_EQ(result.sums.data(), sums);
    EXPECT_EQ(result.drive_siemens.data(), drive_siemens);
    EXPECT_EQ(result.sums, expected.sums);
    EXPECT_EQ(result.drive_siemens, expected.drive_siemens);
    EXPECT_EQ(result.clipped, expected.clipped);
    EXPECT_GT(result.clipped.front().high, 0u);
    EXPECT_TRUE(result.codes.empty());
    EXPECT_TRUE(result.values.empty());
  }
}

TEST_P(BackendContract, ImpossibleSpecificationsAreInputErrors) {
  const auto backend = make();
  const auto refused = [&](auto change) {
    ArrayConfig config = vteam_array();
    change(config);
    EXPECT_THROW(backend->cells().create_array(config), InputError);
  };
  refused([](ArrayConfig& c) { c.rows = 0; });
  refused([](ArrayConfig& c) { c.columns = 70000; });
  refused([](ArrayConfig& c) { c.stream = 1u << 24; });
  refused([](ArrayConfig& c) { c.read_voltage_v = 0.0; });
  refused([](ArrayConfig& c) { c.window.levels = 1; });
  refused([](ArrayConfig& c) { c.window.g_max = c.window.g_min; });
  refused([](ArrayConfig& c) { c.window.g_max = 2e-4; });
  refused([](ArrayConfig& c) { c.window.g_min = 0.5e-6; });
  refused([](ArrayConfig& c) { c.cell.model = "vteem"; });

  const ArrayId array = backend->cells().create_array(vteam_array(6, 5));
  const auto readout_refused = [&](const ReadoutConfig& mode) { EXPECT_THROW(check_readout(backend->cells(), array, mode), InputError); };
  readout_refused(readout(&encodings::single, 0, 1, 8, 1.0));
  readout_refused(readout(&encodings::single, 17, 1, 8, 1.0));
  readout_refused(readout(&encodings::single, 8, 0, 8, 1.0));
  readout_refused(readout(&encodings::single, 8, 1, 25, 1.0));
  readout_refused(readout(&encodings::single, 8, 1, 8, 0.0));
  readout_refused(readout(&encodings::single, 8, 1, 8, 1e-60));
  readout_refused(readout(&encodings::single, 8, 1, 8, std::numeric_limits<double>::infinity()));
  readout_refused(readout(&encodings::single, 8, 1, 8, 1.0, -1.0));
  readout_refused(readout(&encodings::differential_digital, 8, 1, 8, 1.0));  // five columns
  readout_refused(readout(&encodings::single, 16, 1, 20, 1.0));              // sums beyond 32 bits
  const ArrayId tall = backend->cells().create_array(ohmic_array(40000, 2));
  EXPECT_THROW(check_readout(backend->cells(), tall, readout(&encodings::single, 16, 16, 8, 1.0)), InputError);
  const ArrayId even = backend->cells().create_array(vteam_array(6, 4));
  ReadoutConfig unsigned_difference = readout(&encodings::differential_analog, 8, 1, 8, 1.0);
  unsigned_difference.adc.is_signed = false;
  EXPECT_THROW(check_readout(backend->cells(), even, unsigned_difference), InputError);
  // The engine refuses what is impossible when it is added, and what does not suit the array with the batch.
  EXPECT_THROW(backend->products().add(unsigned_difference), InputError);
  const std::vector<InputCode> inputs(6, 1);
  test::ArrayBatch batch(*backend, array, readout(&encodings::single, 8, 1, 8, 1.0), inputs);
  batch.part.readout = backend->products().add(readout(&encodings::differential_digital, 8, 1, 8, 1.0));
  EXPECT_THROW(backend->products().submit(batch), InputError);
}

TEST_P(BackendContract, ConductancesAreSetAndClipped) {
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(vteam_array());
  std::vector<double> siemens(24, 3e-5);
  siemens[4] = 2e-4;
  siemens[5] = 0.0;
  EXPECT_EQ(backend->cells().set_conductance(array, siemens), 2u);
  const auto seen = backend->cells().conductance(array);
  EXPECT_NEAR(seen[0], 3e-5, 1e-18);
  EXPECT_NEAR(seen[4], 1e-4, 1e-18);
  EXPECT_NEAR(seen[5], 1e-6, 1e-20);
  siemens[0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(backend->cells().set_conductance(array, siemens), InputError);
}

TEST_P(BackendContract, StateIsRestoredBitForBit) {
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(vteam_array());
  backend->cells().set_conductance(array, random_siemens(vteam_array(), 8));
  const auto state = backend->cells().state(array);
  const auto siemens = backend->cells().conductance(array);
  backend->cells().pulse(array, 2, 1.3, 1e-6);
  EXPECT_NE(backend->cells().state(array), state);
  backend->cells().set_state(array, state);
  EXPECT_EQ(backend->cells().state(array), state);
  EXPECT_EQ(backend->cells().conductance(array), siemens);
  auto damaged = state;
  damaged.cells[7] = 4e-9;  // beyond x_off
  EXPECT_THROW(backend->cells().set_state(array, damaged), InputError);
  damaged.cells[7] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(backend->cells().set_state(array, damaged), InputError);
  EXPECT_EQ(backend->cells().state(array), state);
}

/// Varied parameters seen from outside: the range that each cell can hold.
std::vector<double> highest_conductances(Backend& backend, const ArrayConfig& config) {
  const ArrayId array = backend.cells().create_array(config);
  backend.cells().set_conductance(array, std::vector<double>(std::size_t{config.rows} * config.columns, 1.0));
  return backend.cells().conductance(array);
}

ArrayConfig varied_array() {
  ArrayConfig config = vteam_array(40, 50);
  config.cell.variations = {{VteamCell::r_on, Distribution::normal, 1000.0, 1e3, 1e15}};
  return config;
}

TEST_P(BackendContract, CellsDifferByTheirOwnDraws) {
  const auto siemens = highest_conductances(*make(), varied_array());
  double mean = 0.0;
  for (const double value : siemens)
    mean += 1.0 / value / 2000.0;
  double square = 0.0;
  for (const double value : siemens)
    square += (1.0 / value - mean) * (1.0 / value - mean) / 1999.0;
  EXPECT_NEAR(mean, 1e4, 5.0 * 1000.0 / std::sqrt(2000.0));
  EXPECT_NEAR(std::sqrt(square), 1000.0, 5.0 * 1000.0 / std::sqrt(4000.0));
  EXPECT_EQ(siemens, highest_conductances(*make(1, 2), varied_array()));
  EXPECT_NE(siemens, highest_conductances(*make(2), varied_array()));
  ArrayConfig other = varied_array();
  other.stream = 1;
  EXPECT_NE(siemens, highest_conductances(*make(), other));
}

TEST_P(BackendContract, ClampedDrawsAreCountedOnBothSides) {
  ArrayConfig config = varied_array();
  config.cell.variations = {{VteamCell::r_on, Distribution::normal, 1000.0, 9e3, 1.05e4},
                            {VteamCell::v_on, Distribution::normal, 0.0, -1e3, -1e-6}};
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(config);
  std::vector<double> ohms;
  for (const double siemens : highest_conductances(*make(), config))
    ohms.push_back(1.0 / siemens);
  const auto count = [&](double limit) {
    return static_cast<std::size_t>(
        std::count_if(ohms.begin(), ohms.end(), [&](double value) { return std::fabs(value / limit - 1.0) < 1e-12; }));
  };
  const std::vector<ClampedDraws> clamped = backend->cells().clamped_draws(array);
  ASSERT_EQ(clamped.size(), 2u);
  EXPECT_EQ(clamped[0].low, count(9e3));
  EXPECT_EQ(clamped[0].high, count(1.05e4));
  EXPECT_NEAR(static_cast<double>(clamped[0].low), 0.1587 * 2000, 5.0 * std::sqrt(0.1587 * 2000));
  EXPECT_EQ(clamped[1].low + clamped[1].high, 0u);
}

TEST_P(BackendContract, ContradictingDrawsAreMadeConsistentAndCounted) {
  ArrayConfig config = varied_array();
  EXPECT_EQ(make()->cells().create_array(config), 0u);
  config.cell.variations = {{VteamCell::r_on, Distribution::normal, 5e5, 1e3, 1e15},
                            {VteamCell::r_off, Distribution::normal, 5e5, 1e3, 1e15}};
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(config);
  EXPECT_GT(backend->cells().adjusted_cells(array), 100u);
  EXPECT_LT(backend->cells().adjusted_cells(array), 1900u);
  for (const double siemens : backend->cells().conductance(array)) {
    EXPECT_GT(siemens, 0.0);
    EXPECT_LE(siemens, 1e-3);
  }
  for (std::uint32_t cell = 0; cell < 2000; ++cell)
    EXPECT_TRUE(std::isfinite(backend->cells().pulse(array, cell, cell % 2 == 0 ? 1.4 : -1.4, 1e-6)));
}

TEST(MakeBackend, NamesAndInstructionSets) {
  BackendOptions options;
  const bool has_gpu = !cuda::installation().gpus.empty();
  EXPECT_THAT(make_backend(options)->description(), HasSubstr(has_gpu ? "cuda (" : "cpu ("));
  options.name = "reference";
  EXPECT_THAT(make_backend(options)->description(), HasSubstr("reference"));
  options.name = "cpu";
  options.threads = 2;
  options.instruction_set = "baseline";
  EXPECT_EQ(make_backend(options)->description(), "cpu (baseline, 2 threads)");
  EXPECT_EQ(cpu_instruction_sets().back(), "baseline");
  std::vector<std::string> names;
  for (const BackendInfo& backend : backends())
    names.emplace_back(backend.name);
  EXPECT_THAT(names, ::testing::ElementsAre("auto", "cpu", "cuda", "reference"));
}

TEST(MakeBackend, UnknownNamesAreInputErrors) {
  const auto message = [](const std::string& name, const std::string& instruction_set) {
    BackendOptions options;
    options.name = name;
    options.instruction_set = instruction_set;
    try {
      make_backend(options);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(message("refrence", ""), HasSubstr("did you mean 'reference'"));
  EXPECT_THAT(message("cpu", "neon"), HasSubstr("baseline"));
}

TEST(MakeBackend, TakesOneGpuUnlessMoreAreWanted) {
  const std::size_t all = cuda::installation().gpus.size();
  EXPECT_EQ(cuda::installation(1).gpus.size(), std::min<std::size_t>(all, 1));
  EXPECT_EQ(cuda::installation(all + 1).gpus.size(), all);
  EXPECT_EQ(BackendOptions().gpus, 1u);
}

TEST(MakeBackend, WithoutAGpuSaysWhy) {
  const cuda::Installation found = cuda::installation();
  if (!found.gpus.empty()) GTEST_SKIP() << "this machine has a GPU";
  BackendOptions options;
  options.name = "cuda";
  try {
    make_backend(options);
    FAIL() << "a GPU backend without a GPU";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr(found.why_none));
    EXPECT_THAT(error.what(), HasSubstr("'auto'"));
  }
  options.name = "auto";
  EXPECT_THAT(make_backend(options)->notes(), ::testing::ElementsAre(HasSubstr(found.why_none)));
  options.name = "cpu";
  EXPECT_TRUE(make_backend(options)->notes().empty());
}

TEST(MakeBackend, PrecisionThatABackendLacksIsAnInputError) {
  BackendOptions options;
  options.name = "cpu";
  for (const Precision precision : {Precision::double_precision, Precision::within_noise}) {
    options.precision = precision;
    EXPECT_THROW(make_backend(options), InputError);
  }
  options.precision = Precision::single_precision;
  EXPECT_NO_THROW(make_backend(options));
  options.name = "reference";
  EXPECT_THROW(make_backend(options), InputError);
  options.precision = Precision::double_precision;
  EXPECT_NO_THROW(make_backend(options));
}

TEST(ColumnCounts, FollowThePairing) {
  EXPECT_EQ(encodings::single.conversions_in(10), 10u);
  EXPECT_EQ(encodings::differential_digital.conversions_in(10), 10u);
  EXPECT_EQ(encodings::differential_analog.conversions_in(10), 5u);
  EXPECT_EQ(encodings::single.outputs_of(10), 10u);
  EXPECT_EQ(encodings::differential_digital.outputs_of(10), 5u);
  EXPECT_EQ(encodings::differential_analog.outputs_of(10), 5u);
}

}  // namespace
}  // namespace memcosim::testing
