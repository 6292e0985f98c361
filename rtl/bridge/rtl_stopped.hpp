// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace memcosim {

/// Thrown where RTL stops the simulation: a failed check, $stop or $finish. The model that stopped must not be clocked again.
class RtlStopped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace memcosim
