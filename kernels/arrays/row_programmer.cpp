// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/arrays/row_programmer.hpp"

#include <algorithm>
#include <numeric>

namespace memcosim {

void RowProgrammer::write(const WriteRow& row, ProgramResult& result) {
  steps_.clear();
  for (std::uint32_t column = 0; column < row.columns; ++column)
    steps_.push_back(start_write(*row.spec, row.targets_s[column]));
  actions_.assign(row.columns, WriteAction::read);
  std::vector<std::uint32_t> all(row.columns);
  std::iota(all.begin(), all.end(), 0u);
  if (row.spec->row_parallel) {
    write_together(row, all, result);
  } else {
    for (const std::uint32_t column : all)
      write_together(row, {column}, result);
  }
  for (const std::uint32_t column : all) {
    const std::size_t index = row.first_result + column;
    result.pulses[index] = steps_[column].pulses;
    result.reads[index] = steps_[column].reads;
    result.outcome[index] = steps_[column].outcome;
  }
}

void RowProgrammer::write_together(const WriteRow& row, std::vector<std::uint32_t> unfinished, ProgramResult& result) {
  const WriteVerifySpec& spec = *row.spec;
  std::vector<double> seen(unfinished.size());
  while (!unfinished.empty()) {
    ++result.rows[row.result_row].reads;
    access_.read(row.row, unfinished, spec.verify.read_voltage_v, seen.data());
    for (std::size_t k = 0; k < unfinished.size(); ++k) {
      const std::uint32_t column = unfinished[k];
      const std::uint32_t cell = row.first_cell + column;
      WriteVerifyFsm& step = steps_[column];
      result.read_energy_j[row.first_result + column] += verify_energy(spec.verify, seen[k]);
      const std::uint32_t read = step.reads;
      actions_[column] = step.decide(spec, cells_.verify_code(cell, spec.verify, seen[k], row.event, read));
      if (row.reads_move) move_by_verify_read(cells_, cell, spec.verify, row.event, read);
    }
    pulse(row, WriteAction::set_pulse, unfinished, result);
    pulse(row, WriteAction::reset_pulse, unfinished, result);
    const auto finished = [&](std::uint32_t column) {
      return actions_[column] == WriteAction::done || actions_[column] == WriteAction::fail;
    };
    unfinished.erase(std::remove_if(unfinished.begin(), unfinished.end(), finished), unfinished.end());
  }
}

/// Applies this kind of pulse to all cells that need it in one phase, with separate amplitudes.
void RowProgrammer::pulse(const WriteRow& row, WriteAction action, const std::vector<std::uint32_t>& unfinished, ProgramResult& result) {
  std::vector<std::uint32_t> columns;
  std::vector<double> volts;
  for (const std::uint32_t column : unfinished) {
    if (actions_[column] != action) continue;
    columns.push_back(column);
    volts.push_back(pulse_voltage(cells_.set_polarity(), action, steps_[column].amplitude));
  }
  if (columns.empty()) return;
  const bool set = action == WriteAction::set_pulse;
  auto& phases = result.rows[row.result_row];
  ++(set ? phases.sets : phases.resets);
  std::vector<double> energy(columns.size());
  access_.pulse(row.row, columns, volts.data(), set ? row.spec->set.duration_s : row.spec->reset.duration_s, energy.data());
  for (std::size_t k = 0; k < columns.size(); ++k)
    result.pulse_energy_j[row.first_result + columns[k]] += energy[k];
}

}  // namespace memcosim
