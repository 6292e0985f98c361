// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <type_traits>

#include "memcosim/common/simd/fma_code.hpp"
#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/devices/cells/cell_model.hpp"

namespace memcosim {

namespace detail {

/// Buffer for the parameters of one cell at a time: the nominal ones, overwritten by the cell's own.
template <typename Model>
struct OwnParameters {
  double values[std::size(Model::parameters)];
  bool moved = false;

  void restore(const PulseBatch& batch) {
    for (std::size_t k = 0; k < std::size(Model::parameters); ++k)
      values[k] = batch.nominal[k];
  }
  void take(const PulseBatch& batch, std::size_t cell) {
    if (moved) restore(batch);  // make_consistent() changed nominal parameters for the previous cell
    for (std::size_t k = 0; k < batch.varied_count; ++k)
      values[batch.varied[k]] = batch.drawn[cell * batch.varied_count + k];
    moved = Model::make_consistent(values);
  }
};

/// Closed forms in blocks of cells: one loop computes what follows from the parameters, another the pulses, so that the long dependency
/// chains of several cells overlap.
template <typename Model>
void pulse_each_in_closed_form(const PulseBatch& batch) {
  constexpr std::size_t block = 16;
  OwnParameters<Model> own[block];
  typename Model::Derived derived[block];
  CellParameters p = batch.nominal;
  for (std::size_t k = 0; k < block; ++k) {
    own[k].restore(batch);
    p.values = own[k].values;
    derived[k] = Model::derived(p);
  }
  for (std::size_t first = 0; first < batch.count; first += block) {
    const std::size_t cells = batch.count - first < block ? batch.count - first : block;
    if (batch.varied_count > 0) {
      for (std::size_t k = 0; k < cells; ++k) {
        own[k].take(batch, first + k);
        p.values = own[k].values;
        derived[k] = Model::derived(p);
      }
    }
    for (std::size_t k = 0; k < cells; ++k) {
      p.values = own[k].values;
      const double volts = batch.volts != nullptr ? batch.volts[first + k] : batch.drive.volts;
      const CellPulse after = Model::closed_form(p, derived[k], batch.states[first + k], volts, batch.drive.seconds);
      batch.states[first + k] = after.state;
      batch.energy_j[first + k] = after.energy_j;
    }
  }
}

template <typename Model>
void pulse_each(const PulseBatch& batch) {
  OwnParameters<Model> own;
  own.restore(batch);
  CellParameters p = batch.nominal;
  p.values = own.values;
  const bool varies = batch.varied_count > 0;
  PulseDrive drive = batch.drive;
  if constexpr (HasDerived<Model>::value) {
    if (drive.seconds > 0.0 && takes_closed_form<Model>(p, *batch.circuit, drive)) {
      pulse_each_in_closed_form<Model>(batch);
      return;
    }
  }
  PulseDraws draws = batch.first;
  for (std::size_t i = 0; i < batch.count; ++i) {
    if (batch.volts != nullptr) {
      drive.volts = batch.volts[i];
      if (drive.volts == 0.0) {
        batch.energy_j[i] = 0.0;
        continue;
      }
    }
    if (varies) own.take(batch, i);
    draws.cell = batch.first.cell + static_cast<std::uint32_t>(i);
    if (batch.pulses != nullptr) draws.pulse = batch.pulses[i];
    const CellPulse after = apply_pulse<Model>(p, *batch.circuit, batch.states[i], drive, draws);
    batch.states[i] = after.state;
    batch.energy_j[i] = after.energy_j;
  }
}

#ifdef MEMCOSIM_FMA_CODE
template <typename Model>
MEMCOSIM_FMA_CODE void pulse_each_fma(const PulseBatch& batch) {
  pulse_each<Model>(batch);
}
#endif

template <typename Model>
void apply_pulses(const PulseBatch& batch) {
#ifdef MEMCOSIM_FMA_CODE
  // Only for models that mostly compute fma: the others spend their time in libm.
  if constexpr (HasDerived<Model>::value) {
    if (has_fma()) {
      pulse_each_fma<Model>(batch);
      return;
    }
  }
#endif
  pulse_each<Model>(batch);
}

/// Model::table_schema, or null for a model without tables.
template <typename Model, typename = void>
struct TableSchema {
  static constexpr const char* value = nullptr;
};
template <typename Model>
struct TableSchema<Model, std::void_t<decltype(Model::table_schema)>> {
  static constexpr const char* value = Model::table_schema;
};

template <typename Model>
bool has_closed_form(const CellParameters& p) {
  if constexpr (Model::follows_rate) return Model::has_closed_form(p);
  (void)p;
  return true;
}

}  // namespace detail

/// The row of a model.
template <typename Model>
CellModel describe_cell() {
  static_assert(std::size(Model::parameters) <= max_cell_parameters);
  return {Model::name,
          Model::summary,
          Model::set_polarity,
          Model::follows_rate,
          Model::is_random,
          Model::parameters,
          std::size(Model::parameters),
          &Model::inconsistency,
          &Model::make_consistent,
          &detail::has_closed_form<Model>,
          &Model::state_low,
          &Model::state_high,
          &Model::initial_state,
          &port_conductance<Model>,
          &state_of_port_conductance<Model>,
          &port_current<Model>,
          &apply_pulse<Model>,
          &detail::apply_pulses<Model>,
          &moves_at<Model>,
          detail::TableSchema<Model>::value};
}

}  // namespace memcosim
