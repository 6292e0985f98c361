// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iterator>

#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/kernels/cuda/cells/resident_view.cuh"

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

static __device__ __noinline__ double called_observation(const ResidentView& view, double siemens, const CellAddress& address,
                                                         const ArrayHistory& history, CellFault fault) {
  return observed_conductance(view.effects, siemens, view.nominal_range, address, history, fault);
}

static __device__ __noinline__ double called_sigma(const ResidentView& view, double observed_s, const ArrayHistory& history) {
  return read_sigma(view.effects, observed_s, history);
}

static __device__ __noinline__ double called_draw(const CycleDraw& draw, double mean, std::uint64_t seed, const DrawAddress& address) {
  return draw_varied(draw.variation, mean, draw.range, seed, address);
}

/// One resident cell in a thread, with any model, surroundings and effects: does the same as CellArray for a cell.
template <typename Model>
class GeneralCell {
 public:
  static constexpr unsigned lanes_to_refill = 2;  ///< CellWriter: number of idle lanes at which new cells are started
  static constexpr int least_blocks = 1;          ///< least blocks per multiprocessor, which limits registers
  static constexpr int set_polarity = Model::set_polarity;
  static constexpr bool is_general = true;  ///< CellWriter: supports verify reads at another voltage and reads that move the cell

  /// Loads everything of a cell except its state.
  __device__ void take_parameters(const ResidentView& view, std::uint32_t index) {
    index_ = index;
    array_ = index / view.cells_per_array;
    pulses_ = view.pulses == nullptr ? 0 : view.pulses[index];
    fault_ = view.faults == nullptr ? CellFault::none : view.faults[index];
    tables_ = view.tables;
    if (view.table_choice != nullptr) tables_ += view.table_starts[view.table_choice[index]];
    adjusted_ = false;
    set_parameters(view);
  }
  __device__ void take(const ResidentView& view, std::uint32_t index) {
    take_parameters(view, index);
    state_ = view.states[index];
  }
  __device__ void put_back(const ResidentView& view) const {
    view.states[index_] = state_;
    if (view.pulses != nullptr) view.pulses[index_] = pulses_;
  }

  __device__ bool adjusted() const { return adjusted_; }
  __device__ double initial_state(const ResidentView& view) const { return Model::initial_state(parameters(view)); }
  __device__ CellAddress address(const ResidentView& view) const {
    return {view.seed, view.streams[array_], index_ - array_ * view.cells_per_array};
  }

  /// Conductance of the state with the write offset, before ageing, wear and faults, S.
  __device__ double written(const ResidentView& view) const {
    double offset_s = 0.0;
    if (view.write_noise_s > 0.0 && pulses_ > 0) offset_s = view.write_noise_s * draws(view).normal(PulseDraws::write_noise);
    return ::fmax(called_conductance<Model>(parameters(view), view.circuit, state_) + offset_s, 0.0);
  }
  /// Conductance that a read without noise sees, S.
  __device__ double observed(const ResidentView& view) const {
    return called_observation(view, written(view), address(view), view.histories[array_], fault_);
  }
  /// The same at another voltage, S, of a cell with the conductance `observed_s` at the read voltage (CellArray::conductance_at).
  __device__ double observed_at(const ResidentView& view, double volts, double observed_s) const {
    const double state_s = called_conductance<Model>(parameters(view), view.circuit, state_);
    const double there_s = called_current<Model>(parameters(view), view.circuit, state_, volts) / volts;
    return state_s > 0.0 ? observed_s * (there_s / state_s) : observed_s;
  }
  /// Standard deviation of one read, S.
  __device__ double read_sigma_s(const ResidentView& view, double observed_s) const {
    return view.has_read_noise ? called_sigma(view, observed_s, view.histories[array_]) : 0.0;
  }
  /// One pulse; returns the energy, J.
  __device__ double pulse(const ResidentView& view, double volts, double seconds) {
    const PulseDrive drive{volts, seconds, 0.0, view.stepping};
    const CellPulse after = called_pulse<Model>(parameters(view), view.circuit, state_, drive, draws(view));
    state_ = after.state;
    if (view.pulses != nullptr) {
      ++pulses_;
      if (view.has_cycle_draws) set_parameters(view);
    }
    return after.energy_j;
  }

  /// Moves the cell by a verify read (CellArray::move_by_read).
  __device__ void move_by_verify_read(const ResidentView& view, double volts, double seconds, std::uint64_t number) {
    if constexpr (Model::follows_rate) {
      PulseDraws read_draws = draws(view);
      read_draws.purpose = Purpose::verify_step;
      read_draws.pulse = number;
      const auto apply = [&](double from, const PulseDrive& pulse) {
        return called_pulse<Model>(parameters(view), view.circuit, from, pulse, read_draws).state;
      };
      state_ = state_after_read(apply, state_, {volts, seconds, 0.0, view.stepping});
    }
  }

 private:
  static constexpr std::size_t count = std::size(Model::parameters);

  __device__ CellParameters parameters(const ResidentView& view) const { return {values_, view.read_voltage_v, tables_}; }
  __device__ PulseDraws draws(const ResidentView& view) const {
    const CellAddress at = address(view);
    return {at.seed, at.array, at.cell, pulses_};
  }
  /// Nominal values, the cell's own over them, this cycle's over those, made consistent.
  __device__ void set_parameters(const ResidentView& view) {
    for (std::size_t k = 0; k < count; ++k) {
      values_[k] = view.drawn_of[k] == nullptr ? view.nominal[k] : view.drawn_of[k][index_];
    }
    if (view.drawn_rows == 0 && !view.has_cycle_draws) return;
    adjusted_ = Model::make_consistent(values_);
    if (!view.has_cycle_draws) return;
    const PulseDraws now = draws(view);
    for (std::size_t k = 0; k < count; ++k) {
      if (view.cycle_draw[k] < 0) continue;
      const auto draw = static_cast<std::uint16_t>(PulseDraws::first_parameter + k);
      values_[k] = called_draw(view.cycle_draws[view.cycle_draw[k]], values_[k], now.seed, now.address(draw));
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
