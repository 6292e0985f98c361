// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

namespace memcosim {

/// Closed or half-open interval for range checks.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;  ///< true: low itself is not allowed

  static Range any() { return {}; }
  static Range positive() { return {0.0, std::numeric_limits<double>::infinity(), true}; }
  static Range non_negative() { return {0.0, std::numeric_limits<double>::infinity(), false}; }
  static Range between(double low_bound, double high_bound) { return {low_bound, high_bound, false}; }
};

}  // namespace memcosim
