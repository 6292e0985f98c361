// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cell_array.hpp"

#include <algorithm>

#include "memcosim/devices/cell_models.hpp"
#include "memcosim/devices/cell_variation.hpp"

namespace memcosim {

namespace {

template <typename Model>
class ModelCellArray final : public CellArray {
 public:
  ModelCellArray(const CellSpec& spec, std::size_t cells, std::uint64_t seed, std::uint32_t array)
      : nominal_(spec.parameters), seed_(seed), array_(array) {
    for (const Variation& variation : spec.variations)
      varied_.push_back(variation.parameter);
    drawn_.reserve(cells * varied_.size());
    state_.reserve(cells);
    for (std::uint32_t cell = 0; cell < cells; ++cell) {
      for (const Variation& variation : spec.variations) {
        const std::size_t index = variation.parameter;
        drawn_.push_back(draw_parameter(variation, nominal_[index], Model::parameters[index].range, seed, array, cell));
      }
      const Parameters own(*this, cell);
      if (own.adjusted) ++adjusted_;
      state_.push_back(Model::initial_state(own.values));
    }
  }

  bool set_state(const double* state) override {
    for (std::uint32_t cell = 0; cell < size(); ++cell) {
      if (!(Model::clamp_state(Parameters(*this, cell).values, state[cell]) == state[cell])) return false;  // also for NaN
    }
    std::copy(state, state + size(), state_.begin());
    return true;
  }

  double conductance(std::uint32_t cell) const override { return Model::conductance(Parameters(*this, cell).values, state_[cell]); }

  void conductances(double* siemens) const override {
    for (std::uint32_t cell = 0; cell < size(); ++cell)
      siemens[cell] = conductance(cell);
  }

  std::size_t set_conductances(const double* siemens) override {
    std::size_t clipped = 0;
    for (std::uint32_t cell = 0; cell < size(); ++cell) {
      const Parameters own(*this, cell);
      if (siemens[cell] < Model::conductance_min(own.values) || siemens[cell] > Model::conductance_max(own.values)) ++clipped;
      state_[cell] = Model::state_of_conductance(own.values, siemens[cell]);
    }
    return clipped;
  }

  double pulse(std::uint32_t cell, double volts, double seconds) override {
    const CellPulse after = Model::apply_pulse(Parameters(*this, cell).values, state_[cell], volts, seconds);
    state_[cell] = after.state;
    return after.energy_j;
  }

  void write_row(const WriteRow& row, ProgramResult& result) override {
    std::vector<WriteVerifyFsm> cells;
    for (std::uint32_t column = 0; column < row.columns; ++column)
      cells.push_back(start_write(*row.spec, row.targets_s[column]));
    ProgramResult::RowPhases& phases = result.rows[row.result_row];
    if (row.spec->row_parallel) {
      write_together(row, cells.data(), 0, row.columns, result, phases);
    } else {
      for (std::uint32_t column = 0; column < row.columns; ++column)
        write_together(row, cells.data(), column, 1, result, phases);
    }
    for (std::uint32_t column = 0; column < row.columns; ++column) {
      const std::size_t index = row.first_result + column;
      result.pulses[index] = cells[column].pulses;
      result.reads[index] = cells[column].reads;
      result.outcome[index] = cells[column].outcome;
      result.residual_s[index] = conductance(row.first_cell + column) - row.targets_s[column];
    }
  }

 private:
  /// The parameters of one cell: nominal values, its draws over them, made consistent.
  struct Parameters {
    Parameters(const ModelCellArray& array, std::uint32_t cell) {
      if (array.varied_.empty()) {
        values = array.nominal_.data();
        return;
      }
      std::copy(array.nominal_.begin(), array.nominal_.end(), own);
      const double* drawn = array.drawn_.data() + std::size_t{cell} * array.varied_.size();
      for (std::size_t i = 0; i < array.varied_.size(); ++i)
        own[array.varied_[i]] = drawn[i];
      adjusted = Model::make_consistent(own);
      values = own;
    }
    Parameters(const Parameters&) = delete;
    Parameters& operator=(const Parameters&) = delete;

    double own[max_cell_parameters];
    const double* values;
    bool adjusted = false;
  };

  /// `count` cells of a row from `first` step together: read all unfinished ones, then one set phase, then one reset phase, as needed.
  void write_together(const WriteRow& row, WriteVerifyFsm* cells, std::uint32_t first, std::uint32_t count, ProgramResult& result,
                      ProgramResult::RowPhases& phases) {
    std::vector<std::uint32_t> unfinished(count);
    for (std::uint32_t i = 0; i < count; ++i)
      unfinished[i] = first + i;
    while (!unfinished.empty()) {
      ++phases.reads;
      bool any_set = false;
      bool any_reset = false;
      std::size_t kept = 0;
      for (const std::uint32_t column : unfinished) {
        const WriteAction action = step(row, cells[column], column, result);
        any_set = any_set || action == WriteAction::set_pulse;
        any_reset = any_reset || action == WriteAction::reset_pulse;
        if (action != WriteAction::done && action != WriteAction::fail) unfinished[kept++] = column;
      }
      unfinished.resize(kept);
      if (any_set) ++phases.sets;
      if (any_reset) ++phases.resets;
    }
  }

  /// One verify read of a cell, the decision, and the pulse that it asks for.
  WriteAction step(const WriteRow& row, WriteVerifyFsm& fsm, std::uint32_t column, ProgramResult& result) {
    const WriteVerifySpec& spec = *row.spec;
    const std::uint32_t cell = row.first_cell + column;
    const std::size_t index = row.first_result + column;
    const double siemens = conductance(cell);
    const std::int32_t code = verify_code(spec.verify, siemens, {seed_, array_, cell, row.event}, fsm.reads);
    result.read_energy_j[index] += verify_energy(spec.verify, siemens);
    const WriteAction action = fsm.decide(spec, code);
    if (action == WriteAction::set_pulse || action == WriteAction::reset_pulse) {
      const double duration = action == WriteAction::set_pulse ? spec.set.duration_s : spec.reset.duration_s;
      result.pulse_energy_j[index] += pulse(cell, pulse_voltage(Model::set_polarity, action, fsm.amplitude), duration);
    }
    return action;
  }

  std::vector<double> nominal_;
  std::vector<std::size_t> varied_;  ///< indices of the varied parameters
  std::vector<double> drawn_;        ///< cells x varied parameters
  std::uint64_t seed_;
  std::uint32_t array_;
};

}  // namespace

std::unique_ptr<CellArray> make_cell_array(const CellSpec& spec, std::size_t cells, std::uint64_t seed, std::uint32_t array) {
  check(spec);
  return visit_cell_model(spec.model, [&](auto model) -> std::unique_ptr<CellArray> {
    return std::make_unique<ModelCellArray<decltype(model)>>(spec, cells, seed, array);
  });
}

}  // namespace memcosim
