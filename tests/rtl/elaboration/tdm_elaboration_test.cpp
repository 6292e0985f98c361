// SPDX-License-Identifier: Apache-2.0
// rtl/tdm_controller.sv with other sizes against TdmPlayer. MEMCOSIM_ELABORATION: the parameters, PARAMETER=VALUE and a space after each.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "memcosim/rtl/bridge/rtl_register.hpp"

#include "tdm_player_comparison.hpp"

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

TdmLimits limits() {
  TdmLimits limits;
  read(limits.registers, tdm_register_ranges);
  read(limits.step, tdm_step_ranges);
  read(limits.sizes, tdm_size_ranges);
  return limits;
}

void compare(std::uint64_t seed, std::uint64_t clocks, const TdmStimulus::Kinds& kinds) {
  SCOPED_TRACE(MEMCOSIM_ELABORATION);
  Dut dut(static_cast<int>(seed));
  compare_with_player(dut, limits(), seed, clocks, kinds);
}

TEST(TdmElaboration, EqualsThePlayerAtEveryClock) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed)
    compare(seed, 300'000, {});
}

TEST(TdmElaboration, EqualsThePlayerWithoutStalls) {
  compare(21, 100'000, {false, true});
}

}  // namespace
}  // namespace memcosim::rtl_test
