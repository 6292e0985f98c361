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

/// Runs the command that was built, with these arguments, in `folder` (empty: the present one). `output`: where the shell sends standard
/// output ("/dev/full", "&-" to close it; empty: into the outcome). `before`: what the shell does first, such as to set limits.
CommandOutcome run_memcosim(const std::vector<std::string>& arguments, const std::string& folder = "", const std::string& output = "",
                            const std::string& before = "");

}  // namespace memcosim::test
