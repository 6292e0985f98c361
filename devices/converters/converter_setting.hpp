// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

/// One setting of the converters of a readout.
///
/// Unit of a value and of lsb: the current of one conductance step of the array at one DAC LSB of voltage. A bit line whose rows carry DAC
/// codes c_i and conductances G_i has the value sum of c_i * G_i / step, c_i from 0 to 2^dac_bits - 1: with G_i = level_i * step an integer
/// below 2^24, so that sums are exact. In amperes one unit is step * read_voltage / (2^dac_bits - 1).
struct ConverterSetting {
  unsigned bits = 8;       ///< 1 to 24
  bool is_signed = false;  ///< codes -2^(bits-1) .. 2^(bits-1)-1, else 0 .. 2^bits-1
  double lsb = 1.0;        ///< nominal value of one code, which the digital side assumes

  MEMCOSIM_HD std::int32_t code_min() const { return is_signed ? -(std::int32_t{1} << (bits - 1)) : 0; }
  MEMCOSIM_HD std::int32_t code_max() const { return is_signed ? -(code_min() + 1) : (std::int32_t{1} << bits) - 1; }
};

inline bool operator==(const ConverterSetting& a, const ConverterSetting& b) {
  return a.bits == b.bits && a.is_signed == b.is_signed && a.lsb == b.lsb;
}

}  // namespace memcosim
