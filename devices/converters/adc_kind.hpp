// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace memcosim {

/// Kinds of column converters; they differ in latency and initiation interval (AdcTiming).
enum class AdcKind { sar, ramp, flash, pipeline };

/// Latency and initiation interval of one conversion, in clocks: SAR both bits + 1; ramp both 2^bits; flash 1 and 1; pipeline bits and 1.
struct AdcTiming {
  std::uint32_t latency;   ///< from the start of a conversion to its code
  std::uint32_t interval;  ///< between the starts of two conversions
};
AdcTiming adc_timing(AdcKind kind, unsigned bits);  ///< std::logic_error for bits outside 1 .. 24

}  // namespace memcosim
