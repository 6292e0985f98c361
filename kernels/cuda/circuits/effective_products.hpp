// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace memcosim::cuda {

/// The effective conductances of one state of a circuit, kept on the GPU that is current when it is made: every batch of inputs is one
/// product in double precision. Not for use by several threads at once.
class EffectiveProducts {
 public:
  /// siemens: rows x columns, row-major. Throws InputError for another number of them, RunError without a GPU or enough memory.
  EffectiveProducts(std::size_t rows, std::size_t columns, const std::vector<double>& siemens);
  ~EffectiveProducts();
  EffectiveProducts(EffectiveProducts&&) noexcept;
  EffectiveProducts& operator=(EffectiveProducts&&) noexcept;

  /// A, inputs x columns, row-major, for voltages (inputs x rows): as PortReduction::column_currents(). A current is summed in the order of
  /// the rows, so that its bits do not depend on the other inputs. Throws InputError for another number of voltages.
  std::vector<double> column_currents(const std::vector<double>& word_line_volts, std::size_t inputs);
  /// Adds `factor` times the product of an entry per row and an entry per column to each conductance: the change of one cell
  /// (CellPortResponse). Throws InputError for other numbers of entries.
  void update(const std::vector<double>& of_rows, const std::vector<double>& of_columns, double factor);
  std::vector<double> conductance() const;  ///< S, rows x columns, row-major

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace memcosim::cuda
