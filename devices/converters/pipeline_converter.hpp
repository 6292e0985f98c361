// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/converters/converter_kind.hpp"

namespace memcosim {

/// A stage per bit, each working on another conversion.
class PipelineConverter final : public ConverterKind {
 public:
  const char* name() const override { return "pipeline"; }
  const char* summary() const override { return "a stage per bit: a code after as many clocks as bits, a conversion every clock"; }
  AdcTiming timing(const ConverterSetting& setting) const override { return {setting.bits, 1}; }
};

}  // namespace memcosim
