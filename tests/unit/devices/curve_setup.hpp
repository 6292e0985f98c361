// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/converters/column_curve.hpp"
#include "memcosim/devices/converters/converters.hpp"

namespace memcosim::test {

/// The curve of a converter in double precision.
inline ColumnCurve<double> curve_of(const ConverterSetting& setting, const ConverterCurve& curve = {}) {
  return {curve.step(setting), 0.0,
          curve.origin(),      setting.code_min(),
          setting.code_max(),  curve.transitions ? curve.transitions->data() : nullptr};
}

/// A converter that is not linear.
inline ConverterCurve table_of(std::vector<double> transitions) {
  ConverterCurve curve;
  curve.transitions = std::make_shared<const std::vector<double>>(std::move(transitions));
  return curve;
}

}  // namespace memcosim::test
