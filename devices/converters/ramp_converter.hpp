// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/converters/converter_kind.hpp"

namespace memcosim {

/// Single slope: a ramp passes every code, one per clock, and all codes are read at its end.
class RampConverter final : public ConverterKind {
 public:
  const char* name() const override { return "ramp"; }
  const char* summary() const override { return "single slope over all codes: 2^bits clocks"; }
  AdcTiming timing(const ConverterSetting& setting) const override { return {1u << setting.bits, 1u << setting.bits}; }
};

}  // namespace memcosim
