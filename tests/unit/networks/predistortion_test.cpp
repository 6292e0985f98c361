// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/mapping/predistortion.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"

#include "sample_networks.hpp"

namespace memcosim::test {
namespace {

ArrayWires wires_of(double ohms) {
  ArrayWires wires;
  wires.word_line_ohms = wires.bit_line_ohms = ohms;
  wires.source_ohms = wires.sense_ohms = 5.0 * ohms;
  return wires;
}

CompiledNetwork compiled(const WeightEncoding* encoding) {
  return compile_network(residual_network(), QuantisationSpec(), geometry(16, 12, encoding, 8), random_images(20, 8, 8));
}

constexpr ConductanceRange wide{step_s / 4.0, 1024.0 * step_s};

/// Conductance between every driven word line and every bit line, one word line at a time, by the nodal method.
std::vector<double> effective(const MappingPlan& plan, const ArrayWires& wires, const std::vector<double>& siemens) {
  std::vector<double> seen;
  const NodalSolver solver(array_circuit(wires, plan.array_rows, plan.array_columns, siemens));
  for (std::uint32_t row = 0; row < plan.array_rows; ++row) {
    TerminalVoltages voltages;
    voltages.word_line_start.resize(plan.array_rows);
    voltages.word_line_start[row] = 1.0;
    const std::vector<double> currents = solver.solve(voltages).column_currents;
    seen.insert(seen.end(), currents.begin(), currents.end());
  }
  return seen;
}

class PredistortionOf : public ::testing::TestWithParam<const WeightEncoding*> {};
INSTANTIATE_TEST_SUITE_P(Pairings, PredistortionOf, ::testing::Values(&encodings::single, &encodings::differential_digital));

TEST_P(PredistortionOf, MakesTheEffectiveWeightsThoseOfTheLevels) {
  CompiledNetwork network = compiled(GetParam());
  const ArrayWires wires = wires_of(0.02 / (128.0 * step_s * 16.0));
  MappingPlan& plan = network.plan;
  const LineEffects before = line_effects(plan, wires);
  const LineEffects after = predistort(plan, wires, wide);
  EXPECT_EQ(before.loss_rms_s, after.loss_rms_s);
  EXPECT_GT(before.loss_rms_s, 0.3 * plan.window.step());
  EXPECT_LT(after.residual_rms_s, 0.01 * before.loss_rms_s);
  // Other paths add to what is seen of a cell: single cells at the lowest level would need less than nothing.
  EXPECT_LE(after.bounded_cells, GetParam() == &encodings::single ? 10u : 0u);
  for (std::uint32_t index = 0; index < plan.tiles.size(); ++index) {
    const TilePlan& tile = plan.tiles[index];
    const std::vector<double> seen = effective(plan, wires, target_conductances(plan, index));
    const std::vector<double> levels = level_conductances(plan, index);
    const std::vector<double>& gains = plan.stages[tile.stage].output_gains;
    for (std::uint32_t row = 0; row < tile.rows; ++row) {
      const std::size_t first = std::size_t{row} * plan.array_columns;
      for (std::uint32_t output = 0; output < tile.outputs; ++output) {
        if (GetParam() == &encodings::single) {
          if (tile.cell_targets_s[first + output] == wide.low) continue;
          EXPECT_NEAR(seen[first + output], levels[first + output], 0.05 * plan.window.step());
        } else {
          const double weight = (seen[first + 2 * output] - seen[first + 2 * output + 1]) / gains[tile.first_output + output];
          EXPECT_NEAR(weight, levels[first + 2 * output] - levels[first + 2 * output + 1], 0.05 * plan.window.step());
        }
      }
    }
  }
}

TEST(Predistortion, WeightsShrinkTogetherWhereCellsCannotMakeUpForTheLines) {
  CompiledNetwork network = compiled(&encodings::differential_digital);
  const ArrayWires wires = wires_of(0.5 / (128.0 * step_s * 16.0));
  const LineEffects effects = predistort(network.plan, wires, {step_s / 4.0, 140.0 * step_s});
  EXPECT_LT(effects.smallest_gain, 0.9);
  EXPECT_GT(effects.smallest_gain, 0.1);
  EXPECT_LT(effects.residual_rms_s, 0.1 * effects.loss_rms_s);
  for (const TilePlan& tile : network.plan.tiles) {
    for (const double target : tile.cell_targets_s)
      EXPECT_LE(target, 140.0 * step_s);
  }
}

TEST(Predistortion, RegistersHoldWhatAVerifyReadSeesOfATarget) {
  CompiledNetwork network = compiled(&encodings::differential_digital);
  const ArrayWires wires = wires_of(0.02 / (128.0 * step_s * 16.0));
  MappingPlan& plan = network.plan;
  const LineEffects effects = predistort(plan, wires, wide);
  EXPECT_EQ(effects.steps_per_level, 64u);
  BackendOptions options;
  options.name = "cpu";
  const auto backend = make_backend(options);
  for (std::uint32_t index = 0; index < plan.tiles.size(); ++index) {
    ArrayConfig config;
    config.rows = plan.array_rows;
    config.columns = plan.array_columns;
    config.cell = ideal_cell();
    config.window = plan.window;
    config.read_voltage_v = 0.2;
    config.wires = wires;
    const ArrayId array = backend->cells().create_array(config);
    EXPECT_EQ(backend->cells().set_conductance(array, target_conductances(plan, index)), 0u);
    const std::vector<double> seen = backend->cells().verified_conductance(array, 0.2);
    const TilePlan& tile = plan.tiles[index];
    for (std::size_t place = 0; place < tile.target_codes.size(); ++place) {
      const double code = (seen[place / tile.columns * plan.array_columns + place % tile.columns] - plan.window.g_min) /
                          plan.window.step() * effects.steps_per_level;
      EXPECT_LE(std::fabs(std::max(code, 0.0) - tile.target_codes[place]), 0.5 + 1e-6);
    }
  }
}

TEST(Predistortion, LinesWithoutResistanceAreRefused) {
  CompiledNetwork network = compiled(&encodings::single);
  EXPECT_THROW(predistort(network.plan, ArrayWires(), wide), InputError);
}

}  // namespace
}  // namespace memcosim::test
