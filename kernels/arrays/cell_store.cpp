// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/arrays/cell_store.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/arrays/cell_accelerator.hpp"
#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/arrays/row_access.hpp"
#include "memcosim/kernels/arrays/row_programmer.hpp"

namespace memcosim {

namespace {

void check_read(const VerifyConverter& converter, std::uint32_t read_index) {
  if (converter.bits < 1 || converter.bits > 24 || converter.averaging < 1 || !(converter.full_scale_s > 0.0)) {
    throw std::logic_error("a verify converter needs 1 to 24 bits, a positive full scale and at least one conversion");
  }
  if ((std::uint64_t{read_index} + 1) * converter.averaging > (1u << 16)) {
    throw std::logic_error(
        fmt::format("verify read {} of {} conversions is beyond the draws of one cell", read_index, converter.averaging));
  }
}

void check_pulse(gsl::span<const double> voltages_v, double duration_s) {
  for (const double volts : voltages_v) {
    if (!std::isfinite(volts)) throw std::logic_error("a pulse needs a finite voltage");
  }
  if (!std::isfinite(duration_s) || duration_s < 0.0) throw std::logic_error("a pulse needs a finite duration that is not negative");
}

}  // namespace

CellStore::CellStore(std::uint64_t seed, const StopToken& stop, std::unique_ptr<CellAccelerator> accelerator)
    : seed_(seed), stop_(stop), accelerator_(std::move(accelerator)) {}

CellStore::~CellStore() = default;

ArrayId CellStore::create_array(const ArrayConfig& config) {
  check(config);
  Array array;
  array.config = config;
  array.cells =
      std::make_unique<CellArray>(config.cell, CellArrayPlace{config.rows, config.columns, config.read_voltage_v, seed_, config.stream});
  array.access = make_row_access(config.wires, config.rows, config.columns, *array.cells);
  arrays_.push_back(std::move(array));
  return static_cast<ArrayId>(arrays_.size() - 1);
}

const ArrayConfig& CellStore::config(ArrayId array) const {
  return at(array).config;
}

StateVersion CellStore::version(ArrayId array) const {
  return at(array).version;
}

std::size_t CellStore::adjusted_cells(ArrayId array) const {
  return at(array).cells->adjusted();
}

std::vector<ClampedDraws> CellStore::clamped_draws(ArrayId array) const {
  return at(array).cells->clamped_draws();
}

std::size_t CellStore::faulty_cells(ArrayId array) const {
  return at(array).cells->faulty();
}

std::size_t CellStore::set_conductance(ArrayId array, gsl::span<const double> siemens) {
  return writable(array, siemens).cells->set_conductances(siemens.data());
}

std::size_t CellStore::program(ArrayId array, gsl::span<const double> targets) {
  return writable(array, targets).cells->program(targets.data());
}

CellStore::Array& CellStore::writable(ArrayId array, gsl::span<const double> siemens) {
  Array& target = at(array);
  if (siemens.size() != target.cells->size()) {
    throw std::logic_error(fmt::format("array {} has {} cells, {} conductances were given", array, target.cells->size(), siemens.size()));
  }
  for (const double value : siemens) {
    if (!std::isfinite(value)) throw InputError("a conductance is not finite");
  }
  changed(target);
  return target;
}

std::vector<double> CellStore::conductance(ArrayId array) const {
  const Array& source = at(array);
  std::vector<double> siemens(source.cells->size());
  if (!accelerator_->conductances(array, *source.cells, siemens)) source.cells->conductances(siemens.data());
  return siemens;
}

std::vector<double> CellStore::read_sigmas(ArrayId array) const {
  const Array& source = at(array);
  std::vector<double> sigmas;
  if (!has_read_noise(source.config.cell.nonidealities)) return sigmas;
  return accelerator_->read_sigmas(array, *source.cells, sigmas) ? sigmas : source.cells->read_sigmas();
}

CellArrayState CellStore::state(ArrayId array) const {
  return at(array).cells->state();
}

void CellStore::set_state(ArrayId array, const CellArrayState& state) {
  Array& target = at(array);
  if (state.cells.size() != target.cells->size()) {
    throw std::logic_error(fmt::format("array {} has {} cells, {} states were given", array, target.cells->size(), state.cells.size()));
  }
  if (!target.cells->set_state(state)) {
    throw InputError(
        fmt::format("a state of array {} is outside of what its cell ({}) can take: was it saved with other parameters or another seed?",
                    array, target.config.cell.model));
  }
  changed(target);
}

void CellStore::advance_age(ArrayId array, double seconds) {
  if (!std::isfinite(seconds) || seconds < 0.0) throw std::logic_error("an array ages by a finite time that is not negative");
  Array& target = at(array);
  changed(target);
  target.cells->advance_age(seconds);
}

void CellStore::add_reads(ArrayId array, double reads) {
  if (!std::isfinite(reads) || reads < 0.0) throw std::logic_error("a number of reads is finite and not negative");
  Array& target = at(array);
  changed(target);
  target.cells->add_reads(reads);
}

ArrayHistory CellStore::history(ArrayId array) const {
  return at(array).cells->history();
}

void CellStore::begin_programming(ArrayId array) {
  Array& target = at(array);
  changed(target);
  target.cells->begin_programming();
}

ProgramResult CellStore::write_verify(ArrayId array, const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns,
                                      gsl::span<const double> targets, std::uint64_t event) {
  Array& target = at(array);
  if (rows > target.config.rows || columns > target.config.columns || targets.size() != std::size_t{rows} * columns) {
    throw std::logic_error(
        fmt::format("a region of {} x {} cells with {} targets does not fit array {}", rows, columns, targets.size(), array));
  }
  check(spec);
  for (const double value : targets)
    start_write(spec, value);  // finds all impossible targets before the first pulse
  ProgramResult result = ProgramResult::of_region(rows, columns);
  begin_programming(array);
  const WriteRegion region{&spec, rows, columns, targets.data(), event};
  if (!target.config.wires.modelled() && accelerator_->write(array, *target.cells, region, result)) return result;
  const bool reads_move = moves_when_read(target, spec.verify.read_voltage_v, true);
  const auto write = [&](std::uint32_t row) {
    const std::size_t first = std::size_t{row} * columns;
    RowProgrammer(*target.cells, *target.access)
        .write({&spec, row, row * target.config.columns, columns, targets.data() + first, event, first, row, reads_move}, result);
  };
  if (target.access->rows_are_independent()) {
    accelerator_->for_each_row(rows, write);
  } else {
    for (std::uint32_t row = 0; row < rows; ++row)
      write(row);
  }
  const std::vector<double> seen = verified_conductance(array, spec.verify.read_voltage_v);
  for (std::size_t cell = 0; cell < targets.size(); ++cell)
    result.residual_s[cell] = seen[cell / columns * target.config.columns + cell % columns] - targets[cell];
  return result;
}

std::vector<double> CellStore::verified_conductance(ArrayId array, double read_voltage_v) const {
  const Array& source = at(array);
  const std::uint32_t columns = source.config.columns;
  std::vector<std::uint32_t> all(columns);
  std::iota(all.begin(), all.end(), 0u);
  std::vector<double> siemens(source.cells->size());
  for (std::uint32_t row = 0; row < source.config.rows; ++row)
    source.access->read(row, all, read_voltage_v, siemens.data() + std::size_t{row} * columns);
  return siemens;
}

std::vector<std::int32_t> CellStore::verify_row(ArrayId array, std::uint32_t row, gsl::span<const VerifyTurn> turns,
                                                const VerifyConverter& converter, std::uint64_t event, gsl::span<double> energy_j) {
  Array& target = at(array);
  if (row >= target.config.rows || energy_j.size() != turns.size()) {
    throw std::logic_error(fmt::format("array {} has {} rows: no row {} for {} reads with {} energies", array, target.config.rows, row,
                                       turns.size(), energy_j.size()));
  }
  std::vector<std::uint32_t> columns;
  for (const VerifyTurn& turn : turns) {
    check_read(converter, turn.read_index);
    if (turn.column >= target.config.columns || (!columns.empty() && turn.column <= columns.back()))
      throw std::logic_error("the columns of a phase of verify reads rise and lie in the array");
    columns.push_back(turn.column);
  }
  std::vector<double> siemens(columns.size());
  target.access->read(row, columns, converter.read_voltage_v, siemens.data());
  const bool moves = moves_when_read(target, converter.read_voltage_v, true);
  std::vector<std::int32_t> codes;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const std::uint32_t cell = row * target.config.columns + columns[k];
    energy_j[k] += verify_energy(converter, siemens[k]);
    codes.push_back(target.cells->verify_code(cell, converter, siemens[k], event, turns[k].read_index));
    if (moves && move_by_verify_read(*target.cells, cell, converter, event, turns[k].read_index) > 0.0) changed(target);
  }
  return codes;
}

