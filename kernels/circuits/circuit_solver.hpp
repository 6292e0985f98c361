// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <gsl/span>

#include "memcosim/kernels/circuits/device_space_solver.hpp"
#include "memcosim/kernels/circuits/nodal_solver.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"
#include "memcosim/kernels/circuits/schur_line_solver.hpp"

namespace memcosim {

/// Method for linear circuits (docs/circuits.md).
enum class CircuitMethod { automatic, superlu, device_space_cg, schur_line_cg, port_reduction };

/// Method of a CircuitSolver, and its accuracy.
struct CircuitSolverOptions {
  CircuitMethod method = CircuitMethod::automatic;
  double tolerance = 1e-12;  ///< of the iterative methods
};

/// Measure of how slowly conjugate gradients converge: mean(G) 4/pi^2 (R_w columns^2 + R_b rows^2) with the mean resistances of the
/// segments, an estimate of the largest eigenvalue of the product of wire resistances and cell conductances.
double wire_weight(const CrossbarCircuit& circuit);
/// Number of inputs per conductance state from which on reducing the circuit to its terminals is faster (measured, see `CircuitSolver`).
std::size_t inputs_worth_a_reduction(const CrossbarCircuit& circuit);

/// Solves linear crossbars by the method that suits them. Keeps factorisations and reductions of one conductance state.
///
/// Automatic choice, from times of one core over 4 x 4 to 512 x 512 cells with wire weights w of 0 to 1100 (`wire_weight`):
/// - All voltages of an input: Schur-line conjugate gradients. With a new state they take 0.4 to 0.9 of the time of device-space conjugate
///   gradients at w < 3 (1.2 at worst, 4 x 4), 0.15 to 0.45 above, and are faster than SuperLU from 4 x 4 on. They take floating lines and
///   zero resistances as well. Where they do not converge, or the voltage law is missed by more than 1e-10 of the largest voltage, SuperLU
///   takes over, which keeps its digits over 15 decades of resistances.
/// - Terminal currents of many inputs: port reduction from 60 / (8 + 2.2 sqrt(w)) inputs on, 15 below 16 lines. The measured break-even is
///   4 to 8 inputs at w < 3, 2 to 6 up to 70, 1 to 2 above, and 9 to 15 below 16 lines. The first input's currents are checked against a
///   solution with a residual.
/// Not for use by several threads at once.
class CircuitSolver {
 public:
  /// Throws InputError for an impossible circuit, or one that the forced method cannot solve.
  explicit CircuitSolver(CrossbarCircuit circuit, const CircuitSolverOptions& options = {});

  void set_conductance(std::vector<double> siemens);  ///< S, rows x columns, row-major; throws InputError
  /// All voltages and currents of one input. Port reduction does not give voltages: where it is forced, Schur-line conjugate gradients
  /// compute them. Throws InputError for impossible voltages, RunError when no method reaches its residual.
  CrossbarSolution solve(const TerminalVoltages& voltages);
  /// Terminal currents of one or many inputs. Throws as `solve`.
  std::vector<TerminalCurrents> currents(gsl::span<const TerminalVoltages> inputs);
  std::string choice() const { return choice_; }  ///< of the last solution: method and why

 private:
  CrossbarSolution solve_nodal(const TerminalVoltages& voltages);
  CrossbarSolution solve_schur_line(const TerminalVoltages& voltages);
  void reduce(const TerminalVoltages& check_voltages);

  CrossbarCircuit circuit_;
  CircuitSolverOptions options_;
  std::size_t worth_a_reduction_;
  // Made when first needed; marked as outdated when the state has changed since.
  std::optional<NodalSolver> nodal_;
  std::optional<DeviceSpaceSolver> device_space_;
  std::optional<SchurLineSolver> schur_line_;
  std::optional<PortReduction> ports_;
  bool nodal_outdated_ = false;
  bool schur_line_outdated_ = false;
  bool schur_line_fails_ = false;  ///< in this state
  std::string choice_;
};

}  // namespace memcosim
