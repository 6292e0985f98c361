// SPDX-License-Identifier: Apache-2.0
#include "tdm_controller_expectation.hpp"

namespace memcosim::rtl_test {

Pins Expectation::edge(bool start) {
  if (start && edge_ >= ready_edge_) accept();
  last_.strobes = 0;  // strobes fall, numbers hold
  const auto today = calendar_.find(edge_);
  if (today != calendar_.end()) {
    for (const Strobe& strobe : today->second)
      apply(strobe);
    calendar_.erase(today);
  }
  last_.busy = accepted_ != 0 && edge_ + 1 < idle_edge_;
  last_.ready = edge_ + 1 >= ready_edge_;
  ++edge_;
  return last_;
}

void Expectation::accept() {
  const auto at = [&](std::uint64_t edge, const Strobe& strobe) { calendar_[edge_ + edge].push_back(strobe); };
  for (std::uint32_t slice = 0; slice < schedule_.slices(); ++slice) {
    at(times_.drive_edge(slice), {TdmControllerPins::drive, slice});
    at(times_.sample_edge(slice), {TdmControllerPins::sample, slice});
    at(times_.release_edge(slice), {TdmControllerPins::release, slice});
    if (!schedule_.steps[slice].converts) continue;
    for (std::uint32_t group = 0; group < schedule_.groups; ++group) {
      at(times_.select_edge(slice, group), {TdmControllerPins::select, slice, group});
      at(times_.convert_edge(slice, group), {TdmControllerPins::convert, slice, group});
      at(times_.code_edge(slice, group), {TdmControllerPins::accumulate, slice, group});
    }
  }
  at(times_.latency(), {TdmControllerPins::done});
  ready_edge_ = edge_ + times_.interval();
  idle_edge_ = edge_ + times_.change_interval();
  ++accepted_;
}

void Expectation::apply(const Strobe& strobe) {
  last_.strobes = static_cast<std::uint8_t>(last_.strobes | strobe.kind);
  switch (strobe.kind) {
    case TdmControllerPins::drive:
      last_.drive_slice = strobe.slice;
      last_.step_index = (strobe.slice + 1) % schedule_.slices();
      return;
    case TdmControllerPins::sample:
    case TdmControllerPins::release:
      last_.sample_slice = strobe.slice;
      return;
    case TdmControllerPins::select:
    case TdmControllerPins::convert:
      last_.column_slice = strobe.slice;
      last_.column_group = strobe.group;
      return;
    case TdmControllerPins::accumulate:
      last_.accumulate_slice = strobe.slice;
      last_.accumulate_group = strobe.group;
      return;
    case TdmControllerPins::done:
      return;
  }
}

}  // namespace memcosim::rtl_test
