// SPDX-License-Identifier: Apache-2.0
// Crossbars with resistive lines against direct solvers in the same process. Every segment and terminal has the same resistance;
// conductances are uniform between 1/r_off and 1/r_on:
//   real   1 ohm, 10 kohm, 1 Mohm
//   harsh 10 ohm,  1 kohm, 100 kohm
// Usage: circuit_benchmark [SIZE...]      default: 64 128 256; above 512 without peers
//
// Peers, all on the nodal matrix: dgssv, SuperLU's simple driver with its default options; SuperLU tuned: symmetric mode, minimum degree on
// A' + A, pattern and order kept from an earlier state; CHOLMOD (where the benchmark was built with it): supernodal, METIS, analysis kept
// from an earlier state; ngspice (up to 64 x 64, where there is one): the whole process.
// Times are processor time of one thread, medians of 3 (of 1 above 3 s). Errors are those of the column currents relative to the largest
// one, against dgssv's, which is itself good to about 1e-12. Each row has its ratio to the peer named in it.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "memcosim/kernels/circuits/changing_circuit.hpp"
#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/device_space_solver.hpp"
#include "memcosim/kernels/circuits/nodal_matrix.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"
#include "memcosim/kernels/circuits/schur_line_solver.hpp"
#include "memcosim/kernels/circuits/superlu_factor.hpp"

#include "circuit_peers.hpp"

