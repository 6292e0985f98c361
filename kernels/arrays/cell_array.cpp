// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/arrays/cell_array.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cell_variation.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/cells/step_tables.hpp"
#include "memcosim/devices/read_movement.hpp"

namespace memcosim {

/// The present parameters of one cell: nominal values, replaced by device-to-device draws, then by the draws of the present cycle, made
/// consistent.
struct CellArray::Own {
  Own(const CellArray& array, std::uint32_t cell)
      : parameters(array.spec_.parameters.data(), array.place_.read_voltage_v, nullptr), fault(CellFault::none) {
    const CellSpec& spec = array.spec_;
    if (spec.tables != nullptr) parameters.tables = spec.tables->devices[array.table_.empty() ? 0 : array.table_[cell]].data();
    if (!array.faults_.empty()) fault = array.faults_[cell];
    if (array.varied_.empty() && spec.cycle_variations.empty()) return;
    std::copy(spec.parameters.begin(), spec.parameters.end(), values);
    const double* drawn = array.drawn_.data() + std::size_t{cell} * array.varied_.size();
    for (std::size_t i = 0; i < array.varied_.size(); ++i)
      values[array.varied_[i]] = drawn[i];
    adjusted = array.model_.make_consistent(values);
    if (!spec.cycle_variations.empty()) {
      const PulseDraws draws = array.draws(cell);
      for (const Variation& variation : spec.cycle_variations) {
        values[variation.parameter] =
            draw_cycle_parameter(variation, values[variation.parameter], array.model_.parameters[variation.parameter].range, draws);
      }
      adjusted = array.model_.make_consistent(values) || adjusted;
    }
    parameters.values = values;
  }
  Own(const Own&) = delete;
  Own& operator=(const Own&) = delete;

