// SPDX-License-Identifier: Apache-2.0
#include "tdm_lockstep.hpp"

#include "memcosim/rtl/bridge/rtl_stopped.hpp"
#include "memcosim/rtl/bridge/tdm_registers.hpp"
#include "memcosim/sc_models/clocks.hpp"

namespace memcosim {

namespace {

constexpr std::uint64_t ps_per_clock = 1000;  // in waveform files

}  // namespace

TdmLockstep::TdmLockstep(const sc_core::sc_module_name& name, const TdmStimulus& stimulus, std::uint64_t clocks,
                         const sc_core::sc_time& period, const std::string& waves)
    : sc_module(name),
      clocks_(clocks),
      period_(period),
      stimulus_(stimulus),
      comparison_(tdm_pin_layout(), "model", "rtl", ps_per_clock),
      model_("model", TdmSchedule{}, period, model_pins_),
      models_(waves, 1),
      rtl_(models_.make<TdmControllerPins>("rtl", tdm_registers(TdmSchedule{}))) {
  SC_HAS_PROCESS(TdmLockstep);
  SC_METHOD(clock);
}

TdmLockstep::~TdmLockstep() {
  models_.close();
}

void TdmLockstep::start_of_simulation() {
  models_.open();
}

void TdmLockstep::clock() {
  high_ = !high_;
  if (high_) {
    rising_edge();
  } else {
    falling_edge();
  }
}

/// Compares what the edge before has brought, and prepares the next one: processes at that edge run in any order.
void TdmLockstep::falling_edge() {
  if (edge_ != 0) compare();
  if (comparison_.clocks() == clocks_ || comparison_.over()) {
    sc_core::sc_stop();
    return;
  }
  ++edge_;
  inputs_ = stimulus_.next(before_.ready, before_.busy);
  read_pins(inputs_, stimulus_.registers(), before_.step_index, input_values_);
  model_pins_.new_edge(stimulus_.registers(), inputs_.adc_stalls || inputs_.sum_stalls);
  try {
    clock_rtl();
  } catch (const RtlStopped& stopped) {
    stopped_ = stopped.what();
    sc_core::sc_stop();
    return;
  }
  next_trigger(clock_time(edge_, period_) - sc_core::sc_time_stamp());
}

void TdmLockstep::rising_edge() {
  const bool forgets = inputs_.reset || inputs_.abort;
  if (forgets) {
    model_.reset();
    model_pins_.reset();
  }
  if (stimulus_.new_registers()) model_.set_schedule(stimulus_.schedule());
  if (inputs_.start && !forgets && model_.ready()) model_.start();
  next_trigger(period_ / 2);
}

void TdmLockstep::compare() {
  const TdmPlayer& player = model_.player();
  before_ = model_pins_.pins(player.ready_edge() <= edge_ + 1, !player.idle(edge_ + 1));
  read_pins(before_, left_);
  read_pins(rtl_->outputs(), right_);
  comparison_.clock(input_values_, left_, right_);
  if (vectors_ != nullptr) vectors_->clock(input_values_, left_);
}

void TdmLockstep::clock_rtl() {
  const std::uint64_t ps = comparison_.clocks() * ps_per_clock;
  models_.enter(ps);
  if (stimulus_.new_registers()) rtl_->set_registers(stimulus_.registers());
  rtl_->rise(inputs_);
  if (models_.recording()) models_.record(ps);
  rtl_->fall();
  if (models_.recording()) models_.record(ps + ps_per_clock / 2);
}

}  // namespace memcosim
