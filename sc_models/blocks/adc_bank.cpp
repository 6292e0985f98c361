// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/adc_bank.hpp"

#include <algorithm>

#include "memcosim/sc_models/clocks.hpp"
#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

AdcBank::AdcBank(const sc_core::sc_module_name& name, MacroContext& context, SampleHold& sample_hold)
    : sc_module(name),
      context_(context),
      sample_hold_(sample_hold),
      latency_(context.schedule.adc.latency * context.period),
      interval_(context.schedule.adc.interval * context.period),
      hold_(context.schedule.overlap == StepOverlap::converter ? interval_ : latency_) {}

void AdcBank::select(const SliceTurn& turn, std::uint32_t group) {
  sample_hold_.require_held(turn);
  if (ticks_now() < column_free_at_) SC_REPORT_FATAL(message_ids::adc_bank, "the multiplexers move during a conversion");
  selected_ = conversion_number(turn, group);
  selected_at_ = ticks_now();
}

void AdcBank::convert(const SliceTurn& turn, std::uint32_t group) {
  const std::uint64_t now = ticks_now();
  if (selected_ != conversion_number(turn, group))
    SC_REPORT_FATAL(message_ids::adc_bank, "conversion of a group that the multiplexers do not select");
  require_passed(message_ids::adc_bank, {selected_at_, context_.schedule.mux, context_.period}, "a conversion begins",
                 "its columns are selected");
  if (now < free_at_) SC_REPORT_FATAL(message_ids::adc_bank, "conversion before the interval of the last one is over");
  std::uint64_t early = 0;
  if (!turn.mvm.outcome.conversion_clocks.empty()) {
    early = early_ticks(turn, group);
    count_conversion_clocks(context_.activity, static_cast<std::uint32_t>((latency_ - early) / context_.period));
  }
  free_at_ = now + interval_ - early;
  column_free_at_ = now + std::min(interval_, latency_ - early);
  codes_valid_.push_back(now + latency_ - early);
  if (group + 1 == context_.schedule.groups) sample_hold_.free_at(turn, now + hold_ - early);
  context_.activity.conversions += context_.multiplexer.columns_of(group, turn.mvm.used_columns).count();
}

void AdcBank::finish(const SliceTurn& turn, std::uint32_t group) {
  if (ticks_now() < codes_valid_.front()) SC_REPORT_FATAL(message_ids::adc_bank, "a code is taken before it is valid");
  codes_valid_.pop_front();
  context_.report_phase("adc", "convert", ticks_now() - latency_ + early_ticks(turn, group), static_cast<int>(turn.slice),
                        static_cast<int>(group));
}

}  // namespace memcosim
