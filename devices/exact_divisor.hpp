// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

/// Division by a number that stays the same, on processors where a division is a long sequence: a few fused operations with its reciprocal
/// instead, and the same bits as a / b.
///
/// The first correction leaves a quotient within one unit in the last place, whatever the reciprocal's rounding; from there one more is
/// correctly rounded, since the residual is exact and the reciprocal correctly rounded (P. W. Markstein, "Computation of elementary
/// functions on the IBM RISC System/6000 processor", IBM J. Res. Dev. 34, 111, 1990, theorem 8.2). That needs numbers far from overflow
/// and underflow; others, zero among them, are divided as usual.
class ExactDivisor {
 public:
  MEMCOSIM_HD explicit ExactDivisor(double divisor = 1.0) : divisor_(divisor), reciprocal_(is_moderate(divisor) ? 1.0 / divisor : 0.0) {}

  MEMCOSIM_HD double quotient(double dividend) const {
    const double first = dividend * reciprocal_;
    if (!is_moderate(first)) return dividend / divisor_;
    const double second = ::fma(::fma(-divisor_, first, dividend), reciprocal_, first);
    return ::fma(::fma(-divisor_, second, dividend), reciprocal_, second);
  }

 private:
  /// An exponent within +-400: no product or residual of two such numbers leaves the normal range.
  MEMCOSIM_HD static bool is_moderate(double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return static_cast<std::uint32_t>(bits >> 52 & 0x7ffu) - (1023u - 400u) <= 800u;
  }

  double divisor_;
  double reciprocal_;  ///< zero: always divide
};

}  // namespace memcosim
