// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/arrays/row_access.hpp"

#include "memcosim/kernels/arrays/ladder_rows.hpp"
#include "memcosim/kernels/arrays/passive_rows.hpp"

namespace memcosim {

namespace {

/// Ideal lines: a cell has exactly the voltage of its drivers, and other cells have none.
class IdealRows final : public RowAccess {
 public:
  IdealRows(std::uint32_t columns, CellArray& cells) : columns_(columns), cells_(cells) {}

  void read(std::uint32_t row, const std::vector<std::uint32_t>& columns, double volts, double* siemens) const override {
    for (std::size_t k = 0; k < columns.size(); ++k)
      siemens[k] = cells_.conductance_at(row * columns_ + columns[k], volts);
  }
  void pulse(std::uint32_t row, const std::vector<std::uint32_t>& columns, const double* volts, double seconds, double* energy_j) override {
    for (std::size_t k = 0; k < columns.size(); ++k)
      energy_j[k] += cells_.pulse(row * columns_ + columns[k], volts[k], seconds);
  }
  bool rows_are_independent() const override { return true; }

 private:
  std::uint32_t columns_;
  CellArray& cells_;
};

}  // namespace

std::unique_ptr<RowAccess> make_row_access(const ArrayWires& wires, std::uint32_t rows, std::uint32_t columns, CellArray& cells) {
  check(wires);
  if (!wires.modelled()) return std::make_unique<IdealRows>(columns, cells);
  if (wires.selector == CellSelector::none) return std::make_unique<PassiveRows>(wires, rows, columns, cells);
  return std::make_unique<LadderRows>(wires, rows, columns, cells);
}

}  // namespace memcosim
