// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/converters/adc_kind.hpp"

#include <stdexcept>

namespace memcosim {

AdcTiming adc_timing(AdcKind kind, unsigned bits) {
  if (bits < 1 || bits > 24) throw std::logic_error("a converter has 1 to 24 bits");
  switch (kind) {
    case AdcKind::sar:
      return {bits + 1, bits + 1};
    case AdcKind::ramp:
      return {1u << bits, 1u << bits};
    case AdcKind::flash:
      return {1, 1};
    case AdcKind::pipeline:
      return {bits, 1};
  }
  throw std::logic_error("unknown kind of converter");
}

}  // namespace memcosim
