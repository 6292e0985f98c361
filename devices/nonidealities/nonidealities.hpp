// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/devices/cell_base/conductance_range.hpp"
#include "memcosim/devices/nonidealities/conductance_effects.hpp"
#include "memcosim/devices/nonidealities/faults.hpp"

namespace memcosim {

class ConfigNode;

/// Effects on the conductance of a cell that are not part of its model and work with any model. Each is off by default.
///
/// *Programming* sets the state: programmed_conductance() is the conductance that a cell gets for a target (with write-verify, the pulses
/// themselves make the errors instead). *Observing* a programmed cell never changes it: observed_conductance() is a pure function of the
/// state's conductance, the history of its array and addressed draws, so it can be called in any order and by any thread.
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
/// These functions are in nonidealities/conductance_effects.hpp, for host and device code.
struct CellNonidealities : ConductanceEffects {
  FaultSpec faults;
  /// Write noise, S: standard deviation of a normal offset between the observed conductance and that of the state. Each pulse draws it anew
  /// and it stays until the next pulse; the state itself moves without it. This is the apparent weight of N. Gong et al., Nat. Commun.
  /// 9:2102, 2018, and of IBM AIHWKit. The array, which counts the pulses, adds it to the state's conductance before all other effects.
  double write_noise_s = 0.0;
};

/// programmed_conductance() and observed_conductance() for consecutive cells from `first` on: the same bits, several times faster.
/// `faults` may be null; results may overwrite the input.
void programmed_conductances(const ConductanceEffects& effects, const ConductanceRange& range, const CellAddress& first,
                             std::uint64_t event, const double* targets_s, std::size_t count, double* siemens);
void observed_conductances(const ConductanceEffects& effects, const ConductanceRange& range, const CellAddress& first,
                           const ArrayHistory& history, const CellFault* faults, const double* states_s, std::size_t count,
                           double* siemens);

/// True when read_sigma can be above zero.
bool has_read_noise(const CellNonidealities& effects);

/// True when observed_conductance is the identity for any cell without fault, whatever the history of the array.
bool shows_its_state(const CellNonidealities& effects);

/// One line, for reports, for each law that is used beyond the conductances of its publication when the window is `window.low` to
/// `window.high`.
std::vector<std::string> beyond_validity(const CellNonidealities& effects, const ConductanceRange& window);

/// Reads the keys states, states_low, states_high, write_noise, programming_error, endurance, relaxation, retention, read_disturb,
/// temperature, read_noise and faults of a `device:` section; `fallback` holds the values of the preset.
CellNonidealities read_nonidealities(const ConfigNode& device, const CellNonidealities& fallback);
/// Throws InputError for a specification made in code that the reader would have refused.
void check(const CellNonidealities& effects);

}  // namespace memcosim
