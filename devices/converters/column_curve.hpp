// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/common/host_device.hpp"
#include "memcosim/devices/converters/clip_counts.hpp"
#include "memcosim/devices/converters/converter_curve.hpp"

namespace memcosim {

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
      code_position<ScalarLanes<Real>>(value, &noise, curve.step, curve.inverse_step, curve.inverse_step != Real(0), curve.origin);
  const Real low = static_cast<Real>(curve.code_min);
  const Real high = static_cast<Real>(curve.code_max);
  if (position < low) ++clipped.low;
  if (position >= high + Real(1)) ++clipped.high;
  if (curve.transitions != nullptr) return code_between(position, curve.transitions, curve.code_min, curve.code_max);
  return position < low ? curve.code_min : (position > high ? curve.code_max : static_cast<std::int32_t>(::floor(position)));
}

}  // namespace memcosim
