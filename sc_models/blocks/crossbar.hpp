// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <systemc>

#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/kernels/products/read_epoch.hpp"
#include "memcosim/sc_models/blocks/macro_context.hpp"
#include "memcosim/sc_models/blocks/mvm_extension.hpp"
#include "memcosim/sc_models/blocks/mvm_record.hpp"

namespace memcosim {

/// The array in simulated time: submits an MVM to the backend when it starts, collects the result when it is first needed, and accounts the
/// energy V^2 G t of the time for which its rows are driven. At every level of timing the energies are added slice by slice and MVM by MVM
/// in the order of the starts, so that the totals are equal bit for bit. An exception of the backend is reported as a SystemC error.
///
/// Reads that move cells (read_disturb.law: rate): an initiator that sends an MvmExtension knows the images and ends the epochs itself;
/// MVMs of other initiators are counted here, and the cells move when `every` of them have begun. The values of those MVMs are those of the
/// state before the movement.
class Crossbar : public sc_core::sc_module {
 public:
  Crossbar(const sc_core::sc_module_name& name, MacroContext& context, Backend& backend, ArrayId array);

  /// Starts to obtain the values of an MVM whose inputs and event are set. `ahead`: results that the initiator already has, or null.
  void begin(MvmRecord& mvm, const MvmExtension* ahead);
  /// Collects the values from the backend; waits for them in host time, not in simulated time.
  void collect(MvmRecord& mvm);
  /// Ends the drive of one more slice at the present time.
  void release(MvmRecord& mvm);
  /// Accounts the slices driven so far, if the values are known.
  void account(MvmRecord& mvm);

 private:
  void clear(MvmRecord& mvm) const;
  void count_read(const MvmRecord& mvm);
  void take(MvmRecord& mvm, const MvmOutcome& outcome) const;
  void time_conversions(MvmRecord& mvm) const;

  MacroContext& context_;
  CellStore& cells_;
  ProductEngine& products_;
  const ArrayId array_;
  const ReadoutId readout_;
  std::unique_ptr<ReadEpoch> reads_;  ///< from the first MVM that is counted; null where no cell moves
  std::uint64_t reads_every_ = 0;
  std::uint64_t reads_counted_ = 0;
  std::optional<StateVersion> reads_version_;  ///< of the state that the counted MVMs saw
};

}  // namespace memcosim
