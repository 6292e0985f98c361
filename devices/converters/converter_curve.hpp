// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "memcosim/devices/converters/converter_setting.hpp"

namespace memcosim {

/// Transfer of one physical converter. The mid-tread converter without faults: code = floor(value / lsb + 1/2), clipped to the code range;
/// ties round up.
struct ConverterCurve {
  double gain = 1.0;        ///< actual slope over the nominal one, above 0
  double offset_lsb = 0.0;  ///< added to every value, LSB
  double noise_lsb = 0.0;   ///< standard deviation of the input-referred noise of one conversion, LSB
  /// Where each code of a non-linear converter begins on the code axis (adc_transitions()); null: the converter is linear.
  std::shared_ptr<const std::vector<double>> transitions;

  /// Actual value of one code.
  double step(const ConverterSetting& setting) const { return setting.lsb / gain; }
  /// Position of a value of zero on the code axis.
  double origin() const { return 0.5 + offset_lsb; }
};
/// Tables of transitions are compared by pointer, not by content.
inline bool operator==(const ConverterCurve& a, const ConverterCurve& b) {
  return a.gain == b.gain && a.offset_lsb == b.offset_lsb && a.noise_lsb == b.noise_lsb && a.transitions == b.transitions;
}

}  // namespace memcosim
