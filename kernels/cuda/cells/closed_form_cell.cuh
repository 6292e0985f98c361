// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iterator>
#include <type_traits>

#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/kernels/cuda/cells/cell_bank_view.cuh"

namespace memcosim::cuda {

/// True if the model has its closed form in parts, so that trains of pulses can run in registers.
template <typename Model, typename = void>
struct HasPlace : std::false_type {};
template <typename Model>
struct HasPlace<Model, std::void_t<typename Model::Place>> : std::true_type {};

/// One cell of a bank, in registers, whose pulses are the model's closed form and whose observed conductance is that of its state
/// (BankView::in_closed_form). own: some parameters differ from cell to cell; law: the value of the parameter that chooses the formula.
template <typename Model, bool own, int law>
class ClosedFormCell {
 public:
  using Push = typename Model::Push;
  static constexpr unsigned lanes_to_refill = 8;  ///< CellWriter: number of idle lanes at which new cells are started
  /// Least blocks per multiprocessor, which limits registers; cells with their own parameters need more registers.
  static constexpr int least_blocks = own ? 3 : 4;
  static constexpr int set_polarity = Model::set_polarity;
  static constexpr bool is_general = false;  ///< CellWriter: verify reads are at the read voltage, and move nothing

  /// Loads the data of a cell. prepare() must be called before the cell is used, as late as possible so that the loads overlap other work.
  __device__ void fetch(const BankView& bank, std::uint32_t index) {
    index_ = index;
#pragma unroll
    for (std::size_t k = 0; k < count; ++k) {
      values_[k] = own && bank.drawn_of[k] != nullptr ? bank.drawn_of[k][index] : bank.nominal[k];
      if (k == Model::law) values_[k] = law;
    }
    place_.state = bank.states[index];
  }
  __device__ void prepare(const BankView& bank) {
    if constexpr (own) Model::make_consistent(values_);
    shape_ = Model::derived(parameters(bank));
    place_ = Model::place(parameters(bank), shape_, place_.state);
  }
  __device__ void take(const BankView& bank, std::uint32_t index) {
    fetch(bank, index);
    prepare(bank);
  }
  __device__ void put_back(const BankView& bank) const {
    bank.states[index_] = place_.state;
  }

  /// Observed conductance, S: that of the state, never below zero (there is no write noise).
  __device__ double observed(const BankView& bank) const {
    const double siemens = Model::conductance(parameters(bank), place_.state);
    if (bank.faults == nullptr) return siemens;
    return bank.effects.stuck.of(bank.faults[index_], siemens, bank.nominal_range);
  }
  __device__ double read_sigma_s(const BankView&, double) const {
    return 0.0;
  }

  __device__ Push push(const BankView& bank, double volts, double seconds) const {
    return Model::push(parameters(bank), volts, seconds);
  }
  /// One pulse of a duration above 0; returns the energy, J.
  __device__ double move(const BankView& bank, const Push& push) {
    return Model::move(parameters(bank), shape_, push, place_);
  }
  __device__ double pulse(const BankView& bank, double volts, double seconds) {
    return move(bank, push(bank, volts, seconds));
  }

 private:
  static constexpr std::size_t count = std::size(Model::parameters);

  __device__ CellParameters parameters(const BankView& bank) const {
    return {values_, bank.read_voltage_v, nullptr};
  }

  double values_[count];
  typename Model::Derived shape_;
  typename Model::Place place_;
  std::uint32_t index_;
};

}  // namespace memcosim::cuda
