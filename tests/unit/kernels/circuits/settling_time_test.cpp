// SPDX-License-Identifier: Apache-2.0
// Time constants against circuits with known ones, and bounds against the exact step response of the dense network.
#include "memcosim/kernels/circuits/settling_time.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"

#include "circuit_expectations.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

constexpr double pi = 3.14159265358979323846;

/// All nodes of a circuit without ideal wires, with a terminal at the start of each word line and at the end of each bit line: y v = drive
/// at rest.
struct DenseNetwork {
  Eigen::MatrixXd siemens;
  Eigen::VectorXd farads;
  Eigen::VectorXd drive;
  Eigen::MatrixXd to_columns;  ///< columns x nodes: currents into the bit lines' terminals
};

DenseNetwork dense_network(const RandomCircuit& random, const LineCapacitance& capacitance) {
  const CrossbarCircuit& circuit = random.circuit;
  const auto rows = static_cast<Eigen::Index>(circuit.rows);
  const auto columns = static_cast<Eigen::Index>(circuit.columns);
  const Eigen::Index cells = rows * columns;
  DenseNetwork network{Eigen::MatrixXd::Zero(2 * cells, 2 * cells), Eigen::VectorXd(2 * cells), Eigen::VectorXd::Zero(2 * cells),
                       Eigen::MatrixXd::Zero(columns, 2 * cells)};
  network.farads.head(cells).setConstant(capacitance.word_line_farads);
  network.farads.tail(cells).setConstant(capacitance.bit_line_farads);
  const auto join = [&](Eigen::Index a, Eigen::Index b, double siemens) {
    network.siemens(a, a) += siemens;
    network.siemens(b, b) += siemens;
    network.siemens(a, b) -= siemens;
    network.siemens(b, a) -= siemens;
  };
  for (Eigen::Index row = 0; row < rows; ++row) {
    for (Eigen::Index column = 0; column < columns; ++column) {
      const Eigen::Index word = row * columns + column;
      join(word, cells + word, circuit.conductance[static_cast<std::size_t>(word)]);
      if (column + 1 < columns) join(word, word + 1, 1.0 / circuit.word_lines.segment[0]);
      if (row + 1 < rows) join(cells + word, cells + word + columns, 1.0 / circuit.bit_lines.segment[0]);
    }
    const double source = 1.0 / circuit.word_lines.start[0];
    network.siemens(row * columns, row * columns) += source;
    network.drive(row * columns) += source * random.voltages.word_line_start[static_cast<std::size_t>(row)];
  }
  for (Eigen::Index column = 0; column < columns; ++column) {
    const Eigen::Index last = cells + (rows - 1) * columns + column;
    network.siemens(last, last) += 1.0 / circuit.bit_lines.end[0];
    network.to_columns(column, last) = 1.0 / circuit.bit_lines.end[0];
  }
  return network;
}

/// The step response as a sum of all its modes.
class DenseResponse {
 public:
  explicit DenseResponse(const DenseNetwork& network) : to_columns_(network.to_columns) {
    roots_ = network.farads.cwiseSqrt().cwiseInverse();
    modes_.compute(roots_.asDiagonal() * network.siemens * roots_.asDiagonal());
    end_ = network.siemens.llt().solve(network.drive);
  }
  double slowest_s() const { return 1.0 / modes_.eigenvalues()(0); }
  /// Largest distance of a column current from its end value, relative to the largest of these.
  double distance(double seconds) const {
    return (to_columns_ * left(seconds)).cwiseAbs().maxCoeff() / (to_columns_ * end_).cwiseAbs().maxCoeff();
  }
  Eigen::VectorXd columns_left(double seconds) const { return (to_columns_ * left(seconds)).cwiseQuotient(to_columns_ * end_); }

 private:
  Eigen::VectorXd left(double seconds) const {
    const Eigen::VectorXd decay = (-seconds * modes_.eigenvalues().array()).exp();
    const Eigen::VectorXd start = roots_.cwiseInverse().asDiagonal() * end_;
    return roots_.asDiagonal() * (modes_.eigenvectors() * (decay.asDiagonal() * (modes_.eigenvectors().transpose() * start)));
  }

