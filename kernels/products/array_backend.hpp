// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/kernels/arrays/cell_array.hpp"
#include "memcosim/kernels/arrays/row_access.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"
#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/kernels/products/level_matrix.hpp"

namespace memcosim {

/// The part of a backend that keeps cells in host memory: arrays, state versions, programming, and the checks of every call. A derived
/// class computes MVMs.
class ArrayBackend : public Backend {
 public:
  explicit ArrayBackend(const BackendOptions& options) : seed_(options.seed), stop_(options.stop) {}

  std::vector<std::string> notes() const override { return notes_; }
  /// Adds a note unless it is there already.
  void add_note(const std::string& note);

  ArrayId create_array(const ArrayConfig& config) override;
  const ArrayConfig& config(ArrayId array) const override;
  StateVersion version(ArrayId array) const override;
  void set_readout(ArrayId array, const ReadoutConfig& readout) override;
  const ReadoutConfig& readout(ArrayId array) const override;
  std::size_t adjusted_cells(ArrayId array) const override;
  std::vector<ClampedDraws> clamped_draws(ArrayId array) const override;
  std::size_t faulty_cells(ArrayId array) const override;

  std::size_t set_conductance(ArrayId array, gsl::span<const double> siemens) override;
  std::size_t program(ArrayId array, gsl::span<const double> targets) override;
  std::vector<double> conductance(ArrayId array) const override;
  CellArrayState state(ArrayId array) const override;
  void set_state(ArrayId array, const CellArrayState& state) override;
  void advance_age(ArrayId array, double seconds) override;
  void add_reads(ArrayId array, double reads) override;
  bool moves_when_read(ArrayId array) const override;
  double move_by_reads(ArrayId array, gsl::span<const std::uint64_t> slices, double slice_s, std::uint64_t epoch) override;
  ArrayHistory history(ArrayId array) const override;
  void begin_programming(ArrayId array) override;

  ProgramResult write_verify(ArrayId array, const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns,
                             gsl::span<const double> targets, std::uint64_t event) override;
  std::vector<double> verified_conductance(ArrayId array, double read_voltage_v) const override;
  std::vector<std::int32_t> verify_row(ArrayId array, std::uint32_t row, gsl::span<const VerifyTurn> turns,
                                       const VerifyConverter& converter, std::uint64_t event, gsl::span<double> energy_j) override;
  std::int32_t verify_read(ArrayId array, std::uint32_t cell, const VerifyConverter& converter, std::uint64_t event,
                           std::uint32_t read_index, double* energy_j) override;
  double pulse(ArrayId array, std::uint32_t cell, double voltage_v, double duration_s) override;
  std::vector<double> pulse_row(ArrayId array, std::uint32_t row, gsl::span<const double> voltages_v, double duration_s) override;
  std::vector<double> pulse_all(ArrayId array, gsl::span<const double> voltages_v, double duration_s) override;

  ProductResult multiply(const ProductBatch& batch) override;

 protected:
  std::uint64_t seed() const { return seed_; }
  const StopToken& stop() const { return stop_; }
  /// Calls work(row) once for each row; calls for different rows may run at the same time.
  virtual void for_each_row(std::uint32_t rows, const std::function<void(std::uint32_t)>& work);

  /// A region of one array to be written, from cell (0, 0).
  struct WriteRegion {
    const WriteVerifySpec* spec;
    std::uint32_t rows;
    std::uint32_t columns;
    const double* targets_s;  ///< rows x columns
    std::uint64_t event;
  };
  // Hooks for a derived class that computes on another device, for all cells of an array with ideal lines at once. True: done, with the
  // same outcome as on the host; false: nothing done, the host computes.
  virtual bool write_cells(ArrayId, CellArray&, const WriteRegion&, ProgramResult&) { return false; }
  virtual bool pulse_cells(ArrayId, CellArray&, const double* /*volts*/, double /*seconds*/, std::vector<double>& /*energy_j*/) {
    return false;
  }
  // The same for the observed conductances of all cells of any array, S, and for the standard deviation of one read of each.
  virtual bool observe_cells(ArrayId, const CellArray&, std::vector<double>& /*siemens*/) const { return false; }
  virtual bool observe_sigmas(ArrayId, const CellArray&, std::vector<double>& /*sigmas_s*/) const { return false; }
  /// Effective circuits of arrays of this shape and these lines, from the conductances of their cells.
  virtual std::vector<EffectiveCircuit> reduce_circuits(const ArrayConfig& array, const std::vector<std::vector<double>>& siemens);
  /// Best number of arrays for one call of reduce_circuits(): when the levels of one array are needed, others without levels are reduced
  /// along with it.
  virtual std::size_t circuits_at_once() const { return 1; }

  /// Throws std::logic_error unless the batch fits its array, the array has a readout, and every code fits the input bits.
  void check_batch(const MvmBatch& batch) const;
  // check_batch() in two steps, for backends that read every code anyway. used_bits: bitwise or of all codes of the batch.
  void check_shape(const MvmBatch& batch) const;
  void check_codes(const MvmBatch& batch, unsigned used_bits) const;
  /// Levels of the array's present state. Later changes of the state do not alter a returned matrix.
  std::shared_ptr<const LevelMatrix> levels(ArrayId array);
  /// Throws std::logic_error unless the parts fit the product and each other.
  void check_product(const ProductBatch& batch) const;
  /// A result of the right shape in MvmBatch::memory, all zero.
  MvmResult empty_result(const MvmBatch& batch) const;
  /// The same without clearing the memory, for callers that write every element.
  MvmResult unwritten_result(const MvmBatch& batch) const;

 private:
  /// The last answer of moves_when_read(), kept because computing it visits every cell.
  struct ReadMovement {
    double volts = 0.0;
    bool moves = false;
  };
  struct Array {
    ArrayConfig config;
    std::optional<ReadoutConfig> readout;
    StateVersion version = 1;
    std::unique_ptr<CellArray> cells;
    std::unique_ptr<RowAccess> access;
    mutable std::optional<ReadMovement> read_movement;
    std::shared_ptr<const LevelMatrix> levels;  ///< null: not computed for this version
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
  std::shared_ptr<LevelMatrix> make_levels(ArrayId array, bool by_circuit) const;
  static void add_code_levels(const Array& source, unsigned dac_bits, LevelMatrix& matrix);

  std::uint64_t seed_;
  StopToken stop_;
  std::vector<std::string> notes_;
  std::vector<Array> arrays_;
};

}  // namespace memcosim
