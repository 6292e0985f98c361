// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/kernels/write_verify.hpp"

namespace memcosim {

/// One row of a region to be written, and where its results belong.
struct WriteRow {
  const WriteVerifySpec* spec;
  std::uint32_t first_cell;  ///< index in the array
  std::uint32_t columns;
  const double* targets_s;  ///< columns values
  std::uint64_t event;
  std::size_t first_result;  ///< index of the row's first cell in the result
  std::size_t result_row;
};

/// The cells of one array: states, and the varied parameters alone. Loops over cells are instantiated per model behind this interface.
/// Calls for different cells may run in different threads.
class CellArray {
 public:
  virtual ~CellArray() = default;
  CellArray() = default;
  CellArray(const CellArray&) = delete;
  CellArray& operator=(const CellArray&) = delete;

  std::size_t size() const { return state_.size(); }
  /// Cells whose drawn parameters contradicted each other and were made consistent.
  std::size_t adjusted() const { return adjusted_; }
  const std::vector<double>& state() const { return state_; }
  /// False, and nothing changes, when a value is not a legal state of its cell.
  virtual bool set_state(const double* state) = 0;

  virtual double conductance(std::uint32_t cell) const = 0;
  virtual void conductances(double* siemens) const = 0;
  /// Returns how many cells could not hold their value and were clipped.
  virtual std::size_t set_conductances(const double* siemens) = 0;
  /// Energy of the pulse, J.
  virtual double pulse(std::uint32_t cell, double volts, double seconds) = 0;
  /// Runs the write-verify loop of all cells of one row; each writes its own elements of `result`.
  virtual void write_row(const WriteRow& row, ProgramResult& result) = 0;

 protected:
  std::vector<double> state_;
  std::size_t adjusted_ = 0;
};

/// All cells in their initial state; `array` and `seed` address the draws of their parameters.
std::unique_ptr<CellArray> make_cell_array(const CellSpec& spec, std::size_t cells, std::uint64_t seed, std::uint32_t array);

}  // namespace memcosim
