// SPDX-License-Identifier: Apache-2.0
#pragma once

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
