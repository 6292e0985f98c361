// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

/// Uniform mid-tread converter with a fixed LSB: code = floor(value / lsb + noise + 0.5), clipped to the code range. Ties round up.
/// Values are in units of the array's conductance step at full read voltage (design section 3), so an ideal value is an integer.
struct AdcTransfer {
  unsigned bits = 8;       ///< 1 to 24
  bool is_signed = false;  ///< codes -2^(bits-1) .. 2^(bits-1)-1, else 0 .. 2^bits-1
  double lsb = 1.0;
  double noise_lsb = 0.0;  ///< standard deviation of the input-referred noise of one conversion, in LSB

  std::int32_t code_min() const { return is_signed ? -(std::int32_t{1} << (bits - 1)) : 0; }
  std::int32_t code_max() const { return is_signed ? (std::int32_t{1} << (bits - 1)) - 1 : static_cast<std::int32_t>((std::int64_t{1} << bits) - 1); }
};

/// Uniform DAC with a fixed full scale: code c of `bits` bits drives c / (2^bits - 1) of the read voltage.
struct DacTransfer {
  unsigned bits = 1;
  MEMCOSIM_HD double relative_voltage(unsigned code) const { return static_cast<double>(code) / static_cast<double>((1u << bits) - 1u); }
};

/// Number of DAC steps ("slices") that carry an input code, least significant first.
constexpr unsigned slice_count(unsigned input_bits, unsigned dac_bits) { return (input_bits + dac_bits - 1) / dac_bits; }

}  // namespace memcosim
