// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/converters/converter_kind.hpp"

namespace memcosim {

/// One comparator per threshold, all at once.
class FlashConverter final : public ConverterKind {
 public:
  const char* name() const override { return "flash"; }
  const char* summary() const override { return "all thresholds at once: 1 clock"; }
  AdcTiming timing(const ConverterSetting& /*setting*/) const override { return {1, 1}; }
};

}  // namespace memcosim