  Eigen::MatrixXd to_columns_;
  Eigen::VectorXd roots_;
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> modes_;
  Eigen::VectorXd end_;
};

TEST(SettlingTime, OfOneCellIsKnown) {
  // 1 kohm, 2 kohm, 3 kohm in a row between 1 V and 0 V, 1 pF before and 2 pF behind the cell.
  CrossbarCircuit circuit;
  circuit.rows = circuit.columns = 1;
  circuit.conductance = {1.0 / 2e3};
  circuit.word_lines.start = {1e3};
  circuit.bit_lines.end = {3e3};
  const Settling settling = settling_time(circuit, {{1.0}, {}, {}, {}}, {1e-12, 2e-12});
  // Before the cell 5/6 V in the end, where 1 A gives 500 V behind the cell; there 1/2 V, where 1 A gives 1.5 kV.
  EXPECT_NEAR(settling.column_elmore_s[0], (500.0 * 1e-12 * 5.0 / 6.0 + 1500.0 * 2e-12 * 0.5) / 0.5, 1e-20);
  const double a = (1.0 / 1e3 + 1.0 / 2e3) / 1e-12;
  const double b = (1.0 / 2e3 + 1.0 / 3e3) / 2e-12;
  const double coupling = (1.0 / 2e3) * (1.0 / 2e3) / (1e-12 * 2e-12);
  const double slowest_rate = 0.5 * (a + b) - std::sqrt(0.25 * (a - b) * (a - b) + coupling);
  EXPECT_NEAR(settling.slowest_s, 1.0 / slowest_rate, 1e-9 / slowest_rate);
}

TEST(SettlingTime, OfAnOpenLineIsKnown) {
  // N equal resistances and capacitances in a chain: eigenvalues of a second difference.
  CrossbarCircuit circuit;
  circuit.rows = 1;
  circuit.columns = 50;
  circuit.conductance.assign(50, 0.0);
  circuit.word_lines.start = circuit.word_lines.segment = {20.0};
  circuit.bit_lines.end = {1.0};
  const Settling settling = settling_time(circuit, {{1.0}, {}, {}, {}}, {3e-15, 0.0});
  const double expected = 20.0 * 3e-15 / (4.0 * std::pow(std::sin(pi / (2.0 * 101.0)), 2));
  EXPECT_NEAR(settling.slowest_s, expected, 1e-6 * expected);
  EXPECT_EQ(settling.settle_s(1e-3), 0.0);  // no column has a current
}

TEST(SettlingTime, IdealWiresJoinCapacitances) {
  CrossbarCircuit circuit;
  circuit.rows = 2;
  circuit.columns = 10;
  circuit.conductance.assign(20, 1e-4);
  circuit.word_lines.start = {100.0};
  circuit.bit_lines.end = {0.0};  // virtual grounds
  const TerminalVoltages voltages{{1.0, 0.5}, {}, {}, {}};
  const Settling settling = settling_time(circuit, voltages, {1e-15, 1e-15});
  const double expected = 10e-15 / (1.0 / 100.0 + 10 * 1e-4);
  EXPECT_NEAR(settling.slowest_s, expected, 1e-6 * expected);
  for (const double seconds : settling.column_elmore_s)
    EXPECT_NEAR(seconds, expected, 1e-9 * expected);
  EXPECT_NEAR(settling.settle_s(1e-3), expected * std::log(1e3), 1e-5 * expected);
  circuit.word_lines.start = {0.0};
  const Settling ideal = settling_time(circuit, voltages, {1e-15, 1e-15});
  EXPECT_EQ(ideal.slowest_s, 0.0);
  EXPECT_EQ(ideal.settle_s(1e-3), 0.0);
}

