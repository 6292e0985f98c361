// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/chip/stage_process.hpp"

#include <algorithm>
#include <string>

#include "memcosim/sc_models/clocks.hpp"

namespace memcosim {

using sc_core::sc_time;
using sc_core::sc_time_stamp;

namespace {

constexpr std::uint32_t windows_early = 4;  ///< how many windows before their use values are prefetched

}  // namespace

/// approximately_timed: the two processes of one port, one starts products, the other reads their sums.
class StageProcess::Lane : public sc_core::sc_module {
 public:
  Lane(const sc_core::sc_module_name& name, StageProcess& stage, std::size_t port) : sc_module(name), stage_(stage), port_(port) {
    SC_HAS_PROCESS(Lane);
    SC_THREAD(play_starts);
    SC_THREAD(play_reads);
  }

 private:
  void play_starts() {
    const std::uint32_t windows = stage_.plan_.windows;
    for (;; ++started_windows_, started_event_.notify()) {
      while (stage_.fetched_windows_ <= started_windows_)
        wait(stage_.fetched_event_);
      sc_time delay;
      stage_.start(port_, started_windows_ / windows, static_cast<std::uint32_t>(started_windows_ % windows), delay);
      spend(delay);
      if (--stage_.starts_left_ == 0) stage_.started_event_.notify();
    }
  }

  void play_reads() {
    const std::uint32_t windows = stage_.plan_.windows;
    for (std::uint64_t window = 0;; ++window) {
      while (started_windows_ <= window)
        wait(started_event_);
      sc_time delay;
      stage_.collect(port_, window / windows, static_cast<std::uint32_t>(window % windows), delay);
      spend(delay);
      if (--stage_.reads_left_ == 0) stage_.take_window(sc_time_stamp());
      while (stage_.taken_windows_ <= window)
        wait(stage_.taken_event_);
      spend(stage_.taken_ - sc_time_stamp());
    }
  }

  void spend(const sc_time& delay) {
    if (delay != sc_core::SC_ZERO_TIME) wait(delay);
  }

  StageProcess& stage_;
  std::size_t port_;
  std::uint64_t started_windows_ = 0;
  sc_core::sc_event started_event_;
};

StageProcess::StageProcess(const sc_core::sc_module_name& name, const ChipSpec& spec, const MappingPlan& plan, std::uint32_t stage,
                           std::vector<TilePort*> ports, StageValues* values, std::vector<ActivationBuffer*> inputs,
                           ActivationBuffer& output)
    : sc_module(name),
      plan_(plan.stages[stage]),
      stage_(stage),
      ahead_(spec.macro.level == TimingLevel::loosely_timed),
      ports_(std::move(ports)),
      values_(values),
      inputs_(std::move(inputs)),
      output_(output),
      zeros_(plan.array_rows, 0),
      reads_left_(ports_.size()) {
  const StageTiming timing = stage_timing(spec, plan_);
  const sc_time period(spec.clock_period_s, sc_core::SC_SEC);
  fetch_ = clock_time(timing.fetch, period);
  output_interval_ = clock_time(timing.output_interval, period);
  output_latency_ = clock_time(timing.output_latency, period);
  wake_ |= output_.changed_event();
  for (ActivationBuffer* input : inputs_) {
    consumers_.push_back(input->add_consumer());
    wake_ |= input->changed_event();
  }
  if (!ahead_) {
    for (std::size_t port = 0; port < ports_.size(); ++port) {
      lanes_.push_back(std::make_unique<Lane>(("lane_" + std::to_string(port)).c_str(), *this, port));
    }
  }
  SC_HAS_PROCESS(StageProcess);
  SC_THREAD(run);
  set_stack_size(values_stack_bytes);
}

StageProcess::~StageProcess() = default;

bool StageProcess::can_begin() const {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (!inputs_[i]->available(consumers_[i])) return false;
  }
  return output_.has_room();
}

void StageProcess::run() {
  for (std::uint64_t image = 0;; ++image) {
    while (!can_begin())
      wait(wake_);
    const sc_time begin = time_now();
    output_.begin();
    if (on_begin_) on_begin_(image);
    if (values_ != nullptr) open_values(image);
    if (ahead_) {
      play_ahead();
    } else {
      play_events();
    }
    ++activity_.images;
    activity_.busy += sc_time_stamp() - begin;
    if (values_ != nullptr) values_->finish(stage_, image);
    if (on_end_) on_end_(image, begin);
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      inputs_[i]->release(consumers_[i]);
    output_.complete();
  }
}

