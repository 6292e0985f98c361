// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/cpu/packed_curves.hpp"

#include <algorithm>

#include "memcosim/kernels/products/exact_inverse.hpp"

namespace memcosim::cpu {

PackedCurves::PackedCurves(const ReadoutConfig& readout, std::uint32_t conversions, std::size_t padded) : exact_inverses(true) {
  std::vector<const float*> table_of;  // of each converter
  tables.reserve(readout.curves.size());
  bool all_linear = true;
  for (const ConverterCurve& curve : readout.curves) {
    if (curve.transitions) tables.emplace_back(curve.transitions->begin(), curve.transitions->end());
    table_of.push_back(curve.transitions ? tables.back().data() : nullptr);
    all_linear = all_linear && !curve.transitions;
    exact_inverses = exact_inverses && exact_inverse(static_cast<float>(curve.step(readout.adc))) != 0.0f;
  }
  steps.reserve(padded);
  inverse_steps.reserve(padded);
  origins.reserve(padded);
  const bool noisy = readout.converters_are_noisy();
  for (std::size_t column = 0; column < padded; ++column) {
    const std::size_t conversion = std::min<std::size_t>(column, conversions - 1);  // padding takes any values that are legal
    const ConverterCurve& curve = readout.curve_of(conversion);
    steps.data()[column] = static_cast<float>(curve.step(readout.adc));
    inverse_steps.data()[column] = 1.0f / steps.data()[column];
    origins.data()[column] = static_cast<float>(curve.origin());
    if (!all_linear) transitions.push_back(table_of[readout.converter_of.empty() ? 0 : readout.converter_of[conversion]]);
    if (column >= conversions) continue;
    exact_steps.push_back(curve.step(readout.adc));
    if (noisy) noise_lsb.push_back(curve.noise_lsb);
  }
}

}  // namespace memcosim::cpu
