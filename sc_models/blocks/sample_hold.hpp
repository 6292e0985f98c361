// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>

#include "memcosim/sc_models/blocks/macro_context.hpp"
#include "memcosim/sc_models/blocks/mvm_record.hpp"

namespace memcosim {

/// Two capacitors per converted column: one slice is sampled while the previous one is converted. A slice that is not converted stays on
/// its capacitor, and the next one adds to it. Sampling into a capacitor whose slice is still being converted,
/// opening the switches too early, or converting a slice that is not held, is a fatal error.
class SampleHold : public sc_core::sc_module {
 public:
  SampleHold(const sc_core::sc_module_name& name, MacroContext& context);

  /// The switches close, at the present time.
  void sample(const SliceTurn& turn);
  /// The switches open: the columns are held.
  void release(const SliceTurn& turn);
  /// Checks that the slice is held.
  void require_held(const SliceTurn& turn) const;
  /// The last group of the slice needs the capacitors until this time, ticks.
  void free_at(const SliceTurn& turn, std::uint64_t ticks);

 private:
  enum class State { empty, sampling, held };
  struct Buffer {
    bool free(std::uint64_t now) const { return state == State::empty || (state == State::held && (adds || now >= free_at)); }

    State state = State::empty;
    bool adds = false;          ///< the next slice adds to this one
    std::uint64_t free_at = 0;  ///< ticks
    std::uint64_t slice = 0;    ///< SliceTurn::held_set
    std::uint64_t begin = 0;    ///< ticks
  };
  MacroContext& context_;
  Buffer buffers_[2];
};

}  // namespace memcosim
