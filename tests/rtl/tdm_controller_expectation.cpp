// SPDX-License-Identifier: Apache-2.0
#include "tdm_controller_expectation.hpp"

namespace memcosim::rtl_test {

Pins Expectation::edge(bool start) {
  if (start && edge_ >= ready_edge_) accept();
  // Strobes fall; numbers hold.
  last_.drive = last_.sample = last_.release = last_.select = last_.convert = last_.accumulate = last_.done = false;
  const auto today = calendar_.find(edge_);
  if (today != calendar_.end()) {
    for (const Strobe& strobe : today->second)
      apply(strobe);
    calendar_.erase(today);
  }
  last_.busy = accepted_ != 0 && edge_ <= done_edge_;
  last_.ready = edge_ + 1 >= ready_edge_;
  ++edge_;
  return last_;
}

void Expectation::accept() {
  const auto at = [&](std::uint64_t edge, const Strobe& strobe) { calendar_[edge_ + edge].push_back(strobe); };
  for (std::uint32_t slice = 0; slice < schedule_.slices(); ++slice) {
    at(times_.drive_edge(slice), {Strobe::drive, slice});
    at(times_.sample_edge(slice), {Strobe::sample, slice});
    at(times_.release_edge(slice), {Strobe::release, slice});
    for (std::uint32_t group = 0; group < schedule_.groups; ++group) {
      at(times_.select_edge(slice, group), {Strobe::select, slice, group});
      at(times_.convert_edge(slice, group), {Strobe::convert, slice, group});
      at(times_.code_edge(slice, group), {Strobe::accumulate, slice, group});
    }
  }
  at(times_.latency(), {Strobe::done});
  ready_edge_ = edge_ + times_.interval();
  done_edge_ = edge_ + times_.latency();
  ++accepted_;
}

void Expectation::apply(const Strobe& strobe) {
  switch (strobe.kind) {
    case Strobe::drive:
      last_.drive = true;
      last_.drive_slice = strobe.slice;
      return;
    case Strobe::sample:
      last_.sample = true;
      last_.sample_slice = strobe.slice;
      return;
    case Strobe::release:
      last_.release = true;
      last_.sample_slice = strobe.slice;
      return;
    case Strobe::select:
      last_.select = true;
      last_.column_slice = strobe.slice;
      last_.column_group = strobe.group;
      return;
    case Strobe::convert:
      last_.convert = true;
      last_.column_slice = strobe.slice;
      last_.column_group = strobe.group;
      return;
    case Strobe::accumulate:
      last_.accumulate = true;
      last_.accumulate_slice = strobe.slice;
      last_.accumulate_group = strobe.group;
      return;
    case Strobe::done:
      last_.done = true;
      return;
  }
}

}  // namespace memcosim::rtl_test
