// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "memcosim/common/error.hpp"

namespace memcosim {

/// One run-time register of a block whose registers are the fields of `Values`; its values lie between min and max inclusive.
template <class Values>
struct RtlRegister {
  const char* name;
  std::uint32_t Values::*value;
  std::uint32_t min;
  std::uint32_t max;
};

/// Throws InputError for the first value outside the range of its register. For the message: `block` is the name of the block, `source`
/// what the values follow from.
template <class Values, std::size_t count>
void check_ranges(const char* block, const char* source, const std::array<RtlRegister<Values>, count>& registers, const Values& values) {
  for (const RtlRegister<Values>& reg : registers) {
    const std::uint32_t value = values.*reg.value;
    if (value >= reg.min && value <= reg.max) continue;
    throw InputError(std::string("the RTL ") + block + " takes " + reg.name + " from " + std::to_string(reg.min) + " to " +
                     std::to_string(reg.max) + ", " + source + " has " + std::to_string(value) + ": change it or use the model");
  }
}

}  // namespace memcosim
