// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/common/host_device.hpp"
#include "memcosim/devices/converters/clip_counts.hpp"

namespace memcosim {

inline bool operator==(const ClipCounts& a, const ClipCounts& b) {
  return a.low == b.low && a.high == b.high;
}
inline bool operator!=(const ClipCounts& a, const ClipCounts& b) {
  return !(a == b);
}
MEMCOSIM_HD inline ClipCounts& operator+=(ClipCounts& to, const ClipCounts& more) {
  to.low += more.low;
  to.high += more.high;
  return to;
}

/// Code of a position on the code axis: code k extends from transitions[k - code_min] to the next transition; positions below the first
/// transition or above the last get the lowest or highest code. The transitions must not fall.
template <typename Real>
MEMCOSIM_HD std::int32_t code_between(Real position, const Real* transitions, std::int32_t code_min, std::int32_t code_max) {
  const Real whole = static_cast<Real>(::floor(position));
  std::int32_t code = whole < Real(code_min) ? code_min : (whole > Real(code_max) ? code_max : static_cast<std::int32_t>(whole));
  while (code > code_min && position < transitions[code - code_min])
    --code;
  while (code < code_max && position >= transitions[code + 1 - code_min])
    ++code;
  return code;
}

/// Mid-tread converter: code = floor(value / lsb * gain + noise + 0.5 + offset), clipped to the code range. Ties round up.
///
/// Unit of value and lsb: the current of one conductance step of the array at one DAC LSB of voltage. A bit line whose rows carry DAC codes
/// c_i and conductances G_i has the value sum of c_i * G_i / step, c_i from 0 to 2^dac_bits - 1: with G_i = level_i * step an integer below
/// 2^24, so that sums are exact. In amperes one unit is step * read_voltage / (2^dac_bits - 1).
struct AdcTransfer {
  unsigned bits = 8;       ///< 1 to 24
  bool is_signed = false;  ///< codes -2^(bits-1) .. 2^(bits-1)-1, else 0 .. 2^bits-1
  double lsb = 1.0;        ///< nominal value of one code, which the digital side assumes
  double noise_lsb = 0.0;  ///< standard deviation of the input-referred noise of one conversion, in LSB
  double gain = 1.0;       ///< actual slope over the nominal one
  double offset_lsb = 0.0;

  MEMCOSIM_HD std::int32_t code_min() const { return is_signed ? -(std::int32_t{1} << (bits - 1)) : 0; }
  MEMCOSIM_HD std::int32_t code_max() const {
    return is_signed ? (std::int32_t{1} << (bits - 1)) - 1 : static_cast<std::int32_t>((std::int64_t{1} << bits) - 1);
  }
  /// Actual value of one code, gain included.
  MEMCOSIM_HD double step() const { return lsb / gain; }
  /// Position of a value of zero on the code axis.
  MEMCOSIM_HD double origin() const { return 0.5 + offset_lsb; }

  /// The code of one conversion; `noise` is this conversion's draw in LSB. Adds 1 to a count of `clipped` when the value is clipped.
  /// `transitions`: where the codes of a non-linear converter begin, see code_between(); null: code k begins at k.
  MEMCOSIM_HD std::int32_t convert(double value, double noise, ClipCounts& clipped, const double* transitions = nullptr) const {
    const double position = value / step() + noise + origin();
    const double code = ::floor(position);
    if (code < code_min()) ++clipped.low;
    if (code > code_max()) ++clipped.high;
    if (transitions != nullptr) return code_between(position, transitions, code_min(), code_max());
    return code < code_min() ? code_min() : (code > code_max() ? code_max() : static_cast<std::int32_t>(code));
  }
};

MEMCOSIM_HD inline bool operator==(const AdcTransfer& a, const AdcTransfer& b) {
  return a.bits == b.bits && a.is_signed == b.is_signed && a.lsb == b.lsb && a.noise_lsb == b.noise_lsb && a.gain == b.gain &&
         a.offset_lsb == b.offset_lsb;
}

/// Uniform DAC with a fixed full scale: code c of `bits` bits (1 to 16) drives c / (2^bits - 1) of the read voltage.
struct DacTransfer {
  unsigned bits = 1;
  MEMCOSIM_HD unsigned code_max() const { return (1u << bits) - 1u; }
  MEMCOSIM_HD double relative_voltage(unsigned code) const { return static_cast<double>(code) / static_cast<double>(code_max()); }
};

/// Number of DAC steps ("slices") that carry an input code, least significant first; the last one may hold fewer bits.
constexpr unsigned slice_count(unsigned input_bits, unsigned dac_bits) {
  return (input_bits + dac_bits - 1) / dac_bits;
}

}  // namespace memcosim
