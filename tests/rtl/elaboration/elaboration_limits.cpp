// SPDX-License-Identifier: Apache-2.0
#include "elaboration_limits.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "memcosim/rtl/bridge/rtl_register.hpp"

namespace memcosim::rtl_test {

namespace {

std::uint32_t parameter(std::string name) {
  const std::string elaboration = MEMCOSIM_ELABORATION;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  const std::size_t found = (" " + elaboration).find(" " + name + "=");
  if (found == std::string::npos) throw std::logic_error("no " + name + " in " + elaboration);
  return static_cast<std::uint32_t>(std::stoul(elaboration.substr(found + name.size() + 1)));
}

template <class Values, std::size_t count>
void read(Values& values, const std::array<RtlRegister<Values>, count>& ranges) {
  for (const RtlRegister<Values>& range : ranges) {
    const bool flag = std::string(range.name) == "pipelined";
    values.*range.value = flag ? range.max : parameter(std::string("max_") + range.name);
  }
}

}  // namespace

TdmLimits elaboration_limits() {
  TdmLimits limits;
  read(limits.registers, tdm_register_ranges);
  read(limits.step, tdm_step_ranges);
  read(limits.sizes, tdm_size_ranges);
  return limits;
}

}  // namespace memcosim::rtl_test
