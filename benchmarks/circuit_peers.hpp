// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"
#include "memcosim/kernels/circuits/nodal_matrix.hpp"

namespace memcosim::benchmarks {

/// Processor time of the calling thread, s.
double thread_seconds();

/// One factorisation and solution by SuperLU's simple driver dgssv with default options; the nodes' voltages.
struct DefaultSuperlu {
  std::vector<double> volts;
  double seconds;        ///< of dgssv
  double solve_seconds;  ///< of a further solution with the same factors
};
DefaultSuperlu solve_by_default_superlu(const NodalMatrix& matrix, const std::vector<double>& right);

/// CHOLMOD: supernodal, ordered by METIS, analysed once. Only where the benchmark was built with it.
class Cholmod {
 public:
  static bool available();
  explicit Cholmod(const NodalMatrix& matrix);
  ~Cholmod();
  Cholmod(const Cholmod&) = delete;
  Cholmod& operator=(const Cholmod&) = delete;

  void factor(const NodalMatrix& matrix);
  /// right: nodes x count, column-major; replaced by the solution.
  void solve(std::vector<double>& right, std::size_t count);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Processor time of a whole ngspice process that finds the operating point, s; negative where there is no ngspice.
double ngspice_seconds(const CrossbarCircuit& circuit, const TerminalVoltages& voltages);

}  // namespace memcosim::benchmarks
