// SPDX-License-Identifier: Apache-2.0
// Products end when they are told to.
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/common/stop_token.hpp"
#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/kernels/circuits/newton_solver.hpp"
#include "memcosim/kernels/circuits/sinh_cells.hpp"

#include "array_batch.hpp"

namespace memcosim {
namespace {

/// 8 x 8 cells; with `lines` they are not linear and lie behind resistances.
ArrayConfig array_of(bool lines) {
  ArrayConfig config;
  config.rows = config.columns = 8;
  config.cell = default_cell_spec("ohmic");
  config.window = {1e-6, 1e-4, 16};
  config.read_voltage_v = 0.2;
  if (lines) {
    config.cell.circuit.law.kind = CurrentLaw::Kind::sinh;
    config.wires.word_line_ohms = config.wires.bit_line_ohms = 2.0;
  }
  return config;
}

class StoppedProducts : public ::testing::TestWithParam<std::tuple<const char*, unsigned, bool>> {};

TEST_P(StoppedProducts, Throw) {
  const auto [name, threads, lines] = GetParam();
  StopSource source;
  BackendOptions options;
  options.name = name;
  options.threads = threads;
  options.stop = source.token();
  const std::unique_ptr<Backend> backend = make_backend(options);
  const ArrayId array = backend->cells().create_array(array_of(lines));
  backend->cells().set_conductance(array, std::vector<double>(64, 5e-5));
  ReadoutConfig readout;
  readout.dac.bits = 1;
  readout.input_bits = 4;
  const std::vector<InputCode> inputs(5 * 8, 9);
  const test::ArrayBatch batch(*backend, array, readout, inputs);
  const ProductResult before = test::compute(*backend, batch);
  EXPECT_EQ(before.sums.size(), 5u * 4u);
  source.request();
  EXPECT_THROW(test::compute(*backend, batch), Stopped);
}

INSTANTIATE_TEST_SUITE_P(All, StoppedProducts,
                         ::testing::Combine(::testing::Values("cpu", "reference"), ::testing::Values(1u, 2u), ::testing::Bool()));

TEST(StoppedNewton, Throws) {
  const CrossbarCircuit circuit = array_circuit(array_of(true).wires, 8, 8, std::vector<double>(64, 5e-5));
  const SinhCells cells(circuit.conductance, 0.25);
  StopSource source;
  NewtonOptions options;
  options.stop = source.token();
  NewtonSolver solver(circuit, cells, options);
  TerminalVoltages voltages;
  voltages.word_line_start.assign(8, 0.2);
  EXPECT_GT(solver.solve(voltages).iterations, 0u);
  source.request();
  EXPECT_THROW(solver.solve(voltages), Stopped);
}

}  // namespace
}  // namespace memcosim
