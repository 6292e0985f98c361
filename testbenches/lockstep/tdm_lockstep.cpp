// SPDX-License-Identifier: Apache-2.0
#include "tdm_lockstep.hpp"

#include <algorithm>

#include "memcosim/sc_models/blocks/model_tdm_controller.hpp"

namespace memcosim {

TdmControllerFactory model_tdm_controller_factory() {
  return [](const std::string& name, const TdmSchedule& schedule, const sc_core::sc_time& period, TdmStrobes& strobes) {
    return std::make_unique<ModelTdmController>(name.c_str(), schedule, period, strobes);
  };
}

const char* TdmLockstep::pin_name(Pin pin) {
  constexpr const char* names[pin_count] = {"drive", "sample", "release", "select", "convert", "accumulate", "done"};
  return names[pin];
}

std::string TdmLockstep::text(const std::vector<Call>& calls, std::size_t index) {
  if (index >= calls.size()) return "nothing";
  const Call& call = calls[index];
  std::string result = std::string(pin_name(call.pin)) + " at " + call.time.to_string();
  if (call.pin != Pin::done) result += " for slice " + std::to_string(call.slice);
  const bool by_group = call.pin == Pin::select || call.pin == Pin::convert || call.pin == Pin::accumulate;
  if (by_group) result += " group " + std::to_string(call.group);
  return result;
}

void TdmLockstep::Side::take(Pin pin, std::uint32_t slice, std::uint32_t group) {
  calls.push_back({sc_core::sc_time_stamp(), pin, slice, group});
  pins_[pin] = true;
  slices_[pin] = slice;
  groups_[pin] = group;
  risen_[pin] = sc_core::sc_time_stamp();
}

void TdmLockstep::Side::new_edge() {
  ready = controller->ready();
  busy = controller->busy();
  for (std::size_t pin = 0; pin < pin_count; ++pin) {
    if (risen_[pin] != sc_core::sc_time_stamp()) pins_[pin] = false;
  }
}

void TdmLockstep::Side::trace(sc_core::sc_trace_file* file, const std::string& name) const {
  sc_core::sc_trace(file, ready, name + ".ready");
  sc_core::sc_trace(file, busy, name + ".busy");
  for (std::size_t pin = 0; pin < pin_count; ++pin) {
    const std::string pin_name = name + "." + TdmLockstep::pin_name(static_cast<Pin>(pin));
    sc_core::sc_trace(file, pins_[pin], pin_name);
    if (pin == Pin::done) continue;
    sc_core::sc_trace(file, slices_[pin], pin_name + "_slice");
    if (pin >= Pin::select) sc_core::sc_trace(file, groups_[pin], pin_name + "_group");
  }
}

TdmLockstep::TdmLockstep(const sc_core::sc_module_name& name, const TdmSchedule& schedule, const sc_core::sc_time& period,
                         const TdmControllerFactory& left, const TdmControllerFactory& right, const TdmStimulus& stimulus)
    : sc_module(name),
      most_groups_(schedule.groups),
      schedule_(schedule),
      next_groups_(schedule.groups),
      period_(period),
      stimulus_(stimulus),
      random_(stimulus.seed) {
  left_.controller = left("left", schedule, period, left_);
  right_.controller = right("right", schedule, period, right_);
  SC_HAS_PROCESS(TdmLockstep);
  SC_METHOD(clock);
}

void TdmLockstep::trace(sc_core::sc_trace_file* file, const std::string& left, const std::string& right) const {
  left_.trace(file, left);
  right_.trace(file, right);
}

void TdmLockstep::clock() {
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  if (!starting_) new_edge(now);
  if (finished_) return;
  if (starting_ && deltas_ == 0) start();
  if (starting_) {
    --deltas_;
    next_trigger(sc_core::SC_ZERO_TIME);
  } else {
    next_trigger((now / period_ + 1) * period_ - now);
  }
}

/// What both sides did until this edge, and whether an MVM starts at it.
void TdmLockstep::new_edge(const sc_core::sc_time& now) {
  left_.new_edge();
  right_.new_edge();
  compare_before(now);
  compare_level("ready", left_.ready, right_.ready, now);
  compare_level("busy", left_.busy, right_.busy, now);
  const bool all_started = started_ == stimulus_.mvms;
  finished_ = !difference_.empty() || (all_started && clocks_ == last_clock_);
  if (finished_) return;
  ++clocks_;
  if (all_started || !left_.ready || (next_groups_ != schedule_.groups && left_.busy)) return;
  if (gap_ != 0) {
    --gap_;
    return;
  }
  starting_ = true;
  deltas_ = static_cast<std::uint32_t>(random_() % (std::uint64_t{stimulus_.max_deltas} + 1));
}

void TdmLockstep::compare_level(const char* pin, bool left, bool right, const sc_core::sc_time& now) {
  if (!difference_.empty() || left == right) return;
  const auto is = [](bool level) { return level ? "high" : "low"; };
  difference_ = std::string(pin) + " at " + now.to_string() + ": " + is(left) + " on the left, " + is(right) + " on the right";
}

void TdmLockstep::start() {
  if (next_groups_ != schedule_.groups) {
    schedule_.groups = next_groups_;
    left_.controller->set_groups(next_groups_);
    right_.controller->set_groups(next_groups_);
  }
  left_.controller->start();
  right_.controller->start();
  ++started_;
  starting_ = false;
  gap_ = random_() % (std::uint64_t{stimulus_.max_gap} + 1);
  if (stimulus_.vary_groups && random_() % 2 == 0) next_groups_ = 1 + static_cast<std::uint32_t>(random_() % most_groups_);
  last_clock_ = clocks_ + schedule_.latency() + 2;  // done, its fall, and one clock in which nothing may come
}

/// Compares the calls of earlier edges; those of this one may not all have come.
void TdmLockstep::compare_before(const sc_core::sc_time& now) {
  const auto before = [&](std::vector<Call>& calls) {
    const auto end = std::find_if(calls.begin(), calls.end(), [&](const Call& call) { return call.time >= now; });
    std::vector<Call> past(calls.begin(), end);
    calls.erase(calls.begin(), end);
    if (stimulus_.max_deltas != 0) {
      std::stable_sort(past.begin(), past.end(), [](const Call& a, const Call& b) { return a.pin < b.pin; });
    }
    return past;
  };
  const std::vector<Call> left = before(left_.calls);
  const std::vector<Call> right = before(right_.calls);
  const auto same = [](const Call& a, const Call& b) {
    return a.time == b.time && a.pin == b.pin && a.slice == b.slice && a.group == b.group;
  };
  const auto differs = std::mismatch(left.begin(), left.end(), right.begin(), right.end(), same);
  if (differs.first == left.end() && differs.second == right.end()) return;
  const auto index = static_cast<std::size_t>(differs.first - left.begin());
  difference_ = text(left, index) + " on the left, " + text(right, index) + " on the right";
}

}  // namespace memcosim
