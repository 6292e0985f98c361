// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/cli/run_spec.hpp"
#include "memcosim/cli/state_file.hpp"
#include "memcosim/common/stop_token.hpp"
#include "memcosim/networks/adc_calibration.hpp"
#include "memcosim/networks/compiled_network.hpp"
#include "memcosim/networks/predistortion.hpp"
#include "memcosim/sc_models/ledger.hpp"

namespace memcosim {

/// Seconds of the host that each part of a run took; never part of a result.
struct WallTimes {
  double preparation_s = 0.0;  ///< import, calibration, arrays
  double software_s = 0.0;     ///< float reference of the network
  double simulation_s = 0.0;   ///< programming and inference in simulated time
  double waiting_s = 0.0;      ///< of it: waiting for values that were to be ahead and were not ready
};

/// How reads moved the cells (read_disturb.law: rate), of the epochs that the finished images complete.
struct ReadMovement {
  std::uint64_t every = 0;  ///< images of an epoch
  double largest = 0.0;     ///< movement of a cell in an epoch, as a share of the range of its state
};

/// What one run of a network on a chip gave: everything that results are made of.
struct SimulationOutcome {
  std::string backend;
  std::vector<std::string> backend_notes;  ///< Backend::notes() at the end of the run
  CompiledNetwork compiled;
  ImageSet images;
  std::vector<StageReadout> readouts;
  std::vector<std::uint32_t> software_classes;     ///< of the float network
  std::vector<std::uint32_t> analog_classes;       ///< of the finished images; empty without values
  std::vector<double> analog_logits;               ///< finished images x classes; likewise
  std::vector<std::uint64_t> clipped_activations;  ///< per stage
  RunActivity activity;                            ///< of the finished images; programming of a loaded state included
  ProgrammedState state;
  std::optional<LineEffects> lines;                ///< of arrays with resistive lines: what they cost, and what the targets made up for
  std::vector<std::vector<double>> drift_factors;  ///< per stage, of the drift compensation; empty without
  std::optional<ReadMovement> reads;               ///< absent where no cell has a speed at the read voltage
  std::size_t faulty_cells = 0;                    ///< stuck cells of all arrays
  std::size_t adjusted_cells = 0;                  ///< cells whose drawn parameters contradicted each other
  std::vector<ClampedDraws> clamped_draws;         ///< of all arrays, for each of the cell's device-to-device variations
  std::size_t clipped_cells = 0;                   ///< directly set conductances that the cells cannot hold
  std::vector<std::vector<double>> target_s;       ///< per tile, whole array
  std::vector<std::vector<double>> programmed_s;   ///< what a read sees when the first image begins
  std::vector<std::vector<double>> stage_sums;     ///< per stage: finished images x windows x outputs, LSB; empty unless asked for
  std::vector<std::vector<std::uint32_t>> pulse_counts;  ///< per tile, of the cells that it uses; empty where this run gave no pulses
  std::vector<std::vector<ProgrammingPulse>> pulses;     ///< per tile, in the order of their time; empty unless asked for
  std::string timeline;                                  ///< JSON text; empty when not asked for
  bool interrupted = false;
  WallTimes wall;
};

struct SimulationOptions {
  std::filesystem::path load_state;
  std::filesystem::path waveform;  ///< file for spec.output.waveform
  bool quiet = false;
  StopToken stop;                                     ///< ends the simulation; the outcome is that of the images done
  std::atomic<std::uint64_t>* images_done = nullptr;  ///< kept up to date, for other threads
};

/// Prepares and runs everything that `spec` says, in this process's only SystemC elaboration. Throws InputError and RunError.
SimulationOutcome simulate(const RunSpec& spec, const SimulationOptions& options);

/// Identifies what is programmed into which cell: model, mapping, cells, targets, programming, seed.
std::string state_fingerprint(const RunSpec& spec, const MappingPlan& plan);

}  // namespace memcosim