  double values[max_cell_parameters];
  CellParameters parameters;
  CellFault fault;
  bool adjusted = false;
};

std::vector<std::uint8_t> choose_tables(const CellSpec& spec, const CellArrayPlace& place) {
  std::vector<std::uint8_t> chosen;
  if (spec.tables == nullptr || spec.tables->devices.size() < 2) return chosen;
  const auto count = static_cast<double>(spec.tables->devices.size());
  const std::size_t cells = std::size_t{place.rows} * place.columns;
  for (std::uint32_t cell = 0; cell < cells; ++cell) {
    chosen.push_back(static_cast<std::uint8_t>(count * random_uniform(place.seed, {Purpose::table_choice, place.stream, cell, 0, 0})));
  }
  return chosen;
}

bool is_linear_to(const CellSpec& spec, double read_voltage_v, double volts) {
  const CellModel& model = cell_model(spec.model);
  const CellParameters nominal = nominal_cell(spec, read_voltage_v);
  // Compares with half the voltage, with the voltage below 0 V, where a cell may conduct differently, and with the points of a table.
  const auto straight = [&](double state) {
    const double expected = model.current(nominal, spec.circuit, state, volts);
    const auto deviation = [&](double share) {
      return std::fabs(model.current(nominal, spec.circuit, state, share * volts) / share - expected);
    };
    double largest = std::fmax(deviation(0.5), deviation(-1.0));
    const CurrentLaw& law = spec.circuit.law;
    for (int i = 0; law.kind == CurrentLaw::Kind::table && i < law.points + law.points_below; ++i) {
      if (law.volts[i] <= volts) largest = std::fmax(largest, deviation((i < law.points ? law.volts[i] : -law.volts[i]) / volts));
    }
    return largest <= 1e-12 * std::fabs(expected);
  };
  return straight(model.state_low(nominal)) && straight(model.state_high(nominal));
}

CellArray::CellArray(const CellSpec& spec, const CellArrayPlace& place)
    : spec_(spec),
      model_(cell_model(spec.model)),
      place_(place),
      nominal_range_(conductance_range(model_, nominal_cell(spec_, place.read_voltage_v), spec_.circuit)),
      faults_(make_faults(spec.nonidealities.faults, place.rows, place.columns, place.seed, place.stream)) {
  const std::size_t cells = std::size_t{place.rows} * place.columns;
  for (const Variation& variation : spec_.variations)
    varied_.push_back(variation.parameter);
  if (counts_pulses(spec_)) pulses_.resize(cells);
  table_ = choose_tables(spec_, place_);
  drawn_.reserve(cells * varied_.size());
  state_.reserve(cells);
  for (std::uint32_t cell = 0; cell < cells; ++cell) {
    for (const Variation& variation : spec_.variations) {
      const std::size_t index = variation.parameter;
      drawn_.push_back(
          draw_parameter(variation, spec_.parameters[index], model_.parameters[index].range, place_.seed, place_.stream, cell));
    }
    const Own own(*this, cell);
    if (own.adjusted) ++adjusted_;
    state_.push_back(model_.initial_state(own.parameters));
  }
  linear_ = is_linear_to(spec_, place_.read_voltage_v, place_.read_voltage_v);
  linear_beyond_ = linear_ && is_linear_to(spec_, place_.read_voltage_v, most_cell_volts);
}

int CellArray::set_polarity() const {
  return model_.set_polarity;
}

std::unique_ptr<CellArray> CellArray::copy() const {
  auto same = std::make_unique<CellArray>(spec_, place_);
  same->state_ = state_;
  same->pulses_ = pulses_;
  same->history_ = history_;
  return same;
}

std::vector<ClampedDraws> CellArray::clamped_draws() const {
  std::vector<ClampedDraws> counts(varied_.size());
  for (std::size_t i = 0; i < drawn_.size(); ++i) {
    const std::size_t variation = i % varied_.size();
    count_clamped(spec_.variations[variation], model_.parameters[varied_[variation]].range, drawn_[i], counts[variation]);
  }
  return counts;
}

std::size_t CellArray::faulty() const {
  return faults_.size() - static_cast<std::size_t>(std::count(faults_.begin(), faults_.end(), CellFault::none));
}

bool CellArray::set_state(const CellArrayState& state) {
  if (state.cells.size() != state_.size() || state.pulses.size() != pulses_.size()) return false;
  std::vector<std::uint32_t> before = state.pulses;
  pulses_.swap(before);  // the bounds of a state may depend on the number of pulses
  for (std::uint32_t cell = 0; cell < size(); ++cell) {
    const Own own(*this, cell);
    if (!(state.cells[cell] >= model_.state_low(own.parameters) && state.cells[cell] <= model_.state_high(own.parameters))) {
      pulses_.swap(before);
      return false;  // also for NaN
    }
  }
  state_ = state.cells;
  history_ = state.history;
  count_change();
  return true;
}

void CellArray::take_pulsed(std::vector<double> states, std::vector<std::uint32_t> pulses) {
  if (states.size() != state_.size() || pulses.size() != pulses_.size()) throw std::logic_error("states of another number of cells");
  state_ = std::move(states);
  pulses_ = std::move(pulses);
  count_change();
}

double CellArray::write_offset(std::uint32_t cell) const {
  const double sigma = spec_.nonidealities.write_noise_s;
  return sigma > 0.0 && pulses_[cell] > 0 ? sigma * draws(cell).normal(PulseDraws::write_noise) : 0.0;
}

double CellArray::written_conductance(std::uint32_t cell, const Own& own) const {
  return std::fmax(model_.conductance(own.parameters, spec_.circuit, state_[cell]) + write_offset(cell), 0.0);
}

double CellArray::conductance(std::uint32_t cell) const {
  const Own own(*this, cell);
  const double siemens = written_conductance(cell, own);
  return observed_conductance(spec_.nonidealities, siemens, nominal_range_, address(cell), history_, own.fault);
}

void CellArray::conductances(double* siemens) const {
  for (std::uint32_t cell = 0; cell < size(); ++cell)
    siemens[cell] = written_conductance(cell, Own(*this, cell));
  observed_conductances(spec_.nonidealities, nominal_range_, address(0), history_, faults_.empty() ? nullptr : faults_.data(), siemens,
                        size(), siemens);
}

std::vector<double> CellArray::read_sigmas() const {
  std::vector<double> sigmas;
  if (!has_read_noise(spec_.nonidealities)) return sigmas;
  sigmas.resize(size());
  conductances(sigmas.data());
  for (double& value : sigmas)
    value = read_sigma(spec_.nonidealities, value, history_);
  return sigmas;
}

double CellArray::conductance_at(std::uint32_t cell, double volts) const {
  if (volts == place_.read_voltage_v || linear_to(std::fabs(volts))) return conductance(cell);
  const Own own(*this, cell);
  const double state_s = model_.conductance(own.parameters, spec_.circuit, state_[cell]);
  const double shown =
      observed_conductance(spec_.nonidealities, written_conductance(cell, own), nominal_range_, address(cell), history_, own.fault);
  const double there_s = model_.current(own.parameters, spec_.circuit, state_[cell], volts) / volts;
  return state_s > 0.0 ? shown * (there_s / state_s) : shown;
}

CellTangent CellArray::tangent(std::uint32_t cell, double volts) const {
  if (linear_to(std::fabs(volts))) {
    const double siemens = conductance(cell);
    return {volts, siemens * volts, siemens};
  }
  // A central difference over 1e-5 of the voltage: its error, from the third derivative, is negligible.
  const double half = 1e-5 * std::fmax(std::fabs(volts), place_.read_voltage_v);
  const Own own(*this, cell);
  const double state_s = model_.conductance(own.parameters, spec_.circuit, state_[cell]);
  const double shown =
      observed_conductance(spec_.nonidealities, written_conductance(cell, own), nominal_range_, address(cell), history_, own.fault);
  if (!(state_s > 0.0)) return {volts, shown * volts, shown};
  const auto amperes = [&](double v) { return shown / state_s * model_.current(own.parameters, spec_.circuit, state_[cell], v); };
  return {volts, amperes(volts), std::fmax((amperes(volts + half) - amperes(volts - half)) / (2.0 * half), 0.0)};
}

void CellArray::conductances_at(double volts, double* siemens) const {
  for (std::uint32_t cell = 0; cell < size(); ++cell)
    siemens[cell] = conductance_at(cell, volts);
}

std::size_t CellArray::set_conductances(const double* siemens) {
  begin_programming();
  std::size_t clipped = 0;
  for (std::uint32_t cell = 0; cell < size(); ++cell) {
    const Own own(*this, cell);
    const ConductanceRange range = conductance_range(model_, own.parameters, spec_.circuit);
    const double wanted = siemens[cell] - write_offset(cell);  // so that the observed conductance is the requested one
    if (wanted < range.low || wanted > range.high) ++clipped;
    state_[cell] = model_.state_of_conductance(own.parameters, spec_.circuit, wanted);
  }
  return clipped;
}

std::size_t CellArray::program(const double* siemens) {
  std::vector<double> reached(size());
  programmed_conductances(spec_.nonidealities, nominal_range_, address(0), history_.event + 1, siemens, size(), reached.data());
  return set_conductances(reached.data());
}

void CellArray::begin_programming() {
  count_change();
  ++history_.event;
  history_.age_s = 0.0;
  history_.cycles += 1.0;
  history_.reads = 0.0;
}

void CellArray::advance_age(double seconds) {
  count_change();
  history_.age_s += seconds;
}

void CellArray::add_reads(double reads) {
  count_change();
  history_.reads += reads;
}

double CellArray::pulse(std::uint32_t cell, double volts, double seconds, double series_ohms) {
  const Own own(*this, cell);
  const CellPulse after = model_.apply_pulse(own.parameters, spec_.circuit, state_[cell], drive(volts, seconds, series_ohms), draws(cell));
  // The state of a stuck cell changes too, but is not observed; its energy is that of a working cell.
  state_[cell] = after.state;
  count_change();
  if (!pulses_.empty()) ++pulses_[cell];
  return after.energy_j;
}

void CellArray::disturb(std::uint32_t cell, double volts, double seconds, double series_ohms) {
  if (!model_.follows_rate || volts == 0.0) return;
  const Own own(*this, cell);
  const double after =
      model_.apply_pulse(own.parameters, spec_.circuit, state_[cell], drive(volts, seconds, series_ohms), draws(cell)).state;
  if (after == state_[cell]) return;
  state_[cell] = after;
  count_change();
}

bool CellArray::moves_when_read(double volts, bool pulses_follow) const {
  if (spec_.nonidealities.read_disturb.law != ReadDisturbSpec::Law::rate) return false;
  const bool varies_by_cycle = !spec_.cycle_variations.empty();
  if (varies_by_cycle && pulses_follow) return model_.follows_rate;
  const std::uint32_t different = varied_.empty() && !varies_by_cycle ? 1 : static_cast<std::uint32_t>(size());
  for (std::uint32_t cell = 0; cell < different; ++cell) {
    if (model_.moves_at(Own(*this, cell).parameters, spec_.circuit, volts)) return true;
  }
  return false;
}

double CellArray::move_by_read(std::uint32_t cell, double volts, double seconds, Purpose purpose, std::uint64_t number) {
  const Own own(*this, cell);
  PulseDraws read_draws = draws(cell);
  read_draws.purpose = purpose;
  read_draws.pulse = number;
  const double before = state_[cell];
  const double after = state_after_read(model_, own.parameters, spec_.circuit, before, drive(volts, seconds, 0.0), read_draws);
  if (after == before) return 0.0;
  state_[cell] = after;
  count_change();
  if (own.fault != CellFault::none) return 0.0;
  return std::fabs(after - before) / (model_.state_high(own.parameters) - model_.state_low(own.parameters));
}

std::vector<double> CellArray::pulse_all(const double* volts, double seconds) {
  std::vector<double> energy(size());
  count_change();
  const bool uniform = spec_.cycle_variations.empty() && table_.empty();
  if (!uniform) {
    for (std::uint32_t cell = 0; cell < size(); ++cell) {
      if (volts[cell] != 0.0) energy[cell] = pulse(cell, volts[cell], seconds);
    }
    return energy;
  }
  const PulseBatch batch{nominal_cell(spec_, place_.read_voltage_v),
                         &spec_.circuit,
                         varied_.data(),
                         varied_.size(),
                         drawn_.data(),
                         drive(0.0, seconds, 0.0),
                         volts,
                         {place_.seed, place_.stream, 0, 0},
                         pulses_.empty() ? nullptr : pulses_.data(),
                         size(),
                         state_.data(),
                         energy.data()};
  model_.apply_pulses(batch);
  for (std::uint32_t cell = 0; cell < pulses_.size(); ++cell) {
    if (volts[cell] != 0.0) ++pulses_[cell];
  }
  return energy;
}

std::int32_t CellArray::verify_code(std::uint32_t cell, const VerifyConverter& converter, double siemens, std::uint64_t event,
                                    std::uint32_t read_index) const {
  double sigma = 0.0;
  if (has_read_noise(spec_.nonidealities)) {
    const double own = conductance(cell);
    sigma = read_sigma(spec_.nonidealities, own, history_);
    if (own > 0.0 && siemens != own) sigma *= siemens / own;  // lines attenuate noise and signal by the same factor
  }
  return memcosim::verify_code(converter, siemens, sigma, {place_.seed, place_.stream, cell, event}, read_index);
}

}  // namespace memcosim
