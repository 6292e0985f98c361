// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/common/host_device.hpp"
#include "memcosim/common/range.hpp"

namespace memcosim {

/// Window functions: factors on the speed of a state that slow it down near its bounds. x is the state's position from 0 to 1.
///
///   none         1
///   strukov      x (1 - x)                          D. B. Strukov et al., Nature 453, 80 (2008)
///   joglekar     1 - (2x - 1)^(2p)                  Y. N. Joglekar, S. J. Wolf, Eur. J. Phys. 30, 661 (2009)
///   biolek       1 - (x - step(-direction))^(2p)    Z. Biolek et al., Radioengineering 18, 210 (2009)
///   prodromakis  j (1 - ((x - 1/2)^2 + 3/4)^p)      T. Prodromakis et al., IEEE TED 58, 3099 (2011)
///
/// `direction` is the sign of the motion in x. With strukov, joglekar and prodromakis, which are zero on both bounds for both directions, a
/// cell exactly on a bound is stuck there for ever. For switching from bound to bound take biolek, which is zero only at the bound ahead
/// and 1 at the bound behind.
enum class Window { none, strukov, joglekar, biolek, prodromakis };

inline constexpr const char* window_words[] = {"none", "strukov", "joglekar", "biolek", "prodromakis", nullptr};
inline constexpr Range window_order_range = {1.0, 100.0, false};  ///< of p
inline constexpr Range window_scale_range = {1e-3, 1e3, false};   ///< of j

/// base^exponent for base >= 0; a whole exponent is a repeated product, the same bits everywhere.
MEMCOSIM_HD inline double whole_power(double base, double exponent) {
  const int whole = static_cast<int>(exponent);
  if (static_cast<double>(whole) != exponent || whole > 32) return ::pow(base, exponent);
  double product = whole > 0 ? base : 1.0;
  if (whole > 1) product *= base;  // most exponents are 1 to 3: no loop needed
  if (whole > 2) product *= base;
#ifdef __CUDA_ARCH__
#pragma unroll 1
#endif
  for (int i = 3; i < whole; ++i)
    product *= base;
  return product;
}

/// Value of a window; `kind` is a parameter of a model, the index in window_words.
MEMCOSIM_HD inline double window_value(double kind, double x, double direction, double order, double scale) {
  switch (static_cast<Window>(static_cast<int>(kind))) {
    case Window::none:
      break;
    case Window::strukov:
      return x * (1.0 - x);
    case Window::joglekar: {
      const double distance = 2.0 * x - 1.0;
      return 1.0 - whole_power(distance * distance, order);
    }
    case Window::biolek: {
      const double distance = direction < 0.0 ? 1.0 - x : x;
      return 1.0 - whole_power(distance * distance, order);
    }
    case Window::prodromakis: {
      const double distance = x - 0.5;
      return scale * (1.0 - whole_power(::fma(distance, distance, 0.75), order));
    }
  }
  return 1.0;
}

}  // namespace memcosim
