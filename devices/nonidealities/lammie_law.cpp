// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/lammie_law.hpp"

#include <limits>
#include <string>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

const Range p0_range{1e-30, 1e30, false};
const Range p_range{-1e4, 1e4, false};
const Range size_range{0.0, 1e4, false};
const Range temperature_range{1.0, 2000.0, false};
const Range conductance_range_s{0.0, 1e3, false};

LammieLaw::Branch read_branch(const ConfigNode& node, const LammieLaw::Branch& fallback, bool sudden) {
  LammieLaw::Branch branch = fallback;
  branch.p0 = node.number("p0", p0_range, fallback.p0);
  branch.p1_per_nm = node.number("p1_per_nm", p_range, fallback.p1_per_nm);
  branch.p2 = node.number("p2", p_range, fallback.p2);
  if (sudden) {
    branch.stable_s = node.quantity("stable_conductance", Dimension::conductance, conductance_range_s, fallback.stable_s);
  } else {
    branch.p3 = node.number("p3", p_range, fallback.p3);
  }
  return branch;
}

void check_value(double value, const Range& range, const char* what, const char* name) {
  if (!(value >= range.low && value <= range.high)) {
    throw InputError(fmt::format("{}: {} = {} is outside {} to {}", what, name, value, range.low, range.high));
  }
}

void check_branch(const LammieLaw::Branch& branch, const char* what) {
  check_value(branch.p0, p0_range, what, "p0");
  check_value(branch.p1_per_nm, p_range, what, "p1_per_nm");
  check_value(branch.p2, p_range, what, "p2");
  check_value(branch.p3, p_range, what, "p3");
  check_value(branch.stable_s, conductance_range_s, what, "stable_conductance");
}

}  // namespace

LammieLaw read_lammie_law(const ConfigNode& node, const LammieLaw& fallback) {
  LammieLaw law = fallback;
  law.cell_nm = node.number("cell_size_nm", size_range, fallback.cell_nm);
  law.uses_temperature = node.boolean("uses_temperature", fallback.uses_temperature);
  if (law.uses_temperature) {
    law.threshold_k = node.quantity("threshold_temperature", Dimension::temperature, temperature_range, fallback.threshold_k);
  }
  law.convergence_s = node.quantity("convergence", Dimension::conductance, conductance_range_s, fallback.convergence_s);
  law.low_resistance = read_branch(node.map("low_resistance"), fallback.low_resistance, law.sudden);
  law.high_resistance = read_branch(node.map("high_resistance"), fallback.high_resistance, law.sudden);
  return law;
}

void check(const LammieLaw& law, const char* what) {
  check_branch(law.low_resistance, what);
  check_branch(law.high_resistance, what);
  check_value(law.cell_nm, size_range, what, "cell_size_nm");
  check_value(law.threshold_k, temperature_range, what, "threshold_temperature");
  check_value(law.convergence_s, conductance_range_s, what, "convergence");
}

LammieLaw lammie_hfalo_endurance_gradual() {
  LammieLaw law;
  // The scripts give the slopes 0.012171 and -0.015856 per nm: p3 = slope / p1.
  law.low_resistance = {10.0, 0.690776, 0.0, 0.012171 / 0.690776, 0.0};
  law.high_resistance = {10.0, 0.690776, 0.0, -0.015856 / 0.690776, 0.0};
  return law;
}

LammieLaw lammie_hfalo_endurance_sudden() {
  LammieLaw law;
  law.sudden = true;
  law.cell_nm = 20.0;
  law.low_resistance = {10500.2, 0.251945, 0.0, 0.0, 1.0 / 5e7};
  law.high_resistance = {10629.5, 0.241997, 0.0, 0.0, 1.0 / 5e7};
  return law;
}

LammieLaw lammie_gdox_retention_sudden() {
  LammieLaw law;
  law.sudden = true;
  law.uses_temperature = true;
  law.low_resistance = {1.029e-9, 0.0, 46.01, 0.0, 1.0 / 2.6e7};
  // No failure of the high-resistance state is reported: its threshold is beyond any time.
  law.high_resistance = {1e30, 0.0, 0.0, 0.0, 1.0 / 2.6e7};
  return law;
}

}  // namespace memcosim
