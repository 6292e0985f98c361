// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

namespace memcosim {

class VerilatedModels;

/// Time of the last edge of a block or domain that has not seen any edge yet.
inline sc_core::sc_time no_edge() {
  return sc_core::sc_max_time();
}

/// Interface of a Verilated block to its clock domain.
class RtlBlock {
 public:
  virtual ~RtlBlock() = default;
  /// Drives the clock low, which ends the cycle of the last edge. Does nothing if the clock is low.
  virtual void fall() = 0;
  /// Evaluates the edge at `now`. If called again for the same edge because an input has changed, restores the state before the edge and
  /// evaluates it again.
  virtual void rise(const sc_core::sc_time& now) = 0;
  /// Calls the listeners of the output pins that have changed since the last call.
  virtual void publish() = 0;
  /// True if the block can still take an input at the next edge, from processes that run at the time of that edge.
  virtual bool listening() const = 0;
  /// True if the block needs the next edge.
  virtual bool active() const = 0;
};

/// Clock of Verilated blocks with registered outputs: one SC_METHOD evaluates all busy blocks at multiples of the period. While every block
/// is idle, edges are left out: they would not change an idle block, so that its behaviour after waking up is the same.
///
/// An input that arrives at the time of an edge is sampled by that edge, in whichever delta cycle it arrives: blocks that can still take an
/// input are evaluated one delta cycle later, and for an even later input the edge is evaluated again (RtlBlock::rise). Then only the pins
/// that the input has changed are published, so that what was published before remains valid.
class RtlClockDomain : public sc_core::sc_module {
 public:
  /// `waves`: see rtl_tdm_controller_factory.
  RtlClockDomain(const sc_core::sc_module_name& name, const sc_core::sc_time& period, const std::string& waves);
  ~RtlClockDomain() override;

  const sc_core::sc_time& period() const { return period_; }
  /// Creates the Verilated models of the blocks.
  VerilatedModels& models() { return *models_; }
  void add(RtlBlock& block);
  void remove(RtlBlock& block);
  /// To be called when an input of the block has changed, at a clock edge: evaluates the block at that edge.
  void wake(RtlBlock& block);

 private:
  void start_of_simulation() override;
  void end_of_simulation() override;
  void tick();
  void clock();
  void record_cycle(const sc_core::sc_time& now);
  void close_waves();
  std::uint64_t picoseconds(const sc_core::sc_time& time) const;

  const sc_core::sc_time period_;
  const double picoseconds_per_tick_;
  std::unique_ptr<VerilatedModels> models_;
  std::vector<RtlBlock*> blocks_;
  std::vector<RtlBlock*> active_;
  sc_core::sc_event tick_;
  sc_core::sc_time edge_;      ///< the last evaluated edge, no_edge() before the first
  sc_core::sc_time listened_;  ///< the last edge at which listening blocks were given their delta cycle
};

}  // namespace memcosim
