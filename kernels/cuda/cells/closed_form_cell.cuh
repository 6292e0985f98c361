// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iterator>
#include <type_traits>

#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/kernels/cuda/cells/resident_view.cuh"

namespace memcosim::cuda {

/// True if the model has its closed form in parts, so that trains of pulses can run in registers.
template <typename Model, typename = void>
struct HasPlace : std::false_type {};
template <typename Model>
struct HasPlace<Model, std::void_t<typename Model::Place>> : std::true_type {};

/// One resident cell, in registers, whose pulses are the model's closed form and whose observed conductance is that of its state
/// (ResidentView::in_closed_form). own: some parameters differ from cell to cell; law: the value of the parameter that chooses the formula.
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
  __device__ void fetch(const ResidentView& view, std::uint32_t index) {
    index_ = index;
#pragma unroll
    for (std::size_t k = 0; k < count; ++k) {
      values_[k] = own && view.drawn_of[k] != nullptr ? view.drawn_of[k][index] : view.nominal[k];
      if (k == Model::law) values_[k] = law;
    }
    place_.state = view.states[index];
  }
  __device__ void prepare(const ResidentView& view) {
    if constexpr (own) Model::make_consistent(values_);
    shape_ = Model::derived(parameters(view));
    place_ = Model::place(parameters(view), shape_, place_.state);
  }
  __device__ void take(const ResidentView& view, std::uint32_t index) {
    fetch(view, index);
    prepare(view);
  }
  __device__ void put_back(const ResidentView& view) const {
    view.states[index_] = place_.state;
  }

  /// Observed conductance, S: that of the state, never below zero (there is no write noise).
  __device__ double observed(const ResidentView& view) const {
    const double siemens = Model::conductance(parameters(view), place_.state);
    if (view.faults == nullptr) return siemens;
    return view.effects.stuck.of(view.faults[index_], siemens, view.nominal_range);
  }
  __device__ double read_sigma_s(const ResidentView&, double) const {
    return 0.0;
  }

  __device__ Push push(const ResidentView& view, double volts, double seconds) const {
    return Model::push(parameters(view), volts, seconds);
  }
  /// One pulse of a duration above 0; returns the energy, J.
  __device__ double move(const ResidentView& view, const Push& push) {
    return Model::move(parameters(view), shape_, push, place_);
  }
  __device__ double pulse(const ResidentView& view, double volts, double seconds) {
    return move(view, push(view, volts, seconds));
  }

 private:
  static constexpr std::size_t count = std::size(Model::parameters);

  __device__ CellParameters parameters(const ResidentView& view) const {
    return {values_, view.read_voltage_v, nullptr};
  }

  double values_[count];
  typename Model::Derived shape_;
  typename Model::Place place_;
  std::uint32_t index_;
};

}  // namespace memcosim::cuda
