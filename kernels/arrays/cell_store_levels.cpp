// SPDX-License-Identifier: Apache-2.0
// The levels of an array's present state.
#include <algorithm>
#include <utility>

#include "memcosim/kernels/arrays/cell_accelerator.hpp"
#include "memcosim/kernels/arrays/cell_store.hpp"
#include "memcosim/kernels/arrays/circuit_products.hpp"
#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/arrays/row_access.hpp"

namespace memcosim {

namespace {

/// Adds the levels at each voltage, for cells with a non-linear current, whose conductance depends on it.
void add_levels_at(const ArrayConfig& config, const CellArray& cells, gsl::span<const double> relative_volts, LevelMatrix& matrix) {
  std::vector<double> siemens(cells.size());
  for (const double relative : relative_volts) {
    cells.conductances_at(relative * config.read_voltage_v, siemens.data());
    matrix.codes.emplace_back(config.rows, config.columns, config.window, siemens);
  }
}

}  // namespace

LevelHandle CellStore::levels(ArrayId array, gsl::span<const double> relative_volts) {
  Array& source = at(array);
  const bool by_circuit = source.config.wires.resistive() && !source.cells->linear();
  const bool at_read_voltage = relative_volts.size() == 1 && relative_volts[0] == 1.0;
  const bool by_voltage = !at_read_voltage && !source.cells->linear() && !by_circuit;
  const gsl::span<const double> needed = by_voltage ? relative_volts : gsl::span<const double>();
  if (source.levels && std::equal(needed.begin(), needed.end(), source.relative_volts.begin(), source.relative_volts.end()))
    return source.levels;
  if (source.config.wires.resistive() && !by_circuit) {
    make_effective_levels(array);
  } else {
    auto matrix = make_levels(array, by_circuit);
    if (by_voltage) add_levels_at(source.config, *source.cells, relative_volts, *matrix);
    source.levels = std::move(matrix);
  }
  source.relative_volts.assign(needed.begin(), needed.end());
  return source.levels;
}

void CellStore::make_effective_levels(ArrayId array) {
  const ArrayConfig& lines = at(array).config;
  std::vector<ArrayId> together = {array};
  for (ArrayId other = 0; other < arrays_.size() && together.size() < accelerator_->circuits_at_once(); ++other) {
    const Array& candidate = at(other);
    const bool alike =
        candidate.config.wires == lines.wires && candidate.config.rows == lines.rows && candidate.config.columns == lines.columns;
    if (other != array && alike && !candidate.levels && candidate.cells->linear()) together.push_back(other);
  }
  std::vector<std::vector<double>> siemens;
  for (const ArrayId each : together)
    siemens.push_back(conductance(each));
  std::vector<EffectiveCircuit> circuits = reduce(lines, siemens);
  for (std::size_t k = 0; k < together.size(); ++k)
    at(together[k]).levels = make_effective_levels(together[k], siemens[k], std::move(circuits[k]));
}

/// Levels of linear cells behind resistive lines: the effective conductances. The lines attenuate the read noise of a cell by the same
/// factor as its signal.
std::shared_ptr<LevelMatrix> CellStore::make_effective_levels(ArrayId array, const std::vector<double>& siemens,
                                                              EffectiveCircuit circuit) const {
  const ArrayConfig& config = at(array).config;
  std::vector<double> sigmas = read_sigmas(array);
  for (std::size_t cell = 0; cell < sigmas.size(); ++cell) {
    if (siemens[cell] > 0.0) sigmas[cell] *= circuit.conductance[cell] / siemens[cell];
  }
  auto matrix = std::make_shared<LevelMatrix>(config.rows, config.columns, config.window, circuit.conductance);
  matrix->set_row_coupling(std::move(circuit.coupling));
  matrix->set_read_noise(config.window, sigmas);
  return matrix;
}

std::vector<EffectiveCircuit> CellStore::reduce(const ArrayConfig& array, const std::vector<std::vector<double>>& siemens) const {
  if (auto reduced = accelerator_->reduce(array, siemens)) return std::move(*reduced);
  std::vector<EffectiveCircuit> reduced;
  for (const std::vector<double>& cells : siemens) {
    stop_.check();
    const PortReduction ports(array_circuit(array.wires, array.rows, array.columns, cells));
    reduced.push_back({ports.effective_conductance(), ports.word_line_coupling()});
  }
  return reduced;
}

std::shared_ptr<LevelMatrix> CellStore::make_levels(ArrayId array, bool by_circuit) const {
  const Array& source = at(array);
  const ArrayConfig& config = source.config;
  auto matrix = std::make_shared<LevelMatrix>(config.rows, config.columns, config.window, conductance(array));
  if (by_circuit)
    matrix->circuit = std::make_shared<CircuitProducts>(config.wires, config.rows, config.columns, config.window.step(), *source.cells);
  matrix->set_read_noise(config.window, read_sigmas(array));
  return matrix;
}

}  // namespace memcosim
