// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/devices/nonidealities/lammie_law.hpp"

namespace memcosim {

/// Wear by set/reset cycles: x of the law is initial_cycles plus the cycles counted by the array.
struct EnduranceSpec {
  enum class Law : std::uint8_t { none, lammie_gradual, lammie_sudden };
  Law law = Law::none;
  double initial_cycles = 0.0;  ///< before the run; read disturb counts them too
  LammieLaw lammie;

  MEMCOSIM_HD double after(double g, double counted_cycles, double temperature_k, const ConductanceRange& range) const {
    if (law == Law::none) return g;
    return lammie.after(g, initial_cycles + counted_cycles, temperature_k, range);
  }
};

/// Reads `endurance: {law: none | lammie_gradual | lammie_sudden, initial_cycles, ... the keys of read_lammie_law()}`.
EnduranceSpec read_endurance(const ConfigNode& device, const EnduranceSpec& fallback);
void check(const EnduranceSpec& spec);

}  // namespace memcosim
