// SPDX-License-Identifier: Apache-2.0
// rtl/tdm_controller.sv with other sizes against TdmPlayer.
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "elaboration_limits.hpp"
#include "tdm_player_comparison.hpp"

namespace memcosim::rtl_test {
namespace {

void compare(std::uint64_t seed, std::uint64_t clocks, const TdmStimulus::Kinds& kinds) {
  SCOPED_TRACE(MEMCOSIM_ELABORATION);
  Dut dut(static_cast<int>(seed));
  compare_with_player(dut, TdmStimulus(seed, elaboration_limits(), kinds), clocks, "seed_" + std::to_string(seed));
}

TEST(TdmElaboration, EqualsThePlayerAtEveryClock) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed)
    compare(seed, 300'000, {});
}

TEST(TdmElaboration, EqualsThePlayerWithoutStalls) {
  compare(21, 100'000, {false, true});
}

TEST(TdmElaboration, EqualsThePlayerWithAsMuchInFlightAsThereIsRoomFor) {
  SCOPED_TRACE(MEMCOSIM_ELABORATION);
  TdmStimulus stimulus(31, elaboration_limits(), {});
  stimulus.fix_schedule(crowded_tdm_schedule(elaboration_limits()));
  Dut dut(31);
  compare_with_player(dut, stimulus, 100'000, "crowded");
}

}  // namespace
}  // namespace memcosim::rtl_test
