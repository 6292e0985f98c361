// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "memcosim/runs/simulation.hpp"

namespace memcosim {

/// Receives one result file.
using FileWriter = std::function<void(const std::string& name, const std::string& content)>;

/// Passes the value files of a run to `write`. NumPy files hold float64 in C order. Images are the finished ones; rows and columns are the
/// physical lines of an array.
///   outputs.npy       images x classes: results of the network's last layer before argmax; absent without values
///   conductances.npy  arrays x rows x columns, S: observed conductance of every cell at array.read_voltage when the first image begins,
///                     without line resistance; the format of programming.conductance_map (output.cells)
///   pulses.npy        arrays x rows x columns: programming pulses of each cell, 0 where nothing was written (output.cells); only from a
///                     run that programmed with pulses
///   pulse_trains.csv  one row for each pulse, by array, cell and time: array,row,column,amplitude_v (signed, word line to bit line),
///                     width_s,time_s (begin, simulated time) (output.pulse_trains); only from such a run
///   sums_stage_S.npy  images x windows x outputs: codes of the stage's converters, shifted, added and subtracted over slices, row blocks
///                     and pairs, in LSB of the stage (summary.json, adc.lsb) (output.sums)
/// The files are made one after the other to limit memory: a network can have many cells.
void write_value_files(const RunSpec& spec, const SimulationOutcome& outcome, const FileWriter& write);

}  // namespace memcosim
