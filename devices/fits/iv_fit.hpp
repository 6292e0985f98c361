// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "memcosim/common/units.hpp"
#include "memcosim/devices/fits/iv_sweep.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim {

/// What to fit to a sweep.
struct IvFitOptions {
  /// `vteam`, `data_driven_2021`, `ohmic` (a current law alone), or empty: `vteam` for a sweep with two currents at one voltage, else
  /// `ohmic`.
  std::string model;
  /// `model` (the model's own current), `sinh`, `table`, or empty: the one with the lowest Bayesian information criterion (IvCandidate).
  std::string law;
  double read_voltage_v = 0.0;  ///< 0: a tenth of the highest voltage, at most 0.2 V
};

/// A fitted parameter with its uncertainty.
struct FittedParameter {
  std::string name;
  std::string unit;
  double value;
  double error;  ///< standard error, from the residuals and the curvature of their sum of squares; infinite: not determined by the sweep
};

/// One current law that was tried.
struct IvCandidate {
  std::string law;
  std::size_t parameters;  ///< number of fitted parameters
  double rms;              ///< of the residuals
  double bic;              ///< Bayesian information criterion (G. Schwarz, Ann. Stat. 6, 461 (1978)): the least one is taken
};

/// A device fitted to a measured sweep.
struct IvFit {
  CellSpec spec;
  /// True if the model has its electrodes exchanged: its voltages and currents are those of the sweep with the opposite sign.
  bool exchanged = false;
  CellUse use;  ///< window, read voltage, and ramps within the voltages of the sweep (in the signs of the model)
  double initial_s = 0.0;
  ConductanceRange visited{0.0, 0.0};  ///< S, of the state in the sweep, at the read voltage
  std::vector<FittedParameter> parameters;
  std::vector<IvCandidate> candidates;
  /// Residuals are differences of asinh(I / floor): relative above the floor, linear below it.
  double floor_a = 0.0;
  double rms = 0.0;                   ///< of the residuals: 0.01 is one per cent of the current
  double rms_a = 0.0;                 ///< of modelled less measured current
  double largest_a = 0.0;             ///< magnitude of the measured current
  std::vector<double> modelled_a;     ///< at the points of the sweep, in its signs
  std::vector<std::string> warnings;  ///< what the sweep does not determine
};

/// Least-squares fit (least_squares.hpp) of a model and a current law to a sweep, from several starts. The state starts where it fits best.
/// Positions of `vteam` are fixed at 0 to 3 nm: a sweep determines speeds only relative to that distance. A bound that the state does not
/// reach is placed just beyond the states visited. Throws InputError for an unknown model or law, one that this sweep cannot determine, or
/// a sweep that the model cannot follow from any start.
IvFit fit_iv_sweep(const IvSweep& sweep, const IvFitOptions& options = {});

}  // namespace memcosim
