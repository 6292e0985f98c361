// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <systemc>

#include "call_side.hpp"

namespace memcosim {

/// Two blocks with the same pins and one stimulus, compared at every clock: the levels, every strobe with its numbers, and the order of
/// the strobes at one edge. Stops by itself at the first difference or when the stimulus is over. A bench of a block derives from it, makes
/// the blocks and gives them their stimulus.
class CallLockstep : public sc_core::sc_module {
 public:
  /// The stimulus is over and nothing differed.
  bool passed() const { return finished_ && difference_.empty(); }
  /// The first difference with its time and pin; empty: none.
  const std::string& difference() const { return difference_; }
  std::uint64_t clocks() const { return clocks_; }
  /// Adds the pins of both sides to a waveform file, under the given names.
  void trace(sc_core::sc_trace_file* file, const std::string& left, const std::string& right) const;

 protected:
  /// `any_order`: strobes of one edge may come in any order.
  CallLockstep(const sc_core::sc_module_name& name, CallLayout pins, const sc_core::sc_time& period, bool any_order);

  CallSide& left() { return left_; }
  CallSide& right() { return right_; }

 private:
  /// Sets the levels of both sides as the present edge samples them.
  virtual void sample_levels() = 0;
  /// True after the last clock to be compared.
  virtual bool over() const = 0;
  /// Called at every clock to be compared; nothing: no stimulus at this edge; else the delta cycles until stimulate() at this edge.
  virtual std::optional<std::uint32_t> next_stimulus() = 0;
  /// Gives both blocks the same inputs.
  virtual void stimulate() = 0;

  void clock();
  void new_edge();
  void compare_levels();
  void compare_strobes();

  const CallLayout pins_;
  const sc_core::sc_time period_;
  const bool any_order_;
  CallSide left_;
  CallSide right_;
  std::string difference_;
  std::uint64_t clocks_ = 0;
  std::optional<std::uint32_t> deltas_;  ///< delta cycles still to wait at this edge until the stimulus
  bool finished_ = false;
};

}  // namespace memcosim
