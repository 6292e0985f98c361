// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/macro/digital_readout.hpp"

#include <algorithm>
#include <string>

#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

namespace {

/// Where the code of a converted column is added.
AccumulatorTerm term_of(ColumnPairing pairing, std::uint32_t column, std::size_t code) {
  const bool pairs = pairing == ColumnPairing::differential_digital;
  AccumulatorTerm term{};
  term.output = pairs ? column / 2 : column;
  term.code = static_cast<std::uint32_t>(code);
  term.sign = pairs && column % 2 == 1 ? -1 : 1;
  return term;
}

}  // namespace

DigitalReadout::DigitalReadout(const sc_core::sc_module_name& name, MacroContext& context, const DigitalBlocks& blocks)
    : sc_module(name),
      context_(context),
      groups_(context.multiplexer.groups()),
      codes_(context.multiplexer.converters()),
      converter_logic_(blocks.converter_logic.at(context.spec.digital.converter_logic)("converter_logic", context.spec)),
      accumulator_(blocks.accumulator.at(context.spec.digital.accumulator)("accumulator", context.spec)),
      added_("added") {
  use_columns(context.converted);
  for (Group& group : groups_) {
    for (std::uint32_t column = group.columns.first; column < group.columns.end; column += group.columns.stride) {
      group.terms.push_back(term_of(context.spec.readout.pairing, column, group.terms.size()));
      group.addresses.push_back({column, context.multiplexer.converter_of(column)});
    }
  }
  SC_HAS_PROCESS(DigitalReadout);
  SC_METHOD(report_additions);
  sensitive << added_;
  dont_initialize();
}

/// Finds the columns of the groups of an MVM: once for each MVM that differs from the last, as it takes divisions.
void DigitalReadout::use_columns(std::uint32_t used) {
  used_columns_ = used;
  for (std::uint32_t g = 0; g < groups_.size(); ++g) {
    groups_[g].columns = context_.multiplexer.columns_of(g, used);
    groups_[g].count = groups_[g].columns.count();
  }
}

void DigitalReadout::accumulate(const SliceTurn& turn, std::uint32_t group) {
  if (turn.mvm.used_columns != used_columns_) use_columns(turn.mvm.used_columns);
  const ColumnGroup columns = groups_[group].columns;
  const std::size_t count = groups_[group].count;
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
    converter_logic_->convert(turn.slice, {groups_[group].addresses.data(), count}, codes);
    if (turn.slice == 0 && group == 0) accumulator_->clear();
    accumulator_->accumulate({groups_[group].terms.data(), count}, codes, turn.slice * context_.spec.readout.dac.bits);
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
  if (mvm.outcome.codes.empty()) return;
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
