// SPDX-License-Identifier: Apache-2.0
// What stands around the state of a cell, seen through a backend: access devices, current laws, cycle-to-cycle draws, history, read noise.
#include <cmath>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/devices/cells/step_tables.hpp"
#include "memcosim/devices/cells/vteam_cell.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/kernels/backends/backends.hpp"

#include "array_setup.hpp"
#include "gpu_test.hpp"

namespace memcosim::testing {
namespace {

class CellEffects : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (std::string(GetParam()) == "cuda") skip_without_gpu();
  }
  std::unique_ptr<Backend> make(std::uint64_t seed = 1) const {
    BackendOptions options;
    options.name = GetParam();
    options.seed = seed;
    return make_backend(options);
  }
};
INSTANTIATE_TEST_SUITE_P(All, CellEffects, ::testing::Values("reference", "cpu", "cuda"));

ArrayConfig vteam_array(std::uint32_t rows, std::uint32_t columns) {
  ArrayConfig config;
  config.rows = rows;
  config.columns = columns;
  config.cell = preset_cell_spec("vteam_multilevel");
  config.window = {2e-6, 8e-5, 16};
  config.read_voltage_v = 0.2;
  return config;
}

CellSpec behind_transistor(CellSpec cell, double ohms) {
  cell.circuit.access.kind = AccessDevice::Kind::transistor;
  cell.circuit.access.on_ohms = ohms;
  return cell;
}

TEST_P(CellEffects, BehindATransistorTheReadSeesBothInSeries) {
  ArrayConfig config = vteam_array(4, 4);
  const double on_ohms = 5e3;
  config.cell = behind_transistor(config.cell, on_ohms);
  config.window.g_max = 6e-5;  // 1 / (10 kohm + 5 kohm) is the most
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(config);
  const auto siemens = random_siemens(config, 3);
  EXPECT_EQ(backend->cells().set_conductance(array, siemens), 0u);
  const auto seen = backend->cells().conductance(array);
  for (std::size_t i = 0; i < siemens.size(); ++i)
    EXPECT_NEAR(seen[i], siemens[i], 1e-9 * siemens[i]);
  // The state itself is that of the cell alone.
  const CellArrayState state = backend->cells().state(array);
  const double alone = VteamCell::conductance(config.cell.parameters.data(), state.cells[5]);
  EXPECT_NEAR(1.0 / seen[5], 1.0 / alone + on_ohms, 1e-6 * on_ohms);
  config.window.g_max = 8e-5;
  EXPECT_THROW(make()->cells().create_array(config), InputError);
}

TEST_P(CellEffects, ANonLinearCurrentAtEachCodeOfTheDac) {
  ArrayConfig config = ohmic_array(3, 2);
  config.cell.circuit.law.kind = CurrentLaw::Kind::sinh;
  config.cell.circuit.law.v0 = 0.1;
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(config);
  const auto siemens = random_siemens(config, 5);
  backend->cells().set_conductance(array, siemens);
  const std::vector<InputCode> inputs = {15, 7, 1};
  test::ArrayBatch batch(*backend, array, readout(&encodings::single, 4, 4, 20, 0x1p-10), inputs);
  batch.keep_values = true;
  const ProductResult result = test::compute(*backend, batch);
  // One unit is a step of conductance at one DAC step of voltage.
  const double unit_a = config.window.step() * config.read_voltage_v / 15.0;
  double drive = 0.0;
  for (std::uint32_t column = 0; column < 2; ++column) {
    double amperes = 0.0;
    for (std::uint32_t row = 0; row < 3; ++row) {
      const double volts = inputs[row] / 15.0 * config.read_voltage_v;
      const double current =
          siemens[row * 2 + column] * config.read_voltage_v * std::sinh(volts / 0.1) / std::sinh(config.read_voltage_v / 0.1);
      amperes += current;
      drive += volts * current / (config.read_voltage_v * config.read_voltage_v);
    }
    EXPECT_NEAR(result.values[column], amperes / unit_a, 3 * 15 * 0x1p-17 + 1e-6 * amperes / unit_a);
  }
  EXPECT_NEAR(result.drive_siemens[0], drive, 1e-12 * drive);
  // With one bit there is one voltage, and the law does not show.
  const std::vector<InputCode> ones = {1, 1, 1};
  test::ArrayBatch one_bit(*backend, array, readout(&encodings::single, 1, 1, 20, 0x1p-10), ones);
  one_bit.keep_values = true;
  EXPECT_NEAR(test::compute(*backend, one_bit).values[0], (siemens[0] + siemens[2] + siemens[4]) / config.window.step(), 1e-4);
}

