// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/adc_bank.hpp"

#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

AdcBank::AdcBank(const sc_core::sc_module_name& name, MacroContext& context, SampleHold& sample_hold)
    : sc_module(name),
      context_(context),
      sample_hold_(sample_hold),
      latency_(context.schedule.adc.latency * context.period),
      interval_(context.schedule.adc.interval * context.period) {}

/// How many ticks before the latency of the converters the codes of a group are there.
std::uint64_t AdcBank::early(const SliceTurn& turn, std::uint32_t group) const {
  const gsl::span<const std::uint32_t> clocks = turn.mvm.outcome.conversion_clocks;
  return clocks.empty() ? 0 : latency_ - clocks[turn.slice * context_.schedule.groups + group] * context_.period;
}

void AdcBank::select(const SliceTurn& turn, std::uint32_t group) {
  sample_hold_.require_held(turn);
  selected_ = conversion_number(turn, group);
}

void AdcBank::convert(const SliceTurn& turn, std::uint32_t group) {
  const std::uint64_t now = ticks_now();
  if (selected_ != conversion_number(turn, group))
    SC_REPORT_FATAL(message_ids::adc_bank, "conversion of a group that the multiplexers do not select");
  if (now < free_at_) SC_REPORT_FATAL(message_ids::adc_bank, "conversion before the interval of the last one is over");
  const std::uint64_t early_ticks = early(turn, group);
  free_at_ = now + interval_ - early_ticks;
  if (group + 1 == context_.schedule.groups) {
    const bool until_next = context_.schedule.overlap == StepOverlap::converter;
    sample_hold_.free_at(turn, now + (until_next ? interval_ : latency_) - early_ticks);
  }
  if (!turn.mvm.outcome.conversion_clocks.empty()) {
    count_conversion_clocks(context_.activity, static_cast<std::uint32_t>((latency_ - early_ticks) / context_.period));
  }
  context_.activity.conversions += context_.multiplexer.columns_of(group, turn.mvm.used_columns).count();
}

void AdcBank::finish(const SliceTurn& turn, std::uint32_t group) {
  context_.report_phase("adc", "convert", ticks_now() - latency_ + early(turn, group), static_cast<int>(turn.slice),
                        static_cast<int>(group));
}

}  // namespace memcosim
