// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/rtl/bridge/tdm_controller_registers.hpp"

namespace memcosim {

/// The pins of rtl/tdm_controller.sv, as ClockedBlock and VerilatedBlock take them.
struct TdmControllerPins {
  /// One drive step, which answers the pin step_index.
  struct Step : TdmStepValues {
    bool converts = true;
  };
  struct Registers {
    TdmRegisterValues values;
    std::vector<Step> steps;  ///< at least as many as the register `slices` says
  };

  /// Inputs at one edge; the default is an idle one.
  struct Inputs {
    bool start = false;
    bool abort = false;
    bool adc_stalls = false;  ///< adc_ready is low
    bool sum_stalls = false;  ///< sum_ready is low
    bool reset = false;       ///< rst_n is low
  };

  enum Strobe : std::uint8_t { drive = 1, sample = 2, release = 4, select = 8, convert = 16, accumulate = 32, done = 64 };
  /// Outputs after an edge.
  struct Outputs {
    std::uint8_t strobes = 0;  ///< bits of Strobe
    bool ready = false;
    bool busy = false;
    std::uint32_t step_index = 0;  ///< driven next
    std::uint32_t drive_slice = 0;
    std::uint32_t drive_row_group = 0;
    std::uint32_t sample_slice = 0;  ///< of sample and release
    std::uint32_t column_slice = 0;  ///< of select and convert
    std::uint32_t column_group = 0;
    std::uint32_t accumulate_slice = 0;
    std::uint32_t accumulate_group = 0;
  };

  /// True if the next edge can sample inputs.
  static bool takes_inputs(const Outputs& outputs) { return outputs.ready; }
  /// True if the block needs the next edge even without inputs.
  static bool runs(const Outputs& outputs) { return outputs.busy; }
};

}  // namespace memcosim
