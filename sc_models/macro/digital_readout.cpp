// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/macro/digital_readout.hpp"

#include <algorithm>
#include <string>

#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

DigitalReadout::DigitalReadout(const sc_core::sc_module_name& name, MacroContext& context, const DigitalBlocks& blocks)
    : sc_module(name),
      context_(context),
      groups_(context.multiplexer.groups()),
      codes_(context.multiplexer.converters()),
      converter_logic_(blocks.converter_logic.at(context.spec.digital.converter_logic)("converter_logic", context.spec)),
      accumulator_(blocks.accumulator.at(context.spec.digital.accumulator)("accumulator", context.spec)),
      added_("added") {
  use_outputs(context.outputs);
  SC_HAS_PROCESS(DigitalReadout);
  SC_METHOD(report_additions);
  sensitive << added_;
  dont_initialize();
}

/// Finds the conversions and terms of an MVM: once for each MVM that differs from the last.
void DigitalReadout::use_outputs(std::uint32_t used) {
  used_outputs_ = used;
  const std::uint32_t used_columns = context_.columns_of(used);
  for (std::uint32_t g = 0; g < groups_.size(); ++g) {
    Group& group = groups_[g];
    group.columns = context_.multiplexer.columns_of(g, used_columns);
    group.addresses.clear();
    group.terms.clear();
    for (std::uint32_t column = group.columns.first; column < group.columns.end; column += group.columns.stride) {
      const auto code = static_cast<std::uint32_t>(group.addresses.size());
      context_.spec.readout.encoding->for_each_output(column, used, [&](std::uint32_t output, std::int8_t sign, std::uint8_t shift) {
        group.terms.push_back({output, code, sign, shift});
      });
      group.addresses.push_back({column, context_.multiplexer.converter_of(column)});
    }
  }
}

/// The codes that follow are of this MVM. In a pipelined readout they can come before the last MVM is done.
void DigitalReadout::begin(MvmRecord& mvm) {
  if (accumulated_ != nullptr) take_sums(*accumulated_);
  accumulator_->clear();
  accumulated_ = &mvm;
}

void DigitalReadout::accumulate(const SliceTurn& turn, std::uint32_t group) {
  if (turn.mvm.used_outputs != used_outputs_) use_outputs(turn.mvm.used_outputs);
  const ColumnGroup columns = groups_[group].columns;
  const std::size_t count = groups_[group].addresses.size();
  context_.activity.accumulations += count;
  if (!turn.mvm.outcome.codes.empty()) {
    const std::int32_t* first = turn.mvm.outcome.codes.data() + std::size_t{turn.slice} * context_.converted + columns.first;
    if (columns.stride == 1) {
      std::copy_n(first, count, codes_.begin());
    } else {
      for (std::size_t i = 0; i < count; ++i)
        codes_[i] = first[i * columns.stride];
    }
    const gsl::span<std::int32_t> codes(codes_.data(), count);
    converter_logic_->convert(turn.slice, groups_[group].addresses, codes);
    if (accumulated_ != &turn.mvm) begin(turn.mvm);
    accumulator_->accumulate(groups_[group].terms, codes, turn.slice * context_.spec.readout.dac.bits);
  }
  if (context_.observer != nullptr) {
    additions_.push_back({ticks_now(), static_cast<int>(turn.slice), static_cast<int>(group)});
    if (additions_.size() == 1) added_.notify(time_of_ticks(context_.schedule.accumulate_latency * context_.period));
  }
}

void DigitalReadout::report_additions() {
  const std::uint64_t latency = context_.schedule.accumulate_latency * context_.period;
  while (!additions_.empty() && additions_.front().begin + latency <= ticks_now()) {
    const Addition& addition = additions_.front();
    context_.report_phase("shift-add", "accumulate", addition.begin, addition.slice, addition.group);
    additions_.pop_front();
  }
  if (!additions_.empty()) added_.notify(time_of_ticks(additions_.front().begin + latency - ticks_now()));
}

void DigitalReadout::finish(MvmRecord& mvm) {
  if (accumulated_ != &mvm) return;
  take_sums(mvm);
  accumulated_ = nullptr;
}

void DigitalReadout::take_sums(MvmRecord& mvm) {
  const gsl::span<const std::int32_t> sums = accumulator_->sums();
  if (sums.size() != context_.outputs) {
    SC_REPORT_FATAL(message_ids::accumulator,
                    ("macro.digital.accumulator: " + context_.spec.digital.accumulator + " has " + std::to_string(sums.size()) +
                     " sums, the array " + std::to_string(context_.outputs) + " outputs: expected one sum for each")
                        .c_str());
    return;
  }
  if (accumulator_->saturated()) ++context_.activity.saturated_mvms;
  compare(mvm, sums);
  mvm.accumulated.assign(sums.begin(), sums.end());
  mvm.outcome.sums = mvm.accumulated;
}

void DigitalReadout::compare(const MvmRecord& mvm, gsl::span<const std::int32_t> sums) {
  const std::int32_t* const end = sums.data() + mvm.used_outputs;
  const auto [own, core] = std::mismatch(sums.data(), end, mvm.outcome.sums.data());
  if (own == end) return;
  ++context_.activity.differing_mvms;
  const bool at_event = mvm.values == MvmRecord::Values::collected;
  if (at_event && context_.spec.digital.compare == SumComparison::count) return;
  SC_REPORT_ERROR(message_ids::accumulator,
                  ("output " + std::to_string(own - sums.data()) + " of event " + std::to_string(mvm.event) + ": the accumulator has " +
                   std::to_string(*own) + ", the functional core " + std::to_string(*core) +
                   (at_event ? "; to go on with the sums of the accumulator, set macro.digital.compare: count"
                             : "; values computed ahead of time cannot follow the accumulator: compute them at their event "
                               "(simulation.values: at_event, macro.digital.compare: count)"))
                      .c_str());
}

}  // namespace memcosim
