// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/row_drivers.hpp"

#include "memcosim/kernels/products/driven_rows.hpp"
#include "memcosim/sc_models/clocks.hpp"
#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

RowDrivers::RowDrivers(const sc_core::sc_module_name& name, MacroContext& context) : sc_module(name), context_(context) {}

void RowDrivers::drive(const SliceTurn& turn) {
  if (drives_ - releases_ == 2)
    SC_REPORT_FATAL(message_ids::row_drivers, "the rows change before the columns of the slice before are held");
  const unsigned bits = context_.spec.readout.dac.bits;
  const unsigned shift = turn.slice * bits;
  const unsigned mask = (1u << bits) - 1u;
  std::uint64_t rows = 0;
  for (const InputCode code : turn.mvm.inputs)
    rows += ((code >> shift) & mask) != 0 ? 1 : 0;
  context_.activity.rows_driven += rows;
  context_.activity.controller_slices += 1;
  begin_[drives_++ & 1u] = ticks_now();
}

void RowDrivers::require_settled(const SliceTurn& turn) const {
  const std::uint64_t clocks = std::uint64_t{context_.schedule.steps[turn.slice].clocks} + context_.schedule.settle;
  require_passed(message_ids::row_drivers, {begin_[releases_ & 1u], clocks, context_.period}, "the columns are sampled",
                 "the rows are driven");
}

void RowDrivers::release(const SliceTurn& turn) {
  if (drives_ - releases_ == 2 && begin_[(drives_ - 1) & 1u] < ticks_now()) {
    SC_REPORT_FATAL(message_ids::row_drivers, "the rows change before the columns of the slice before are held");
  }
  context_.report_phase("rows", "drive", begin_[releases_++ & 1u], static_cast<int>(turn.slice), -1);
}

void RowDrivers::count_all_slices(const MvmRecord& mvm) {
  context_.activity.rows_driven +=
      mvm.outcome.driven_rows ? *mvm.outcome.driven_rows : driven_rows(mvm.inputs.data(), mvm.reached_rows, context_.spec.readout.dac.bits);
  context_.activity.controller_slices += context_.schedule.slices();
}

}  // namespace memcosim
