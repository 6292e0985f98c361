// SPDX-License-Identifier: Apache-2.0
// rtl/tdm_controller.sv against TdmPlayer, which the SystemC model plays too: every output pin at every clock, with stalls, resets, aborts and
// other registers at any time that the contract allows.
#include "memcosim/architecture/tdm_player.hpp"

#include <cstdint>

#include <gtest/gtest.h>

#include "memcosim/rtl/bridge/tdm_registers.hpp"

#include "pin_comparison.hpp"
#include "tdm_controller_dut.hpp"
#include "tdm_pins.hpp"
#include "tdm_stimulus.hpp"

namespace memcosim::rtl_test {
namespace {

/// A TdmPlayer clock by clock.
class PlayerPins {
 public:
  Pins edge(const TdmStimulus& stimulus, const TdmControllerPins::Inputs& inputs) {
    pins_.new_edge(stimulus.registers(), inputs.adc_stalls || inputs.sum_stalls);
    if (inputs.reset || inputs.abort) {
      player_.reset(edge_ + 2);
      pins_.reset();
    }
    if (stimulus.new_registers()) player_.set_schedule(stimulus.schedule());
    if (!inputs.reset && !inputs.abort && inputs.start && player_.ready_edge() <= edge_) player_.start(edge_);
    while (player_.next_edge() == edge_)
      player_.play(edge_, pins_);
    ++edge_;
    return pins_.pins(player_.ready_edge() <= edge_, !player_.idle(edge_));
  }

 private:
  TdmPlayer player_{TdmSchedule{}};
  TdmStrobePins pins_;
  std::uint64_t edge_ = 0;
};

void compare(std::uint64_t seed, std::uint64_t clocks, const TdmStimulus::Kinds& kinds) {
  PinComparison comparison(tdm_pin_layout(), "player", "rtl", 1000);
  TdmStimulus stimulus(seed, tdm_limits(), kinds);
  PlayerPins player;
  Dut dut(static_cast<int>(seed));
  PinValues in, left, right;
  Pins before;
  while (comparison.clocks() < clocks && !comparison.over()) {
    const TdmControllerPins::Inputs& inputs = stimulus.next(before.ready, before.busy);
    read_pins(inputs, stimulus.registers(), before.step_index, in);
    if (stimulus.new_registers()) dut.set_registers(stimulus.registers());
    dut.clock(inputs);
    before = player.edge(stimulus, inputs);
    read_pins(before, left);
    read_pins(dut.pins(), right);
    comparison.clock(in, left, right);
  }
  if (!comparison.difference().empty()) comparison.write_waves("difference_" + std::to_string(seed) + ".vcd");
  ASSERT_EQ(comparison.difference(), "") << "seed " << seed;
  EXPECT_GT(stimulus.started(), 0u) << "seed " << seed;
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
