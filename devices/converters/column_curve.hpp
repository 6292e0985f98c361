// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "memcosim/common/host_device.hpp"
#include "memcosim/devices/converters/clip_counts.hpp"
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

/// A curve with its setting, as kernels use it, in their precision.
template <typename Real>
struct ColumnCurve {
  Real step;          ///< ConverterCurve::step()
  Real inverse_step;  ///< 1 / step where multiplying by it rounds like the division, else 0
  Real origin;        ///< ConverterCurve::origin()
  std::int32_t code_min;
  std::int32_t code_max;
  const Real* transitions;  ///< null: a linear converter
};

/// Scalars in place of vectors.
template <typename Real>
struct ScalarLanes {
  using Float = Real;
  MEMCOSIM_HD static Real add(Real a, Real b) { return a + b; }
  MEMCOSIM_HD static Real mul(Real a, Real b) { return a * b; }
  MEMCOSIM_HD static Real div(Real a, Real b) { return a / b; }
};

#define MEMCOSIM_CURVE_FUNCTION MEMCOSIM_HD
#include "memcosim/devices/converters/code_of.inc"
#undef MEMCOSIM_CURVE_FUNCTION

/// The code of one conversion; `noise`: its draw, LSB. Adds 1 to a count of `clipped` when the value is clipped.
template <typename Real>
MEMCOSIM_HD std::int32_t code_of(const ColumnCurve<Real>& curve, Real value, Real noise, ClipCounts& clipped) {
  const Real position =
      code_position<ScalarLanes<Real>>(value, noise, curve.step, curve.inverse_step, curve.inverse_step != Real(0), curve.origin);
  const Real low = static_cast<Real>(curve.code_min);
  const Real high = static_cast<Real>(curve.code_max);
  if (position < low) ++clipped.low;
  if (position >= high + Real(1)) ++clipped.high;
  if (curve.transitions != nullptr) return code_between(position, curve.transitions, curve.code_min, curve.code_max);
  return position < low ? curve.code_min : (position > high ? curve.code_max : static_cast<std::int32_t>(::floor(position)));
}

}  // namespace memcosim
