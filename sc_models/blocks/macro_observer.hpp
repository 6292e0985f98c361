// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <systemc>

namespace memcosim {

/// Callbacks from a macro for timelines and waveforms. A null observer costs nothing.
class MacroObserver {
 public:
  virtual ~MacroObserver() = default;
  /// A phase of `lane` ("rows", "sample", "adc", "shift-add", "programmer", "mvm") ended now; it began at `begin`. slice and group are -1
  /// where they have no meaning.
  virtual void phase(std::string_view lane, std::string_view name, const sc_core::sc_time& begin, int slice, int group) = 0;
  /// False if phases are no longer wanted: a macro may then call skip() in place of phase().
  virtual bool wants_phases() const { return true; }
  virtual void skip() {}
};

}  // namespace memcosim
