// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "memcosim/cli/simulation.hpp"

namespace memcosim {

using FileWriter = std::function<void(const std::string& name, const std::string& content)>;

/// The values of a run, each handed to `write` under the name of its file. NumPy files hold float64 in C order; images are those that are
/// done, an array is a crossbar, rows and columns are physical lines.
///   outputs.npy       images x classes: results of the network's last layer before argmax; not without values
///   conductances.npy  arrays x rows x columns, S: of every cell at array.read_voltage when the images ran, without read noise, lines not
///                     included; the form of programming.conductance_map (output.cells)
///   pulses.npy        arrays x rows x columns: programming pulses of each cell, 0 where nothing was written (output.cells); only of a run
///                     that programmed with pulses
///   pulse_trains.csv  one row for each pulse, by array, cell and time: array,row,column,amplitude_v (signed, word line to bit line),
///                     width_s,time_s (begin, simulated time) (output.pulse_trains); likewise
///   sums_stage_S.npy  images x windows x outputs: codes of the stage's converters, shifted, added and subtracted over slices, row blocks
///                     and pairs, in LSB of the stage (summary.json, adc.lsb) (output.sums)
/// One file after the other is made, since a network can have many cells.
void write_value_files(const RunSpec& spec, const SimulationOutcome& outcome, const FileWriter& write);

}  // namespace memcosim
