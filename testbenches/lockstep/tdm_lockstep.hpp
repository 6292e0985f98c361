// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <systemc>

#include "memcosim/rtl/bridge/verilated_models.hpp"
#include "memcosim/sc_models/blocks/model_tdm_controller.hpp"

#include "pin_comparison.hpp"
#include "pin_vectors.hpp"
#include "tdm_pins.hpp"
#include "tdm_stimulus.hpp"

namespace memcosim {

/// The SystemC model and the RTL of the TDM controller with the same inputs at every clock edge, every output compared after it. Takes a fixed
/// number of clocks, whatever the RTL does, or fewer at a difference.
class TdmLockstep : public sc_core::sc_module {
 public:
  /// `waves`: waveform file of the RTL, as VerilatedModels takes it.
  TdmLockstep(const sc_core::sc_module_name& name, const TdmStimulus& stimulus, std::uint64_t clocks, const sc_core::sc_time& period,
              const std::string& waves);
  ~TdmLockstep() override;

  /// Adds the inputs and the outputs of the model at every clock to come; `vectors` outlive the run.
  void export_to(PinVectors& vectors) { vectors_ = &vectors; }

  const PinComparison& comparison() const { return comparison_; }
  /// Why the RTL stopped by itself; empty: it did not.
  const std::string& stopped() const { return stopped_; }
  const TdmStimulus& stimulus() const { return stimulus_; }

 private:
  void start_of_simulation() override;
  void clock();
  void falling_edge();
  void rising_edge();
  void compare();
  void clock_rtl();

  const std::uint64_t clocks_;
  const sc_core::sc_time period_;
  TdmStimulus stimulus_;
  PinComparison comparison_;
  TdmStrobePins model_pins_;
  ModelTdmController model_;
  VerilatedModels models_;
  std::unique_ptr<VerilatedBlock<TdmControllerPins>> rtl_;
  TdmControllerPins::Inputs inputs_;   ///< of the next or present edge
  TdmControllerPins::Outputs before_;  ///< of the model, as that edge samples them
  std::uint64_t edge_ = 0;             ///< the next or present rising edge
  bool high_ = true;                   ///< the clock
  std::string stopped_;
  PinValues input_values_, left_, right_;
  PinVectors* vectors_ = nullptr;  ///< null: not exported
};

}  // namespace memcosim