TEST_P(CellEffects, CyclesDrawTheirParametersAndASavedStateContinuesThem) {
  ArrayConfig config = vteam_array(10, 10);
  config.cell.cycle_variations = {{VteamCell::k_on, Distribution::log_normal, 0.3, -1.0, -1e-6}};
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(config);
  const auto reset_all = [&] { backend->cells().set_conductance(array, std::vector<double>(100, 1e-5)); };
  const auto after_pulse = [&](std::uint32_t cell) {
    backend->cells().pulse(array, cell, -1.4, 1e-7);
    return backend->cells().conductance(array)[cell];
  };
  reset_all();
  const double first = after_pulse(7);
  reset_all();
  const double second = after_pulse(7);
  EXPECT_NE(first, second);  // another cycle
  EXPECT_EQ(backend->cells().state(array).pulses[7], 2u);
  reset_all();
  EXPECT_NE(after_pulse(8), first);  // another cell
  reset_all();
  const CellArrayState saved = backend->cells().state(array);
  const double third = after_pulse(7);
  const auto other = make();
  const ArrayId same = other->cells().create_array(config);
  other->cells().set_state(same, saved);
  other->cells().pulse(same, 7, -1.4, 1e-7);
  EXPECT_EQ(other->cells().conductance(same)[7], third);
  EXPECT_EQ(other->cells().state(same), backend->cells().state(array));
  CellArrayState incomplete = saved;
  incomplete.pulses.clear();
  EXPECT_THROW(other->cells().set_state(same, incomplete), InputError);
}

TEST_P(CellEffects, PulsesOnAllCellsEqualSinglePulses) {
  for (const bool cycles : {false, true}) {
    ArrayConfig config = vteam_array(6, 5);
    config.cell.variations = {{VteamCell::r_on, Distribution::log_normal, 0.1, 1e3, 1e6},
                              {VteamCell::v_off, Distribution::normal, 0.05, 0.1, 2.0}};
    if (cycles) config.cell.cycle_variations = {{VteamCell::k_off, Distribution::normal, 2e-4, 1e-6, 1.0}};
    const auto backend = make();
    const ArrayId bulk = backend->cells().create_array(config);
    const ArrayId single = backend->cells().create_array(config);
    std::vector<double> volts;
    for (int i = 0; i < 30; ++i)
      volts.push_back(i % 3 == 0 ? 0.0 : (i % 2 == 0 ? 1.3 : -1.2));
    for (int pulse = 0; pulse < 3; ++pulse) {
      const std::vector<double> energy = backend->cells().pulse_all(bulk, volts, 1e-7);
      for (std::uint32_t cell = 0; cell < 30; ++cell) {
        if (volts[cell] == 0.0) {
          EXPECT_EQ(energy[cell], 0.0);
        } else {
          EXPECT_EQ(energy[cell], backend->cells().pulse(single, cell, volts[cell], 1e-7));
        }
      }
      EXPECT_EQ(backend->cells().state(bulk), backend->cells().state(single));
    }
    EXPECT_THROW(backend->cells().pulse_all(bulk, std::vector<double>(29, 1.0), 1e-7), std::logic_error);
    volts[3] = std::nan("");
    EXPECT_THROW(backend->cells().pulse_all(bulk, volts, 1e-7), std::logic_error);
  }
}

