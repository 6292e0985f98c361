// SPDX-License-Identifier: Apache-2.0
#pragma once

// Plain data only: kernels that are compiled for several instruction sets include this header, so it must not hold a function.

namespace memcosim {

/// What the code of an input slice weighs in the energy of its row. The energy of a product needs it for each row, and for each two rows
/// whose drivers exchange power through resistive lines; both are shares of the energy at the highest code (code_energy.inc).
struct CodeWeights {
  /// True: the voltage is proportional to the code, the energy to its square. False: the time is proportional to the code.
  bool square;
};

}  // namespace memcosim
