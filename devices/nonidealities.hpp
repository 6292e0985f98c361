// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/common/config.hpp"
#include "memcosim/devices/conductance_range.hpp"
#include "memcosim/devices/nonidealities/conductance_effects.hpp"
#include "memcosim/devices/nonidealities/faults.hpp"

namespace memcosim {

/// What happens to the conductance of a cell beside its model: valid with any model. Each part is off by default.
///
/// Two moments are told apart. *Programming* sets the state: programmed_conductance() gives what a cell gets for a target (the pulse loop
/// of the programmer makes its own errors). *Looking* at a programmed cell never changes it: observed_conductance() is a pure function of
/// the state's conductance, the history of its array and addressed draws, so it can be asked in any order and by any thread.
///
/// Order of observed_conductance(), from the state (with its write noise) outwards:
///   1. finite states     nearest level; with a law of programming error the levels are those of the targets, and the error stays visible
///   2. endurance         cycles so far
///   3. relaxation        soon after programming
///   4. retention         age
///   5. read disturb      reads so far
///   6. temperature
///   7. telegraph noise   a function of age: frozen between two changes of age
///   8. faults            a stuck cell has its fixed conductance whatever came before, also with temperature and telegraph noise
/// Factors that do not depend on the state commute with each other (retention by a power law of one exponent, telegraph noise, temperature
/// on one side of its border); offsets (relaxation, measured distributions) and laws of the state do not: hence the order. White and 1/f
/// read noise come on top, drawn per read (read_sigma), also for stuck cells.
///
/// The functions of conductances are in nonidealities/conductance_effects.hpp, for host and device code.
struct CellNonidealities : ConductanceEffects {
  FaultSpec faults;
  /// Write noise, S: what a cell shows is off its state by an amount that each pulse draws anew (normal, this standard deviation) and that
  /// stays until the next pulse; the state moves without it. The apparent weight of N. Gong et al., Nat. Commun. 9:2102, 2018, and of IBM
  /// AIHWKit. The array adds it to the state's conductance before all else, since it counts the pulses.
  double write_noise_s = 0.0;
};

/// programmed_conductance and observed_conductance of neighbouring cells, `first` and those after it: the same bits, several times faster.
/// `faults` may be null; results may overwrite the input.
void programmed_conductances(const ConductanceEffects& effects, const ConductanceRange& range, const CellAddress& first,
                             std::uint64_t event, const double* targets_s, std::size_t count, double* siemens);
void observed_conductances(const ConductanceEffects& effects, const ConductanceRange& range, const CellAddress& first,
                           const ArrayHistory& history, const CellFault* faults, const double* states_s, std::size_t count,
                           double* siemens);

/// True when read_sigma can be above zero.
bool has_read_noise(const CellNonidealities& effects);

/// True when observed_conductance is the identity for a cell without fault at any history.
bool shows_its_state(const CellNonidealities& effects);

/// What of the specification goes beyond its publication when conductances from `window.low` to `window.high` are used: one line each, for
/// reports.
std::vector<std::string> beyond_validity(const CellNonidealities& effects, const ConductanceRange& window);

/// Reads the keys states, states_low, states_high, write_noise, programming_error, endurance, relaxation, retention, read_disturb,
/// temperature, read_noise and faults of a `device:` section; `fallback` holds the values of the preset.
CellNonidealities read_nonidealities(const ConfigNode& device, const CellNonidealities& fallback);
/// Throws InputError for a specification made in code that the reader would not have let through.
void check(const CellNonidealities& effects);

}  // namespace memcosim
