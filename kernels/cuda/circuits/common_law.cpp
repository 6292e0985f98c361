// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/circuits/common_law.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "memcosim/devices/cells/stanford_pku_cell.hpp"

namespace memcosim::cuda {

namespace {

bool varies(const CellSpec& spec, std::size_t parameter) {
  const auto is_it = [&](const Variation& variation) { return variation.parameter == parameter; };
  return std::any_of(spec.variations.begin(), spec.variations.end(), is_it) ||
         std::any_of(spec.cycle_variations.begin(), spec.cycle_variations.end(), is_it);
}

std::optional<CurrentLaw> law_of(const CellSpec& spec) {
  if (spec.circuit.access.kind != AccessDevice::Kind::none) return std::nullopt;
  CurrentLaw law = spec.circuit.law;
  if (law.kind != CurrentLaw::Kind::model) return law;
  if (spec.model != StanfordPkuCell::name || varies(spec, StanfordPkuCell::v_0)) return std::nullopt;
  law.kind = CurrentLaw::Kind::sinh;
  law.v0 = spec.parameters[StanfordPkuCell::v_0];
  return law;
}

}  // namespace

std::optional<CurrentLaw> common_law(const CellArray& cells) {
  const std::optional<CurrentLaw> law = law_of(*cells.view().spec);
  if (!law) return std::nullopt;
  // Check all cells: one whose state does not conduct, but that conducts by a fault or noise, is linear instead.
  const double half = 0.5 * cells.read_voltage_v();
  const double ratio = 2.0 * law->shape(half) / law->shape(cells.read_voltage_v());
  for (std::uint32_t cell = 0; cell < cells.size(); ++cell) {
    const double expected = ratio * cells.conductance(cell);
    if (!(std::fabs(cells.conductance_at(cell, half) - expected) <= 1e-12 * expected)) return std::nullopt;
  }
  return law;
}

}  // namespace memcosim::cuda
