// SPDX-License-Identifier: Apache-2.0
// The comparison with TdmPlayer on a model that counts what it covers: a file NAME.dat for each run.
#include <cstdint>
#include <string>

#include <gtest/gtest.h>
#include <verilated.h>
#include <verilated_cov.h>

#include "elaboration_limits.hpp"
#include "tdm_player_comparison.hpp"

namespace memcosim::rtl_test {
namespace {

void cover(const TdmStimulus& stimulus, std::uint64_t clocks, const std::string& name) {
  Dut dut(0);  // powers up with zeros: random values would toggle what never changes
  compare_with_player(dut, stimulus, clocks, name);
  Verilated::threadContextp()->coveragep()->write((name + ".dat").c_str());
}

TEST(TdmCoverage, OfTheComparisonWithThePlayer) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed)
    cover(TdmStimulus(seed, elaboration_limits(), {}), 500'000, "seed_" + std::to_string(seed));
  TdmStimulus crowded(31, elaboration_limits(), {});
  crowded.fix_schedule(crowded_tdm_schedule(elaboration_limits()));
  cover(crowded, 100'000, "crowded");
}

}  // namespace
}  // namespace memcosim::rtl_test
