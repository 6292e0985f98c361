// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "memcosim/devices/cell_base/cell.hpp"
#include "memcosim/devices/cell_base/cell_circuit.hpp"
#include "memcosim/devices/cell_base/conductance_range.hpp"

namespace memcosim {

struct ParameterInfo;

/// The same pulse on many cells, to save a call per cell. Cell i has the parameters of `nominal`, with
/// drawn[i * varied_count + k] in place of parameter varied[k].
struct PulseBatch {
  CellParameters nominal;
  const CellCircuit* circuit;
  const std::size_t* varied;
  std::size_t varied_count;
  const double* drawn;
  PulseDrive drive;
  const double* volts;          ///< per cell (zero: not selected), or null: drive.volts for all
  PulseDraws first;             ///< draws of cell 0: cell i has first.cell + i
  const std::uint32_t* pulses;  ///< earlier pulses of each cell, or null: first.pulse for all
  std::size_t count;
  double* states;    ///< count, moved
  double* energy_j;  ///< count, set
};

/// A cell model behind a run-time interface: one row of the table of models. Conductances and currents are those at the port, access device
/// included.
struct CellModel {
  const char* name;
  const char* summary;  ///< one line, with the source of the equations
  int set_polarity;     ///< sign of the voltage that raises the conductance; 0: pulses do not move the cell
  bool follows_rate;    ///< the state follows a rate d(state)/dt; else every pulse is one step, or pulses do not move the cell
  bool is_random;       ///< pulses draw random numbers
  const ParameterInfo* parameters;
  std::size_t parameter_count;

  CellInconsistency (*inconsistency)(const double* p);
  bool (*make_consistent)(double* p);
  bool (*has_closed_form)(const CellParameters& p);  ///< in a plain circuit (CellCircuit::is_plain())
  double (*state_low)(const CellParameters& p);
  double (*state_high)(const CellParameters& p);
  double (*initial_state)(const CellParameters& p);
  double (*conductance)(const CellParameters& p, const CellCircuit& circuit, double state);
  double (*state_of_conductance)(const CellParameters& p, const CellCircuit& circuit, double siemens);
  double (*current)(const CellParameters& p, const CellCircuit& circuit, double state, double volts);
  CellPulse (*apply_pulse)(const CellParameters& p, const CellCircuit& circuit, double state, const PulseDrive& drive,
                           const PulseDraws& draws);
  void (*apply_pulses)(const PulseBatch& batch);
  bool (*moves_at)(const CellParameters& p, const CellCircuit& circuit, double volts);
  const char* table_schema = nullptr;  ///< schema of the tables that the model is built from (step_tables.hpp); null: it needs none
};

/// Lowest and highest conductance of a cell at its port.
ConductanceRange conductance_range(const CellModel& model, const CellParameters& p, const CellCircuit& circuit);

const std::deque<CellModel>& cell_models();
/// Throws InputError naming the nearest model.
const CellModel& cell_model(const std::string& name);
/// Adds a model that is not part of the library: `register_cell_model(describe_cell<MyCell>())` (describe_cell.hpp), before any
/// specification names it. It then works wherever the library's own models do, except in GPU code. Throws InputError when the name is taken
/// or the model's parameter table is malformed. Not safe while other threads use the table of models.
void register_cell_model(const CellModel& model);

}  // namespace memcosim
