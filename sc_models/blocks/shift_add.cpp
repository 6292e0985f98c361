// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/shift_add.hpp"

#include <algorithm>
#include <string>

namespace memcosim {

ShiftAdd::ShiftAdd(const sc_core::sc_module_name& name, MacroContext& context)
    : sc_module(name), context_(context), sums_(context.outputs, 0), added_("added") {
  SC_HAS_PROCESS(ShiftAdd);
  SC_METHOD(report_additions);
  sensitive << added_;
  dont_initialize();
}

void ShiftAdd::accumulate(const SliceTurn& turn, std::uint32_t group) {
  const ColumnGroup columns = context_.multiplexer.columns_of(group, turn.mvm.used_columns);
  context_.activity.accumulations += columns.count();
  if (!turn.mvm.outcome.codes.empty()) {
    const std::int32_t* codes = turn.mvm.outcome.codes.data() + std::size_t{turn.slice} * context_.converted;
    const std::int64_t weight = std::int64_t{1} << (turn.slice * context_.spec.readout.dac.bits);
    for (std::uint32_t column = columns.first; column < columns.end; column += columns.stride) {
      context_.spec.readout.encoding->for_each_output(
          column, turn.mvm.used_outputs,
          [&](std::uint32_t output, std::int8_t sign, std::uint8_t shift) { sums_[output] += sign * (weight << shift) * codes[column]; });
    }
  }
  if (context_.observer != nullptr) {
    additions_.push_back({ticks_now(), static_cast<int>(turn.slice), static_cast<int>(group)});
    if (additions_.size() == 1) added_.notify(time_of_ticks(context_.schedule.accumulate_latency * context_.period));
  }
}

void ShiftAdd::report_additions() {
  const std::uint64_t latency = context_.schedule.accumulate_latency * context_.period;
  while (!additions_.empty() && additions_.front().begin + latency <= ticks_now()) {
    const Addition& addition = additions_.front();
    context_.report_phase("shift-add", "accumulate", addition.begin, addition.slice, addition.group);
    additions_.pop_front();
  }
  if (!additions_.empty()) added_.notify(time_of_ticks(additions_.front().begin + latency - ticks_now()));
}

void ShiftAdd::finish(const MvmRecord& mvm) {
  if (mvm.outcome.codes.empty()) return;
  const auto used_end = sums_.begin() + mvm.used_outputs;
  const auto difference = std::mismatch(sums_.begin(), used_end, mvm.outcome.sums.begin(), mvm.outcome.sums.end());
  if (difference.first != used_end) {
    const auto output = difference.first - sums_.begin();
    SC_REPORT_FATAL("memcosim/shift_add", ("output " + std::to_string(output) + ": the codes of event " + std::to_string(mvm.event) +
                                           " add up to " + std::to_string(*difference.first) + ", the functional core says " +
                                           std::to_string(difference.second == mvm.outcome.sums.end() ? 0 : *difference.second))
                                              .c_str());
  }
  std::fill(sums_.begin(), sums_.end(), 0);
}

}  // namespace memcosim