namespace memcosim::benchmarks {

namespace {

struct Case {
  const char* name;
  double ohm;
  double r_on;
  double r_off;
};

constexpr Case cases[] = {{"real", 1.0, 1e4, 1e6}, {"harsh", 10.0, 1e3, 1e5}};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double median_seconds(const std::function<void()>& work) {
  std::vector<double> seconds;
  do {
    const double start = thread_seconds();
    work();
    seconds.push_back(thread_seconds() - start);
  } while (seconds.size() < 3 && seconds.front() < 3.0);
  return median(seconds);
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

double error_of(const std::vector<double>& currents, const std::vector<double>& expected) {
  double error = 0.0;
  double largest = 0.0;
  for (std::size_t column = 0; column < expected.size(); ++column) {
    error = std::max(error, std::fabs(currents[column] - expected[column]));
    largest = std::max(largest, std::fabs(expected[column]));
  }
  return error / largest;
}

/// Times of the peers, s; negative: not measured.
struct Peers {
  double dgssv = -1.0;
  double tuned = -1.0;
  double superlu_solve = -1.0;
  double cholmod = -1.0;
  double cholmod_all = -1.0;  ///< a factorisation and a solution per word line
  double ngspice = -1.0;
};

void row(const std::string& what, double seconds) {
  std::printf("  %-52s %10.3e s", what.c_str(), seconds);
}
void ratio(const char* peer, double peer_seconds, double seconds) {
  if (peer_seconds > 0.0) std::printf("  %10.1f x %s", peer_seconds / seconds, peer);
}
void error(double value) {
  std::printf("  error %.0e", value);
}
void end_row() {
  std::printf("\n");
}

class Comparison {
 public:
  Comparison(const Case& test, unsigned size) : size_(size) {
    circuit_.rows = circuit_.columns = size;
    circuit_.conductance.resize(std::size_t{size} * size);
    for (double& siemens : circuit_.conductance)
      siemens = 1.0 / test.r_off + (1.0 / test.r_on - 1.0 / test.r_off) * uniform_();
    circuit_.word_lines.segment = circuit_.word_lines.start = {test.ohm};
    circuit_.bit_lines.segment = circuit_.bit_lines.end = {test.ohm};
    voltages_.word_line_start.resize(size);
    for (double& volts : voltages_.word_line_start)
      volts = uniform_();
    std::printf("%s, %u x %u\n", test.name, size, size);
  }

  void measure_peers() {
    const CircuitEquations equations(circuit_);
    const NodalMatrix matrix(equations);
    std::vector<double> right(static_cast<std::size_t>(matrix.nodes()));
    for (std::size_t line = 0; line < size_; ++line) {
      right[static_cast<std::size_t>(matrix.word_line_node()[line * size_])] =
          voltages_.word_line_start[line] / circuit_.word_lines.start[0];
    }
    std::vector<double> nodes;
    std::vector<double> seconds;
    std::vector<double> solve_seconds;
    do {
      DefaultSuperlu found = solve_by_default_superlu(matrix, right);
      nodes = std::move(found.volts);
      seconds.push_back(found.seconds);
      solve_seconds.push_back(found.solve_seconds);
    } while (seconds.size() < 3 && seconds.front() < 3.0);
    peers_.dgssv = median(seconds);
    peers_.superlu_solve = median(solve_seconds);
    expected_.assign(size_, 0.0);
    for (std::size_t cell = 0; cell < circuit_.conductance.size(); ++cell) {
      expected_[cell % size_] += circuit_.conductance[cell] * (nodes[static_cast<std::size_t>(matrix.word_line_node()[cell])] -
                                                               nodes[static_cast<std::size_t>(matrix.bit_line_node()[cell])]);
    }
    row("peer: dgssv with default options", peers_.dgssv);
    end_row();
    row("peer: a triangular solution of it", peers_.superlu_solve);
    end_row();
    SuperluFactor factor(matrix);
    peers_.tuned = median_seconds([&] {
      factor.refactor(matrix);
      nodes = right;
      factor.solve(nodes);
    });
    row("peer: SuperLU tuned", peers_.tuned);
    end_row();
    if (Cholmod::available()) measure_cholmod(matrix, right);
    if (size_ <= 64) peers_.ngspice = ngspice_seconds(circuit_, voltages_);
    if (peers_.ngspice > 0.0) {
      row("peer: ngspice", peers_.ngspice);
      end_row();
    }
  }

  void measure_one_input() {
    NodalSolver nodal(circuit_);
    CrossbarSolution solution;
    double seconds = median_seconds([&] {
      nodal.set_conductance(circuit_.conductance);
      solution = nodal.solve(voltages_);
    });
    report_one_input("nodal method, refined", seconds, solution.column_currents);
    DeviceSpaceSolver device(circuit_);
    for (const double tolerance : {1e-11, 1e-4}) {
      seconds = median_seconds([&] {
        device.set_conductance(circuit_.conductance);
        solution = device.solve(voltages_, tolerance);
      });
      char name[64];
      std::snprintf(name, sizeof name, "device-space cg, tolerance %.0e, %u steps", tolerance, solution.iterations);
      report_one_input(name, seconds, solution.column_currents);
    }
    SchurLineSolver schur(circuit_);
    seconds = median_seconds([&] {
      schur.set_conductance(circuit_.conductance);
      solution = schur.solve(voltages_, 1e-11);
    });
    report_one_input(("schur-line cg, tolerance 1e-11, " + std::to_string(solution.iterations) + " steps").c_str(), seconds,
                     solution.column_currents);
  }

  void measure_reduction() {
    const double seconds = median_seconds([&] { const PortReduction discarded(circuit_); });
    const PortReduction ports(circuit_);
    row("port reduction, for all inputs", seconds);
    ratio("dgssv", peers_.dgssv, seconds);
    ratio("CHOLMOD factor + N solutions", peers_.cholmod_all, seconds);
    if (!expected_.empty()) error(error_of(ports.solve(voltages_).column_currents, expected_));
    end_row();
    for (const std::size_t inputs : {std::size_t{1}, std::size_t{64}}) {
      std::vector<double> volts;
      for (std::size_t input = 0; input < inputs; ++input)
        volts.insert(volts.end(), voltages_.word_line_start.begin(), voltages_.word_line_start.end());
      constexpr int repeats = 100;
      std::vector<double> currents;
      const double input_seconds = median_seconds([&] {
                                     for (int repeat = 0; repeat < repeats; ++repeat)
                                       currents = ports.column_currents(volts, inputs);
                                   }) /
                                   (repeats * static_cast<double>(inputs));
      row(inputs == 1 ? "a further input" : "a further input of 64", input_seconds);
      ratio("triangular solution", peers_.superlu_solve, input_seconds);
      ratio("dgssv", peers_.dgssv, input_seconds);
      end_row();
    }
  }

  void measure_writes() {
    ChangingCircuit changing(circuit_);
    const double on = *std::max_element(circuit_.conductance.begin(), circuit_.conductance.end());
    const auto line = [&] { return static_cast<std::size_t>(uniform_() * static_cast<double>(size_)); };
    // Between two bases a write takes longer the more there were: the mean over all of them, without the base.
    const std::size_t writes = size_;
    double start = thread_seconds();
    for (std::size_t write = 0; write < writes; ++write)
      changing.set_cell(line(), line(), on * uniform_());
    const double write_seconds = (thread_seconds() - start) / static_cast<double>(writes);
    row("a write to a new cell", write_seconds);
    ratio("dgssv", peers_.dgssv, write_seconds);
    end_row();
    changing.set_conductance(circuit_.conductance);
    changing.set_cell(0, 0, on);
    constexpr int pulses = 1000;
    start = thread_seconds();
    for (int pulse = 1; pulse <= pulses; ++pulse)
      changing.set_cell(0, 0, on * pulse / (2.0 * pulses));
    const double pulse_seconds = (thread_seconds() - start) / pulses;
    row("a further pulse on it", pulse_seconds);
    ratio("dgssv", peers_.dgssv, pulse_seconds);
    end_row();
    row("a base for writes", median_seconds([&] { const ChangingCircuit discarded(circuit_); }));
    end_row();
  }

 private:
  void measure_cholmod(const NodalMatrix& matrix, const std::vector<double>& right) {
    Cholmod cholmod(matrix);
    const double factored = median_seconds([&] { cholmod.factor(matrix); });
    std::vector<double> nodes;
    const double solved = median_seconds([&] {
      nodes = right;
      cholmod.solve(nodes, 1);
    });
    constexpr std::size_t block = 64;
    std::vector<double> many;
    for (std::size_t input = 0; input < block; ++input)
      many.insert(many.end(), right.begin(), right.end());
    const double block_solved = median_seconds([&] {
      std::vector<double> values = many;
      cholmod.solve(values, block);
    });
    peers_.cholmod = factored + solved;
    peers_.cholmod_all = factored + block_solved * static_cast<double>(size_) / static_cast<double>(block);
    row("peer: CHOLMOD, factor and solution", peers_.cholmod);
    end_row();
    row("peer: CHOLMOD, factor and N solutions in blocks of 64", peers_.cholmod_all);
    end_row();
  }

  void report_one_input(const char* method, double seconds, const std::vector<double>& currents) {
    row(method, seconds);
    ratio("dgssv", peers_.dgssv, seconds);
    ratio("SuperLU tuned", peers_.tuned, seconds);
    ratio("CHOLMOD", peers_.cholmod, seconds);
    ratio("ngspice", peers_.ngspice, seconds);
    if (!expected_.empty()) error(error_of(currents, expected_));
    end_row();
  }

  std::size_t size_;
  Uniform uniform_;
  CrossbarCircuit circuit_;
  TerminalVoltages voltages_;
  Peers peers_;
  std::vector<double> expected_;  ///< column currents, A
};

void run(const Case& test, unsigned size) {
  Comparison comparison(test, size);
  if (size <= 512) comparison.measure_peers();
  if (size <= 512) comparison.measure_one_input();
  comparison.measure_reduction();
  comparison.measure_writes();
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
