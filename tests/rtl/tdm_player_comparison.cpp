// SPDX-License-Identifier: Apache-2.0
#include "tdm_player_comparison.hpp"

#include <string>

#include <gtest/gtest.h>

#include "memcosim/architecture/tdm_player.hpp"

#include "pin_comparison.hpp"
#include "tdm_pins.hpp"

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

}  // namespace

void compare_with_player(Dut& dut, TdmStimulus stimulus, std::uint64_t clocks, const std::string& name) {
  PinComparison comparison(tdm_pin_layout(), "player", "rtl", 1000);
  PlayerPins player;
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
  if (!comparison.difference().empty()) comparison.write_waves("difference_" + name + ".vcd");
  ASSERT_EQ(comparison.difference(), "") << name;
  EXPECT_GT(stimulus.started(), 0u) << name;
}

}  // namespace memcosim::rtl_test
