// SPDX-License-Identifier: Apache-2.0
#include "call_side.hpp"

#include <algorithm>
#include <stdexcept>

namespace memcosim {

CallSide::CallSide(const CallLayout& pins) : pins_(pins), levels_(pins.levels.size()), strobes_(pins.strobes.size()) {
  for (const CallLayout::Strobe& strobe : pins.strobes) {
    if (strobe.numbers.size() > CallLayout::most_numbers) throw std::logic_error("a strobe with more numbers than a call holds");
  }
}

void CallSide::strobe(std::size_t index, const Numbers& numbers) {
  calls_.push_back({sc_core::sc_time_stamp(), index, numbers});
  strobes_[index] = {true, numbers, sc_core::sc_time_stamp()};
}

void CallSide::new_edge() {
  for (Pin& pin : strobes_) {
    if (pin.risen != sc_core::sc_time_stamp()) pin.high = false;
  }
}

std::vector<CallSide::Call> CallSide::take_past_calls() {
  const auto end = std::find_if(calls_.begin(), calls_.end(), [](const Call& call) { return call.time >= sc_core::sc_time_stamp(); });
  std::vector<Call> past(calls_.begin(), end);
  calls_.erase(calls_.begin(), end);
  return past;
}

std::string CallSide::text(const std::vector<Call>& calls, std::size_t index) const {
  if (index >= calls.size()) return "nothing";
  const Call& call = calls[index];
  const CallLayout::Strobe& strobe = pins_.strobes[call.strobe];
  std::string result = std::string(strobe.name) + " at " + call.time.to_string();
  for (std::size_t number = 0; number < strobe.numbers.size(); ++number) {
    result += number == 0 ? " for " : " ";
    result += std::string(strobe.numbers[number]) + " " + std::to_string(call.numbers[number]);
  }
  return result;
}

void CallSide::trace(sc_core::sc_trace_file* file, const std::string& name) const {
  for (std::size_t level = 0; level < levels_.size(); ++level)
    sc_core::sc_trace(file, levels_[level].high, name + "." + pins_.levels[level]);
  for (std::size_t index = 0; index < strobes_.size(); ++index) {
    const CallLayout::Strobe& strobe = pins_.strobes[index];
    const std::string pin = name + "." + strobe.name;
    sc_core::sc_trace(file, strobes_[index].high, pin);
    for (std::size_t number = 0; number < strobe.numbers.size(); ++number)
      sc_core::sc_trace(file, strobes_[index].numbers[number], pin + "_" + strobe.numbers[number]);
  }
}

}  // namespace memcosim
