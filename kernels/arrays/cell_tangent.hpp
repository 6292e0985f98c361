// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace memcosim {

/// A cell's current near a voltage across its port: amperes + siemens * (V - volts).
struct CellTangent {
  double volts;
  double amperes;
  double siemens;  ///< at least 0
};

}  // namespace memcosim
