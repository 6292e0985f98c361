// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <systemc>
#include <utility>

#include "memcosim/rtl/bridge/rtl_clock_domain.hpp"
#include "memcosim/rtl/bridge/verilated_block.hpp"
#include "memcosim/rtl/bridge/verilated_models.hpp"

namespace memcosim {

/// A Verilated block in its clock domain: base of the SystemC modules that stand for RTL. `Pins` (such as TdmControllerPins) has Inputs,
/// Outputs and Registers, takes_inputs(outputs): the next edge can sample inputs, and runs(outputs): the block needs the next edge even
/// without inputs. Inputs hold for one edge.
template <class Pins>
class ClockedBlock : private RtlBlock {
 protected:
  using Inputs = typename Pins::Inputs;
  using Outputs = typename Pins::Outputs;
  using Registers = typename Pins::Registers;

  /// `scope`: name in waveform files.
  ClockedBlock(std::shared_ptr<RtlClockDomain> domain, const std::string& scope, const Registers& registers)
      : domain_(std::move(domain)), model_(domain_->models().template make<Pins>(scope, registers)), outputs_(model_->outputs()) {
    domain_->add(*this);
  }
  ~ClockedBlock() override { domain_->remove(*this); }

  const sc_core::sc_time& period() const { return domain_->period(); }
  /// Outputs as the edge at the present time samples them; between edges, as they stand.
  const Outputs& sampled_outputs() const { return sc_core::sc_time_stamp() == edge_ ? before_ : outputs_; }
  /// True if the edge at the present time samples inputs that drive() gave it.
  bool driven() const { return pending_ || (sampled_ && sc_core::sc_time_stamp() == edge_); }
  /// Gives the edge at the present time its inputs. Call it at an edge at which takes_inputs() is true of the sampled outputs, once.
  void drive(const Inputs& inputs) {
    inputs_ = inputs;
    pending_ = true;
    domain_->wake(*this);
  }
  void set_registers(const Registers& registers) { model_->set_registers(registers); }

 private:
  /// Called after each evaluation of an edge; `before`: the outputs that the edge sampled.
  virtual void clocked(const Outputs& before, const Outputs& after) = 0;
  /// Calls the listeners of the outputs. `published`: those of the same edge that have been published already, else the default ones.
  virtual void publish(const Outputs& outputs, const Outputs& published) = 0;

  void fall() override {
    if (!high_) return;
    model_->fall();
    high_ = false;
  }

  void rise(const sc_core::sc_time& now) override {
    if (edge_ == now) {
      if (!pending_) return;
      model_->restore();
    } else {
      fall();
      edge_ = now;
      before_ = outputs_;
      sampled_ = false;
      published_ = Outputs();
      if (Pins::takes_inputs(before_) && !pending_) model_->save();
    }
    model_->rise(pending_ ? inputs_ : Inputs());
    high_ = true;
    sampled_ = pending_;
    pending_ = false;
    outputs_ = model_->outputs();
    clocked(before_, outputs_);
  }

  void publish() override { publish(outputs_, std::exchange(published_, outputs_)); }
  bool listening() const override { return Pins::takes_inputs(outputs_) && !pending_; }
  bool active() const override { return Pins::runs(outputs_) || pending_; }

  std::shared_ptr<RtlClockDomain> domain_;
  std::unique_ptr<VerilatedBlock<Pins>> model_;
  Inputs inputs_;
  bool pending_ = false;  ///< drive() was called and its edge is not yet evaluated
  bool sampled_ = false;  ///< the last edge sampled inputs of drive()
  bool high_ = false;     ///< the clock pin
  Outputs outputs_;       ///< after the last edge
  Outputs before_;        ///< just before the last edge
  Outputs published_;
  sc_core::sc_time edge_ = no_edge();  ///< the last evaluated edge
};

}  // namespace memcosim
