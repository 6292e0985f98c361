// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/array_backend.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/arrays/row_programmer.hpp"
#include "memcosim/kernels/products/array_checks.hpp"
#include "memcosim/kernels/products/circuit_products.hpp"

namespace memcosim {

namespace {

constexpr unsigned most_code_bits = 8;  ///< largest resolution of a DAC that drives non-linear cells

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

void ArrayBackend::add_note(const std::string& note) {
  if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) notes_.push_back(note);
}

ArrayId ArrayBackend::create_array(const ArrayConfig& config) {
  check(config);
  Array array;
  array.config = config;
  array.cells =
      std::make_unique<CellArray>(config.cell, CellArrayPlace{config.rows, config.columns, config.read_voltage_v, seed_, config.stream});
  array.access = make_row_access(config.wires, config.rows, config.columns, *array.cells);
  arrays_.push_back(std::move(array));
  return static_cast<ArrayId>(arrays_.size() - 1);
}

const ArrayConfig& ArrayBackend::config(ArrayId array) const {
  return at(array).config;
}

StateVersion ArrayBackend::version(ArrayId array) const {
  return at(array).version;
}

void ArrayBackend::set_readout(ArrayId array, const ReadoutConfig& readout) {
  Array& changed_array = at(array);
  check(readout, changed_array.config);
  if (readout.dac.bits > most_code_bits && !changed_array.cells->linear() && !changed_array.config.wires.resistive()) {
    throw InputError(fmt::format("cells with a non-linear current need a matrix for each DAC code: dac.bits is {}, at most {} is possible",
                                 readout.dac.bits, most_code_bits));
  }
  changed_array.readout = readout;
}

const ReadoutConfig& ArrayBackend::readout(ArrayId array) const {
  const Array& known = at(array);
  if (!known.readout) throw std::logic_error(fmt::format("array {} has no readout yet: call set_readout first", array));
  return *known.readout;
}

std::size_t ArrayBackend::adjusted_cells(ArrayId array) const {
  return at(array).cells->adjusted();
}

std::vector<ClampedDraws> ArrayBackend::clamped_draws(ArrayId array) const {
  return at(array).cells->clamped_draws();
}

std::size_t ArrayBackend::faulty_cells(ArrayId array) const {
  return at(array).cells->faulty();
}

std::size_t ArrayBackend::set_conductance(ArrayId array, gsl::span<const double> siemens) {
  return writable(array, siemens).cells->set_conductances(siemens.data());
}

std::size_t ArrayBackend::program(ArrayId array, gsl::span<const double> targets) {
  return writable(array, targets).cells->program(targets.data());
}

ArrayBackend::Array& ArrayBackend::writable(ArrayId array, gsl::span<const double> siemens) {
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

std::vector<double> ArrayBackend::conductance(ArrayId array) const {
  const Array& source = at(array);
  std::vector<double> siemens(source.cells->size());
  if (!observe_cells(array, *source.cells, siemens)) source.cells->conductances(siemens.data());
  return siemens;
}

std::vector<double> ArrayBackend::read_sigmas(ArrayId array) const {
  const Array& source = at(array);
  std::vector<double> sigmas;
  if (!has_read_noise(source.config.cell.nonidealities)) return sigmas;
  return observe_sigmas(array, *source.cells, sigmas) ? sigmas : source.cells->read_sigmas();
}

CellArrayState ArrayBackend::state(ArrayId array) const {
  return at(array).cells->state();
}

void ArrayBackend::set_state(ArrayId array, const CellArrayState& state) {
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

void ArrayBackend::advance_age(ArrayId array, double seconds) {
  if (!std::isfinite(seconds) || seconds < 0.0) throw std::logic_error("an array ages by a finite time that is not negative");
  Array& target = at(array);
  changed(target);
  target.cells->advance_age(seconds);
}

void ArrayBackend::add_reads(ArrayId array, double reads) {
  if (!std::isfinite(reads) || reads < 0.0) throw std::logic_error("a number of reads is finite and not negative");
  Array& target = at(array);
  changed(target);
  target.cells->add_reads(reads);
}

ArrayHistory ArrayBackend::history(ArrayId array) const {
  return at(array).cells->history();
}

void ArrayBackend::begin_programming(ArrayId array) {
  Array& target = at(array);
  changed(target);
  target.cells->begin_programming();
}

ProgramResult ArrayBackend::write_verify(ArrayId array, const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns,
                                         gsl::span<const double> targets, std::uint64_t event) {
  Array& target = at(array);
  if (rows > target.config.rows || columns > target.config.columns || targets.size() != std::size_t{rows} * columns) {
    throw std::logic_error(
        fmt::format("a region of {} x {} cells with {} targets does not fit array {}", rows, columns, targets.size(), array));
  }
  check(spec);
  for (const double value : targets)
    start_write(spec, value);  // finds all impossible targets before the first pulse
  ProgramResult result;
  result.pulses.resize(targets.size());
  result.reads.resize(targets.size());
  result.pulse_energy_j.resize(targets.size());
  result.read_energy_j.resize(targets.size());
  result.outcome.resize(targets.size());
  result.residual_s.resize(targets.size());
  result.rows.resize(rows);
  begin_programming(array);
  const WriteRegion region{&spec, rows, columns, targets.data(), event};
  if (!target.config.wires.modelled() && write_cells(array, *target.cells, region, result)) return result;
  const bool reads_move = moves_when_read(target, spec.verify.read_voltage_v, true);
  const auto write = [&](std::uint32_t row) {
    const std::size_t first = std::size_t{row} * columns;
    RowProgrammer(*target.cells, *target.access)
        .write({&spec, row, row * target.config.columns, columns, targets.data() + first, event, first, row, reads_move}, result);
  };
  if (target.access->rows_are_independent()) {
    for_each_row(rows, write);
  } else {
    for (std::uint32_t row = 0; row < rows; ++row)
      write(row);
  }
  const std::vector<double> seen = verified_conductance(array, spec.verify.read_voltage_v);
  for (std::size_t cell = 0; cell < targets.size(); ++cell)
    result.residual_s[cell] = seen[cell / columns * target.config.columns + cell % columns] - targets[cell];
  return result;
}

std::vector<double> ArrayBackend::verified_conductance(ArrayId array, double read_voltage_v) const {
  const Array& source = at(array);
  const std::uint32_t columns = source.config.columns;
  std::vector<std::uint32_t> all(columns);
  std::iota(all.begin(), all.end(), 0u);
  std::vector<double> siemens(source.cells->size());
  for (std::uint32_t row = 0; row < source.config.rows; ++row)
    source.access->read(row, all, read_voltage_v, siemens.data() + std::size_t{row} * columns);
  return siemens;
}

std::vector<std::int32_t> ArrayBackend::verify_row(ArrayId array, std::uint32_t row, gsl::span<const VerifyTurn> turns,
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

std::int32_t ArrayBackend::verify_read(ArrayId array, std::uint32_t cell, const VerifyConverter& converter, std::uint64_t event,
                                       std::uint32_t read_index, double* energy_j) {
  check_cell(array, cell);
  const std::uint32_t columns = at(array).config.columns;
  const VerifyTurn turn{cell % columns, read_index};
  double energy = 0.0;
  const std::int32_t code = verify_row(array, cell / columns, {&turn, 1}, converter, event, {&energy, 1}).front();
  if (energy_j != nullptr) *energy_j += energy;
  return code;
}

bool ArrayBackend::moves_when_read(const Array& array, double volts, bool pulses_follow) {
  if (!array.config.cell.cycle_variations.empty()) return array.cells->moves_when_read(volts, pulses_follow);
  if (!array.read_movement || array.read_movement->volts != volts)
    array.read_movement = ReadMovement{volts, array.cells->moves_when_read(volts, pulses_follow)};
  return array.read_movement->moves;
}

bool ArrayBackend::moves_when_read(ArrayId array) const {
  const Array& source = at(array);
  return moves_when_read(source, source.config.read_voltage_v, false);
}

double ArrayBackend::move_by_reads(ArrayId array, gsl::span<const std::uint64_t> slices, double slice_s, std::uint64_t epoch) {
  const DacTransfer dac = readout(array).dac;
  Array& target = at(array);
  const unsigned codes = dac.code_max();
  if (slices.size() != std::size_t{target.config.rows} * codes || !(slice_s >= 0.0) || !std::isfinite(slice_s)) {
    throw std::logic_error(fmt::format("an epoch of array {} has {} counts, one per row and DAC code, of a finite time", array,
                                       std::size_t{target.config.rows} * codes));
  }
  std::vector<double> most(target.config.rows, 0.0);
  const std::uint32_t columns = target.config.columns;
  for_each_row(target.config.rows, [&](std::uint32_t row) {
    stop_.check();
    for (std::uint32_t column = 0; column < columns; ++column) {
      double moved = 0.0;
      for (unsigned code = 1; code <= codes; ++code) {
        const std::uint64_t count = slices[std::size_t{row} * codes + code - 1];
        if (count == 0) continue;
        moved += target.cells->move_by_read(row * columns + column, dac.relative_voltage(code) * target.config.read_voltage_v,
                                            static_cast<double>(count) * slice_s, Purpose::read_step, epoch << 16 | code);
      }
      most[row] = std::max(most[row], moved);
    }
  });
  const double largest = *std::max_element(most.begin(), most.end());
  if (largest > 0.0) changed(target);
  return largest;
}

double ArrayBackend::pulse(ArrayId array, std::uint32_t cell, double voltage_v, double duration_s) {
  check_cell(array, cell);
  const std::uint32_t columns = at(array).config.columns;
  std::vector<double> volts(columns);
  volts[cell % columns] = voltage_v;
  return pulse_row(array, cell / columns, volts, duration_s)[cell % columns];
}

std::vector<double> ArrayBackend::pulse_row(ArrayId array, std::uint32_t row, gsl::span<const double> voltages_v, double duration_s) {
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

std::vector<double> ArrayBackend::pulse_all(ArrayId array, gsl::span<const double> voltages_v, double duration_s) {
  Array& target = at(array);
  if (voltages_v.size() != target.cells->size()) {
    throw std::logic_error(fmt::format("array {} has {} cells, {} voltages were given", array, target.cells->size(), voltages_v.size()));
  }
  check_pulse(voltages_v, duration_s);
  if (target.config.wires.modelled()) throw std::logic_error("a pulse on all cells at once knows ideal lines only");
  changed(target);
  std::vector<double> energy_j;
  if (pulse_cells(array, *target.cells, voltages_v.data(), duration_s, energy_j)) return energy_j;
  return target.cells->pulse_all(voltages_v.data(), duration_s);
}

void ArrayBackend::for_each_row(std::uint32_t rows, const std::function<void(std::uint32_t)>& work) {
  for (std::uint32_t row = 0; row < rows; ++row)
    work(row);
}

void ArrayBackend::check_shape(const MvmBatch& batch) const {
  const Array& array = at(batch.array);
  readout(batch.array);  // throws if the array has none
  if (batch.version != array.version) {
    throw std::logic_error(
        fmt::format("batch for version {} of array {}, whose state is at version {}: it changed after the batch was made", batch.version,
                    batch.array, array.version));
  }
  if (batch.count > 0 && batch.inputs == nullptr) throw std::logic_error("a batch without inputs");
  const std::size_t stride = batch.input_stride == 0 ? array.config.rows : batch.input_stride;
  if (stride < array.config.rows && batch.count > 1) throw std::logic_error("the input stride of a batch is below the rows of its array");
  if (batch.used_columns > array.config.columns) throw std::logic_error("a batch uses more columns than its array has");
}

void ArrayBackend::check_codes(const MvmBatch& batch, unsigned used_bits) const {
  const unsigned input_bits = readout(batch.array).input_bits;
  if (used_bits >> input_bits != 0) throw std::logic_error(fmt::format("an input code does not fit {} input bits", input_bits));
}

void ArrayBackend::check_batch(const MvmBatch& batch) const {
  check_shape(batch);
  const std::uint32_t rows = config(batch.array).rows;
  const std::size_t stride = batch.input_stride == 0 ? rows : batch.input_stride;
  unsigned used_bits = 0;
  for (std::size_t vector = 0; vector < batch.count; ++vector) {
    const InputCode* codes = batch.inputs + vector * stride;
    for (std::uint32_t row = 0; row < rows; ++row)
      used_bits |= codes[row];
  }
  check_codes(batch, used_bits);
}

std::shared_ptr<const LevelMatrix> ArrayBackend::levels(ArrayId array) {
  Array& source = at(array);
  const unsigned dac_bits = source.readout ? source.readout->dac.bits : 1;
  const bool by_circuit = source.config.wires.resistive() && !source.cells->linear();
  const bool by_code = dac_bits > 1 && !source.cells->linear() && !by_circuit;
  const std::size_t matrices = by_code ? DacTransfer{dac_bits}.code_max() : 0;
  if (!source.levels || source.levels->codes.size() != matrices) {
    if (source.config.wires.resistive() && !by_circuit) {
      make_effective_levels(array);
    } else {
      auto matrix = make_levels(array, by_circuit);
      if (by_code) add_code_levels(source, dac_bits, *matrix);
      source.levels = std::move(matrix);
    }
  }
  return source.levels;
}

void ArrayBackend::make_effective_levels(ArrayId array) {
  const ArrayConfig& lines = at(array).config;
  std::vector<ArrayId> together = {array};
  for (ArrayId other = 0; other < arrays_.size() && together.size() < circuits_at_once(); ++other) {
    const Array& candidate = at(other);
    const bool alike =
        candidate.config.wires == lines.wires && candidate.config.rows == lines.rows && candidate.config.columns == lines.columns;
    if (other != array && alike && !candidate.levels && candidate.readout && candidate.cells->linear()) together.push_back(other);
  }
  std::vector<std::vector<double>> siemens;
  for (const ArrayId each : together)
    siemens.push_back(conductance(each));
  std::vector<EffectiveCircuit> circuits = reduce_circuits(lines, siemens);
  for (std::size_t k = 0; k < together.size(); ++k)
    at(together[k]).levels = make_effective_levels(together[k], siemens[k], std::move(circuits[k]));
}

/// Levels of linear cells behind resistive lines: the effective conductances. The lines attenuate the read noise of a cell by the same
/// factor as its signal.
std::shared_ptr<LevelMatrix> ArrayBackend::make_effective_levels(ArrayId array, const std::vector<double>& siemens,
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

std::vector<EffectiveCircuit> ArrayBackend::reduce_circuits(const ArrayConfig& array, const std::vector<std::vector<double>>& siemens) {
  std::vector<EffectiveCircuit> reduced;
  for (const std::vector<double>& cells : siemens) {
    stop_.check();
    const PortReduction ports(array_circuit(array.wires, array.rows, array.columns, cells));
    reduced.push_back({ports.effective_conductance(), ports.word_line_coupling()});
  }
  return reduced;
}

std::shared_ptr<LevelMatrix> ArrayBackend::make_levels(ArrayId array, bool by_circuit) const {
  const Array& source = at(array);
  const ArrayConfig& config = source.config;
  auto matrix = std::make_shared<LevelMatrix>(config.rows, config.columns, config.window, conductance(array));
  if (by_circuit)
    matrix->circuit = std::make_shared<CircuitProducts>(config.wires, config.rows, config.columns, config.window.step(), *source.cells);
  matrix->set_read_noise(config.window, read_sigmas(array));
  return matrix;
}

/// Adds the levels at each DAC code, for cells with a non-linear current, whose conductance depends on the voltage.
void ArrayBackend::add_code_levels(const Array& source, unsigned dac_bits, LevelMatrix& matrix) {
  const DacTransfer dac{dac_bits};
  std::vector<double> siemens(source.cells->size());
  for (unsigned code = 1; code <= dac.code_max(); ++code) {
    source.cells->conductances_at(dac.relative_voltage(code) * source.config.read_voltage_v, siemens.data());
    matrix.codes.emplace_back(source.config.rows, source.config.columns, source.config.window, siemens);
  }
}

MvmResult ArrayBackend::empty_result(const MvmBatch& batch) const {
  if (batch.memory != nullptr) {
    batch.memory->sums.clear();
    batch.memory->drive_siemens.clear();
    batch.memory->clipped.clear();
    batch.memory->codes.clear();
    batch.memory->values.clear();
  }
  return unwritten_result(batch);
}

MvmResult ArrayBackend::unwritten_result(const MvmBatch& batch) const {
  const std::uint32_t columns = config(batch.array).columns;
  const ReadoutConfig& mode = readout(batch.array);
  const std::size_t conversions = batch.count * mode.slices() * converted_columns(mode.pairing, columns);
  MvmResult result;
  if (batch.memory != nullptr) result = std::move(*batch.memory);
  result.sums.resize(batch.count * output_columns(mode.pairing, columns));
  result.drive_siemens.resize(batch.count * mode.slices());
  result.clipped.resize(batch.count);
  result.codes.resize(batch.keep_codes ? conversions : 0);
  result.values.resize(batch.keep_values ? conversions : 0);
  return result;
}

const ArrayBackend::Array& ArrayBackend::at(ArrayId array) const {
  if (array >= arrays_.size()) throw std::logic_error(fmt::format("there is no array {}: {} were created", array, arrays_.size()));
  return arrays_[array];
}

ArrayBackend::Array& ArrayBackend::at(ArrayId array) {
  return const_cast<Array&>(static_cast<const ArrayBackend*>(this)->at(array));
}

void ArrayBackend::check_cell(ArrayId array, std::uint32_t cell) const {
  if (cell >= at(array).cells->size()) throw std::logic_error(fmt::format("array {} has no cell {}", array, cell));
}

void ArrayBackend::changed(Array& array) {
  ++array.version;
  array.levels.reset();
}

}  // namespace memcosim