void StageProcess::open_values(std::uint64_t image) {
  first_event_ = values_->first_event(stage_, image);
  known_ = values_->ahead(stage_, image);
  for (const TileValues& tile : known_) {
    for (std::uint32_t window = 0; window < std::min(windows_early, plan_.windows); ++window)
      tile.prefetch(window);
  }
}

/// loosely_timed: computes the times of all windows by recurrence, as delays relative to the kernel's time, which only advances in the last
/// wait. If macros compute at event, waits for a delta cycle before it reads, so that all stages submit their products before any waits for
/// values.
void StageProcess::play_ahead() {
  const std::uint64_t image = activity_.images;
  const sc_time now = time_now();
  sc_time staging_free = now;
  for (std::uint32_t window = 0; window < plan_.windows; ++window) {
    const sc_time fetched = staging_free + fetch_;
    for (std::size_t port = 0; port < ports_.size(); ++port) {
      sc_time delay = fetched - now;
      start(port, image, window, delay);
      staging_free = std::max(staging_free, now + delay);
    }
    if (window == 0) continue;
    if (at_event()) wait(sc_core::SC_ZERO_TIME);
    collect_ahead(image, window - 1);
  }
  if (at_event()) wait(sc_core::SC_ZERO_TIME);
  collect_ahead(image, plan_.windows - 1);
  wait(taken_ + output_latency_ - now);
}

void StageProcess::collect_ahead(std::uint64_t image, std::uint32_t window) {
  const sc_time now = time_now();
  const sc_time begin = std::max(now, taken_);
  sc_time complete = begin;
  for (std::size_t port = 0; port < ports_.size(); ++port) {
    sc_time delay = begin - now;
    collect(port, image, window, delay);
    complete = std::max(complete, now + delay);
  }
  take_window(complete);
}

void StageProcess::play_events() {
  for (std::uint32_t window = 0; window < plan_.windows; ++window) {
    if (fetch_ != sc_core::SC_ZERO_TIME) wait(fetch_);
    starts_left_ = ports_.size();
    ++fetched_windows_;
    fetched_event_.notify();
    while (starts_left_ != 0)
      wait(started_event_);
  }
  while (taken_windows_ < fetched_windows_)
    wait(taken_event_);
  wait(taken_ + output_latency_ - sc_time_stamp());
}

/// Starts one window on one macro; `delay` is extended to the edge that samples the start.
void StageProcess::start(std::size_t port, std::uint64_t image, std::uint32_t window, sc_time& delay) {
  TilePort& tile_port = *ports_[port];
  MvmExtension& mvm = tile_port.next_mvm();
  gsl::span<const InputCode> inputs;
  mvm.event = first_event_ + window;
  if (values_ == nullptr) {
    mvm.timing_only = true;
    inputs = gsl::span<const InputCode>(zeros_).first(tile_port.tile().rows);
  } else if (at_event()) {
    mvm.outcome = {};
    inputs = values_->inputs({image, stage_, window, plan_.tiles[port]});
  } else {
    const TileValues& tile = known_[port];
    if (window + windows_early < plan_.windows) tile.prefetch(window + windows_early);
    mvm.outcome = tile.outcome(window);
    inputs = tile.inputs.row(window);
  }
  tile_port.start_mvm(inputs, delay);
}

/// Reads the sums of one window from one macro; `delay` is extended to the last clock of the read.
void StageProcess::collect(std::size_t port, std::uint64_t image, std::uint32_t window, sc_time& delay) {
  const gsl::span<const std::int32_t> sums = ports_[port]->read_sums(delay);
  if (values_ == nullptr || (!known_.empty() && known_[port].agrees(window, sums))) return;
  values_->deliver({image, stage_, window, plan_.tiles[port]}, sums);
}

/// Passes a window whose sums are complete at `complete` to the digital units.
void StageProcess::take_window(const sc_time& complete) {
  taken_ = std::max(complete, next_take_);
  next_take_ = taken_ + output_interval_;
  reads_left_ = ports_.size();
  ++taken_windows_;
  taken_event_.notify();
}

}  // namespace memcosim
