// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace memcosim {

/// Something that the user gave is wrong: a configuration, a model, a data file, an option. The message names the place (file, line, key
/// or node), what was expected and what to do. The command turns it into exit code 2.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The input was right but the run could not be completed (disk full, solver without convergence, ...). Exit code 1.
class RunError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace memcosim
