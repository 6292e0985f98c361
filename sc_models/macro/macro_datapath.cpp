// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/macro/macro_datapath.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

StrobeStream::StrobeStream(const char* name, const std::vector<DriveStep>& steps, std::uint32_t groups)
    : name_(name), steps_(steps), groups_(groups), all_steps_(false) {
  while (!converts())
    next_slice();
}

void StrobeStream::expect(std::uint32_t slice, std::uint32_t group, std::uint64_t started) {
  if (slice == slice_ && group == group_ && mvm_ < started) return;
  SC_REPORT_FATAL(message_ids::macro_datapath,
                  ("the controller says " + std::string(name_) + " of slice " + std::to_string(slice) + ", group " + std::to_string(group) +
                   (mvm_ < started ? "" : " with no MVM left for it") + "; slice " + std::to_string(slice_) + ", group " +
                   std::to_string(group_) + " would be next")
                      .c_str());
}

void StrobeStream::advance() {
  if (++group_ < groups_) return;
  group_ = 0;
  do
    next_slice();
  while (!all_steps_ && !converts());
}

void StrobeStream::next_slice() {
  if (converts()) ++held_set_;
  if (++slice_ < steps_.size()) return;
  slice_ = 0;
  ++mvm_;
}

MacroDatapath::MacroDatapath(const sc_core::sc_module_name& name, MacroContext& context, const DigitalBlocks& blocks, Crossbar& crossbar,
                             Records& records, std::function<void(std::uint64_t)> mvm_done)
    : sc_module(name),
      context_(context),
      crossbar_(crossbar),
      records_(records),
      mvm_done_(std::move(mvm_done)),
      row_drivers_("row_drivers", context),
      sample_hold_("sample_hold", context),
      adc_bank_("adc_bank", context, sample_hold_),
      digital_readout_("digital_readout", context, blocks),
      drives_("drive", context.schedule.steps),
      samples_("sample", context.schedule.steps),
      releases_("release", context.schedule.steps),
      selects_("select", context.schedule.steps, context.schedule.groups),
      conversions_("convert", context.schedule.steps, context.schedule.groups),
      accumulations_("accumulate", context.schedule.steps, context.schedule.groups),
      waves_event_("waves_event") {
  const TdmControllerFactory& controller = blocks.tdm_controller.at(context.spec.digital.tdm_controller);
  controller_ = controller("controller", context.schedule, time_of_ticks(context.period), *this);
  SC_HAS_PROCESS(MacroDatapath);
  SC_METHOD(update_waves);
  sensitive << waves_event_ << controller_->ready_event();
  dont_initialize();
}

void MacroDatapath::set_groups(std::uint32_t groups) {
  controller_->set_groups(groups);
  for (StrobeStream* stream : {&selects_, &conversions_, &accumulations_})
    stream->set_groups(groups);
}

void MacroDatapath::start(std::uint64_t mvm) {
  started_ = mvm + 1;
  context_.activity.mvms += 1;
  const gsl::span<const std::uint32_t> clocks = records_[mvm % result_slots].outcome.conversion_clocks;
  if (!clocks.empty()) controller_->set_conversion_clocks(clocks);
  controller_->start();
  waves_.busy = true;
  waves_.ready = controller_->ready();
}

SliceTurn MacroDatapath::turn(StrobeStream& stream, std::uint32_t slice, std::uint32_t group) {
  stream.expect(slice, group, started_);
  const SliceTurn turn{records_[stream.mvm() % result_slots], slice, stream.held_set()};
  stream.advance();
  return turn;
}

void MacroDatapath::drive(std::uint32_t slice) {
  row_drivers_.drive(turn(drives_, slice, 0));
  waves_.phase = 1;
  waves_.slice = slice;
}

void MacroDatapath::sample(std::uint32_t slice) {
  const SliceTurn sampled = turn(samples_, slice, 0);
  row_drivers_.require_settled(sampled);
  sample_hold_.sample(sampled);
  waves_.phase = 2;
}

void MacroDatapath::release(std::uint32_t slice) {
  const SliceTurn released = turn(releases_, slice, 0);
  sample_hold_.release(released);
  row_drivers_.release(released);
  crossbar_.release(released.mvm);
  if (drives_.at_slice_of(releases_)) waves_.phase = 0;  // else this edge drives the next slice
}

void MacroDatapath::select(std::uint32_t slice, std::uint32_t group) {
  adc_bank_.select(turn(selects_, slice, group), group);
  waves_.group = group;
}

void MacroDatapath::convert(std::uint32_t slice, std::uint32_t group) {
  adc_bank_.convert(turn(conversions_, slice, group), group);
}

void MacroDatapath::accumulate(std::uint32_t slice, std::uint32_t group) {
  const SliceTurn converted = turn(accumulations_, slice, group);
  crossbar_.collect(converted.mvm);
  adc_bank_.finish(converted, group);
  digital_readout_.accumulate(converted, group);
}

void MacroDatapath::done() {
  if (finished_ >= std::min(accumulations_.mvm(), releases_.mvm())) {
    SC_REPORT_FATAL(message_ids::macro_datapath, "the controller says done before all codes of the MVM are accumulated");
  }
  MvmRecord& mvm = records_[finished_ % result_slots];
  digital_readout_.finish(mvm);
  context_.report_phase("mvm", "mvm", mvm.start, -1, -1);
  mvm_done_(finished_++);
  done_at_ = ticks_now();
  waves_.done = true;
  waves_.busy = finished_ < started_;
  waves_event_.notify(time_of_ticks(context_.period));
}

/// Updates the traced signals: `done` is high for one clock; `ready` follows the event of the controller.
void MacroDatapath::update_waves() {
  waves_.ready = controller_->ready();
  waves_.done = finished_ != 0 && ticks_now() < done_at_ + context_.period;
}

void MacroDatapath::trace(sc_core::sc_trace_file* file, const std::string& prefix) const {
  sc_core::sc_trace(file, waves_.ready, prefix + "ready");
  sc_core::sc_trace(file, waves_.busy, prefix + "busy");
  sc_core::sc_trace(file, waves_.done, prefix + "done");
  sc_core::sc_trace(file, waves_.phase, prefix + "phase");
  sc_core::sc_trace(file, waves_.slice, prefix + "slice");
  sc_core::sc_trace(file, waves_.group, prefix + "group");
}

}  // namespace memcosim
