// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

namespace memcosim {

class VerilatedModels;

/// Stands for the edge that a block or domain has not yet seen.
inline sc_core::sc_time no_edge() {
  return sc_core::sc_max_time();
}

/// A Verilated block as its clock domain sees it.
class RtlBlock {
 public:
  virtual ~RtlBlock() = default;
  /// Drives the clock low: ends the cycle of the last edge. Called again, does nothing.
  virtual void fall() = 0;
  /// Evaluates the edge at `now`. Called again at the same time after an input changed, takes that edge back and evaluates it anew.
  virtual void rise(const sc_core::sc_time& now) = 0;
  /// Tells the outside what changed on the pins since the last call.
  virtual void publish() = 0;
  /// An input may still change at the coming edge in reaction to others that wake up at its time.
  virtual bool listening() const = 0;
  /// Needs the next edge.
  virtual bool active() const = 0;
};

/// Clock of Verilated blocks with registered outputs: one SC_METHOD evaluates all blocks that are busy, at multiples of the period. While
/// every block is idle there are no edges: an idle block would not change on them, so a block that wakes up goes on as if it had seen them.
///
/// All that happens at the time of an edge counts as its input, in whichever delta cycle it comes: blocks that could still take an input
/// are evaluated one delta cycle after the edge, and an input that comes even later takes the edge back (RtlBlock::rise). Only pins that
/// the input changes are published then, so what was published at that edge stays true.
class RtlClockDomain : public sc_core::sc_module {
 public:
  /// `waves`: see rtl_tdm_controller_factory.
  RtlClockDomain(const sc_core::sc_module_name& name, const sc_core::sc_time& period, const std::string& waves);
  ~RtlClockDomain() override;

  const sc_core::sc_time& period() const { return period_; }
  /// Where the blocks' Verilated models are made.
  VerilatedModels& models() { return *models_; }
  void add(RtlBlock& block);
  void remove(RtlBlock& block);
  /// An input of the block changed: evaluates it at the present time, which is a clock edge.
  void wake(RtlBlock& block);

 private:
  void start_of_simulation() override;
  void end_of_simulation() override;
  void tick();
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