TEST(SettlingTime, BoundsTheExactResponse) {
  for (const auto& [rows, columns] : {std::pair{1u, 1u}, {1u, 8u}, {9u, 1u}, {6u, 7u}, {10u, 10u}}) {
    for (const double ohm : {1.0, 100.0}) {
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << ", " << ohm << " ohm");
      const LineCapacitance capacitance{2e-15, 1e-15};
      RandomCircuit random = read_circuit(rows, columns, ohm, 1e3, 1e5, 31 + rows);
      random.voltages.word_line_start[0] = -0.5;
      const Settling settling = settling_time(random.circuit, random.voltages, capacitance);
      const DenseResponse exact(dense_network(random, capacitance));
      EXPECT_NEAR(settling.slowest_s, exact.slowest_s(), 1e-6 * exact.slowest_s());
      for (const double error : {0.1, 1e-2, 1e-3, 1e-6}) {
        const double seconds = settling.settle_s(error);
        EXPECT_LE(exact.distance(seconds), error * (1.0 + 1e-6));
        EXPECT_GT(exact.distance(0.4 * seconds), error);  // not absurdly late
      }
    }
  }
}

TEST(SettlingTime, ElmoresDelayIsTheFirstMoment) {
  const LineCapacitance capacitance{2e-15, 1e-15};
  const RandomCircuit random = read_circuit(6, 5, 50.0, 1e3, 1e5, 41);
  const Settling settling = settling_time(random.circuit, random.voltages, capacitance);
  const DenseResponse exact(dense_network(random, capacitance));
  // Simpson's rule up to 30 time constants.
  constexpr unsigned intervals = 6000;
  const double step = 30.0 * exact.slowest_s() / intervals;
  Eigen::VectorXd sum = exact.columns_left(0.0) + exact.columns_left(30.0 * exact.slowest_s());
  for (unsigned point = 1; point < intervals; ++point)
    sum += (point % 2 != 0 ? 4.0 : 2.0) * exact.columns_left(point * step);
  sum *= step / 3.0;
  for (std::size_t column = 0; column < 5; ++column)
    EXPECT_NEAR(settling.column_elmore_s[column], sum(static_cast<Eigen::Index>(column)), 1e-4 * settling.slowest_s);
}

TEST(SettlingTime, AnyTerminals) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    const RandomCircuit random = random_circuit(7, 6, {2.0, seed % 2 != 0, true, true, true}, 600 + seed);
    const Settling settling = settling_time(random.circuit, random.voltages, {1e-15, 1e-15});
    EXPECT_GT(settling.slowest_s, 0.0);
    EXPECT_TRUE(std::isfinite(settling.slowest_s));
    EXPECT_GE(settling.settle_s(1e-6), settling.settle_s(1e-3));
    EXPECT_TRUE(std::isfinite(settling.settle_s(1e-6)));
    // More capacitance takes longer, in proportion.
    const Settling slower = settling_time(random.circuit, random.voltages, {3e-15, 3e-15});
    EXPECT_NEAR(slower.slowest_s, 3.0 * settling.slowest_s, 1e-5 * settling.slowest_s);
    EXPECT_NEAR(slower.settle_s(1e-3), 3.0 * settling.settle_s(1e-3), 1e-5 * settling.settle_s(1e-3));
  }
}

TEST(SettlingTime, ImpossibleInputsAreErrors) {
  const RandomCircuit random = read_circuit(3, 3, 1.0, 1e3, 1e5, 43);
  EXPECT_THROW(settling_time(random.circuit, random.voltages, {-1e-15, 1e-15}), InputError);
  EXPECT_THROW(settling_time(random.circuit, random.voltages, {1e-15, std::numeric_limits<double>::infinity()}), InputError);
  EXPECT_THROW(settling_time(random.circuit, {{}, {1.0}, {}, {}}, {1e-15, 1e-15}), InputError);
  const Settling settling = settling_time(random.circuit, random.voltages, {1e-15, 1e-15});
  EXPECT_THROW(settling.settle_s(0.0), InputError);
  EXPECT_THROW(settling.settle_s(1.0), InputError);
  EXPECT_EQ(settling_time(random.circuit, random.voltages, {0.0, 0.0}).slowest_s, 0.0);
}

}  // namespace

}  // namespace memcosim::test
