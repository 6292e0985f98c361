// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

namespace memcosim {

/// Capacitance to ground of a line's node at each cell, F.
struct LineCapacitance {
  double word_line_farads = 0.0;
  double bit_line_farads = 0.0;
};

/// Response of a circuit of linear cells, with all nodes at 0 V, to a step of all terminals from 0 V to given voltages.
struct Settling {
  /// Largest time constant of the circuit, with a relative accuracy of 1e-6.
  double slowest_s = 0.0;
  /// First moment of each column current, the integral of I(end) - I(t) over I(end); 0 where I(end) is 0. For a tree of resistances between
  /// a source and capacitances it is the delay of Elmore, "The transient response of damped linear networks", J. Appl. Phys. 19, 55 (1948).
  /// A mesh of cells has it, too, but the bounds of its waveforms from the delays of Rubinstein, Penfield and Horowitz, "Signal delay in RC
  /// tree networks", IEEE Trans. CAD 2, 202 (1983) do not hold for a mesh.
  std::vector<double> column_elmore_s;

  /// Upper bound of the settling time: after it every column current stays within e of its end value, e being `relative_error` times the
  /// largest end value of all columns. Throws InputError unless 0 < relative_error < 1.
  double settle_s(double relative_error) const;

  /// Bound of the distance of all column currents from their end values: excess * exp(-t / time_constant_s) times the largest end value.
  struct Envelope {
    double time_constant_s;
    double excess;
    double from_s;  ///< holds from this time on
  };
  std::vector<Envelope> envelopes;
};

/// The step response of C dv/dt = -Y (v - v(end)), with the nodal matrix Y and the capacitances C.
///
/// `slowest_s` is the largest eigenvalue of Y^-1 C, by Lanczos' method: Parlett, "The Symmetric Eigenvalue Problem", SIAM (1998), ch. 13.
/// Envelopes: let u(0) be v(end) with all terminals' voltages taken positive, and u(k) = Y^-1 C u(k-1). No entry of Y^-1 is negative. So
/// with the largest quotient T of u(k) and u(k-1) (Collatz and Wielandt's, never below the largest eigenvalue) Y u(k) >= C u(k) / T, and a
/// multiple of u(k) exp(-t / T) that is above |v - v(end)| at every node once is so forever. At t = 0 that takes the largest quotient of
/// u(0) and u(k). At t = k T it takes k! / (k T)^k: with positive voltages every node rises all the time, and k! u(k) is k times the
/// integral of t^(k-1) (v(end) - v) dt, which is at least t^k (v(end) - v(t)).
///
/// Throws InputError for an impossible circuit, voltages or capacitances, RunError when the resistances are too far apart for the nodal
/// matrix or the largest eigenvalue is not found.
Settling settling_time(const CrossbarCircuit& circuit, const TerminalVoltages& voltages, const LineCapacitance& capacitance);

}  // namespace memcosim
