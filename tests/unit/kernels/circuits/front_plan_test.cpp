// SPDX-License-Identifier: Apache-2.0
// The plan that the GPU follows, followed by plain loops.
#include "memcosim/kernels/cuda/circuits/front_plan.hpp"

#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"

#include "circuit_expectations.hpp"
#include "random_circuit.hpp"

namespace memcosim::test {
namespace {

using cuda::FrontPlan;
constexpr std::uint32_t none = FrontPlan::none;

/// Conductances between `size` nodes, [a][b], symmetric: removes the first `count`.
void remove_nodes(std::vector<double>& siemens, std::size_t size, std::size_t count) {
  for (std::size_t node = 0; node < count; ++node) {
    double pivot = 0.0;
    for (std::size_t other = node + 1; other < size; ++other)
      pivot += siemens[node * size + other];
    for (std::size_t a = node + 1; a < size; ++a)
      for (std::size_t b = node + 1; b < size; ++b)
        if (a != b) siemens[a * size + b] += siemens[node * size + a] * siemens[node * size + b] / pivot;
  }
}

void reduce_leaf(const FrontPlan& plan, const FrontPlan::Leaf& leaf, const std::vector<double>& conductance, double* to) {
  constexpr std::size_t edge = FrontPlan::leaf_edge;
  constexpr std::size_t kept = FrontPlan::leaf_nodes;
  // Inner nodes first: those of word lines but the last of each, then of bit lines.
  const std::size_t inner = 2 * edge * (edge - 1);
  const std::size_t size = inner + kept;
  std::vector<double> siemens(size * size);
  const auto join = [&](std::size_t a, std::size_t b, double value) { siemens[a * size + b] = siemens[b * size + a] = value; };
  const auto word = [&](std::size_t row, std::size_t column) { return column + 1 < edge ? row * (edge - 1) + column : inner + edge + row; };
  const auto bit = [&](std::size_t row, std::size_t column) {
    return row + 1 < edge ? inner / 2 + column * (edge - 1) + row : inner + 3 * edge + column;
  };
  for (std::size_t row = 0; row < edge; ++row) {
    for (std::size_t column = 0; column < edge; ++column) {
      const std::size_t cell = (leaf.row + row) * plan.columns + leaf.column + column;
      join(word(row, column), bit(row, column), conductance[cell]);
      join(word(row, column), column > 0 ? word(row, column - 1) : inner + row, plan.word_siemens[cell]);
      join(bit(row, column), row > 0 ? bit(row - 1, column) : inner + 2 * edge + column, plan.bit_siemens[cell]);
    }
  }
  remove_nodes(siemens, size, inner);
  const auto node = [&](std::size_t place) { return inner + leaf.sides[place / edge] * edge + place % edge; };
  for (std::size_t b = 0; b < kept; ++b)
    for (std::size_t a = b + 1; a < kept; ++a)
      to[b * kept + a] = siemens[node(a) * size + node(b)];
}

void reduce_front(const FrontPlan& plan, const FrontPlan::Front& front, const std::vector<double>& conductance,
                  std::vector<double>& workspace) {
  const std::size_t size = front.removed + front.kept;
  std::vector<double> siemens(size * size);
  const FrontPlan::Node* nodes = &plan.nodes[front.first_node];
  for (std::size_t a = 0; a < size; ++a) {
    for (std::size_t b = 0; b < size; ++b) {
      for (std::size_t half = 0; a != b && half < 2; ++half) {
        const auto [low, high] = std::minmax(nodes[a].in_half[half], nodes[b].in_half[half]);
        if (high != none) siemens[a * size + b] += workspace[front.half_at[half] + low * front.half_stride[half] + high];
      }
    }
  }
  for (std::size_t index = 0; index < front.branches; ++index) {
    const FrontPlan::Branch& branch = plan.branches[front.first_branch + index];
    ASSERT_GT(branch.a, branch.b);
    const double value = branch.cell == none ? branch.siemens : conductance[branch.cell];
    siemens[branch.a * size + branch.b] = siemens[branch.b * size + branch.a] += value;
  }
  remove_nodes(siemens, size, front.removed);
  for (std::size_t b = 0; b < front.kept; ++b)
    for (std::size_t a = b + 1; a < front.kept; ++a)
      workspace[front.kept_at + b * front.kept_stride + a] = siemens[(front.removed + a) * size + front.removed + b];
}

PortReduction reduce(const FrontPlan& plan, const CrossbarCircuit& circuit) {
  std::vector<double> workspace(plan.workspace, -1.0);
  for (const FrontPlan::Leaf& leaf : plan.leaves)
    reduce_leaf(plan, leaf, circuit.conductance, &workspace[leaf.at]);
  for (const FrontPlan::Front& front : plan.fronts)
    reduce_front(plan, front, circuit.conductance, workspace);
  const FrontPlan::Front& whole = plan.fronts.back();
  std::vector<double> siemens(std::size_t{plan.ports} * plan.ports);
  for (std::size_t p = 0; p < plan.ports; ++p) {
    for (std::size_t q = 0; q < plan.ports; ++q) {
      const auto [low, high] = std::minmax(plan.port_place[p], plan.port_place[q]);
      if (p != q && high != none) siemens[p * plan.ports + q] = workspace[whole.kept_at + low * whole.kept_stride + high];
    }
  }
  return PortReduction(circuit, Dissection(CircuitEquations(circuit)), siemens);
}

void expect_reduced(const RandomCircuit& random) {
  const TerminalCurrents currents = reduce(cuda::make_front_plan(random.circuit), random.circuit).solve(random.voltages);
  const TerminalCurrents expected = PortReduction(random.circuit).solve(random.voltages);
  EXPECT_LT(relative_difference(currents.row_currents, expected.row_currents), 1e-12);
  EXPECT_LT(relative_difference(currents.column_currents, expected.column_currents), 1e-12);
}

TEST(FrontPlan, GivesThePortsOfAnyLines) {
  unsigned seed = 0;
  for (const auto& [rows, columns] :
       {std::pair{1u, 1u}, {1u, 7u}, {9u, 1u}, {4u, 4u}, {8u, 8u}, {8u, 16u}, {13u, 29u}, {24u, 17u}, {40u, 33u}}) {
    for (unsigned kind = 0; kind < 8; ++kind) {
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << " kind " << kind);
      expect_reduced(random_circuit(rows, columns, {3.0, (kind & 1) != 0, (kind & 2) != 0, false, (kind & 4) != 0}, ++seed));
    }
    expect_reduced(read_circuit(rows, columns, 2.0, 1e3, 1e5, ++seed));
  }
}

TEST(FrontPlan, CoversEveryBlockOfLargeFrontsOnce) {
  const FrontPlan plan = cuda::make_front_plan(read_circuit(140, 200, 1.0, 1e3, 1e5, 1).circuit);
  const auto covered = [&](std::set<FrontPlan::Work> works) {
    std::set<std::vector<std::uint32_t>> seen;
    for (const FrontPlan::Step& step : plan.steps) {
      if (works.count(step.work) == 0) continue;
      for (std::uint32_t index = step.first; index < step.first + step.count; ++index) {
        const FrontPlan::Block& block = plan.blocks[index];
        EXPECT_GE(block.row, block.column);
        EXPECT_TRUE(seen.insert({block.front, block.row, block.column}).second);
      }
    }
    return seen.size();
  };
  std::size_t of_panels = 0;
  std::size_t diagonal = 0;
  std::size_t kept = 0;
  for (const FrontPlan::Front& front : plan.fronts) {
    const std::size_t own = front.padded / FrontPlan::edge;
    const std::size_t others = front.blocks - own;
    of_panels += own * (own + 1) / 2 + own * others;
    diagonal += own;
    kept += others * (others + 1) / 2;
  }
  EXPECT_GT(kept, 0u);
  EXPECT_EQ(covered({FrontPlan::Work::gather, FrontPlan::Work::update}), of_panels);
  EXPECT_EQ(covered({FrontPlan::Work::factor, FrontPlan::Work::transform}), of_panels);
  EXPECT_EQ(covered({FrontPlan::Work::factor}), diagonal);
  EXPECT_EQ(covered({FrontPlan::Work::keep}), kept);
}

TEST(FrontPlan, FloatingLinesAreRefused) {
  RandomCircuit random = read_circuit(3, 3, 1.0, 1e3, 1e5, 1);
  random.circuit.bit_lines.end = {no_terminal};
  EXPECT_THROW(cuda::make_front_plan(random.circuit), InputError);
}

}  // namespace
}  // namespace memcosim::test