std::int32_t CellStore::verify_read(ArrayId array, std::uint32_t cell, const VerifyConverter& converter, std::uint64_t event,
                                    std::uint32_t read_index, double* energy_j) {
  check_cell(array, cell);
  const std::uint32_t columns = at(array).config.columns;
  const VerifyTurn turn{cell % columns, read_index};
  double energy = 0.0;
  const std::int32_t code = verify_row(array, cell / columns, {&turn, 1}, converter, event, {&energy, 1}).front();
  if (energy_j != nullptr) *energy_j += energy;
  return code;
}

bool CellStore::moves_when_read(const Array& array, double volts, bool pulses_follow) {
  if (!array.config.cell.cycle_variations.empty()) return array.cells->moves_when_read(volts, pulses_follow);
  if (!array.read_movement || array.read_movement->volts != volts)
    array.read_movement = ReadMovement{volts, array.cells->moves_when_read(volts, pulses_follow)};
  return array.read_movement->moves;
}

bool CellStore::moves_when_read(ArrayId array) const {
  const Array& source = at(array);
  return moves_when_read(source, source.config.read_voltage_v, false);
}

double CellStore::move_by_reads(ArrayId array, gsl::span<const double> relative_volts, gsl::span<const std::uint64_t> drives,
                                double drive_s, std::uint64_t epoch) {
  Array& target = at(array);
  const std::size_t voltages = relative_volts.size();
  if (drives.size() != target.config.rows * voltages || !(drive_s >= 0.0) || !std::isfinite(drive_s)) {
    throw std::logic_error(
        fmt::format("an epoch of array {} has {} counts, one per row and voltage, of a finite time", array, target.config.rows * voltages));
  }
  std::vector<double> most(target.config.rows, 0.0);
  const std::uint32_t columns = target.config.columns;
  accelerator_->for_each_row(target.config.rows, [&](std::uint32_t row) {
    stop_.check();
    for (std::uint32_t column = 0; column < columns; ++column) {
      double moved = 0.0;
      for (std::size_t v = 0; v < voltages; ++v) {
        const std::uint64_t count = drives[row * voltages + v];
        if (count == 0) continue;
        moved += target.cells->move_by_read(row * columns + column, relative_volts[v] * target.config.read_voltage_v,
                                            static_cast<double>(count) * drive_s, Purpose::read_step, epoch << 16 | (v + 1));
      }
      most[row] = std::max(most[row], moved);
    }
  });
  const double largest = *std::max_element(most.begin(), most.end());
  if (largest > 0.0) changed(target);
  return largest;
}

