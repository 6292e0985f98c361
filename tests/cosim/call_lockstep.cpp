// SPDX-License-Identifier: Apache-2.0
#include "call_lockstep.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace memcosim {

CallLockstep::CallLockstep(const sc_core::sc_module_name& name, CallLayout pins, const sc_core::sc_time& period, bool any_order)
    : sc_module(name), pins_(std::move(pins)), period_(period), any_order_(any_order), left_(pins_), right_(pins_) {
  SC_HAS_PROCESS(CallLockstep);
  SC_METHOD(clock);
}

void CallLockstep::trace(sc_core::sc_trace_file* file, const std::string& left, const std::string& right) const {
  left_.trace(file, left);
  right_.trace(file, right);
}

void CallLockstep::clock() {
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  if (!deltas_) new_edge();
  if (finished_) return;
  if (deltas_ && *deltas_ == 0) {
    stimulate();
    deltas_.reset();
  }
  if (deltas_) {
    --*deltas_;
    next_trigger(sc_core::SC_ZERO_TIME);
  } else {
    next_trigger((now / period_ + 1) * period_ - now);
  }
}

/// What both sides did until this edge, and whether a stimulus comes at it.
void CallLockstep::new_edge() {
  left_.new_edge();
  right_.new_edge();
  sample_levels();
  compare_strobes();
  compare_levels();
  finished_ = !difference_.empty() || over();
  if (finished_) return;
  ++clocks_;
  deltas_ = next_stimulus();
}

void CallLockstep::compare_levels() {
  const auto is = [](bool level) { return level ? "high" : "low"; };
  for (std::size_t level = 0; level < pins_.levels.size() && difference_.empty(); ++level) {
    if (left_.level(level) == right_.level(level)) continue;
    difference_ = std::string(pins_.levels[level]) + " at " + sc_core::sc_time_stamp().to_string() + ": " + is(left_.level(level)) +
                  " on the left, " + is(right_.level(level)) + " on the right";
  }
}

void CallLockstep::compare_strobes() {
  std::vector<CallSide::Call> left = left_.take_past_calls();
  std::vector<CallSide::Call> right = right_.take_past_calls();
  if (any_order_) {
    const auto by_strobe = [](const CallSide::Call& a, const CallSide::Call& b) { return a.strobe < b.strobe; };
    std::stable_sort(left.begin(), left.end(), by_strobe);
    std::stable_sort(right.begin(), right.end(), by_strobe);
  }
  const auto differs = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  if (differs.first == left.end() && differs.second == right.end()) return;
  const auto index = static_cast<std::size_t>(differs.first - left.begin());
  difference_ = left_.text(left, index) + " on the left, " + right_.text(right, index) + " on the right";
}

}  // namespace memcosim
