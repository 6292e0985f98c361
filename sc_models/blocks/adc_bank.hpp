// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <systemc>

#include "memcosim/sc_models/blocks/macro_context.hpp"
#include "memcosim/sc_models/blocks/mvm_record.hpp"
#include "memcosim/sc_models/blocks/sample_hold.hpp"

namespace memcosim {

/// The converters of a macro with their column multiplexers (ColumnMultiplexer says which columns a group has); converters without a used
/// column in a group are idle. Fatal errors: a conversion that starts before the interval of the last one is over or before the
/// multiplexers have switched to its group, multiplexers that move while a conversion needs the column, and a code that is taken before it is
/// there.
class AdcBank : public sc_core::sc_module {
 public:
  AdcBank(const sc_core::sc_module_name& name, MacroContext& context, SampleHold& sample_hold);

  void select(const SliceTurn& turn, std::uint32_t group);
  void convert(const SliceTurn& turn, std::uint32_t group);
  /// The codes of the group are valid, at the present time.
  void finish(const SliceTurn& turn, std::uint32_t group);

 private:
  /// How many ticks before the latency of the converters the codes of a group are there.
  std::uint64_t early_ticks(const SliceTurn& turn, std::uint32_t group) const {
    const gsl::span<const std::uint32_t> clocks = turn.mvm.outcome.conversion_clocks;
    if (clocks.empty()) return 0;
    return latency_ - clocks[turn.slice * context_.schedule.groups + group] * context_.period;
  }
  std::uint64_t conversion_number(const SliceTurn& turn, std::uint32_t group) const {
    return turn.held_set * context_.schedule.groups + group;
  }

  MacroContext& context_;
  SampleHold& sample_hold_;
  const std::uint64_t latency_;            ///< ticks
  const std::uint64_t interval_;           ///< ticks
  const std::uint64_t hold_;               ///< ticks for which a conversion needs the held columns
  std::uint64_t selected_ = 0;             ///< number of the conversion that the multiplexers are switched to
  std::uint64_t selected_at_ = 0;          ///< ticks
  std::uint64_t column_free_at_ = 0;       ///< ticks: until then the last conversion needs its columns
  std::uint64_t free_at_ = 0;              ///< ticks
  std::deque<std::uint64_t> codes_valid_;  ///< ticks, of the conversions in flight
};

}  // namespace memcosim
