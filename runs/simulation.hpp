// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/architecture/ledger.hpp"
#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/common/stop_token.hpp"
#include "memcosim/networks/calibration/adc_calibration.hpp"
#include "memcosim/networks/mapping/compiled_network.hpp"
#include "memcosim/networks/mapping/predistortion.hpp"
#include "memcosim/runs/results/state_file.hpp"
#include "memcosim/runs/run_spec.hpp"

namespace memcosim {

/// Wall-clock time of the parts of a run; not part of any result.
struct WallTimes {
  double preparation_s = 0.0;  ///< import, calibration, arrays
  double software_s = 0.0;     ///< float reference of the network
  double simulation_s = 0.0;   ///< programming and inference in simulated time
  double waiting_s = 0.0;      ///< part of simulation_s: waiting for values computed ahead that were not ready
};

/// Movement of the cells by reads (read_disturb.law: rate) in the epochs that were completed by finished images.
struct ReadMovement {
  std::uint64_t every = 0;  ///< images per epoch
  double largest = 0.0;     ///< largest movement of a cell within an epoch, as a share of the range of its state
};

/// Outcome of one run: everything that the result files are made of.
struct SimulationOutcome {
  std::string backend;
  std::vector<std::string> backend_notes;  ///< Backend::notes() at the end of the run
  CompiledNetwork compiled;
  ImageSet images;
  std::vector<StageReadout> readouts;
  std::vector<std::uint32_t> software_classes;     ///< of the float network
  std::vector<std::uint32_t> analog_classes;       ///< of the finished images; empty without values
  std::vector<double> analog_logits;               ///< finished images x classes; empty without values
  std::vector<std::uint64_t> clipped_activations;  ///< per stage
  RunActivity activity;                            ///< of the finished images; includes the programming recorded in a loaded state
  ProgrammedState state;
  std::optional<LineEffects> lines;                      ///< of arrays with resistive lines, before and after compensation
  std::vector<std::vector<double>> drift_factors;        ///< per stage, factors of the drift compensation; empty without it
  std::optional<ReadMovement> reads;                     ///< absent if no cell moves at the read voltage
  std::size_t faulty_cells = 0;                          ///< stuck cells of all arrays
  std::size_t adjusted_cells = 0;                        ///< cells whose drawn parameters contradicted each other
  std::vector<ClampedDraws> clamped_draws;               ///< summed over arrays, for each device-to-device variation of the cell
  std::size_t clipped_cells = 0;                         ///< cells that cannot hold the conductance set without pulses
  std::vector<std::vector<double>> target_s;             ///< per tile, target conductances of the whole array
  std::vector<std::vector<double>> programmed_s;         ///< per tile, observed conductances when the first image begins
  std::vector<std::vector<double>> stage_sums;           ///< per stage: finished images x windows x outputs, LSB; empty unless asked for
  std::vector<std::vector<std::uint32_t>> pulse_counts;  ///< per tile, of its used cells; empty if this run gave no pulses
  std::vector<std::vector<ProgrammingPulse>> pulses;     ///< per tile, ordered by time; empty unless asked for
  std::string timeline;                                  ///< JSON text; empty when not asked for
  bool interrupted = false;
  WallTimes wall;
};

/// Options of a run that the configuration does not contain.
struct SimulationOptions {
  std::filesystem::path load_state;       ///< empty: none
  std::filesystem::path waveform;         ///< file for spec.output.waveform
  const DigitalBlocks* blocks = nullptr;  ///< digital blocks of the program, or null
  bool quiet = false;
  StopToken stop;                                     ///< ends the simulation early; the outcome then covers the finished images
  std::atomic<std::uint64_t>* images_done = nullptr;  ///< number of finished images, updated for other threads; may be null
};

/// Prepares and runs `spec`. Once per process, which can elaborate SystemC only once. Throws InputError and RunError.
SimulationOutcome simulate(const RunSpec& spec, const SimulationOptions& options);

/// Hash (16 hexadecimal digits) of everything that decides what is programmed into which cell: mapping, cell model, targets, programming,
/// seed. Throws InputError for a conductance map that cannot be read.
std::string state_fingerprint(const RunSpec& spec, const MappingPlan& plan);

}  // namespace memcosim
