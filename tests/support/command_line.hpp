// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace memcosim::test {

/// How a process of the memcosim command ended, and what it wrote.
struct CommandOutcome {
  int exit_code = -1;  ///< -1: ended by a signal
  std::string output;
  std::string errors;
};

/// Runs the command that was built, with these arguments, in `folder` (empty: the present one).
CommandOutcome run_memcosim(const std::vector<std::string>& arguments, const std::string& folder = "");

}  // namespace memcosim::test
