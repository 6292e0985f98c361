// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <gsl/span>

#include "memcosim/kernels/encodings/code_weights.hpp"

namespace memcosim {

/// How the code of an input slice drives a word line. An input code is cut into slices of the DAC's bits, least significant first, one for
/// each drive step; the charge that a cell adds to its column is proportional to the slice's code and the cell's conductance, whatever the
/// coding. Plain data that the functional core, the schedule and the energy ledger obey; none of them asks which coding it is.
struct InputCoding {
  const char* name;     ///< in configurations
  const char* summary;  ///< one line
  CodeWeights weights;
  bool full_voltage;  ///< a driven row has the read voltage at every code, else the share code / code_max of it
  bool timed;         ///< a row is driven as long as its code says, within the drive of the step, else until its columns are held
  /// Clocks of the drive of a step; `unit_clocks`: those of the shortest drive.
  std::uint64_t (*drive_clocks)(unsigned bits, std::uint32_t unit_clocks);
};

/// All codings, the default first: a coding is one file and one row here.
gsl::span<const InputCoding* const> input_codings();

/// The default.
namespace codings {
extern const InputCoding amplitude;
}  // namespace codings

}  // namespace memcosim
