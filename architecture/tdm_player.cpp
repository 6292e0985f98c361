// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/tdm_player.hpp"

#include <algorithm>
#include <utility>

#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

/// Checks a schedule before members are initialised from it.
const TdmSchedule& checked(const TdmSchedule& schedule) {
  check(schedule);
  if (schedule.during_drive) {
    throw InputError("converters that work while the rows are driven have no event-driven controller yet: use loosely_timed");
  }
  return schedule;
}

}  // namespace

TdmPlayer::TdmPlayer(const TdmSchedule& schedule) : schedule_(checked(schedule)), times_(std::make_unique<TdmTimes>(schedule_)) {}

void TdmPlayer::set_schedule(const TdmSchedule& schedule) {
  times_ = std::make_unique<TdmTimes>(checked(schedule));
  schedule_ = schedule;
}

/// Clocks from the release of a step until its held set is free.
std::uint64_t TdmPlayer::held(const Step& step) const {
  return schedule_.pipelined && schedule_.overlap == StepOverlap::converter ? step.times->occupied(step.slice)
                                                                            : step.times->back(step.slice);
}

/// The edge at which a step with this front is driven after those that were, if nothing stalls any more.
std::uint64_t TdmPlayer::foreseen_drive(std::uint64_t front) const {
  std::uint64_t earliest = released_at_;
  std::uint64_t free = free_at_;
  const Step* last = waiting_ ? &*waiting_ : nullptr;
  if (on_rows_) {
    earliest = release_at_;
    if (schedule_.steps[on_rows_->slice].converts) last = &*on_rows_;
  }
  if (last != nullptr) {
    earliest = std::max(earliest, free);  // before, the second held set is in use
    free = earliest + held(*last);
  }
  const std::uint64_t ahead = schedule_.pipelined ? front : 0;
  return std::max(earliest, free > ahead ? free - ahead : 0);
}

/// Finds the edge of the next drive or, if that is of an MVM to come, of its start. An edge that is not after the present one stays.
void TdmPlayer::foresee(std::uint64_t edge) {
  if (next_) {
    drive_at_ = foreseen_drive(next_->times->front(next_->slice));
  } else if (ready_edge_ > edge) {
    ready_edge_ = foreseen_drive(times_->front(0));
  }
}

void TdmPlayer::start(std::uint64_t edge, std::unique_ptr<const TdmTimes> own_times) {
  next_ = Step{own_times ? own_times.get() : times_.get(), 0};
  mvms_.push_back(std::move(own_times));
  drive_at_ = edge;
  ready_edge_ = never;
}

std::uint64_t TdmPlayer::next_edge() const {
  std::uint64_t edge = std::min({drive_at_, sample_at_, release_at_, waiting_ ? free_at_ : never, select_ ? select_->edge : never,
                                 convert_ ? convert_->edge : never});
  if (!codes_.empty()) edge = std::min(edge, codes_.front().edge);
  if (!dones_.empty()) edge = std::min(edge, dones_.front());
  return edge;
}

void TdmPlayer::play(std::uint64_t edge, TdmStrobes& strobes) {
  if (waiting_ && free_at_ <= edge) {
    begin_conversions(edge, *waiting_);
    waiting_.reset();
  }
  const std::optional<Step> on_rows = on_rows_;
  const bool samples = sample_at_ == edge;
  const bool releases = release_at_ == edge;
  if (samples) sample_at_ = never;
  if (releases) release(edge, *on_rows);
  if (drive_at_ == edge) {
    const std::uint32_t slice = next_->slice;
    drive(edge);
    strobes.drive(slice);
  }
  if (samples) strobes.sample(on_rows->slice);
  if (releases) strobes.release(on_rows->slice);
  play_columns(edge, strobes);
  play_codes(edge, strobes);
}

void TdmPlayer::release(std::uint64_t edge, const Step& step) {
  on_rows_.reset();
  release_at_ = never;
  released_at_ = edge;
  if (!schedule_.steps[step.slice].converts) return;
  if (free_at_ <= edge) {
    begin_conversions(edge, step);
  } else {
    waiting_ = step;
  }
}

void TdmPlayer::begin_conversions(std::uint64_t edge, const Step& step) {
  free_at_ = edge + held(step);
  select_ = Conversion{edge, step, 0};
}

void TdmPlayer::drive(std::uint64_t edge) {
  on_rows_ = next_;
  release_at_ = edge + next_->times->front(next_->slice);
  sample_at_ = release_at_ - schedule_.sample;
  drive_at_ = never;
  if (++next_->slice == schedule_.slices()) next_.reset();
  foresee(edge);
}

void TdmPlayer::play_columns(std::uint64_t edge, TdmStrobes& strobes) {
  if (select_ && select_->edge == edge) {
    if (strobes.stalls()) {
      select_->edge = edge + 1;
      ++free_at_;
      foresee(edge);
    } else {
      const Conversion selected = *select_;
      const TdmTimes& times = *selected.step.times;
      const std::uint32_t slice = selected.step.slice;
      const std::uint64_t select = times.select_edge(slice, selected.group);
      convert_ = Conversion{edge + times.convert_edge(slice, selected.group) - select, selected.step, selected.group};
      if (++select_->group == schedule_.groups) {
        select_.reset();
      } else {
        select_->edge = edge + times.select_edge(slice, select_->group) - select;
      }
      strobes.select(slice, selected.group);
    }
  }
  if (convert_ && convert_->edge == edge) {
    Conversion converted = *convert_;
    const TdmTimes& times = *converted.step.times;
    const std::uint32_t slice = converted.step.slice;
    converted.edge = edge + times.code_edge(slice, converted.group) - times.convert_edge(slice, converted.group);
    codes_.push_back(converted);
    convert_.reset();
    strobes.convert(slice, converted.group);
  }
}

void TdmPlayer::play_codes(std::uint64_t edge, TdmStrobes& strobes) {
  if (!codes_.empty() && codes_.front().edge == edge) {
    const Conversion code = codes_.front();
    codes_.pop_front();
    const bool last = code.step.slice + 1 == schedule_.slices() && code.group + 1 == schedule_.groups;
    if (last) dones_.push_back(edge + schedule_.accumulate_latency);
    strobes.accumulate(code.step.slice, code.group);
  }
  if (!dones_.empty() && dones_.front() == edge) {
    dones_.pop_front();
    mvms_.pop_front();
    idle_edge_ = std::max(edge + 2, free_at_ + 1);
    strobes.done();
  }
}

void TdmPlayer::reset(std::uint64_t ready) {
  mvms_.clear();
  next_.reset();
  on_rows_.reset();
  select_.reset();
  convert_.reset();
  waiting_.reset();
  codes_.clear();
  dones_.clear();
  drive_at_ = sample_at_ = release_at_ = never;
  released_at_ = free_at_ = idle_edge_ = 0;
  ready_edge_ = ready;
}

}  // namespace memcosim
