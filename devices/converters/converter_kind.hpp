// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/devices/converters/converter_setting.hpp"
#include "memcosim/devices/costs/component_cost.hpp"

namespace memcosim {

/// Latency and initiation interval of one conversion, in clocks.
struct AdcTiming {
  std::uint32_t latency;   ///< from the start of a conversion to its code
  std::uint32_t interval;  ///< between the starts of two conversions
};

/// A kind of column converter: what it is called, how long a conversion takes and what one converter costs. Products, verify reads, RTL
/// registers, the timing formula, costs and reports ask this object. A new kind is one file in devices/converters/ and one row of
/// converter_kinds().
class ConverterKind {
 public:
  virtual ~ConverterKind() = default;
  /// In configurations (macro.adc.kind).
  virtual const char* name() const = 0;
  /// How it converts and how long it takes, in one line.
  virtual const char* summary() const = 0;
  /// Of a conversion with any code: no code takes longer.
  virtual AdcTiming timing(const ConverterSetting& setting) const = 0;
  /// Clocks from the start of a conversion to this code, 1 to timing().latency.
  virtual std::uint32_t clocks(const ConverterSetting& setting, std::int32_t /*code*/) const { return timing(setting).latency; }
  /// True if clocks() depends on the code.
  virtual bool code_dependent() const { return false; }
  /// True if it converts while the rows are driven: the clocks of timing() begin when the drive ends.
  virtual bool during_drive() const { return false; }
  /// Published energy per conversion and area of one converter at a rate (conversions per second) and technology node; empty: none is known.
  virtual std::optional<ComponentCost> cost(const ConverterSetting& /*setting*/, double /*rate_hz*/, double /*technology_m*/) const {
    return std::nullopt;
  }
};

/// All kinds; the first is the default.
const std::vector<const ConverterKind*>& converter_kinds();
/// Throws InputError naming the nearest kind.
const ConverterKind& converter_kind(const std::string& name);

/// Throws std::logic_error unless the setting has 1 to 24 bits.
void check(const ConverterSetting& setting);

}  // namespace memcosim
