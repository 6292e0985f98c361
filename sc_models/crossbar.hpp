// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <systemc>

#include "memcosim/kernels/backend.hpp"
#include "memcosim/kernels/read_epoch.hpp"
#include "memcosim/sc_models/macro_context.hpp"
#include "memcosim/sc_models/mvm_extension.hpp"
#include "memcosim/sc_models/mvm_record.hpp"

namespace memcosim {

/// The array in time: asks the backend for the values of an MVM when it starts, takes them when they are first needed, and accounts the
/// energy V^2 G t of the time that its rows are driven. The energies are added slice by slice and MVM by MVM in the order of the starts at
/// every level of timing, so that the totals are equal bit for bit. A fault of the backend is reported as an error.
///
/// Reads that move cells (read_disturb.law: rate): where an initiator sends an MvmExtension it knows what images there are, and ends the
/// epochs itself; MVMs of others are counted here, and the cells move when `every` of them have begun. Their values are those of the state
/// before.
class Crossbar : public sc_core::sc_module {
 public:
  Crossbar(const sc_core::sc_module_name& name, MacroContext& context, Backend& backend, ArrayId array);

  /// Values of an MVM that starts; its inputs and event are set. `ahead`: what the initiator knows already, or null.
  void begin(MvmRecord& mvm, const MvmExtension* ahead);
  /// Waits (in host time) for values that the backend still computes.
  void collect(MvmRecord& mvm);
  /// Rows of one more slice were driven until the present time.
  void release(MvmRecord& mvm);
  /// Accounts the slices driven so far, if the values are known.
  void account(MvmRecord& mvm);

 private:
  void clear(MvmRecord& mvm) const;
  void count_read(const MvmRecord& mvm);
  void take(MvmRecord& mvm, const MvmOutcome& outcome) const;

  MacroContext& context_;
  Backend& backend_;
  const ArrayId array_;
  std::unique_ptr<ReadEpoch> reads_;  ///< from the first MVM that is counted; null where no cell moves
  std::uint64_t reads_every_ = 0;
  std::uint64_t reads_counted_ = 0;
  std::optional<StateVersion> reads_version_;  ///< of the state that the counted MVMs saw
};

}  // namespace memcosim
