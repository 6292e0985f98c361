// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/devices/cell_base/cell.hpp"

namespace memcosim {

/// Shape of the I-V curve, applied to any model: I(V) = G * V_read * s(V) / s(V_read), with G the conductance at the read voltage and s
/// rising through s(0) = 0. s is odd, except for a table with points below 0 V (a rectifying cell). `model` keeps the model's own current.
struct CurrentLaw {
  enum class Kind : std::uint8_t {
    model,
    sinh,        ///< s = sinh(V / v0): hopping and Poole-like conduction
    polynomial,  ///< s = V + c2 V |V| + c3 V^3 (cubic: c2 = 0), a straight line above `straight_above_v`
    table,       ///< s through (0, 0) and the points, linear between them and beyond the outermost
  };
  static constexpr int max_points = 64;

  Kind kind = Kind::model;
  double v0 = 0.25;                ///< V
  double c2 = 0.0;                 ///< 1/V
  double c3 = 0.0;                 ///< 1/V^2
  double straight_above_v = 10.0;  ///< polynomial: from here on it keeps its slope; it must rise up to here
  int points = 0;                  ///< of the table above 0 V, at least 1
  int points_below = 0;            ///< of the table below 0 V; 0: s is odd
  /// Magnitudes, rising and above 0: first `points` above 0 V, then `points_below` below 0 V, each from 0 V outwards.
  double volts[max_points] = {};
  double relative[max_points] = {};

  MEMCOSIM_HD double shape(double v) const;
  MEMCOSIM_HD double polynomial_shape(double magnitude) const;
  MEMCOSIM_HD double table_shape(double magnitude, int first, int count) const;
};

/// Device in series with a cell.
struct AccessDevice {
  enum class Kind : std::uint8_t {
    none,                  ///< 0T1R
    transistor,            ///< 1T1R: a resistance up to the compliance current, then a current source
    selector_exponential,  ///< 1S1R: I = i0 sinh(V / v0)
    selector_threshold,    ///< 1S1R: off_ohms below the threshold of the voltage over cell and selector, on_ohms above
  };
  Kind kind = Kind::none;
  double on_ohms = 0.0;
  double off_ohms = 0.0;
  double compliance_a = HUGE_VAL;
  double threshold_v = 0.0;
  double i0_a = 0.0;
  double v0_v = 0.0;
};

/// The electrical part of a cell around its state: current law and access device.
struct CellCircuit {
  CurrentLaw law;
  AccessDevice access;
  /// True if the voltage at the port is the voltage in the state's equation.
  MEMCOSIM_HD bool is_plain() const { return law.kind == CurrentLaw::Kind::model && access.kind == AccessDevice::Kind::none; }
};

/// Method of integrating a pulse of a model that follows a rate.
enum class Stepping : std::uint8_t {
  automatic,  ///< the closed form where one is valid, else adaptive
  exact,      ///< the closed form; a specification without one is refused
  adaptive,   ///< error-bounded steps
  sampled,    ///< explicit Euler at a fixed spacing, for comparison with published codes
};
/// Integration method of a pulse, and the parameter of each method.
struct SteppingSpec {
  Stepping mode = Stepping::automatic;
  double tolerance = 1e-6;  ///< adaptive: bound of the error of the state after a pulse, relative to the range of the state
  double sample_s = 1e-9;   ///< sampled: length of an Euler step, s; the last step of a pulse may be shorter
};

/// A pulse at the port of a cell: a source behind a resistance (wires, driver; zero: ideal).
struct PulseDrive {
  double volts = 0.0;
  double seconds = 0.0;
  double series_ohms = 0.0;
  SteppingSpec stepping;
};

}  // namespace memcosim

#include "memcosim/devices/cell_base/cell_circuit_inline.hpp"
