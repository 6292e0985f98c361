// SPDX-License-Identifier: Apache-2.0
// Fronts against elimination of one node after the other in long double, and one instruction set against the other.
#include "memcosim/kernels/circuits/conductance_front.hpp"

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/kernels/circuits/front_kernels.hpp"
#include "memcosim/kernels/circuits/port_reducer.hpp"

#include "random_circuit.hpp"

namespace memcosim::test {

namespace {

struct OwnedFront {
  OwnedFront(std::size_t removed, std::size_t kept) {
    front.removed = removed;
    front.kept = kept;
    front.stride = front.size();
    siemens.assign(front.stride * front.size(), 0.0);
    front.siemens = siemens.data();
  }
  double& between(std::size_t a, std::size_t b) { return front.between(front.place(a), front.place(b)); }

  std::vector<double> siemens;
  ConductanceFront front;
};

/// Conductances over `decades`, a third of them zero; neighbours are always joined, so that every node has a path.
OwnedFront random_front(std::size_t removed, std::size_t kept, double decades, unsigned seed) {
  std::mt19937 engine(seed);
  OwnedFront result(removed, kept);
  for (std::size_t b = 0; b < removed + kept; ++b) {
    for (std::size_t a = b + 1; a < removed + kept; ++a) {
      const double siemens = std::pow(10.0, decades * static_cast<double>(engine()) / 4294967296.0);
      result.between(a, b) = a > b + 1 && engine() % 3 == 0 ? 0.0 : siemens;
    }
  }
  return result;
}

/// Conductances between the nodes that stay: star-mesh transforms, one by one.
std::vector<long double> remove_slowly(OwnedFront& from) {
  const std::size_t nodes = from.front.removed + from.front.kept;
  std::vector<long double> siemens(nodes * nodes);
  for (std::size_t b = 0; b < nodes; ++b) {
    for (std::size_t a = b + 1; a < nodes; ++a)
      siemens[a * nodes + b] = siemens[b * nodes + a] = from.between(a, b);
  }
  for (std::size_t node = 0; node < from.front.removed; ++node) {
    long double sum = 0.0L;
    for (std::size_t other = node + 1; other < nodes; ++other)
      sum += siemens[node * nodes + other];
    for (std::size_t a = node + 1; a < nodes; ++a) {
      for (std::size_t b = node + 1; b < nodes; ++b)
        if (a != b) siemens[a * nodes + b] += siemens[node * nodes + a] * siemens[node * nodes + b] / sum;
    }
  }
  return siemens;
}

}  // namespace

#if defined(__x86_64__)
TEST(FrontKernels, TheMachinesInstructionsAreUsed) {
  const bool avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") != 0;
  EXPECT_STREQ(available_front_kernels().front()->name, avx512 ? "avx512" : avx2 ? "avx2" : "baseline");
}
#endif

// A star of conductances 1, 2, 3 S becomes the triangle g_a g_b / 6.
TEST(ConductanceFront, EliminatesAStar) {
  OwnedFront star(1, 3);
  star.between(0, 1) = 1.0;
  star.between(2, 0) = 2.0;
  star.between(0, 3) = 3.0;
  star.between(1, 3) = 10.0;
  FrontReducer(baseline_front_kernel).remove(star.front);
  ConductanceFront triangle = star.front.rest();
  EXPECT_EQ(triangle.kept, 3u);
  EXPECT_DOUBLE_EQ(triangle.between(0, 1), 2.0 / 6.0);
  EXPECT_DOUBLE_EQ(triangle.between(0, 2), 10.0 + 3.0 / 6.0);
  EXPECT_DOUBLE_EQ(triangle.between(2, 1), 6.0 / 6.0);
}

// Every entry keeps its own relative precision, because nothing is subtracted.
TEST(ConductanceFront, EveryEntryIsAccurateWithEveryInstructionSet) {
  const std::size_t shapes[][2] = {{1, 1}, {3, 2}, {8, 8}, {9, 15}, {24, 24}, {31, 50}, {192, 7}, {193, 40}, {130, 61}, {250, 100}};
  unsigned seed = 0;
  for (const auto& [removed, kept] : shapes) {
    for (const double decades : {1.0, 12.0}) {
      SCOPED_TRACE(::testing::Message() << removed << " of " << removed + kept << ", decades " << decades);
      OwnedFront start = random_front(removed, kept, decades, ++seed);
      const std::vector<long double> expected = remove_slowly(start);
      std::vector<double> bits;
      for (const FrontKernel* kernel : available_front_kernels()) {
        SCOPED_TRACE(kernel->name);
        OwnedFront front = start;
        front.front.siemens = front.siemens.data();
        FrontReducer(*kernel).remove(front.front);
        std::vector<double> found;
        double error = 0.0;
        for (std::size_t b = 0; b < kept; ++b) {
          for (std::size_t a = b + 1; a < kept; ++a) {
            found.push_back(front.between(removed + a, removed + b));
            const long double entry = expected[(removed + a) * (removed + kept) + removed + b];
            error = std::max(error, static_cast<double>(std::fabs(found.back() - entry) / entry));
          }
        }
        EXPECT_LT(error, 1e-13);
        if (bits.empty()) bits = found;
        EXPECT_EQ(found, bits);
      }
    }
  }
}

TEST(PortReducer, EveryInstructionSetGivesTheSameBits) {
  for (const auto& [rows, columns] : {std::pair{8u, 8u}, {16u, 40u}, {61u, 30u}, {96u, 96u}}) {
    const CircuitEquations equations(read_circuit(rows, columns, 2.0, 1e3, 1e5, 9).circuit);
    const std::vector<double> expected = PortReducer(equations).reduce();
    for (const FrontKernel* kernel : available_front_kernels()) {
      SCOPED_TRACE(::testing::Message() << rows << " x " << columns << ", " << kernel->name);
      EXPECT_EQ(PortReducer(equations, *kernel).reduce(), expected);
    }
  }
}

TEST(PortReducer, ReducesTwiceAlike) {
  const CircuitEquations equations(random_circuit(50, 70, {3.0, true, true, true, true}, 3).circuit);
  PortReducer reducer(equations);
  const std::vector<double> first = reducer.reduce();
  EXPECT_EQ(reducer.reduce(), first);
}

}  // namespace memcosim::test
