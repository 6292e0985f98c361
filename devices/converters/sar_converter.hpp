// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/converters/converter_kind.hpp"
#include "memcosim/devices/costs/adc_costs.hpp"

namespace memcosim {

/// Successive approximation: a clock to sample, then one decision per bit.
class SarConverter final : public ConverterKind {
 public:
  const char* name() const override { return "sar"; }
  const char* summary() const override { return "successive approximation: bits + 1 clocks"; }
  AdcTiming timing(const ConverterSetting& setting) const override { return {setting.bits + 1, setting.bits + 1}; }
  std::optional<ComponentCost> cost(const ConverterSetting& setting, double rate_hz, double technology_m) const override {
    return isaac_adc(setting.bits, rate_hz, technology_m);
  }
};

}  // namespace memcosim
