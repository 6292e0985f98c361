// SPDX-License-Identifier: Apache-2.0
#pragma once

// Definitions for cell_circuit.hpp.

#include <cmath>

#include "memcosim/devices/cell_base/cell_circuit.hpp"

namespace memcosim {

MEMCOSIM_HD inline double CurrentLaw::polynomial_shape(double magnitude) const {
  const double v = magnitude < straight_above_v ? magnitude : straight_above_v;
  const double value = v * ::fma(v, ::fma(v, c3, c2), 1.0);
  if (v == magnitude) return value;
  const double slope = ::fma(v, ::fma(3.0 * v, c3, 2.0 * c2), 1.0);
  return ::fma(slope, magnitude - v, value);
}

/// Shape from `count` points of the table, starting at point `first`.
MEMCOSIM_HD inline double CurrentLaw::table_shape(double magnitude, int first, int count) const {
  int upper = first;
  while (upper < first + count - 1 && volts[upper] < magnitude)
    ++upper;
  const double low_v = upper == first ? 0.0 : volts[upper - 1];
  const double low_i = upper == first ? 0.0 : relative[upper - 1];
  return low_i + (relative[upper] - low_i) * ((magnitude - low_v) / (volts[upper] - low_v));
}

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
      value = polynomial_shape(magnitude);
      break;
    case Kind::table: {
      const bool below = v < 0.0 && points_below > 0;
      value = table_shape(magnitude, below ? points : 0, below ? points_below : points);
      break;
    }
  }
  return v < 0.0 ? -value : value;
}

/// Current of the cell with the circuit's current law, at a voltage across the cell alone (without access device).
template <typename Model>
MEMCOSIM_HD double cell_current(const CellParameters& p, const CurrentLaw& law, double state, double volts) {
  if (law.kind == CurrentLaw::Kind::model) return Model::current(p, state, volts);
  return Model::conductance(p, state) * p.read_voltage_v * (law.shape(volts) / law.shape(p.read_voltage_v));
}

/// Voltage across an access device and `series_ohms` in series at a given current below the compliance; `total_v` is the voltage across the
/// whole branch. At the compliance the current does not determine the voltage: see port_voltages.
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

namespace detail {

/// Root of a rising function between low (below zero there) and high (above zero): Chandrupatla's method (Adv. Eng. Software 28, 145,
/// 1997), inverse quadratic interpolation where it is safe, else bisection; the first step is a secant, which ends it for a linear
/// function. Stops when |function| <= resolution or the bracket is a few units in the last place.
template <typename Function>
MEMCOSIM_HD double rising_root(const Function& function, double low, double at_low, double high, double at_high, double resolution) {
  double x1 = high;
  double f1 = at_high;
  double x2 = low;
  double f2 = at_low;
  double t = f1 / (f1 - f2);
  for (int i = 0; i < 200; ++i) {
    const double x = ::fma(t, x2 - x1, x1);
    const double f = function(x);
    if (::fabs(f) <= resolution) return x;
    double x3 = x2;
    double f3 = f2;
    if ((f < 0.0) == (f1 < 0.0)) {
      x3 = x1;
      f3 = f1;
    } else {
      x2 = x1;
      f2 = f1;
    }
    x1 = x;
    f1 = f;
    const double width = ::fabs(x2 - x1);
    const double least = 4e-16 * (::fabs(x1) > ::fabs(x2) ? ::fabs(x1) : ::fabs(x2));
    if (width <= least) break;
    const double xi = (x1 - x2) / (x3 - x2);
    const double phi = (f1 - f2) / (f3 - f2);
    t = 0.5;
    if (phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi) {
      t = f1 / (f2 - f1) * (f3 / (f2 - f3)) + (x3 - x1) / (x2 - x1) * (f1 / (f3 - f1)) * (f2 / (f3 - f2));
    }
    const double edge = 0.5 * least / width;
    t = t < edge ? edge : (t > 1.0 - edge ? 1.0 - edge : t);
  }
  return ::fabs(f1) < ::fabs(f2) ? x1 : x2;
}

}  // namespace detail

/// Voltage across the cell when the source has `total_v`: the currents of cell and access device are equal, and at most the compliance.
/// Both rise with the cell's voltage, so there is one root, between 0 and total_v; the voltages add up to total_v within 1e-15 of it.
template <typename Model>
MEMCOSIM_HD double cell_voltage(const CellParameters& p, const CellCircuit& circuit, double series_ohms, double state, double total_v) {
  const AccessDevice& access = circuit.access;
  if (total_v == 0.0 || (access.kind == AccessDevice::Kind::none && !(series_ohms > 0.0))) return total_v;
  const double sign = total_v < 0.0 ? -1.0 : 1.0;
  const double total = ::fabs(total_v);
  const auto amperes = [&](double v) { return ::fabs(cell_current<Model>(p, circuit.law, state, sign * v)); };
  const auto surplus = [&](double v) { return v + access_voltage(access, series_ohms, total, amperes(v)) - total; };
  double v = total;
  const double at_total = surplus(total);
  if (at_total > 0.0) v = detail::rising_root(surplus, 0.0, -total, total, at_total, 1e-15 * total);
  if (access.kind == AccessDevice::Kind::transistor) {
    // The transistor saturates: the cell's voltage is the one at which it carries the compliance current, the rest is across the
    // transistor.
    const auto excess = [&](double u) { return amperes(u) / access.compliance_a - 1.0; };
    const double at_v = excess(v);
    if (at_v > 0.0) v = detail::rising_root(excess, 0.0, -1.0, v, at_v, 1e-15);
  }
  return sign * v;
}

/// Current into the port at a voltage over cell and access device.
template <typename Model>
MEMCOSIM_HD double port_current(const CellParameters& p, const CellCircuit& circuit, double state, double volts) {
  return cell_current<Model>(p, circuit.law, state, cell_voltage<Model>(p, circuit, 0.0, state, volts));
}

/// Port conductance, which a read sees: port current over voltage, at the read voltage.
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
