// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/common/config.hpp"
#include "memcosim/devices/cell_circuit.hpp"

namespace memcosim {

/// Reads the keys `current_law` and `access` of a `device:` section; `fallback` holds the values of the preset.
CellCircuit read_cell_circuit(const ConfigNode& device, const CellCircuit& fallback);
/// Reads the key `stepping`: {mode: automatic | exact | adaptive | sampled, tolerance, sample}.
SteppingSpec read_stepping(const ConfigNode& device, const SteppingSpec& fallback);
/// Throw InputError for specifications made in code that the readers would not have let through.
void check(const CellCircuit& circuit);
void check(const SteppingSpec& stepping);

}  // namespace memcosim
