// SPDX-License-Identifier: Apache-2.0
#pragma once

// Definitions for cell_circuit.hpp.

#include <cmath>

#include "memcosim/devices/cell_circuit.hpp"

namespace memcosim {

MEMCOSIM_HD inline double CurrentLaw::shape(double v) const {
  const double magnitude = ::fabs(v);
  double value = magnitude;
  switch (kind) {
    case Kind::model:
      break;
    case Kind::sinh:
      value = ::sinh(magnitude / v0);
      break;
    case Kind::polynomial:
      value = magnitude * ::fma(magnitude, ::fma(magnitude, c3, c2), 1.0);
      break;
    case Kind::table: {
      int upper = 0;
      while (upper < points - 1 && volts[upper] < magnitude)
        ++upper;
      const double low_v = upper == 0 ? 0.0 : volts[upper - 1];
      const double low_i = upper == 0 ? 0.0 : relative[upper - 1];
      value = low_i + (relative[upper] - low_i) * ((magnitude - low_v) / (volts[upper] - low_v));
      break;
    }
  }
  return v < 0.0 ? -value : value;
}

/// Current of the state with the circuit's law, at a voltage across the cell alone.
template <typename Model>
MEMCOSIM_HD double cell_current(const CellParameters& p, const CurrentLaw& law, double state, double volts) {
  if (law.kind == CurrentLaw::Kind::model) return Model::current(p, state, volts);
  return Model::conductance(p, state) * p.read_voltage_v * (law.shape(volts) / law.shape(p.read_voltage_v));
}

/// Voltage over an access device and `series_ohms` that carry a current; `total_v` is the voltage over everything. A current at the
/// compliance is not a function's argument: see port_voltages.
MEMCOSIM_HD inline double access_voltage(const AccessDevice& access, double series_ohms, double total_v, double amperes) {
  double ohms = series_ohms;
  double volts = 0.0;
  switch (access.kind) {
    case AccessDevice::Kind::none:
      break;
    case AccessDevice::Kind::transistor:
      ohms += access.on_ohms;
      break;
    case AccessDevice::Kind::selector_exponential:
      volts = access.v0_v * ::asinh(amperes / access.i0_a);
      break;
    case AccessDevice::Kind::selector_threshold:
      ohms += ::fabs(total_v) < access.threshold_v ? access.off_ohms : access.on_ohms;
      break;
  }
  return ::fma(ohms, amperes, volts);
}

/// Voltage across the cell when the source has `total_v`: cell current and access current are equal, and at most the compliance. Both rise
/// with the cell's voltage, so the root is bracketed by 0 and total_v; found to 1e-14 of total_v by bisection with secant steps (ITP-like
/// safeguard: a step that leaves the bracket or shrinks it too little is a bisection).
template <typename Model>
MEMCOSIM_HD double cell_voltage(const CellParameters& p, const CellCircuit& circuit, double series_ohms, double state, double total_v) {
  const AccessDevice& access = circuit.access;
  if (total_v == 0.0 || (access.kind == AccessDevice::Kind::none && !(series_ohms > 0.0))) return total_v;
  const double sign = total_v < 0.0 ? -1.0 : 1.0;
  const double total = ::fabs(total_v);
  // Surplus of voltage at a cell voltage v: falls below zero never at v = 0 and rises with v.
  const auto surplus = [&](double v) {
    const double amperes = ::fabs(cell_current<Model>(p, circuit.law, state, sign * v));
    if (amperes > access.compliance_a) return total;  // the transistor cannot carry it: the cell's voltage is lower
    return v + access_voltage(access, series_ohms, total, amperes) - total;
  };
  double low = 0.0;
  double high = total;
  double at_low = -total;
  double at_high = surplus(high);
  if (!(at_high > 0.0)) return total_v;
  bool secant = true;
  for (int i = 0; i < 200 && high - low > 1e-15 * total; ++i) {
    double v = secant ? low + (high - low) * (at_low / (at_low - at_high)) : 0.5 * (low + high);
    if (!(v > low && v < high)) v = 0.5 * (low + high);
    if (!(v > low && v < high)) break;
    const double width = high - low;
    const double at_v = surplus(v);
    if (at_v == 0.0) return sign * v;
    if (at_v > 0.0) {
      high = v;
      at_high = at_v;
    } else {
      low = v;
      at_low = at_v;
    }
    secant = high - low <= 0.5 * width;
  }
  return sign * 0.5 * (low + high);
}

/// Current into the port at a voltage over cell and access device.
template <typename Model>
MEMCOSIM_HD double port_current(const CellParameters& p, const CellCircuit& circuit, double state, double volts) {
  return cell_current<Model>(p, circuit.law, state, cell_voltage<Model>(p, circuit, 0.0, state, volts));
}

/// Conductance that a read sees: port current over voltage, at the read voltage.
template <typename Model>
MEMCOSIM_HD double port_conductance(const CellParameters& p, const CellCircuit& circuit, double state) {
  if (circuit.access.kind == AccessDevice::Kind::none) return Model::conductance(p, state);
  return port_current<Model>(p, circuit, state, p.read_voltage_v) / p.read_voltage_v;
}

/// The state whose port conductance is nearest to `siemens`. The access device carries the same current, so the cell's own voltage follows.
template <typename Model>
MEMCOSIM_HD double state_of_port_conductance(const CellParameters& p, const CellCircuit& circuit, double siemens) {
  if (circuit.access.kind == AccessDevice::Kind::none) return Model::state_of_conductance(p, siemens);
  const double amperes = siemens * p.read_voltage_v;
  const double volts = p.read_voltage_v - access_voltage(circuit.access, 0.0, p.read_voltage_v, amperes);
  const double low = Model::conductance(p, Model::state_low(p));
  const double high = Model::conductance(p, Model::state_high(p));
  const double most = low > high ? low : high;
  if (!(volts > 0.0) || amperes > circuit.access.compliance_a) return Model::state_of_conductance(p, most);
  if (circuit.law.kind != CurrentLaw::Kind::model) {
    const double ratio = circuit.law.shape(volts) / circuit.law.shape(p.read_voltage_v);
    return Model::state_of_conductance(p, amperes / (p.read_voltage_v * ratio));
  }
  CellParameters at_cell = p;
  at_cell.read_voltage_v = volts;
  return Model::state_of_conductance(at_cell, amperes / volts);
}

}  // namespace memcosim