double CellStore::pulse(ArrayId array, std::uint32_t cell, double voltage_v, double duration_s) {
  check_cell(array, cell);
  const std::uint32_t columns = at(array).config.columns;
  std::vector<double> volts(columns);
  volts[cell % columns] = voltage_v;
  return pulse_row(array, cell / columns, volts, duration_s)[cell % columns];
}

std::vector<double> CellStore::pulse_row(ArrayId array, std::uint32_t row, gsl::span<const double> voltages_v, double duration_s) {
  Array& target = at(array);
  if (row >= target.config.rows || voltages_v.size() != target.config.columns) {
    throw std::logic_error(fmt::format("array {} has {} rows of {} cells: no row {} for {} voltages", array, target.config.rows,
                                       target.config.columns, row, voltages_v.size()));
  }
  check_pulse(voltages_v, duration_s);
  std::vector<std::uint32_t> columns;
  std::vector<double> volts;
  for (std::uint32_t column = 0; column < target.config.columns; ++column) {
    if (voltages_v[column] == 0.0) continue;
    columns.push_back(column);
    volts.push_back(voltages_v[column]);
  }
  std::vector<double> energy(columns.size());
  changed(target);
  target.access->pulse(row, columns, volts.data(), duration_s, energy.data());
  std::vector<double> energy_j(target.config.columns);
  for (std::size_t k = 0; k < columns.size(); ++k)
    energy_j[columns[k]] = energy[k];
  return energy_j;
}

std::vector<double> CellStore::pulse_all(ArrayId array, gsl::span<const double> voltages_v, double duration_s) {
  Array& target = at(array);
  if (voltages_v.size() != target.cells->size()) {
    throw std::logic_error(fmt::format("array {} has {} cells, {} voltages were given", array, target.cells->size(), voltages_v.size()));
  }
  check_pulse(voltages_v, duration_s);
  if (target.config.wires.modelled()) throw std::logic_error("a pulse on all cells at once knows ideal lines only");
  changed(target);
  std::vector<double> energy_j;
  if (accelerator_->pulse(array, *target.cells, voltages_v.data(), duration_s, energy_j)) return energy_j;
  return target.cells->pulse_all(voltages_v.data(), duration_s);
}

const CellStore::Array& CellStore::at(ArrayId array) const {
  if (array >= arrays_.size()) throw std::logic_error(fmt::format("there is no array {}: {} were created", array, arrays_.size()));
  return arrays_[array];
}

CellStore::Array& CellStore::at(ArrayId array) {
  return const_cast<Array&>(static_cast<const CellStore*>(this)->at(array));
}

bool CellStore::linear(ArrayId array) const {
  return at(array).cells->linear();
}

void CellStore::check_cell(ArrayId array, std::uint32_t cell) const {
  if (cell >= at(array).cells->size()) throw std::logic_error(fmt::format("array {} has no cell {}", array, cell));
}

void CellStore::changed(Array& array) {
  ++array.version;
  array.levels.reset();
}

}  // namespace memcosim
