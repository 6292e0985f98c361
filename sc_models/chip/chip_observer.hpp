// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>

namespace memcosim {

/// Callbacks from the stages of a chip.
class ChipObserver {
 public:
  virtual ~ChipObserver() = default;
  /// The stage ended the image now; it began it at `begin`.
  virtual void stage_done(std::uint32_t stage, std::uint64_t image, const sc_core::sc_time& begin) = 0;
};

}  // namespace memcosim
