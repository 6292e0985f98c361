// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "temporary_folder.hpp"

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

/// A process of the command that runs beside the test, its streams in files of `streams`.
class RunningCommand {
 public:
  RunningCommand(const std::vector<std::string>& arguments, const std::string& folder = "");
  ~RunningCommand();  ///< kills it if it still runs
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;

  /// Waits until the condition holds; false if the process ended before.
  bool wait_until(const std::function<bool()>& condition);
  /// Waits until standard error has this text.
  bool wait_for_error_text(const std::string& text);
  void send(int signal_number) const;
  CommandOutcome wait();

 private:
  bool ended();

  TemporaryFolder streams_;
  pid_t process_;
  int status_ = 0;
  bool ended_ = false;
};

}  // namespace memcosim::test
