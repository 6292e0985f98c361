// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <tlm>

#include "memcosim/architecture/stage_values.hpp"

namespace memcosim {

/// Ignorable TLM extension on the write that starts an MVM, for an initiator that already has the result from a batch computed ahead. The
/// macro then takes that result instead of computing; values and energies are the same either way. The outcome is not copied: it must live
/// until the result has been read to its last used output. Codes, if given, pass the digital blocks in approximately_timed, and sums of
/// theirs that differ from the given ones are an error. Without codes no block sees the MVM: an error where a block is not the model.
/// With `timing_only` the macro computes nothing and returns zeros (to measure the timing side alone). An initiator that sends the extension
/// must also count the reads and move the cells (read_disturb.law: rate).
struct MvmExtension : tlm::tlm_extension<MvmExtension> {
  std::uint64_t event = 0;  ///< event number of this MVM, in place of the event registers, which stay as they are
  MvmOutcome outcome;       ///< empty sums: compute at the event
  bool timing_only = false;

  tlm::tlm_extension_base* clone() const override { return new MvmExtension(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override { *this = static_cast<const MvmExtension&>(other); }
};

}  // namespace memcosim
