// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/sample_hold.hpp"

#include <string>

#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

SampleHold::SampleHold(const sc_core::sc_module_name& name, MacroContext& context) : sc_module(name), context_(context) {}

void SampleHold::sample(const SliceTurn& turn) {
  Buffer& buffer = buffers_[turn.number & 1u];
  if (buffer.state != State::empty) {
    SC_REPORT_FATAL(message_ids::sample_hold,
                    ("slice " + std::to_string(turn.slice) + " is sampled into a buffer that is still being converted").c_str());
  }
  buffer = {State::sampling, turn.number, ticks_now()};
  context_.activity.samples += turn.mvm.used_columns;
}

void SampleHold::release(const SliceTurn& turn) {
  Buffer& buffer = buffers_[turn.number & 1u];
  if (buffer.state != State::sampling || buffer.slice != turn.number) {
    SC_REPORT_FATAL(message_ids::sample_hold, ("slice " + std::to_string(turn.slice) + " is released without a sample").c_str());
  }
  buffer.state = State::held;
  context_.report_phase("sample", "sample", buffer.begin, static_cast<int>(turn.slice), -1);
}

void SampleHold::require_held(const SliceTurn& turn) const {
  const Buffer& buffer = buffers_[turn.number & 1u];
  if (buffer.state != State::held || buffer.slice != turn.number) {
    SC_REPORT_FATAL(message_ids::sample_hold, ("slice " + std::to_string(turn.slice) + " is converted but not held").c_str());
  }
}

void SampleHold::converted(const SliceTurn& turn) {
  buffers_[turn.number & 1u].state = State::empty;
}

}  // namespace memcosim
