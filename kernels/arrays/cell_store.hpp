// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <gsl/span>

#include "memcosim/common/stop_token.hpp"
#include "memcosim/devices/draw_limits.hpp"
#include "memcosim/kernels/arrays/array_config.hpp"
#include "memcosim/kernels/arrays/cell_array_state.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"

namespace memcosim {

class CellAccelerator;
class CellArray;
struct EffectiveCircuit;
struct LevelMatrix;
class RowAccess;

/// The conductances of one state of an array as levels. It is immutable: later changes of the array do not alter it, and engines may keep
/// what they derive from it for as long as they hold it.
using LevelHandle = std::shared_ptr<const LevelMatrix>;

/// One cell of a row in a phase of verify reads.
struct VerifyTurn {
  std::uint32_t column = 0;
  std::uint32_t read_index = 0;  ///< earlier reads of the cell in this programming event
};

/// The arrays and their cells: creation, programming, ageing, verify reads and pulses, and the levels from which products are computed. It
/// has no simulated time: a result is the same whenever it is computed.
/// Errors: std::logic_error for misuse (unknown array, wrong sizes), InputError for impossible specifications.
/// Thread safety: one caller at a time.
class CellStore {
 public:
  /// `seed`: of all random draws; `stop`: when it asks to stop, long work throws Stopped.
  CellStore(std::uint64_t seed, const StopToken& stop, std::unique_ptr<CellAccelerator> accelerator);
  ~CellStore();
  CellStore(const CellStore&) = delete;
  CellStore& operator=(const CellStore&) = delete;

  std::uint64_t seed() const { return seed_; }
  const StopToken& stop() const { return stop_; }
  const CellAccelerator& accelerator() const { return *accelerator_; }

  /// Makes an array with every cell in its initial (high-resistance) state and draws its device-to-device parameters.
  ArrayId create_array(const ArrayConfig& config);
  const ArrayConfig& config(ArrayId array) const;
  StateVersion version(ArrayId array) const;
  /// Number of cells whose drawn parameters contradicted each other (r_off below r_on) and were moved to the nearest consistent ones.
  std::size_t adjusted_cells(ArrayId array) const;
  /// Counts of device-to-device draws that were clamped, one element for each variation of the array's cells.
  std::vector<ClampedDraws> clamped_draws(ArrayId array) const;
  /// Number of stuck cells (device faults).
  std::size_t faulty_cells(ArrayId array) const;

  /// Sets conductances directly (ideal programming, measured maps), rows * columns values in S, clipped to the range of each cell; returns
  /// the number of clipped cells. A new programming event: the age of the array is zero again.
  std::size_t set_conductance(ArrayId array, gsl::span<const double> siemens);
  /// Programs with the finite states and the programming error of the device: each cell gets its target with an error drawn from the
  /// device's law, which is clipped only where the law has a range. Returns and resets as set_conductance().
  std::size_t program(ArrayId array, gsl::span<const double> targets);
  /// Conductance of every cell at the read voltage as a read without noise sees it now, S: drift, faults and all other effects included.
  std::vector<double> conductance(ArrayId array) const;
  /// Internal state of every cell and the history of the array, for saving; set_state restores it bit for bit.
  CellArrayState state(ArrayId array) const;
  void set_state(ArrayId array, const CellArrayState& state);

  /// Lets an array age (drift, relaxation, telegraph noise); seconds > 0. Values see time through this call alone.
  void advance_age(ArrayId array, double seconds);
  /// Adds to the reads that the array has had (read_disturb.law: jiang_2021).
  void add_reads(ArrayId array, double reads);
  /// True if MVMs move cells of this array: read_disturb.law is `rate`, and the state of some cell, with its present parameters, has a
  /// speed at the read voltage.
  bool moves_when_read(ArrayId array) const;
  /// Ends an epoch of MVMs: every cell makes one step for each voltage at which its row was driven, in the order of `relative_volts`
  /// (shares of the read voltage), for drives[row * relative_volts.size() + v] * drive_s seconds. `epoch` addresses the draws. Returns the
  /// largest movement of a cell, as a share of the range of its state; raises the state version where that is not 0.
  double move_by_reads(ArrayId array, gsl::span<const double> relative_volts, gsl::span<const std::uint64_t> drives, double drive_s,
                       std::uint64_t epoch);
  ArrayHistory history(ArrayId array) const;

