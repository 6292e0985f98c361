// SPDX-License-Identifier: Apache-2.0
// The SystemC model and the RTL of the TDM controller: every output pin at every clock, for inputs of all kinds.
#include "tdm_lockstep.hpp"

#include <systemc>

#include <gtest/gtest.h>

namespace memcosim {
namespace {

void play(std::uint64_t seed, std::uint64_t clocks, const TdmStimulus::Kinds& kinds) {
  TdmLockstep bench("bench", TdmStimulus(seed, tdm_limits(), kinds), clocks, sc_core::sc_time(2, sc_core::SC_NS), "");
  sc_core::sc_start();
  EXPECT_EQ(bench.comparison().difference(), "");
  EXPECT_EQ(bench.comparison().clocks(), clocks);
  EXPECT_GT(bench.stimulus().started(), clocks / 10'000);
}

TEST(TdmLockstep, ModelAndRtlAreEqualForAMillionClocks) {
  play(41, 1'000'000, {});
}

TEST(TdmLockstep, ModelAndRtlAreEqualWithoutStalls) {
  play(42, 300'000, {false, true});
}

TEST(TdmLockstep, ModelAndRtlAreEqualWithoutResetsInBetween) {
  play(43, 300'000, {true, false});
}

}  // namespace
}  // namespace memcosim
