// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <cuda_runtime.h>

#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/cell_variation.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"
#include "memcosim/kernels/cuda/cells/resident_cells.hpp"

namespace memcosim::cuda {

/// A parameter that is drawn anew for each pulse.
struct CycleDraw {
  Variation variation;
  Range range;  ///< of the parameter
};

/// Resident cells as passed to kernels: by value, so that the data shared by all cells lie in constant memory.
struct ResidentView {
  double nominal[max_cell_parameters] = {};
  const double* drawn_of[max_cell_parameters] = {};  ///< per cell, or null: the nominal value
  std::int8_t cycle_draw[max_cell_parameters] = {};  ///< element of `cycle_draws`, or -1
  CycleDraw cycle_draws[max_cell_parameters] = {};
  std::uint32_t drawn_rows = 0;
  bool has_cycle_draws = false;
  bool has_read_noise = false;
  bool in_closed_form = false;  ///< pulses are the closed form, and a cell without fault shows its state
  double read_voltage_v = 0.0;
  CellCircuit circuit;
  SteppingSpec stepping;
  ConductanceEffects effects;
  double write_noise_s = 0.0;
  ConductanceRange nominal_range = {};
  std::uint64_t seed = 0;

  std::uint32_t cells = 0;                      ///< of all arrays
  std::uint32_t cells_per_array = 0;            ///< arrays lie one after the other
  const std::uint32_t* streams = nullptr;       ///< per array: array part of the addresses of draws
  const ArrayHistory* histories = nullptr;      ///< per array
  double* drawn = nullptr;                      ///< drawn_rows x cells
  double* states = nullptr;                     ///< per cell
  std::uint32_t* pulses = nullptr;              ///< per cell, or null: not counted
  const CellFault* faults = nullptr;            ///< per cell, or null: none
  const std::uint8_t* table_choice = nullptr;   ///< per cell, or null: the first
  const double* tables = nullptr;               ///< blocks of the step tables one after the other, or null
  const std::uint32_t* table_starts = nullptr;  ///< of each block
};

/// Pulses on every cell: either `volts`, one pulse per cell (zero: not selected), or `steps`, the same train for all.
struct PulseOrder {
  static constexpr std::size_t most_steps = 16;
  const double* volts = nullptr;
  double seconds = 0.0;  ///< of `volts`
  PulseStep steps[most_steps] = {};
  std::uint32_t step_count = 0;
  std::uint32_t repeats = 1;
  double* energy_j = nullptr;  ///< per cell: of the whole order
};

inline constexpr std::uint32_t rounds_per_word = 32;  ///< of WriteOrder::rounds

/// A write-verify of one region of every array. Results lie region after region, row-major.
struct WriteOrder {
  WriteVerifySpec spec;
  std::uint64_t event = 0;
  std::uint32_t count = 0;        ///< cells of all regions
  std::uint32_t region_rows = 0;  ///< of one array
  std::uint32_t region_columns = 0;
  std::uint32_t array_columns = 0;
  bool at_other_voltage = false;      ///< verify reads see another conductance than other reads: only GeneralCell
  bool reads_move = false;            ///< verify reads move cells: only GeneralCell
  const double* targets_s = nullptr;  ///< count
  std::uint32_t* pulses = nullptr;    ///< count, as all results
  std::uint32_t* reads = nullptr;
  double* pulse_energy_j = nullptr;
  double* read_energy_j = nullptr;
  WriteOutcome* outcome = nullptr;
  double* residual_s = nullptr;
  /// Per row of the result: reads, sets, resets. Where the cells of a row step together sets and resets are counted afterwards from the
  /// bits of `rounds`: per row a bit for each round with a set pulse, then the same for resets, words_per_row each.
  ProgramResult::RowPhases* rows = nullptr;
  std::uint32_t* rounds = nullptr;
  std::uint32_t words_per_row = 0;
  /// Number of cells that warps have taken so far.
  std::uint32_t* queue = nullptr;
  std::uint32_t cells_at_once = 0;  ///< cells that a warp takes at once
};

/// Kernels of one model; each function launches asynchronously.
struct CellKernels {
  const char* model;
  /// Draws the parameters of the rows that `by_device` names (bit k: row k), sets initial states, and adds to *adjusted the cells whose
  /// parameters had to be made consistent.
  void (*initialise)(const ResidentView& view, std::uint64_t by_device, const CycleDraw* rows, std::uint32_t* adjusted,
                     cudaStream_t stream);
  void (*pulse)(const ResidentView& view, const PulseOrder& order, cudaStream_t stream);
  /// Conductance of every cell's state with its write offset, S: what observe() starts from.
  void (*written)(const ResidentView& view, double* siemens, cudaStream_t stream);
  void (*write)(const ResidentView& view, const WriteOrder& order, cudaStream_t stream);
};

/// Those of a model of the library (cell_kernels.cuh).
template <typename Model>
CellKernels kernels_of();

/// Those of a model, or null.
const CellKernels* cell_kernels(const std::string& model);

/// Replaces the conductances of the states by the observed ones, S; also computes the standard deviation of one read (null: not wanted).
void launch_observe(const ResidentView& view, double* siemens, double* sigmas_s, cudaStream_t stream);
/// Adds to *faults the number of targets that are no conductance or whose band exceeds the full scale of the converter.
void launch_check_targets(const WriteOrder& order, std::uint32_t* faults, cudaStream_t stream);
/// Counts sets and resets of every row from the bits of `rounds`.
void launch_count_phases(const WriteOrder& order, std::uint32_t rows, cudaStream_t stream);

}  // namespace memcosim::cuda