  /// Begins a programming event: age and reads are zero again. write_verify() calls it; a caller that steps cells with verify_read() and
  /// pulse() calls it before the first step.
  void begin_programming(ArrayId array);
  /// Runs the whole write-verify loop on the region rows x columns from cell (0, 0); targets in S, row-major over the region. `event`
  /// addresses the draws of this programming.
  ProgramResult write_verify(ArrayId array, const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns,
                             gsl::span<const double> targets, std::uint64_t event);
  /// Conductance of every cell as the converter sees it when its row is verified at this voltage, without noise, S: through the lines.
  std::vector<double> verified_conductance(ArrayId array, double read_voltage_v) const;
  /// One phase of verify reads of cells of a row, columns rising: the row is read once, then its cells move if their reads move them
  /// (`read_disturb: {law: rate}`; raises the state version). Returns the codes and adds the energy of each to energy_j[k].
  std::vector<std::int32_t> verify_row(ArrayId array, std::uint32_t row, gsl::span<const VerifyTurn> turns,
                                       const VerifyConverter& converter, std::uint64_t event, gsl::span<double> energy_j);
  /// Reads one cell alone (cell = row * columns + column of the array); adds the energy to *energy_j unless it is null.
  std::int32_t verify_read(ArrayId array, std::uint32_t cell, const VerifyConverter& converter, std::uint64_t event,
                           std::uint32_t read_index, double* energy_j);
  /// One pulse on one cell, signed voltage from word line to bit line; returns the energy that the drivers deliver. Raises the state
  /// version.
  double pulse(ArrayId array, std::uint32_t cell, double voltage_v, double duration_s);
  /// One pulse on some cells of a row at once: voltages_v has one value per column (zero: not selected); returns the energy of each, J.
  std::vector<double> pulse_row(ArrayId array, std::uint32_t row, gsl::span<const double> voltages_v, double duration_s);
  /// One pulse on every cell at once, each with its own voltage (training updates; zero: not selected); returns the energy of each, J.
  /// For ideal lines only: a std::logic_error for any other array.
  std::vector<double> pulse_all(ArrayId array, gsl::span<const double> voltages_v, double duration_s);

  /// True if the current of the array's cells is proportional to the voltage up to the read voltage.
  bool linear(ArrayId array) const;
  /// Levels of the array's present state. Rows are driven at these shares of the read voltage, which matter to cells with a non-linear
  /// current: LevelMatrix::codes has one element for each; it is empty for other cells, and where the only share is 1.
  LevelHandle levels(ArrayId array, gsl::span<const double> relative_volts);

 private:
  /// The last answer of moves_when_read(), kept because computing it visits every cell.
  struct ReadMovement {
    double volts = 0.0;
    bool moves = false;
  };
  struct Array {
    ArrayConfig config;
    StateVersion version = 1;
    std::unique_ptr<CellArray> cells;
    std::unique_ptr<RowAccess> access;
    mutable std::optional<ReadMovement> read_movement;
    LevelHandle levels;                  ///< null: not computed for this version
    std::vector<double> relative_volts;  ///< of `levels`; empty where they do not matter
  };
  const Array& at(ArrayId array) const;
  Array& at(ArrayId array);
  void check_cell(ArrayId array, std::uint32_t cell) const;
  /// Checks that there is one finite conductance per cell, marks the array as changed, and returns it.
  Array& writable(ArrayId array, gsl::span<const double> siemens);
  static void changed(Array& array);
  static bool moves_when_read(const Array& array, double volts, bool pulses_follow);
  /// Standard deviation of one read of every cell, S; empty without read noise.
  std::vector<double> read_sigmas(ArrayId array) const;
  /// Computes the levels of linear cells behind resistive lines, for this array and for others like it that have none yet.
  void make_effective_levels(ArrayId array);
  std::shared_ptr<LevelMatrix> make_effective_levels(ArrayId array, const std::vector<double>& siemens, EffectiveCircuit circuit) const;
  std::vector<EffectiveCircuit> reduce(const ArrayConfig& array, const std::vector<std::vector<double>>& siemens) const;
  std::shared_ptr<LevelMatrix> make_levels(ArrayId array, bool by_circuit) const;

  std::uint64_t seed_;
  StopToken stop_;
  std::vector<Array> arrays_;
  std::unique_ptr<CellAccelerator> accelerator_;
};

}  // namespace memcosim
