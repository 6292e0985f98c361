// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "memcosim/common/config.hpp"
#include "memcosim/devices/cell_model.hpp"
#include "memcosim/devices/nonidealities/endurance.hpp"
#include "memcosim/devices/nonidealities/faults.hpp"
#include "memcosim/devices/nonidealities/programming_error.hpp"
#include "memcosim/devices/nonidealities/read_disturb.hpp"
#include "memcosim/devices/nonidealities/read_noise.hpp"
#include "memcosim/devices/nonidealities/relaxation.hpp"
#include "memcosim/devices/nonidealities/retention.hpp"
#include "memcosim/devices/nonidealities/temperature.hpp"

namespace memcosim {

/// What happens to the conductance of a cell beside its model: valid with any model. Each part is off by default.
///
/// Two moments are told apart. *Programming* sets the state: programmed_conductance() gives what a cell gets for a target (the pulse loop
/// of the programmer makes its own errors). *Looking* at a programmed cell never changes it: observed_conductance() is a pure function of
/// the state's conductance, the history of its array and addressed draws, so it can be asked in any order and by any thread.
///
/// Order of observed_conductance(), from the state outwards:
///   1. finite states     nearest level
///   2. endurance         cycles so far
///   3. relaxation        soon after programming
///   4. retention         age
///   5. read disturb      reads so far
///   6. temperature
///   7. telegraph noise   frozen between two changes of age
///   8. faults            a stuck cell has its fixed conductance whatever came before
/// 3 to 6 are factors or offsets on conductances; factors commute with each other, offsets do not: hence the order. White and 1/f read
/// noise come on top, drawn per read (read_sigma), also for stuck cells.
struct CellNonidealities {
  std::uint32_t states = 0;  ///< finite conductance states, equally spaced over the cell's range; 0: continuous, else at least 2
  ProgrammingErrorSpec programming_error;
  EnduranceSpec endurance;
  RelaxationSpec relaxation;
  RetentionSpec retention;
  ReadDisturbSpec read_disturb;
  TemperatureSpec temperature;
  ReadNoiseSpec read_noise;
  FaultSpec faults;
};

/// What an array went through; what its age means is up to the user of the array (section 1 of docs/architecture.md).
struct ArrayHistory {
  std::uint64_t event = 0;     ///< programming events so far: addresses the draws of errors and drift
  std::uint64_t changes = 0;   ///< changes of age since then: addresses telegraph states
  double age_s = 0.0;          ///< since the last programming
  double last_change_s = 0.0;  ///< length of the last change of age
  double cycles = 0.0;         ///< set/reset cycles before and including the last programming
  double reads = 0.0;          ///< since the last programming
};

/// Address of the draws of one cell.
struct CellAddress {
  std::uint64_t seed = 0;
  std::uint32_t array = 0;
  std::uint32_t cell = 0;
};

/// What a cell gets for a target: nearest finite state, then the programming error; within the range unless the error's law says otherwise,
/// never below zero.
double programmed_conductance(const CellNonidealities& effects, double target_s, const ConductanceRange& range, const CellAddress& cell,
                              std::uint64_t event);

/// What a read without noise sees of a cell whose state has the conductance `state_s`. `event` is the programming event that wrote it.
double observed_conductance(const CellNonidealities& effects, double state_s, const ConductanceRange& range, const CellAddress& cell,
                            const ArrayHistory& history, CellFault fault);

/// Standard deviation of one read of a cell that shows `observed_s`, S; zero without read noise.
double read_sigma(const CellNonidealities& effects, double observed_s, const ArrayHistory& history);

/// True when read_sigma can be above zero.
bool has_read_noise(const CellNonidealities& effects);

/// True when observed_conductance is the identity for a cell without fault at any history.
bool shows_its_state(const CellNonidealities& effects);

/// Reads the keys states, programming_error, endurance, relaxation, retention, read_disturb, temperature, read_noise and faults of a
/// `device:` section; `fallback` holds the values of the preset.
CellNonidealities read_nonidealities(const ConfigNode& device, const CellNonidealities& fallback);
/// Throws InputError for a specification made in code that the reader would not have let through.
void check(const CellNonidealities& effects);

}  // namespace memcosim