TEST_P(CellEffects, ReadNoiseHasTheSummedVarianceOfTheDrivenCells) {
  for (const WeightEncoding* encoding : {&encodings::single, &encodings::differential_analog}) {
    ArrayConfig config = ohmic_array(5, 4);
    config.cell.nonidealities.read_noise.white = spread_law("normal_proportional", 0.03, config.window.g_max);
    const auto backend = make();
    const ArrayId array = backend->cells().create_array(config);
    const auto siemens = random_siemens(config, 9);
    backend->cells().set_conductance(array, siemens);
    const double lsb = 0x1p-8;
    constexpr std::size_t events = 4000;
    const std::vector<InputCode> input = {13, 0, 7, 2, 9};
    std::vector<InputCode> inputs;
    for (std::size_t i = 0; i < events; ++i)
      inputs.insert(inputs.end(), input.begin(), input.end());
    test::ArrayBatch batch(*backend, array, readout(encoding, 4, 2, 22, lsb), inputs);
    batch.keep_codes = true;
    batch.keep_values = true;
    const ProductResult result = test::compute(*backend, batch);
    const std::size_t columns = encoding == &encodings::single ? 4 : 2;
    for (std::size_t slice = 0; slice < 2; ++slice) {
      for (std::size_t column = 0; column < columns; ++column) {
        double expected = 0.0;
        for (std::size_t row = 0; row < 5; ++row) {
          const double code = (input[row] >> (2 * slice)) & 3;
          const auto add = [&](std::size_t line) {
            const double sigma = 0.03 * siemens[row * 4 + line] / config.window.step();
            expected += code * code * sigma * sigma;
          };
          add(columns == 4 ? column : 2 * column);
          if (columns == 2) add(2 * column + 1);
        }
        double sum = 0.0;
        double squares = 0.0;
        for (std::size_t event = 0; event < events; ++event) {
          const std::size_t place = (event * 2 + slice) * columns + column;
          const double error = result.codes[place] * lsb - result.values[place];
          sum += error;
          squares += error * error;
        }
        EXPECT_NEAR(sum / events, 0.0, 5.0 * std::sqrt(expected / events));
        EXPECT_NEAR(squares / events / expected, 1.0, 5.0 * std::sqrt(2.0 / events) + lsb * lsb / 12.0 / expected);
      }
    }
  }
}

TEST(CellEffectsOnBackends, DrawTheSameReadNoise) {
  ArrayConfig config = ohmic_array(20, 12);
  config.cell.nonidealities.read_noise.white = spread_law("normal_independent", 0.01, config.window.g_max);
  const auto codes = [&](std::unique_ptr<Backend> backend) {
    const ArrayId array = backend->cells().create_array(config);
    backend->cells().set_conductance(array, random_siemens(config, 2));
    const auto inputs = random_inputs(50, 20, 8, 4);
    test::ArrayBatch batch(*backend, array, readout(&encodings::differential_digital, 8, 1, 10, 0.25, 0.5), inputs);
    batch.first_event = 7;
    batch.event_stride = 3;
    batch.keep_codes = true;
    return test::compute(*backend, batch).codes;
  };
  const auto reference = codes(reference_backend());
  const auto fast = codes(cpu_backend());
  std::size_t different = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    EXPECT_LE(std::abs(reference[i] - fast[i]), 1);  // single precision against double, at a threshold
    different += reference[i] != fast[i] ? 1 : 0;
  }
  EXPECT_LE(different, reference.size() / 1000);
  EXPECT_EQ(fast, codes(cpu_backend("baseline", 3)));
}

