// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities.hpp"

namespace memcosim {

double programmed_conductance(const CellNonidealities&, double target_s, const ConductanceRange&, const CellAddress&, std::uint64_t) {
  return target_s;
}

double observed_conductance(const CellNonidealities&, double state_s, const ConductanceRange&, const CellAddress&, const ArrayHistory&,
                            CellFault) {
  return state_s;
}

double read_sigma(const CellNonidealities&, double, const ArrayHistory&) {
  return 0.0;
}

bool has_read_noise(const CellNonidealities&) {
  return false;
}

bool shows_its_state(const CellNonidealities&) {
  return true;
}

CellNonidealities read_nonidealities(const ConfigNode&, const CellNonidealities& fallback) {
  return fallback;
}

void check(const CellNonidealities&) {}

std::vector<CellFault> make_faults(const FaultSpec&, std::uint32_t, std::uint32_t, std::uint64_t, std::uint32_t) {
  return {};
}

}  // namespace memcosim
