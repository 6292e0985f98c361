// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "memcosim/devices/cell_base/cell_circuit.hpp"

namespace memcosim {

class ConfigNode;

/// Reads the keys `current_law` and `access` of a `device:` section; `fallback` holds the values of the preset.
CellCircuit read_cell_circuit(const ConfigNode& device, const CellCircuit& fallback);
/// Reads the key `stepping`: {mode: automatic | exact | adaptive | sampled, tolerance, sample}.
SteppingSpec read_stepping(const ConfigNode& device, const SteppingSpec& fallback);
/// The current law through points (V, A) in any order; with points below 0 V it has its own branch there, else it is odd. check() tests
/// that it rises. Throws InputError for more points than a law holds.
CurrentLaw table_law(std::vector<std::pair<double, double>> points);
/// Throw InputError for specifications made in code that the readers would have refused.
void check(const CellCircuit& circuit);
void check(const SteppingSpec& stepping);

}  // namespace memcosim