TEST_P(CellEffects, FaultsAndDriftAreWhatEveryReadSees) {
  ArrayConfig config = vteam_array(30, 20);
  CellNonidealities& effects = config.cell.nonidealities;
  effects.faults.low_resistance_share = 0.05;
  effects.faults.high_resistance_share = 0.05;
  effects.retention.law = RetentionSpec::Law::power;
  effects.retention.t0_s = 1.0;
  effects.retention.nu_mean = 0.1;
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(config);
  const auto targets = random_siemens(config, 12);
  backend->cells().set_conductance(array, targets);
  const auto fresh = backend->cells().conductance(array);
  std::size_t stuck = 0;
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    if (std::fabs(fresh[i] - targets[i]) < 1e-9 * targets[i]) continue;
    ++stuck;
    EXPECT_TRUE(std::fabs(fresh[i] - 1e-4) < 1e-10 || std::fabs(fresh[i] - 1e-6) < 1e-12) << fresh[i];
  }
  EXPECT_EQ(stuck, backend->cells().faulty_cells(array));
  EXPECT_NEAR(static_cast<double>(stuck), 60.0, 5.0 * std::sqrt(600 * 0.1 * 0.9));
  backend->cells().advance_age(array, 999.0);
  const auto aged = backend->cells().conductance(array);
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    const bool is_stuck = std::fabs(fresh[i] - targets[i]) >= 1e-9 * targets[i];
    const double expected = is_stuck ? fresh[i] : fresh[i] * std::pow(1000.0, -0.1);
    EXPECT_NEAR(aged[i], expected, 1e-12 * expected);
  }
  // Programming cannot move a stuck cell, and says so.
  WriteVerifySpec spec;
  spec.set = {1.2, 0.05, 2.5, 1e-7};
  spec.reset = {1.0, 0.05, 2.5, 1e-7};
  spec.verify = {10, 1e-4 * 1.25, 1, 0.0, 0.2, 1e-8};
  spec.tolerance_s = 1e-6;
  const std::vector<double> middle(600, 3e-5);
  const ProgramResult result = backend->cells().write_verify(array, spec, 30, 20, middle, 1);
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    const bool is_stuck = std::fabs(fresh[i] - targets[i]) >= 1e-9 * targets[i];
    EXPECT_EQ(result.outcome[i] == WriteOutcome::done, !is_stuck);
  }
}

TEST_P(CellEffects, ProgrammingByLawMissesByTheLaw) {
  ArrayConfig config = ohmic_array(100, 100);
  config.cell.parameters = {0.0, 1.0};  // room for every error
  config.cell.nonidealities.programming_error.law = spread_law("normal_independent", 0.02, config.window.g_max);
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(config);
  const auto targets = random_siemens(config, 13);
  const auto errors = [&] {
    EXPECT_EQ(backend->cells().program(array, targets), 0u);
    std::vector<double> list = backend->cells().conductance(array);
    for (std::size_t i = 0; i < list.size(); ++i)
      list[i] = (list[i] - targets[i]) / (0.02 * config.window.g_max);
    return list;
  };
  const auto first = errors();
  const auto second = errors();
  double mean = 0.0;
  double square = 0.0;
  double product = 0.0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    mean += first[i] / 1e4;
    square += first[i] * first[i] / 1e4;
    product += first[i] * second[i] / 1e4;
  }
  EXPECT_NEAR(mean, 0.0, 0.05);
  EXPECT_NEAR(square, 1.0, 5.0 * std::sqrt(2.0 / 1e4));
  EXPECT_NEAR(product, 0.0, 0.05);  // each programming draws anew
  EXPECT_EQ(backend->cells().set_conductance(array, targets), 0u);
  EXPECT_EQ(backend->cells().conductance(array), targets);
}

TEST_P(CellEffects, WriteNoiseStaysUntilTheNextPulse) {
  ArrayConfig config = ohmic_array(100, 100);
  config.cell.parameters = {0.0, 1.0};
  config.cell.nonidealities.write_noise_s = 0.02 * config.window.g_max;
  const double sigma = config.cell.nonidealities.write_noise_s;
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(config);
  const auto targets = std::vector<double>(10000, 0.5 * config.window.g_max);
  backend->cells().set_conductance(array, targets);
  EXPECT_EQ(backend->cells().conductance(array), targets);  // no pulse yet
  const std::vector<double> volts(10000, 1.0);
  std::vector<double> last;
  for (int pulse = 0; pulse < 2; ++pulse) {
    backend->cells().pulse_all(array, volts, 1e-7);
    const auto shown = backend->cells().conductance(array);
    EXPECT_EQ(backend->cells().conductance(array), shown);
    EXPECT_EQ(backend->cells().state(array).cells, targets);  // the state moves without it, and this one not at all
    double mean = 0.0;
    double square = 0.0;
    double product = 0.0;
    for (std::size_t cell = 0; cell < shown.size(); ++cell) {
      const double z = (shown[cell] - targets[cell]) / sigma;
      mean += z / 1e4;
      square += z * z / 1e4;
      if (!last.empty()) product += z * (last[cell] - targets[cell]) / sigma / 1e4;
    }
    EXPECT_NEAR(mean, 0.0, 0.05);
    EXPECT_NEAR(square, 1.0, 5.0 * std::sqrt(2.0 / 1e4));
    EXPECT_NEAR(product, 0.0, 0.05);
    last = shown;
  }
  // What is set directly is what is shown.
  EXPECT_EQ(backend->cells().set_conductance(array, targets), 0u);
  const auto set = backend->cells().conductance(array);
  for (std::size_t cell = 0; cell < set.size(); ++cell)
    EXPECT_NEAR(set[cell], targets[cell], 1e-15 * targets[cell]);
}

