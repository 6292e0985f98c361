// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "pin_comparison.hpp"

namespace memcosim {

/// Inputs and expected outputs of a block, for a simulator of another kind: inputs.hex and outputs.hex, one line per clock as $readmemh
/// reads it. A line has the pins of the layout side by side, the first pin in the most significant bits, in lower-case hexadecimal digits
/// with leading zeros. The inputs are those that an edge samples, the outputs those after it.
class PinVectors {
 public:
  explicit PinVectors(PinLayout layout);

  void clock(const PinValues& inputs, const PinValues& outputs);
  /// Writes both files into the folder, which is made if it does not exist. Throws RunError if they cannot be written.
  void write(const std::filesystem::path& folder) const;

 private:
  const PinLayout layout_;
  std::string inputs_, outputs_;
};

}  // namespace memcosim
