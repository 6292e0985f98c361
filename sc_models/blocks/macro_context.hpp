// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/architecture/macro_spec.hpp"
#include "memcosim/sc_models/blocks/macro_observer.hpp"
#include "memcosim/sc_models/clocks.hpp"

namespace memcosim {

/// Data shared by the parts of one macro. Times are ticks of the kernel's time resolution.
struct MacroContext {
  MacroSpec spec;
  ColumnMultiplexer multiplexer;
  TdmSchedule schedule;                     ///< of the MVMs in flight, or of the last one: with the number of groups that they use
  std::uint64_t period = 0;                 ///< of the clock
  std::uint32_t converted = 0;              ///< converted columns
  std::uint32_t outputs = 0;                ///< of the array
  std::vector<double> step_energy_j_per_s;  ///< energy of each step per siemens driven: V^2 times the time that rows are driven
  MacroActivity activity;
  MacroObserver* observer = nullptr;

  /// Number of converted columns of the first `used_outputs` outputs.
  std::uint32_t columns_of(std::uint32_t used_outputs) const { return spec.readout.encoding->conversions_of(used_outputs); }
  /// Number of column groups of an MVM that uses the first `used_outputs` outputs.
  std::uint32_t groups_of(std::uint32_t used_outputs) const { return multiplexer.groups(columns_of(used_outputs)); }
  /// The schedule of such an MVM.
  TdmSchedule schedule_of(std::uint32_t used_outputs) const {
    TdmSchedule with_groups = schedule;
    with_groups.groups = groups_of(used_outputs);
    return with_groups;
  }
  /// The clock edge at or after a time.
  std::uint64_t edge_at_or_after(std::uint64_t ticks) const { return (ticks + period - 1) / period * period; }

  void report_phase(std::string_view lane, std::string_view name, std::uint64_t begin, int slice, int group) const {
    if (observer != nullptr) observer->phase(lane, name, time_of_ticks(begin), slice, group);
  }
};

}  // namespace memcosim
