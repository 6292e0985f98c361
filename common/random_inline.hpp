// SPDX-License-Identifier: Apache-2.0
#pragma once

// Definitions for random.hpp. Every product that is added is written as an explicit fma, so that no compiler contracts other pairs and host
// and device round at the same places.

#include <cmath>
#include <cstdint>
#include <cstring>

#include <Random123/philox.h>

#include "memcosim/common/host_device.hpp"
#include "memcosim/common/random.hpp"

namespace memcosim {

namespace detail {

/// Natural logarithm of a positive finite number: relative error below 2 ulp for x <= 1/2, absolute error below 1e-16 near 1.
/// x = m * 2^e with m in [sqrt(1/2), sqrt(2)); log m = 2 atanh(s), s = (m - 1) / (m + 1), whose series ends below 2^-60 after z^11.
MEMCOSIM_HD inline double natural_log(double x) {
  int exponent = 0;
  if (x < 0x1p-1022) {  // subnormal: no implicit leading one in the bits
    x *= 0x1p54;
    exponent = -54;
  }
  std::uint64_t bits = 0;
  memcpy(&bits, &x, sizeof bits);
  // Adding the distance from sqrt(1/2) to 1 carries into the exponent field exactly when the mantissa is at or above sqrt(2).
  const std::uint64_t one = 0x3ff0000000000000u;
  const std::uint64_t sqrt_half = 0x3fe6a09e667f3bcdu;
  bits += one - sqrt_half;
  exponent += static_cast<int>(bits >> 52) - 1023;
  bits = (bits & 0x000fffffffffffffu) + sqrt_half;
  double m = 0.0;
  memcpy(&m, &bits, sizeof m);

  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  double series = 1.0 / 25.0;
  series = ::fma(series, z, 1.0 / 23.0);
  series = ::fma(series, z, 1.0 / 21.0);
  series = ::fma(series, z, 1.0 / 19.0);
  series = ::fma(series, z, 1.0 / 17.0);
  series = ::fma(series, z, 1.0 / 15.0);
  series = ::fma(series, z, 1.0 / 13.0);
  series = ::fma(series, z, 1.0 / 11.0);
  series = ::fma(series, z, 1.0 / 9.0);
  series = ::fma(series, z, 1.0 / 7.0);
  series = ::fma(series, z, 1.0 / 5.0);
  series = ::fma(series, z, 1.0 / 3.0);
  const double twice_s = 2.0 * s;
  const double log_m = ::fma(twice_s * z, series, twice_s);

  // ln 2 in two parts: the first has 21 trailing zeros, so its product with the exponent is exact.
  const double ln2_high = 0x1.62e42fee00000p-1;
  const double ln2_low = 0x1.a39ef35793c76p-33;
  const double e = exponent;
  return ::fma(e, ln2_high, ::fma(e, ln2_low, log_m));
}

}  // namespace detail

MEMCOSIM_HD inline RandomBits random_bits(std::uint64_t seed, const DrawAddress& address) {
  const std::uint64_t event_and_index = (address.event << 16) | address.index;
  r123::Philox4x32::ctr_type counter = {{}};
  counter.v[0] = address.cell;
  counter.v[1] = (static_cast<std::uint32_t>(address.purpose) << 24) | address.array;
  counter.v[2] = static_cast<std::uint32_t>(event_and_index);
  counter.v[3] = static_cast<std::uint32_t>(event_and_index >> 32);
  r123::Philox4x32::key_type key = {{}};
  key.v[0] = static_cast<std::uint32_t>(seed);
  key.v[1] = static_cast<std::uint32_t>(seed >> 32);
  const auto drawn = r123::Philox4x32()(counter, key);
  return RandomBits{{drawn.v[0], drawn.v[1], drawn.v[2], drawn.v[3]}};
}

MEMCOSIM_HD inline double random_uniform(std::uint64_t seed, const DrawAddress& address) {
  const RandomBits bits = random_bits(seed, address);
  const std::uint64_t high_52 = ((static_cast<std::uint64_t>(bits.word[1]) << 32) | bits.word[0]) >> 12;
  return ::fma(static_cast<double>(high_52), 0x1p-52, 0x1p-53);
}

MEMCOSIM_HD inline double normal_quantile(double p) {
  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const double r = ::fma(-q, q, 0.180625);
    double numerator = 2509.0809287301226727;
    numerator = ::fma(numerator, r, 33430.575583588128105);
    numerator = ::fma(numerator, r, 67265.770927008700853);
    numerator = ::fma(numerator, r, 45921.953931549871457);
    numerator = ::fma(numerator, r, 13731.693765509461125);
    numerator = ::fma(numerator, r, 1971.5909503065514427);
    numerator = ::fma(numerator, r, 133.14166789178437745);
    numerator = ::fma(numerator, r, 3.387132872796366608);
    double denominator = 5226.495278852545925;
    denominator = ::fma(denominator, r, 28729.085735721942674);
    denominator = ::fma(denominator, r, 39307.89580009271061);
    denominator = ::fma(denominator, r, 21213.794301586595867);
    denominator = ::fma(denominator, r, 5394.1960214247511077);
    denominator = ::fma(denominator, r, 687.1870074920579083);
    denominator = ::fma(denominator, r, 42.313330701600911252);
    denominator = ::fma(denominator, r, 1.0);
    return q * numerator / denominator;
  }
  const double tail = q < 0.0 ? p : 1.0 - p;
  double r = ::sqrt(-detail::natural_log(tail));
  double numerator = 0.0;
  double denominator = 0.0;
  if (r <= 5.0) {
    r -= 1.6;
    numerator = 7.7454501427834140764e-4;
    numerator = ::fma(numerator, r, 2.27238449892691845833e-2);
    numerator = ::fma(numerator, r, 2.41780725177450611770e-1);
    numerator = ::fma(numerator, r, 1.27045825245236838258);
    numerator = ::fma(numerator, r, 3.64784832476320460504);
    numerator = ::fma(numerator, r, 5.7694972214606914055);
    numerator = ::fma(numerator, r, 4.6303378461565452959);
    numerator = ::fma(numerator, r, 1.42343711074968357734);
    denominator = 1.05075007164441684324e-9;
    denominator = ::fma(denominator, r, 5.475938084995344946e-4);
    denominator = ::fma(denominator, r, 1.51986665636164571966e-2);
    denominator = ::fma(denominator, r, 1.48103976427480074590e-1);
    denominator = ::fma(denominator, r, 6.89767334985100004550e-1);
    denominator = ::fma(denominator, r, 1.67638483018380384940);
    denominator = ::fma(denominator, r, 2.05319162663775882187);
    denominator = ::fma(denominator, r, 1.0);
  } else {
    r -= 5.0;
    numerator = 2.01033439929228813265e-7;
    numerator = ::fma(numerator, r, 2.71155556874348757815e-5);
    numerator = ::fma(numerator, r, 1.24266094738807843860e-3);
    numerator = ::fma(numerator, r, 2.65321895265761230930e-2);
    numerator = ::fma(numerator, r, 2.96560571828504891230e-1);
    numerator = ::fma(numerator, r, 1.78482653991729133580);
    numerator = ::fma(numerator, r, 5.46378491116411436990);
    numerator = ::fma(numerator, r, 6.65790464350110377720);
    denominator = 2.04426310338993978564e-15;
    denominator = ::fma(denominator, r, 1.42151175831644588870e-7);
    denominator = ::fma(denominator, r, 1.84631831751005468180e-5);
    denominator = ::fma(denominator, r, 7.86869131145613259100e-4);
    denominator = ::fma(denominator, r, 1.48753612908506148525e-2);
    denominator = ::fma(denominator, r, 1.36929880922735805310e-1);
    denominator = ::fma(denominator, r, 5.99832206555887937690e-1);
    denominator = ::fma(denominator, r, 1.0);
  }
  const double magnitude = numerator / denominator;
  return q < 0.0 ? -magnitude : magnitude;
}

MEMCOSIM_HD inline double random_normal(std::uint64_t seed, const DrawAddress& address) {
  return normal_quantile(random_uniform(seed, address));
}

}  // namespace memcosim
