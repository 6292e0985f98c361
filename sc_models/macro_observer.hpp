// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <systemc>

namespace memcosim {

/// Sees what a macro does, for timelines and waveforms; null when nobody looks, so that looking costs nothing when it is off.
class MacroObserver {
 public:
  virtual ~MacroObserver() = default;
  /// A phase of `lane` ("rows", "sample", "adc", "shift-add", "programmer", "mvm") ended now; it began at `begin`. slice and group are -1
  /// where they have no meaning.
  virtual void phase(std::string_view lane, std::string_view name, const sc_core::sc_time& begin, int slice, int group) = 0;
  /// Whether phases are still wanted: if not, a macro may call skip() in place of phase(), at any time.
  virtual bool wants_phases() const { return true; }
  virtual void skip() {}
};

}  // namespace memcosim
