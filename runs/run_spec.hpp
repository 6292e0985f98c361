// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "memcosim/architecture/chip_spec.hpp"
#include "memcosim/common/config.hpp"
#include "memcosim/devices/presets/cell_use.hpp"
#include "memcosim/networks/calibration/adc_calibration.hpp"
#include "memcosim/networks/calibration/drift_compensation.hpp"
#include "memcosim/networks/specification/network_spec.hpp"

namespace memcosim {

/// How the arrays get their conductances.
enum class ProgrammingMethod {
  write_verify,  ///< pulse by pulse by the programmers, in simulated time
  statistical,   ///< with the finite states and the programming error of the device; no pulses, time or energy
  ideal,         ///< set exactly; no time or energy
  map,           ///< a measured conductance map (.npy), set directly
};

/// Where the values of the network come from.
enum class ValueMode {
  ahead,     ///< computed in batches ahead of the simulated time
  at_event,  ///< each MVM is computed when it begins in simulated time
  none,      ///< no values: only timing and value-independent energy
};

/// How the targets of the cells compensate for resistive lines.
enum class LineCompensation {
  none,          ///< not at all: the target of a cell is the conductance of its level
  predistorted,  ///< targets whose effective conductances are those of the levels (networks/mapping/predistortion.hpp)
};

/// Format of the waveform file of the macros (`output.waveform`).
enum class Waveform { none, vcd, fst };

/// Section `output`: which files a run writes beside its summary.
struct OutputSpec {
  std::uint64_t timeline_images = 1;       ///< images in timeline.json; 0: no file
  std::uint64_t timeline_events = 200000;  ///< largest number of events in timeline.json
  Waveform waveform = Waveform::none;
  bool cells = true;          ///< conductances.npy, and pulses.npy if cells were programmed with pulses
  bool pulse_trains = false;  ///< pulse_trains.csv
  std::string sums = "none";  ///< stages whose sums are written: none, all, or the name of a stage
};

/// A run configuration with every default filled in and all values checked, SI units.
struct RunSpec {
  std::int64_t schema_version = 0;  ///< of the file
  std::uint64_t seed = 1;
  NetworkSpec network;
  DatasetSpec dataset;
  CellSpec cell;
  CellUse use;  ///< default use of the device (window, read voltage, pulses)
  DriftCompensation drift_compensation = DriftCompensation::none;
  ConductanceWindow window;
  const WeightEncoding* encoding = &encodings::differential_digital;
  ArrayWires wires;
  LineCompensation line_compensation = LineCompensation::none;
  double settling_s = 0.0;  ///< settling time of lines with a capacitance, to half an LSB of the ADC; 0: not known
  AdcRangeSpec adc_range;
  ChipSpec chip;
  ProgrammingMethod programming = ProgrammingMethod::write_verify;
  std::filesystem::path conductance_map;  ///< for ProgrammingMethod::map
  ValueMode values = ValueMode::ahead;
  std::uint32_t chunk = 0;  ///< images whose values are computed together; 0: chosen by the program
  BackendOptions backend;
  OutputSpec output;
  std::vector<SetKey> set_keys;  ///< keys that the configuration sets to another value than their default
};

struct DigitalBlocks;

/// Reads and checks the document. Throws ConfigError with all faults together.
RunSpec read_run_spec(const ConfigDocument& document);
/// The same for a program with digital blocks of its own: `macro.digital` may name them too.
RunSpec read_run_spec(const ConfigDocument& document, const DigitalBlocks& own);

}  // namespace memcosim
