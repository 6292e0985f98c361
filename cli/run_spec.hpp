// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "memcosim/common/config.hpp"
#include "memcosim/devices/cell_presets.hpp"
#include "memcosim/networks/adc_calibration.hpp"
#include "memcosim/networks/drift_compensation.hpp"
#include "memcosim/networks/network_spec.hpp"
#include "memcosim/sc_models/chip_spec.hpp"

namespace memcosim {

/// How the arrays get their conductances.
enum class ProgrammingMethod {
  write_verify,  ///< the timed programmer, pulse by pulse
  statistical,   ///< the device's finite states and law of programming error, no pulses: no time, no energy
  ideal,         ///< set exactly, no time, no energy
  map,           ///< a measured conductance map (.npy), set directly
};

/// Where the values of the network come from.
enum class ValueMode {
  ahead,     ///< computed in batches ahead of the simulated time
  at_event,  ///< computed MVM by MVM at its event
  none,      ///< timing and energy of the digital side alone
};

/// What the targets of the cells make up for.
enum class LineCompensation {
  none,          ///< a cell's target is the conductance of its level
  predistorted,  ///< targets with which the effective conductances are those of the levels (networks/predistortion.hpp)
};

enum class Waveform { none, vcd, fst };

struct OutputSpec {
  std::uint64_t timeline_images = 1;  ///< images in timeline.json; 0: no file
  std::uint64_t timeline_events = 200000;
  Waveform waveform = Waveform::none;
  bool cells = true;          ///< conductances.npy, and pulses.npy of cells that were programmed with pulses
  bool pulse_trains = false;  ///< pulse_trains.csv
  std::string sums = "none";  ///< of which stage the sums are written: none, all, or a stage by its name
};

/// A whole run, resolved and checked: the run form of a configuration file.
struct RunSpec {
  std::int64_t schema_version = 0;  ///< of the file
  std::uint64_t seed = 1;
  NetworkSpec network;
  DatasetSpec dataset;
  CellSpec cell;
  CellUse use;  ///< defaults that suit the device
  DriftCompensation drift_compensation = DriftCompensation::none;
  ConductanceWindow window;
  ColumnPairing pairing = ColumnPairing::differential_digital;
  ArrayWires wires;
  LineCompensation line_compensation = LineCompensation::none;
  double settling_s = 0.0;  ///< of lines with a capacitance, to half an LSB of the ADC; 0: not known
  AdcRangeSpec adc_range;
  ChipSpec chip;
  bool rtl_controller = false;
  ProgrammingMethod programming = ProgrammingMethod::write_verify;
  std::filesystem::path conductance_map;
  ValueMode values = ValueMode::ahead;
  std::uint32_t chunk = 0;
  BackendOptions backend;
  OutputSpec output;
  std::vector<SetKey> set_keys;  ///< what the configuration sets to another value than its default
};

/// Reads and checks the document; throws ConfigError with all faults at once.
RunSpec read_run_spec(const ConfigDocument& document);

}  // namespace memcosim
