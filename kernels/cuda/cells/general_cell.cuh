// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iterator>

#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/kernels/cuda/cells/cell_bank_view.cuh"

namespace memcosim::cuda {

// Long functions that several kernels of a model need are compiled once and called.

template <typename Model>
__device__ __noinline__ CellPulse called_pulse(const CellParameters& p, const CellCircuit& circuit, double state, const PulseDrive& drive,
                                               const PulseDraws& draws) {
  return apply_pulse<Model>(p, circuit, state, drive, draws);
}

template <typename Model>
__device__ __noinline__ double called_conductance(const CellParameters& p, const CellCircuit& circuit, double state) {
  return port_conductance<Model>(p, circuit, state);
}

template <typename Model>
__device__ __noinline__ double called_current(const CellParameters& p, const CellCircuit& circuit, double state, double volts) {
  return port_current<Model>(p, circuit, state, volts);
}

static __device__ __noinline__ double called_observation(const BankView& bank, double siemens, const CellAddress& address,
                                                         const ArrayHistory& history, CellFault fault) {
  return observed_conductance(bank.effects, siemens, bank.nominal_range, address, history, fault);
}

static __device__ __noinline__ double called_sigma(const BankView& bank, double observed_s, const ArrayHistory& history) {
  return read_sigma(bank.effects, observed_s, history);
}

static __device__ __noinline__ double called_draw(const CycleDraw& draw, double mean, std::uint64_t seed, const DrawAddress& address) {
  return draw_varied(draw.variation, mean, draw.range, seed, address);
}

/// One cell of a bank in a thread, with any model, surroundings and effects: does the same as CellArray for a cell.
template <typename Model>
class GeneralCell {
 public:
  static constexpr unsigned lanes_to_refill = 2;  ///< CellWriter: number of idle lanes at which new cells are started
  static constexpr int least_blocks = 1;          ///< least blocks per multiprocessor, which limits registers
  static constexpr int set_polarity = Model::set_polarity;
  static constexpr bool is_general = true;  ///< CellWriter: supports verify reads at another voltage and reads that move the cell

  /// Loads everything of a cell except its state.
  __device__ void take_parameters(const BankView& bank, std::uint32_t index) {
    index_ = index;
    array_ = index / bank.cells_per_array;
    pulses_ = bank.pulses == nullptr ? 0 : bank.pulses[index];
    fault_ = bank.faults == nullptr ? CellFault::none : bank.faults[index];
    tables_ = bank.tables;
    if (bank.table_choice != nullptr) tables_ += bank.table_starts[bank.table_choice[index]];
    adjusted_ = false;
    set_parameters(bank);
  }
  __device__ void take(const BankView& bank, std::uint32_t index) {
    take_parameters(bank, index);
    state_ = bank.states[index];
  }
  __device__ void put_back(const BankView& bank) const {
    bank.states[index_] = state_;
    if (bank.pulses != nullptr) bank.pulses[index_] = pulses_;
  }

  __device__ bool adjusted() const { return adjusted_; }
  __device__ double initial_state(const BankView& bank) const { return Model::initial_state(parameters(bank)); }
  __device__ CellAddress address(const BankView& bank) const {
    return {bank.seed, bank.streams[array_], index_ - array_ * bank.cells_per_array};
  }

  /// Conductance of the state with the write offset, before ageing, wear and faults, S.
  __device__ double written(const BankView& bank) const {
    double offset_s = 0.0;
    if (bank.write_noise_s > 0.0 && pulses_ > 0) offset_s = bank.write_noise_s * draws(bank).normal(PulseDraws::write_noise);
    return ::fmax(called_conductance<Model>(parameters(bank), bank.circuit, state_) + offset_s, 0.0);
  }
  /// Conductance that a read without noise sees, S.
  __device__ double observed(const BankView& bank) const {
    return called_observation(bank, written(bank), address(bank), bank.histories[array_], fault_);
  }
  /// The same at another voltage, S, of a cell with the conductance `observed_s` at the read voltage (CellArray::conductance_at).
  __device__ double observed_at(const BankView& bank, double volts, double observed_s) const {
    const double state_s = called_conductance<Model>(parameters(bank), bank.circuit, state_);
    const double there_s = called_current<Model>(parameters(bank), bank.circuit, state_, volts) / volts;
    return state_s > 0.0 ? observed_s * (there_s / state_s) : observed_s;
  }
  /// Standard deviation of one read, S.
  __device__ double read_sigma_s(const BankView& bank, double observed_s) const {
    return bank.has_read_noise ? called_sigma(bank, observed_s, bank.histories[array_]) : 0.0;
  }
  /// One pulse; returns the energy, J.
  __device__ double pulse(const BankView& bank, double volts, double seconds) {
    const PulseDrive drive{volts, seconds, 0.0, bank.stepping};
    const CellPulse after = called_pulse<Model>(parameters(bank), bank.circuit, state_, drive, draws(bank));
    state_ = after.state;
    if (bank.pulses != nullptr) {
      ++pulses_;
      if (bank.has_cycle_draws) set_parameters(bank);
    }
    return after.energy_j;
  }

  /// Moves the cell by a verify read (CellArray::move_by_read).
  __device__ void move_by_verify_read(const BankView& bank, double volts, double seconds, std::uint64_t number) {
    if constexpr (Model::follows_rate) {
      PulseDraws read_draws = draws(bank);
      read_draws.purpose = Purpose::verify_step;
      read_draws.pulse = number;
      const auto apply = [&](double from, const PulseDrive& pulse) {
        return called_pulse<Model>(parameters(bank), bank.circuit, from, pulse, read_draws).state;
      };
      state_ = state_after_read(apply, state_, {volts, seconds, 0.0, bank.stepping});
    }
  }

 private:
  static constexpr std::size_t count = std::size(Model::parameters);

  __device__ CellParameters parameters(const BankView& bank) const { return {values_, bank.read_voltage_v, tables_}; }
  __device__ PulseDraws draws(const BankView& bank) const {
    const CellAddress at = address(bank);
    return {at.seed, at.array, at.cell, pulses_};
  }
  /// Nominal values, the cell's own over them, this cycle's over those, made consistent.
  __device__ void set_parameters(const BankView& bank) {
    for (std::size_t k = 0; k < count; ++k) {
      values_[k] = bank.drawn_of[k] == nullptr ? bank.nominal[k] : bank.drawn_of[k][index_];
    }
    if (bank.drawn_rows == 0 && !bank.has_cycle_draws) return;
    adjusted_ = Model::make_consistent(values_);
    if (!bank.has_cycle_draws) return;
    const PulseDraws now = draws(bank);
    for (std::size_t k = 0; k < count; ++k) {
      if (bank.cycle_draw[k] < 0) continue;
      const auto draw = static_cast<std::uint16_t>(PulseDraws::first_parameter + k);
      values_[k] = called_draw(bank.cycle_draws[bank.cycle_draw[k]], values_[k], now.seed, now.address(draw));
    }
    adjusted_ = Model::make_consistent(values_) || adjusted_;
  }

  double values_[count];
  double state_;
  const double* tables_;
  std::uint32_t index_;
  std::uint32_t array_;
  std::uint32_t pulses_;
  CellFault fault_;
  bool adjusted_;
};

}  // namespace memcosim::cuda
