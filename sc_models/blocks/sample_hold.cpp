// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/sample_hold.hpp"

#include <limits>
#include <string>

#include "memcosim/sc_models/clocks.hpp"
#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

namespace {

constexpr std::uint64_t never_free = std::numeric_limits<std::uint64_t>::max();

}  // namespace

SampleHold::SampleHold(const sc_core::sc_module_name& name, MacroContext& context) : sc_module(name), context_(context) {}

void SampleHold::sample(const SliceTurn& turn) {
  Buffer& buffer = buffers_[turn.held_set & 1u];
  if (!buffer.free(ticks_now())) {
    SC_REPORT_FATAL(message_ids::sample_hold,
                    ("slice " + std::to_string(turn.slice) + " is sampled into a buffer that is still being converted").c_str());
  }
  buffer.state = State::sampling;
  buffer.adds = !context_.schedule.steps[turn.slice].converts;
  buffer.free_at = never_free;
  buffer.slice = turn.held_set;
  buffer.begin = ticks_now();
  context_.activity.samples += turn.mvm.used_columns;
}

void SampleHold::release(const SliceTurn& turn) {
  Buffer& buffer = buffers_[turn.held_set & 1u];
  if (buffer.state != State::sampling || buffer.slice != turn.held_set) {
    SC_REPORT_FATAL(message_ids::sample_hold, ("slice " + std::to_string(turn.slice) + " is released without a sample").c_str());
  }
  require_passed(message_ids::sample_hold, {buffer.begin, context_.schedule.sample, context_.period}, "the columns are held",
                 "they are sampled");
  buffer.state = State::held;
  context_.report_phase("sample", "sample", buffer.begin, static_cast<int>(turn.slice), -1);
}

void SampleHold::require_held(const SliceTurn& turn) const {
  const Buffer& buffer = buffers_[turn.held_set & 1u];
  if (buffer.state != State::held || buffer.slice != turn.held_set) {
    SC_REPORT_FATAL(message_ids::sample_hold, ("slice " + std::to_string(turn.slice) + " is converted but not held").c_str());
  }
}

void SampleHold::free_at(const SliceTurn& turn, std::uint64_t ticks) {
  buffers_[turn.held_set & 1u].free_at = ticks;
}

}  // namespace memcosim
