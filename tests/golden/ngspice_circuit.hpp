// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"

namespace memcosim::test {

/// The circuit as a netlist, solved by ngspice (`program`) as an operating point: currents from each bit line into its terminals, then
/// currents from the terminals into each word line, A. Throws std::runtime_error with ngspice's output when there is no result.
std::vector<double> solve_with_ngspice(const std::string& program, const CrossbarCircuit& circuit, const TerminalVoltages& voltages);

}  // namespace memcosim::test
