// SPDX-License-Identifier: Apache-2.0
// rtl/tdm_controller.sv against TdmPlayer, which the SystemC model plays too: every output pin at every clock, with stalls, resets, aborts and
// other registers at any time that the contract allows.
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "tdm_player_comparison.hpp"

namespace memcosim::rtl_test {
namespace {

void compare(std::uint64_t seed, std::uint64_t clocks, const TdmStimulus::Kinds& kinds) {
  Dut dut(static_cast<int>(seed));
  compare_with_player(dut, TdmStimulus(seed, tdm_limits(), kinds), clocks, "seed_" + std::to_string(seed));
}

TEST(TdmPlayer, EqualsTheRtlAtEveryClock) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed)
    compare(seed, 200'000, {});
}

TEST(TdmPlayer, EqualsTheRtlWithoutStalls) {
  for (std::uint64_t seed = 21; seed <= 24; ++seed)
    compare(seed, 100'000, {false, true});
}

}  // namespace
}  // namespace memcosim::rtl_test
