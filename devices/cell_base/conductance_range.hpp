// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace memcosim {

/// Lowest and highest conductance of a cell at its port, S.
struct ConductanceRange {
  double low;
  double high;
};

}  // namespace memcosim
