// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/architecture/tdm_strobes.hpp"
#include "memcosim/rtl/bridge/tdm_controller_pins.hpp"

#include "pin_comparison.hpp"

namespace memcosim {

/// The pins of a TDM controller, by the names and in the order of rtl/tdm_controller.sv.
const PinLayout& tdm_pin_layout();
void read_pins(const TdmControllerPins::Outputs& outputs, PinValues& values);
/// `registers`: those that the edge samples; `step_index`: the step that the controller asks for.
void read_pins(const TdmControllerPins::Inputs& inputs, const TdmControllerPins::Registers& registers, std::uint32_t step_index,
               PinValues& values);

/// Makes pins of the strobes of a controller that has none: what was called since the last edge, and the numbers of the last strobes.
class TdmStrobePins : public TdmStrobes {
 public:
  /// Pins of a block in reset.
  void reset() { pins_ = {}; }
  /// The strobes of the edge before fall. `registers` of the edge outlive it; `stalls`: the answer to TdmStrobes::stalls at this edge.
  void new_edge(const TdmControllerPins::Registers& registers, bool stalls);
  /// After all strobes of the edge.
  const TdmControllerPins::Outputs& pins(bool ready, bool busy);

  void drive(std::uint32_t slice) override;
  void sample(std::uint32_t slice) override;
  void release(std::uint32_t slice) override;
  void select(std::uint32_t slice, std::uint32_t group) override;
  void convert(std::uint32_t slice, std::uint32_t group) override;
  void accumulate(std::uint32_t slice, std::uint32_t group) override;
  void done() override { raise(TdmControllerPins::done); }
  bool stalls() override { return stalls_; }

 private:
  void raise(TdmControllerPins::Strobe strobe);

  TdmControllerPins::Outputs pins_;
  const TdmControllerPins::Registers* registers_ = nullptr;
  bool stalls_ = false;
};

}  // namespace memcosim
