// SPDX-License-Identifier: Apache-2.0
// Arrays with resistive lines: products, verify reads and pulses against the nodal solution of the same circuit.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/devices/cell_base/cell_circuit_config.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/kernels/arrays/cell_array.hpp"
#include "memcosim/kernels/arrays/row_ladder.hpp"
#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/kernels/circuits/newton_solver.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"
#include "memcosim/kernels/circuits/sinh_cells.hpp"

#include "array_setup.hpp"

namespace memcosim::testing {
namespace {

ArrayWires some_wires(bool both_ends = false) {
  ArrayWires wires;
  wires.word_line_ohms = 3.0;
  wires.bit_line_ohms = 2.0;
  wires.source_ohms = 150.0;
  wires.sense_ohms = 40.0;
  wires.both_ends = both_ends;
  return wires;
}

TEST(RowLadder, IsTheCircuitWithOneConductingRow) {
  constexpr std::uint32_t rows = 5;
  constexpr std::uint32_t columns = 7;
  for (const bool both_ends : {false, true}) {
    for (const double source_ohms : {150.0, 0.0}) {
      ArrayWires wires = some_wires(both_ends);
      wires.source_ohms = source_ohms;
      for (std::uint32_t row = 0; row < rows; ++row) {
        CrossbarCircuit circuit = array_circuit(wires, rows, columns, std::vector<double>(rows * columns));
        std::vector<CellTangent> cells;
        TerminalVoltages voltages;
        voltages.word_line_start = std::vector<double>(rows);
        voltages.word_line_start[row] = 0.3;
        if (both_ends) voltages.word_line_end = voltages.word_line_start;
        for (std::uint32_t column = 0; column < columns; ++column) {
          const double siemens = column == 3 ? 0.0 : 1e-4 * (column + 1);
          circuit.conductance[row * columns + column] = siemens;
          cells.push_back({0.0, 0.0, siemens});
          voltages.bit_line_end.push_back(0.1 * column - 0.4);
        }
        std::vector<RowLadder::Port> ports;
        RowLadder(wires, rows, columns, row).solve(0.3, voltages.bit_line_end.data(), cells, ports);
        const CrossbarSolution truth = NodalSolver(circuit).solve(voltages);
        for (std::uint32_t column = 0; column < columns; ++column) {
          const double volts = ports[column].open_volts / (1.0 + ports[column].ohms * cells[column].siemens);
          EXPECT_NEAR(volts, truth.cell_volts[row * columns + column], 1e-14) << row << ' ' << column;
        }
      }
    }
  }
}

TEST(RowLadder, TangentsOfAnyCurrentAreSolved) {
  // A cell given by its tangent at some voltage is the same cell as one given at another.
  const RowLadder ladder(some_wires(), 3, 2, 1);
  const double bit_line_volts[] = {0.0, -1.0};
  std::vector<RowLadder::Port> at_zero;
  std::vector<RowLadder::Port> elsewhere;
  ladder.solve(0.0, bit_line_volts, {{0.0, 0.0, 2e-4}, {0.0, 0.0, 3e-4}}, at_zero);
  ladder.solve(0.0, bit_line_volts, {{0.7, 1.4e-4, 2e-4}, {-2.0, -6e-4, 3e-4}}, elsewhere);
  for (std::size_t column = 0; column < 2; ++column) {
    EXPECT_NEAR(at_zero[column].open_volts, elsewhere[column].open_volts, 1e-15);
    EXPECT_EQ(at_zero[column].ohms, elsewhere[column].ohms);
  }
}

TEST(ArrayLines, ProductsAreTheCurrentsOfTheCircuit) {
  for (const bool both_ends : {false, true}) {
    ArrayConfig config = ohmic_array(12, 10);
    config.wires = some_wires(both_ends);
    const auto siemens = random_siemens(config, 3);
    const ReadoutConfig mode = readout(&encodings::single, 4, 2, 8, 1.0);
    ArrayUnderTest array(reference_backend(), config, siemens, mode);
    const auto inputs = random_inputs(5, config.rows, 4, 8);
    const ProductResult result = array.run(inputs);
    NodalSolver solver(array_circuit(config.wires, config.rows, config.columns, siemens));
    for (std::size_t vector = 0; vector < 5; ++vector) {
      for (unsigned slice = 0; slice < 2; ++slice) {
        TerminalVoltages voltages;
        for (std::uint32_t row = 0; row < config.rows; ++row)
          voltages.word_line_start.push_back(config.read_voltage_v / 3.0 * ((inputs[vector * config.rows + row] >> (2 * slice)) & 3));
        if (both_ends) voltages.word_line_end = voltages.word_line_start;
        const CrossbarSolution truth = solver.solve(voltages);
        const double volts_per_code = config.read_voltage_v / 3.0;
        for (std::uint32_t column = 0; column < config.columns; ++column) {
          const double value = result.values[(vector * 2 + slice) * config.columns + column];
          // Levels are kept to 2^-17, the codes of a slice are at most 3.
          EXPECT_NEAR(value, truth.column_currents[column] / volts_per_code / config.window.step(), config.rows * 3 * 0x1p-17 + 1e-6);
        }
        const double drive = truth.source_power / (config.read_voltage_v * config.read_voltage_v);
        EXPECT_NEAR(result.drive_siemens[vector * 2 + slice], drive, 1e-10 * drive);
      }
    }
  }
}

TEST(ArrayLines, BackendsAndInstructionSetsAgreeBitForBit) {
  for (const WeightEncoding* encoding : all_encodings) {
    ArrayConfig config = ohmic_array(37, 24);
    config.wires = some_wires();
    const auto siemens = random_siemens(config, 5);
    const ReadoutConfig mode = readout(encoding, 6, 1, 9, 0.5);
    const auto inputs = random_inputs(33, config.rows, 6, 2);
    ArrayUnderTest first(cpu_backend("baseline"), config, siemens, mode);
    const ProductResult expected = first.run(inputs);
    for (const std::string& name : cpu_instruction_sets()) {
      ArrayUnderTest array(cpu_backend(name, 2), config, siemens, mode);
      const ProductResult result = array.run(inputs);
      EXPECT_EQ(result.sums, expected.sums) << name;
      EXPECT_EQ(result.values, expected.values) << name;
      EXPECT_EQ(result.drive_siemens, expected.drive_siemens) << name;
    }
    ArrayUnderTest plain(reference_backend(), config, siemens, mode);
    const ProductResult reference = plain.run(inputs);
    for (std::size_t i = 0; i < reference.drive_siemens.size(); ++i)
      EXPECT_NEAR(reference.drive_siemens[i], expected.drive_siemens[i], 1e-14 * reference.drive_siemens[i]);
  }
}

CellSpec sinh_cell(const ConductanceWindow& window, double v0) {
  CellSpec cell = default_cell_spec("ohmic");
  cell.parameters = {window.g_min, window.g_max};
  cell.circuit.law.kind = CurrentLaw::Kind::sinh;
  cell.circuit.law.v0 = v0;
  return cell;
}

TEST(ArrayLines, ACellIsLinearOnlyIfItConductsBelowZeroAsAbove) {
  const ConductanceWindow window = ohmic_array(2, 2).window;
  const auto linear = [&](std::vector<std::pair<double, double>> points, double volts = 0.2) {
    CellSpec cell = sinh_cell(window, 0.1);
    cell.circuit.law = table_law(std::move(points));
    return CellArray(cell, {2, 2, 0.2, 1, 0}).linear_to(volts);
  };
  EXPECT_TRUE(linear({{1.0, 1.0}}));
  EXPECT_TRUE(linear({{1.0, 1.0}, {-1.0, -1.0}}));
  EXPECT_FALSE(linear({{1.0, 1.0}, {-1.0, -0.5}}));
  EXPECT_TRUE(linear({{1.0, 1.0}, {-1.0, -1.0}, {-2.0, -3.0}})) << "no read reaches the bend";
  EXPECT_FALSE(linear({{1.0, 1.0}, {-1.0, -1.0}, {-2.0, -3.0}}, 1.5)) << "a pulse does";
}

TEST(ArrayLines, CellsThatAreNotLinearAreSolvedInTheirCircuit) {
  ArrayConfig config = ohmic_array(9, 8);
  config.cell = sinh_cell(config.window, 0.05);
  config.wires = some_wires(true);
  const auto siemens = random_siemens(config, 13);
  const auto inputs = random_inputs(3, config.rows, 4, 9);
  const ReadoutConfig mode = readout(&encodings::single, 4, 2, 8, 0.25);
  ArrayUnderTest array(cpu_backend(), config, siemens, mode);
  const ProductResult result = array.run(inputs);
  const double volts = config.read_voltage_v;
  // I(V) = G V_read sinh(V / v0) / sinh(V_read / v0): the low-voltage conductance of a sinh law follows.
  std::vector<double> low_voltage = siemens;
  for (double& value : low_voltage)
    value *= volts / 0.05 / std::sinh(volts / 0.05);
  const SinhCells cells(low_voltage, 0.05);
  NewtonSolver solver(array_circuit(config.wires, config.rows, config.columns, low_voltage), cells);
  for (std::size_t vector = 0; vector < 3; ++vector) {
    for (unsigned slice = 0; slice < 2; ++slice) {
      TerminalVoltages voltages;
      for (std::uint32_t row = 0; row < config.rows; ++row)
        voltages.word_line_start.push_back(volts / 3.0 * ((inputs[vector * config.rows + row] >> (2 * slice)) & 3));
      voltages.word_line_end = voltages.word_line_start;
      const CrossbarSolution truth = solver.solve(voltages);
      for (std::uint32_t column = 0; column < config.columns; ++column) {
        const double expected = truth.column_currents[column] * 3.0 / (volts * config.window.step());
        EXPECT_NEAR(result.values[(vector * 2 + slice) * config.columns + column], expected, 1e-9 * std::fabs(expected) + 1e-12);
      }
      const double drive = truth.source_power / (volts * volts);
      EXPECT_NEAR(result.drive_siemens[vector * 2 + slice], drive, 1e-9 * drive);
    }
  }
  // Neither batch, nor threads, nor the backend change a bit.
  ArrayUnderTest threads(cpu_backend("", 2), config, siemens, mode);
  EXPECT_EQ(threads.run(inputs).values, result.values);
  ArrayUnderTest plain(reference_backend(), config, siemens, mode);
  EXPECT_EQ(plain.run(inputs).values, result.values);
  EXPECT_EQ(plain.run(inputs.data() + config.rows, 1).values,
            std::vector<double>(result.values.begin() + 2 * config.columns, result.values.begin() + 4 * config.columns));
}

TEST(ArrayLines, LinesThatVanishLeaveWhatACellsOwnLawSays) {
  for (const WeightEncoding* encoding : all_encodings) {
    ArrayConfig config = ohmic_array(10, 8);
    config.cell = sinh_cell(config.window, 0.1);
    const auto siemens = random_siemens(config, 14);
    const auto inputs = random_inputs(4, config.rows, 4, 3);
    const ReadoutConfig mode = readout(encoding, 4, 2, 8, 0.25);
    const ProductResult ideal = ArrayUnderTest(cpu_backend(), config, siemens, mode).run(inputs);
    config.wires.word_line_ohms = 1e-9;
    const ProductResult result = ArrayUnderTest(cpu_backend(), config, siemens, mode).run(inputs);
    for (std::size_t i = 0; i < ideal.values.size(); ++i)
      EXPECT_NEAR(result.values[i], ideal.values[i], config.rows * 3 * 0x1p-17 * 2);
  }
}

TEST(ArrayLines, LevelsFollowEveryChangeOfTheCells) {
  ArrayConfig config = ohmic_array(8, 6);
  config.wires = some_wires();
  const ReadoutConfig mode = readout(&encodings::single, 1, 1, 8, 1.0);
  ArrayUnderTest array(cpu_backend(), config, random_siemens(config, 1), mode);
  const std::vector<InputCode> inputs(config.rows, 1);
  const auto before = array.run(inputs).values;
  const auto other = random_siemens(config, 2);
  array.backend().cells().set_conductance(array.id(), other);
  ArrayUnderTest fresh(cpu_backend(), config, other, mode);
  EXPECT_NE(array.run(inputs).values, before);
  EXPECT_EQ(array.run(inputs).values, fresh.run(inputs).values);
}

TEST(ArrayLines, ReadNoiseIsAttenuatedWithTheSignal) {
  // One row, one cell conducts far more than the lines let through: what a read sees fluctuates in the proportion of what it sees.
  ArrayConfig config = ohmic_array(1, 1);
  config.cell.nonidealities.read_noise.white = spread_law("normal_proportional", 0.1, config.window.g_max);
  const ReadoutConfig mode = readout(&encodings::single, 1, 1, 12, 1.0 / 64.0);
  const std::vector<double> siemens{config.window.g_max};
  const std::vector<InputCode> inputs(4000, 1);
  const auto spread = [&](const ArrayConfig& with) {
    const ProductResult result = ArrayUnderTest(cpu_backend(), with, siemens, mode).run(inputs);
    double mean = 0.0;
    for (const std::int32_t code : result.codes)
      mean += code / 4000.0;
    double squares = 0.0;
    for (const std::int32_t code : result.codes)
      squares += (code - mean) * (code - mean) / 4000.0;
    return std::sqrt(squares) / mean;
  };
  const double ideal = spread(config);
  config.wires.source_ohms = 1.0 / config.window.g_max;
  EXPECT_GT(ideal, 0.08);
  EXPECT_NEAR(spread(config) / ideal, 1.0, 0.1);
}

ArrayConfig reram_array(std::uint32_t rows, std::uint32_t columns) {
  ArrayConfig config;
  config.rows = rows;
  config.columns = columns;
  config.cell = preset_cell_spec("vteam_multilevel");
  config.window = {2e-6, 8e-5, 16};
  config.read_voltage_v = 0.2;
  config.stream = 5;
  config.wires = some_wires();
  return config;
}

WriteVerifySpec specification() {
  WriteVerifySpec spec;
  spec.set = {1.0, 0.02, 1.8, 1e-7};
  spec.reset = {0.9, 0.02, 1.6, 1e-7};
  spec.verify = {12, 1.2e-4, 1, 0.0, 0.2, 1e-8};
  spec.tolerance_s = 1e-6;
  return spec;
}

TEST(ArrayLines, WriteVerifyBringsWhatTheConverterSeesIntoTheBand) {
  const auto backend = cpu_backend();
  ArrayConfig config = reram_array(16, 12);
  config.wires.word_line_ohms = config.wires.source_ohms = 0.0;  // the cells of a row share nothing
  const ArrayId array = backend->cells().create_array(config);
  const auto targets = siemens_of(config, random_levels(config, 4));
  const WriteVerifySpec spec = specification();
  const ProgramResult result = backend->cells().write_verify(array, spec, config.rows, config.columns, targets, 1);
  EXPECT_EQ(std::count(result.outcome.begin(), result.outcome.end(), WriteOutcome::done), 16 * 12);
  const auto seen = backend->cells().verified_conductance(array, spec.verify.read_voltage_v);
  const auto own = backend->cells().conductance(array);
  const double lsb = spec.verify.full_scale_s / 4095.0;
  for (std::size_t cell = 0; cell < targets.size(); ++cell) {
    EXPECT_LE(std::fabs(seen[cell] - targets[cell]), spec.tolerance_s + lsb) << cell;
    EXPECT_EQ(result.residual_s[cell], seen[cell] - targets[cell]);
    EXPECT_GT(own[cell], seen[cell]);  // the lines take their part
  }
}

double worst(const std::vector<double>& values) {
  double most = 0.0;
  for (const double value : values)
    most = std::fmax(most, std::fabs(value));
  return most;
}

TEST(ArrayLines, CellsOfARowMoveEachOthersReadsAndAnotherPassSettlesThem) {
  const auto backend = cpu_backend();
  const ArrayConfig config = reram_array(16, 12);
  const ArrayId array = backend->cells().create_array(config);
  const auto targets = siemens_of(config, random_levels(config, 4));
  const WriteVerifySpec spec = specification();
  const double band = spec.tolerance_s + spec.verify.full_scale_s / 4095.0;
  // A cell is done when it was seen in its band; what its neighbours still do afterwards changes what is seen of it.
  EXPECT_GT(worst(backend->cells().write_verify(array, spec, config.rows, config.columns, targets, 1).residual_s), band);
  EXPECT_LE(worst(backend->cells().write_verify(array, spec, config.rows, config.columns, targets, 2).residual_s), 1.02 * band);
}

TEST(ArrayLines, VerifyReadsAreTheCircuitWithOneRow) {
  const auto backend = cpu_backend();
  const ArrayConfig config = reram_array(6, 5);
  const ArrayId array = backend->cells().create_array(config);
  backend->cells().set_conductance(array, random_siemens(config, 11));
  const auto own = backend->cells().conductance(array);
  const auto seen = backend->cells().verified_conductance(array, 0.2);
  for (std::uint32_t row = 0; row < config.rows; ++row) {
    std::vector<double> only_row(own.size());
    std::copy_n(own.begin() + row * config.columns, config.columns, only_row.begin() + row * config.columns);
    TerminalVoltages voltages;
    voltages.word_line_start.resize(config.rows);
    voltages.word_line_start[row] = 0.2;
    const auto truth = NodalSolver(array_circuit(config.wires, config.rows, config.columns, only_row)).solve(voltages);
    for (std::uint32_t column = 0; column < config.columns; ++column)
      EXPECT_NEAR(seen[row * config.columns + column], truth.column_currents[column] / 0.2, 1e-13 * own[row * config.columns + column]);
  }
}

TEST(ArrayLines, PulsesAreWeakerFarFromTheirDrivers) {
  const auto backend = cpu_backend();
  ArrayConfig config = reram_array(64, 8);
  config.wires.bit_line_ohms = 50.0;
  const ArrayId array = backend->cells().create_array(config);
  const auto start = backend->cells().conductance(array);
  const double set = cell_model(config.cell.model).set_polarity * 1.3;
  backend->cells().pulse(array, 63 * 8, set, 1e-7);  // next to the driver of its bit line, and to that of its word line
  backend->cells().pulse(array, 0, set, 1e-7);       // 63 segments away
  const auto after = backend->cells().conductance(array);
  EXPECT_GT(after[63 * 8] - start[63 * 8], 1.01 * (after[0] - start[0]));
  EXPECT_GT(after[0], start[0]);
}

TEST(ArrayLines, PulseEnergyIsThatOfTheDrivers) {
  // A pulse too weak to move the cells: the energy is the circuit's power times the duration.
  const auto backend = cpu_backend();
  const ArrayConfig config = reram_array(4, 6);
  const ArrayId array = backend->cells().create_array(config);
  backend->cells().set_conductance(array, random_siemens(config, 21));
  const auto own = backend->cells().conductance(array);
  std::vector<double> volts{0.05, 0.0, -0.04, 0.0, 0.03, 0.05};
  const auto energy = backend->cells().pulse_row(array, 2, volts, 1e-7);
  EXPECT_EQ(backend->cells().conductance(array), own);
  std::vector<double> only_row(own.size());
  std::copy_n(own.begin() + 12, 6, only_row.begin() + 12);
  TerminalVoltages voltages;
  for (const double value : volts)
    voltages.bit_line_end.push_back(-value);
  const auto truth = NodalSolver(array_circuit(config.wires, 4, 6, only_row)).solve(voltages);
  double sum = 0.0;
  for (const double value : energy)
    sum += value;
  EXPECT_NEAR(sum, truth.source_power * 1e-7, 1e-12 * sum);
  EXPECT_EQ(energy[1], 0.0);
}

ArrayConfig passive_array(std::uint32_t rows, std::uint32_t columns, WriteBias bias, const char* model = "linear_ion_drift") {
  ArrayConfig config = reram_array(rows, columns);
  config.cell = default_cell_spec(model);
  const ConductanceRange range =
      conductance_range(cell_model(config.cell.model), nominal_cell(config.cell, config.read_voltage_v), config.cell.circuit);
  config.window = {range.low, range.high, 16};
  config.wires.selector = CellSelector::none;
  config.wires.write_bias = bias;
  return config;
}

TEST(PassiveArray, AVerifyReadSeesTheEffectiveConductance) {
  const auto backend = cpu_backend();
  const ArrayConfig config = passive_array(6, 7, WriteBias::half);
  const ArrayId array = backend->cells().create_array(config);
  backend->cells().set_conductance(array, random_siemens(config, 31));
  const auto seen = backend->cells().verified_conductance(array, 0.2);
  const auto effective = PortReduction(array_circuit(config.wires, 6, 7, backend->cells().conductance(array))).effective_conductance();
  for (std::size_t cell = 0; cell < seen.size(); ++cell)
    EXPECT_NEAR(seen[cell], effective[cell], 1e-10 * config.window.g_max);
}

class PassiveBias : public ::testing::TestWithParam<WriteBias> {};
INSTANTIATE_TEST_SUITE_P(Biases, PassiveBias, ::testing::Values(WriteBias::half, WriteBias::third, WriteBias::floating));

struct PulseError {
  double siemens;  ///< largest error of a cell
  double joules;
  double moved;  ///< of the selected cell, S
  double energy;
};

/// One pulse against many short ones, each of which sees where the circuit has got to.
PulseError error_of_one_pulse(const ArrayConfig& config, double seconds) {
  constexpr std::uint32_t cell = 2 * 6 + 1;
  const auto backend = cpu_backend();
  const ArrayId whole = backend->cells().create_array(config);
  const ArrayId parts = backend->cells().create_array(config);
  const auto start = random_siemens(config, 17);
  backend->cells().set_conductance(whole, start);
  backend->cells().set_conductance(parts, start);
  const double volts = cell_model(config.cell.model).set_polarity * 1.0;
  PulseError error{0.0, 0.0, 0.0, 0.0};
  const double energy = backend->cells().pulse(whole, cell, volts, seconds);
  for (int part = 0; part < 100; ++part)
    error.energy += backend->cells().pulse(parts, cell, volts, seconds / 100.0);
  error.joules = std::fabs(energy - error.energy);
  const auto after = backend->cells().conductance(whole);
  const auto truth = backend->cells().conductance(parts);
  for (std::size_t other = 0; other < truth.size(); ++other)
    error.siemens = std::fmax(error.siemens, std::fabs(after[other] - truth[other]));
  error.moved = truth[cell] - start[cell];
  return error;
}

TEST_P(PassiveBias, WhatThePulseLeavesOutIsOfSecondOrder) {
  const ArrayConfig config = passive_array(5, 6, GetParam());
  const PulseError longer = error_of_one_pulse(config, 4e-5);
  const PulseError shorter = error_of_one_pulse(config, 2e-5);
  EXPECT_GT(shorter.moved, 1e-4 * config.window.g_max);
  EXPECT_LT(shorter.siemens, 0.5 * shorter.moved);  // half-selected cells of this model move, too
  EXPECT_LT(shorter.joules, 0.05 * shorter.energy);
  EXPECT_LT(shorter.siemens, 0.35 * longer.siemens);
  EXPECT_LT(shorter.joules, 0.35 * longer.joules);
}

TEST_P(PassiveBias, CellsOfTheSelectedLinesAreDisturbed) {
  const auto backend = cpu_backend();
  const ArrayConfig config = passive_array(5, 6, GetParam());
  const ArrayId array = backend->cells().create_array(config);
  const auto start = random_siemens(config, 18);
  backend->cells().set_conductance(array, start);
  backend->cells().pulse(array, 2 * 6 + 1, cell_model(config.cell.model).set_polarity * 1.0, 1e-3);
  const auto after = backend->cells().conductance(array);
  double selected_lines = 0.0;
  double others = 0.0;
  for (std::uint32_t cell = 0; cell < after.size(); ++cell) {
    if (cell == 2 * 6 + 1) continue;
    const bool on_line = cell / 6 == 2 || cell % 6 == 1;
    (on_line ? selected_lines : others) += std::fabs(after[cell] - start[cell]) / start[cell] / (on_line ? 9.0 : 20.0);
  }
  EXPECT_GT(selected_lines, 0.0);
  // Half of the voltage on the lines and none beside them; or a third everywhere.
  EXPECT_LT(others, GetParam() == WriteBias::third ? 1.3 * selected_lines : selected_lines);
}

TEST_P(PassiveBias, PulsesBelowTheThresholdMoveNothingAndCostWhatTheDriversDeliver) {
  const auto backend = cpu_backend();
  ArrayConfig config = reram_array(4, 6);
  config.wires.selector = CellSelector::none;
  config.wires.write_bias = GetParam();
  const ArrayId array = backend->cells().create_array(config);
  backend->cells().set_conductance(array, random_siemens(config, 21));
  const auto own = backend->cells().conductance(array);
  const double energy = backend->cells().pulse(array, 8, 0.06, 1e-7);
  EXPECT_EQ(backend->cells().conductance(array), own);
  CrossbarCircuit circuit = array_circuit(config.wires, 4, 6, own);
  TerminalVoltages voltages;
  const double others = GetParam() == WriteBias::third ? 0.01 : 0.0;
  voltages.word_line_start.assign(4, -others);
  voltages.word_line_start[1] = 0.03;
  voltages.bit_line_end.assign(6, others);
  voltages.bit_line_end[2] = -0.03;
  if (GetParam() == WriteBias::floating) {
    circuit.word_lines.start.assign(4, no_terminal);
    circuit.word_lines.start[1] = config.wires.source_ohms;
    circuit.bit_lines.end.assign(6, no_terminal);
    circuit.bit_lines.end[2] = config.wires.sense_ohms;
  }
  const double truth = NodalSolver(circuit).solve(voltages).source_power * 1e-7;
  EXPECT_NEAR(energy, truth, 1e-9 * truth);
}

TEST(PassiveArray, WriteVerifyProgramsTheEffectiveConductance) {
  const auto backend = cpu_backend();
  ArrayConfig config = reram_array(8, 6);
  config.wires.selector = CellSelector::none;
  const ArrayId array = backend->cells().create_array(config);
  const auto targets = siemens_of(config, random_levels(config, 4));
  WriteVerifySpec spec = specification();
  spec.row_parallel = false;
  // A cell that is written later changes what is seen of those before it, in every row: a few passes settle all.
  ProgramResult result;
  for (std::uint64_t pass = 1; pass <= 4; ++pass)
    result = backend->cells().write_verify(array, spec, config.rows, config.columns, targets, pass);
  EXPECT_LE(worst(result.residual_s), 1.02 * (spec.tolerance_s + spec.verify.full_scale_s / 4095.0));
  const auto effective = PortReduction(array_circuit(config.wires, 8, 6, backend->cells().conductance(array))).effective_conductance();
  for (std::size_t cell = 0; cell < targets.size(); ++cell)
    EXPECT_NEAR(effective[cell] - targets[cell], result.residual_s[cell], 1e-10 * config.window.g_max);
}

TEST(PassiveArray, IsWrittenCellByCell) {
  const auto backend = cpu_backend();
  const ArrayId array = backend->cells().create_array(passive_array(2, 2, WriteBias::half));
  EXPECT_THROW(backend->cells().pulse_row(array, 0, std::vector<double>{1.0, 1.0}, 1e-6), std::logic_error);
}

TEST(ArrayLines, ImpossibleLinesAreRefused) {
  const auto backend = cpu_backend();
  ArrayConfig config = ohmic_array(4, 4);
  config.wires.source_ohms = -1.0;
  EXPECT_THROW(backend->cells().create_array(config), InputError);
  config.wires.source_ohms = std::numeric_limits<double>::infinity();
  EXPECT_THROW(backend->cells().create_array(config), InputError);
  config.wires.source_ohms = 1.0;
  const ArrayId array = backend->cells().create_array(config);
  EXPECT_THROW(backend->cells().pulse_all(array, std::vector<double>(16, 1.0), 1e-9), std::logic_error);
}

}  // namespace
}  // namespace memcosim::testing
