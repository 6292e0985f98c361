// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <systemc>

#include "memcosim/kernels/backend.hpp"
#include "memcosim/sc_models/macro_context.hpp"
#include "memcosim/sc_models/mvm_extension.hpp"
#include "memcosim/sc_models/mvm_record.hpp"

namespace memcosim {

/// The array in time: asks the backend for the values of an MVM when it starts, takes them when they are first needed, and accounts the
/// energy V^2 G t of the time that its rows are driven. The energies are added slice by slice and MVM by MVM in the order of the starts at
/// every level of timing, so that the totals are equal bit for bit. A fault of the backend is reported as an error.
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
  void take(MvmRecord& mvm, const MvmOutcome& outcome) const;

  MacroContext& context_;
  Backend& backend_;
  const ArrayId array_;
};

}  // namespace memcosim
