// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <ostream>

#include "memcosim/architecture/tdm_schedule.hpp"
#include "memcosim/rtl/bridge/rtl_stopped.hpp"
#include "memcosim/rtl/bridge/tdm_controller_pins.hpp"
#include "memcosim/rtl/bridge/verilated_models.hpp"

namespace memcosim {

bool operator==(const TdmControllerPins::Outputs& a, const TdmControllerPins::Outputs& b);
std::ostream& operator<<(std::ostream& out, const TdmControllerPins::Outputs& pins);

}  // namespace memcosim

namespace memcosim::rtl_test {

using Pins = TdmControllerPins::Outputs;

/// An MVM at every clock: front 1, back 1. Within the limits of every elaboration.
TdmSchedule shortest_schedule();

/// The Verilated controller, clocked by hand. Registers power up with random values: only the reset makes them known.
class Dut {
 public:
  explicit Dut(int power_up_seed = 1);

  /// Writes the registers as the driver does: derived numbers are computed here.
  void configure(const TdmSchedule& schedule);
  /// Writes them as they are, right or wrong.
  void set_registers(const TdmControllerPins::Registers& registers) { block_->set_registers(registers); }
  /// Two clocks in reset and one after it, which makes ready true.
  void reset();
  /// One clock edge.
  void clock(const TdmControllerPins::Inputs& inputs);
  /// One clock edge that samples `start`.
  void clock(bool start);
  Pins pins() const { return block_->outputs(); }

 private:
  VerilatedModels models_;
  std::unique_ptr<VerilatedBlock<TdmControllerPins>> block_;
};

}  // namespace memcosim::rtl_test
