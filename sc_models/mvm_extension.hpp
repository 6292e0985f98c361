// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <tlm>

#include "memcosim/kernels/stage_values.hpp"

namespace memcosim {

/// Ignorable TLM extension on the write that starts an MVM: the initiator already knows the result, because the functional core computed a
/// batch ahead. The macro then takes it instead of computing; values and energies are the same either way. The outcome is not copied: it
/// must live until the result has been read to its last used output. Codes, where given, are accumulated again by approximately_timed's
/// shift-and-add and compared with the sums. With `timing_only` the macro computes nothing and returns zeros (for measuring the timing side
/// alone). Who sends the extension also counts the reads and moves the cells that reads move (read_disturb.law: rate).
struct MvmExtension : tlm::tlm_extension<MvmExtension> {
  std::uint64_t event = 0;  ///< event number of this MVM, in place of the event registers, which stay as they are
  MvmOutcome outcome;       ///< empty sums: compute at the event
  bool timing_only = false;

  tlm::tlm_extension_base* clone() const override { return new MvmExtension(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override { *this = static_cast<const MvmExtension&>(other); }
};

}  // namespace memcosim