TEST_P(CellEffects, EachCellTakesOneOfSeveralTables) {
  ArrayConfig config;
  config.rows = 40;
  config.columns = 50;
  config.cell = default_cell_spec("step_table");
  config.read_voltage_v = 0.1;
  config.window = {1e-6, 1e-4, 4};
  // One device steps by 1 uS, the other never: their cells can be told apart after one pulse.
  const auto device = [](const char* name, double step) {
    const auto curves = [](double dg) { return StepCurves{{1e-6, 1e-4}, {{dg, dg}, {dg, dg}}}; };
    return DeviceStepTable{name, curves(step), curves(-step)};
  };
  config.cell.tables = std::make_shared<const StepTables>(make_step_tables({device("moves", 1e-6), device("rests", 0.0)}));
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(config);
  backend->cells().set_conductance(array, std::vector<double>(2000, 5e-5));
  const auto before = backend->cells().conductance(array);
  backend->cells().pulse_all(array, std::vector<double>(2000, 3.0), 1e-6);
  const auto after = backend->cells().conductance(array);
  std::size_t moved = 0;
  for (std::size_t cell = 0; cell < 2000; ++cell) {
    const bool moves = after[cell] != before[cell];
    moved += moves ? 1 : 0;
    EXPECT_NEAR(after[cell] - before[cell], moves ? 1e-6 : 0.0, 1e-15);
  }
  EXPECT_NEAR(static_cast<double>(moved), 1000.0, 5.0 * std::sqrt(500.0));
  // A cell stays the device that it is.
  backend->cells().pulse_all(array, std::vector<double>(2000, 3.0), 1e-6);
  const auto later = backend->cells().conductance(array);
  for (std::size_t cell = 0; cell < 2000; ++cell)
    EXPECT_EQ(later[cell] != after[cell], after[cell] != before[cell]);
}

TEST_P(CellEffects, HistoryBeginsAnewWithEachProgramming) {
  const auto backend = make();
  const ArrayId array = backend->cells().create_array(vteam_array(3, 3));
  EXPECT_EQ(backend->cells().history(array), ArrayHistory{});
  backend->cells().set_conductance(array, std::vector<double>(9, 1e-5));
  const StateVersion version = backend->cells().version(array);
  backend->cells().advance_age(array, 3600.0);
  backend->cells().advance_age(array, 60.0);
  backend->cells().add_reads(array, 1e6);
  EXPECT_EQ(backend->cells().version(array), version + 3);
  EXPECT_EQ(backend->cells().history(array), (ArrayHistory{1, 3660.0, 1.0, 1e6}));
  const CellArrayState aged = backend->cells().state(array);
  backend->cells().begin_programming(array);
  EXPECT_EQ(backend->cells().history(array), (ArrayHistory{2, 0.0, 2.0, 0.0}));
  backend->cells().set_state(array, aged);
  EXPECT_EQ(backend->cells().history(array), aged.history);
  EXPECT_THROW(backend->cells().advance_age(array, -1.0), std::logic_error);
  EXPECT_THROW(backend->cells().add_reads(array, HUGE_VAL), std::logic_error);
}

}  // namespace
}  // namespace memcosim::testing
