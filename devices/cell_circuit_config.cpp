// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cell_circuit_config.hpp"

namespace memcosim {

CellCircuit read_cell_circuit(const ConfigNode&, const CellCircuit& fallback) {
  return fallback;
}

SteppingSpec read_stepping(const ConfigNode&, const SteppingSpec& fallback) {
  return fallback;
}

void check(const CellCircuit&) {}

void check(const SteppingSpec&) {}

}  // namespace memcosim
