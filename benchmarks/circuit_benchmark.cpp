// SPDX-License-Identifier: Apache-2.0
// Crossbars with resistive lines, one new conductance state and one input, against SuperLU's simple driver dgssv with its default options
// on the same nodal matrix, in the same process. Every segment and terminal has the same resistance; conductances are uniform between
// 1/r_off and 1/r_on:
//   real   1 ohm, 10 kohm, 1 Mohm
//   harsh 10 ohm,  1 kohm, 100 kohm
// Usage: circuit_benchmark [SIZE...]      default: 64 128 256
//
// Times are processor time of one thread, medians of 3 (of 1 above 3 s). Errors are those of the column currents relative to the largest
// one, against dgssv's, which is itself good to about 1e-12.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include <slu_ddefs.h>
#include <time.h>

#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/device_space_solver.hpp"
#include "memcosim/kernels/circuits/nodal_matrix.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"

namespace memcosim::benchmarks {

namespace {

struct Case {
  const char* name;
  double ohm;
  double r_on;
  double r_off;
};

constexpr Case cases[] = {{"real", 1.0, 1e4, 1e6}, {"harsh", 10.0, 1e3, 1e5}};

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double median_seconds(const std::function<void()>& work) {
  std::vector<double> seconds;
  do {
    const double start = thread_seconds();
    work();
    seconds.push_back(thread_seconds() - start);
  } while (seconds.size() < 3 && seconds.front() < 3.0);
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

/// 0 to 1, the same in every run (a linear congruential generator with Knuth's constants).
class Uniform {
 public:
  double operator()() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state_ >> 11) / 9007199254740992.0;
  }

 private:
  unsigned long long state_ = 1;
};

/// One factorisation and solution by dgssv with default options; the nodes' voltages.
std::vector<double> solve_by_default_superlu(const NodalMatrix& matrix, std::vector<double> right) {
  const int nodes = matrix.nodes();
  std::vector<double> values = matrix.values();
  std::vector<int> rows = matrix.row_index();
  std::vector<int> columns = matrix.column_start();
  std::vector<int> column_order(right.size());
  std::vector<int> row_order(right.size());
  SuperMatrix view{};
  SuperMatrix dense{};
  SuperMatrix lower{};
  SuperMatrix upper{};
  superlu_options_t options{};
  SuperLUStat_t statistics{};
  set_default_options(&options);
  StatInit(&statistics);
  dCreate_CompCol_Matrix(&view, nodes, nodes, static_cast<int>(values.size()), values.data(), rows.data(), columns.data(), SLU_NC, SLU_D,
                         SLU_GE);
  dCreate_Dense_Matrix(&dense, nodes, 1, right.data(), nodes, SLU_DN, SLU_D, SLU_GE);
  int info = 0;
  dgssv(&options, &view, column_order.data(), row_order.data(), &lower, &upper, &dense, &statistics, &info);
  if (info != 0) std::exit(1);
  Destroy_SuperNode_Matrix(&lower);
  Destroy_CompCol_Matrix(&upper);
  Destroy_SuperMatrix_Store(&view);
  Destroy_SuperMatrix_Store(&dense);
  StatFree(&statistics);
  return right;
}

double error_of(const std::vector<double>& currents, const std::vector<double>& expected) {
  double error = 0.0;
  double largest = 0.0;
  for (std::size_t column = 0; column < expected.size(); ++column) {
    error = std::max(error, std::fabs(currents[column] - expected[column]));
    largest = std::max(largest, std::fabs(expected[column]));
  }
  return error / largest;
}

void report(const char* method, double seconds, double peer, double error) {
  std::printf("  %-44s %10.3e s  %8.1f x  error %.0e\n", method, seconds, peer / seconds, error);
}

void run(const Case& test, unsigned size) {
  Uniform uniform;
  CrossbarCircuit circuit;
  circuit.rows = circuit.columns = size;
  circuit.conductance.resize(std::size_t{size} * size);
  for (double& siemens : circuit.conductance)
    siemens = 1.0 / test.r_off + (1.0 / test.r_on - 1.0 / test.r_off) * uniform();
  circuit.word_lines.segment = circuit.word_lines.start = {test.ohm};
  circuit.bit_lines.segment = circuit.bit_lines.end = {test.ohm};
  TerminalVoltages voltages;
  voltages.word_line_start.resize(size);
  for (double& volts : voltages.word_line_start)
    volts = uniform();

  const CircuitEquations equations(circuit);
  const NodalMatrix matrix(equations);
  std::vector<double> right(static_cast<std::size_t>(matrix.nodes()));
  for (std::size_t row = 0; row < size; ++row)
    right[static_cast<std::size_t>(matrix.word_line_node()[row * size])] = voltages.word_line_start[row] / test.ohm;
  std::vector<double> nodes;
  const double peer = median_seconds([&] { nodes = solve_by_default_superlu(matrix, right); });
  std::vector<double> expected(size);
  for (std::size_t cell = 0; cell < circuit.conductance.size(); ++cell) {
    expected[cell % size] += circuit.conductance[cell] * (nodes[static_cast<std::size_t>(matrix.word_line_node()[cell])] -
                                                          nodes[static_cast<std::size_t>(matrix.bit_line_node()[cell])]);
  }
  std::printf("%s, %u x %u: dgssv with default options %.3e s\n", test.name, size, size, peer);

  CrossbarSolution solution;
  NodalSolver nodal(circuit);
  double seconds = median_seconds([&] {
    nodal.set_conductance(circuit.conductance);
    solution = nodal.solve(voltages);
  });
  report("superlu, same pattern, refined", seconds, peer, error_of(solution.column_currents, expected));
  DeviceSpaceSolver device(circuit);
  for (const double tolerance : {1e-11, 1e-4}) {
    seconds = median_seconds([&] {
      device.set_conductance(circuit.conductance);
      solution = device.solve(voltages, tolerance);
    });
    char name[64];
    std::snprintf(name, sizeof name, "device-space cg, tolerance %.0e, %u steps", tolerance, solution.iterations);
    report(name, seconds, peer, error_of(solution.column_currents, expected));
  }
  const double reduction = median_seconds([&] { const PortReduction discarded(circuit); });
  const PortReduction ports(circuit);
  report("port reduction, for all inputs", reduction, peer, error_of(ports.solve(voltages).column_currents, expected));
  constexpr int repeats = 100;
  TerminalCurrents currents;
  seconds = median_seconds([&] {
    for (int repeat = 0; repeat < repeats; ++repeat)
      currents = ports.solve(voltages);
  });
  report("a further input", seconds / repeats, peer, error_of(currents.column_currents, expected));
}

}  // namespace

}  // namespace memcosim::benchmarks

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  std::vector<unsigned> sizes;
  for (int index = 1; index < argc; ++index)
    sizes.push_back(static_cast<unsigned>(std::strtoul(argv[index], nullptr, 10)));
  if (sizes.empty()) sizes = {64, 128, 256};
  for (const auto& test : memcosim::benchmarks::cases) {
    for (const unsigned size : sizes)
      memcosim::benchmarks::run(test, size);
  }
  return 0;
}
