// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <systemc>

#include <gsl/span>

#include "memcosim/architecture/macro_spec.hpp"

namespace memcosim {

/// Which conversion a code is of.
struct ConversionAddress {
  std::uint32_t column;     ///< converted column
  std::uint32_t converter;  ///< in the bank of the macro
};

/// The digital part of the converters in approximately_timed, between the codes of the functional core and the accumulator. It sees the
/// conversions of products; verify reads do not pass it.
class ConverterLogic : public sc_core::sc_module {
 public:
  explicit ConverterLogic(const sc_core::sc_module_name& name) : sc_module(name) {}
  /// Called at the edge at which the codes of a column group become valid, once for the converters that convert together. codes[i], of the
  /// conversion addresses[i] in input slice `slice`, is the code that the functional core computed, and then the one that the accumulator
  /// receives.
  virtual void convert(std::uint32_t slice, gsl::span<const ConversionAddress> addresses, gsl::span<std::int32_t> codes) = 0;
};

/// Makes a converter logic inside the module under construction. `macro` outlives it.
using ConverterLogicFactory = std::function<std::unique_ptr<ConverterLogic>(const std::string& name, const MacroSpec& macro)>;

/// Returns the codes of the functional core.
class ModelConverterLogic : public ConverterLogic {
 public:
  explicit ModelConverterLogic(const sc_core::sc_module_name& name) : ConverterLogic(name) {}
  void convert(std::uint32_t, gsl::span<const ConversionAddress>, gsl::span<std::int32_t>) override {}
};

}  // namespace memcosim
