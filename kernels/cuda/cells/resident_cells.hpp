// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/kernels/arrays/cell_array.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"

namespace memcosim::cuda {

/// One pulse of a train.
struct PulseStep {
  double volts = 0.0;  ///< from word line to bit line
  double seconds = 0.0;
};

/// The cells of one or several arrays of one specification, shape and seed in the memory of a GPU. The same draws and decisions as
/// CellArray with ideal lines: states are the same bits where the model needs no libm, counts and outcomes of write-verify too; else states
/// differ by rounding (1e-12 of the range). No result depends on the number of cells or their order of processing.
///
/// Calls are asynchronous: they return when the work is queued; those that return values wait for it. One caller at a time. Errors:
/// RunError of the GPU,
/// OutOfMemory where the cells do not fit (both common/error.hpp), std::logic_error for misuse, InputError for impossible specifications.
class ResidentCells {
 public:
  /// True if GPU code exists for the model. Models that a program has registered at run time have none.
  static bool supports(const CellSpec& spec);

  /// The cells of these arrays as they are; all have one specification, shape, seed and read voltage.
  explicit ResidentCells(const std::vector<const CellArray*>& arrays, int gpu = 0);
  /// New cells in their initial states, without an array on the host. Parameters are drawn on the GPU where that needs no libm (normal and
  /// uniform variations), with the addresses and bits of CellArray; others are drawn on the host and copied.
  ResidentCells(const CellSpec& spec, const CellArrayPlace& place, int gpu = 0);
  ~ResidentCells();
  ResidentCells(const ResidentCells&) = delete;
  ResidentCells& operator=(const ResidentCells&) = delete;

  std::size_t size() const;  ///< cells of all arrays
  std::size_t arrays() const;
  /// Number of cells whose drawn parameters were made consistent, where they were made from a specification.
  std::size_t adjusted() const;

  /// States, pulse counts and history of an array that has changed on the host.
  void load(const CellArray& source, std::size_t array = 0);
  /// States and pulse counts into an array of the host; its history is its own.
  void save(CellArray& target, std::size_t array = 0) const;
  std::vector<double> states() const;
  /// Sets the state of every cell; the caller must ensure that the states are legal.
  void set_states(const std::vector<double>& states);
  std::vector<std::uint32_t> pulses() const;
  void set_history(const ArrayHistory& history, std::size_t array = 0);

  /// One pulse on every cell, each with its own voltage (zero: not selected); returns the energy, J, of each.
  std::vector<double> pulse_all(const double* volts, double seconds);
  /// The same train of at most 16 steps, `repeats` times, on every cell, in one pass over the cells.
  void pulse_train(const std::vector<PulseStep>& steps, std::uint32_t repeats = 1);
  /// Energy, J, of each cell over the last train or pulse.
  std::vector<double> energies() const;

  /// Conductances that a read without noise sees, S, and the standard deviation of one read (all zero without read noise).
  std::vector<double> conductances() const;
  std::vector<double> read_sigmas() const;

  /// Write-verify of the region rows x columns from (0, 0) of every array; targets in S, region after region, row-major. Each cell loops
  /// until it is done; results as those of Backend::write_verify. The caller begins the programming event (set_history, load).
  ProgramResult write_verify(const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns, const double* targets_s,
                             std::uint64_t event);
  /// The same in steps, with targets and results kept on the GPU.
  void set_targets(std::uint32_t rows, std::uint32_t columns, const double* targets_s);
  void write(const WriteVerifySpec& spec, std::uint64_t event);
  ProgramResult program_result() const;

  /// Waits until all work is done.
  void wait() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace memcosim::cuda
