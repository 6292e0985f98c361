// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdlib>

#include "memcosim/devices/converters/converter_kind.hpp"

namespace memcosim {

/// Charge decrement: the sampled charge is reduced by one step per clock until its sign changes, after a clock in which a signed converter
/// decides the sign. A small code takes few clocks. W. Wan et al., Nature 608, 504-512, 2022 (NeuRRAM).
class ChargeDecrementConverter final : public ConverterKind {
 public:
  const char* name() const override { return "charge_decrement"; }
  const char* summary() const override { return "charge decrement: one clock per step down to zero, and one for the sign"; }
  AdcTiming timing(const ConverterSetting& setting) const override {
    const std::uint32_t clocks = sign_clocks(setting) + most_decrements(setting);
    return {clocks, clocks};
  }
  /// The decrement that changes the sign is the code's magnitude plus one; the last one needs no successor.
  std::uint32_t clocks(const ConverterSetting& setting, std::int32_t code) const override {
    return sign_clocks(setting) + std::min(static_cast<std::uint32_t>(std::abs(code)) + 1, most_decrements(setting));
  }
  bool code_dependent() const override { return true; }

 private:
  static std::uint32_t sign_clocks(const ConverterSetting& setting) { return setting.is_signed ? 1 : 0; }
  static std::uint32_t most_decrements(const ConverterSetting& setting) {
    return static_cast<std::uint32_t>(std::max(setting.code_max(), std::max(-setting.code_min(), 1)));
  }
};

}  // namespace memcosim
