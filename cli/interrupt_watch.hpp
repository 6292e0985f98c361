// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <string>
#include <thread>

#include <signal.h>

namespace memcosim {

/// Answers SIGINT and SIGTERM in a thread of its own while it lives, so that they are answered at once whatever the others compute. A
/// process has one at a time. Make it before threads that should not be interrupted in system calls: they leave these signals to it. Threads
/// that libraries made earlier (OpenBLAS makes its own when it is loaded) may take a signal too; it comes to the same answer.
class InterruptWatch {
 public:
  /// `first` is called at the first signal and returns what the process still does before it ends by itself; empty (or no function):
  /// nothing, it ends at once. At a further signal it ends at once too. Before that `leave` cleans up and returns what is left. Ending at
  /// once skips destructors; the exit code is 128 + the number of the signal. Throws std::logic_error where another one lives.
  InterruptWatch(std::function<std::string()> first, std::function<std::string()> leave);
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

 private:
  void watch();

  std::function<std::string()> first_;
  std::function<std::string()> leave_;
  sigset_t mask_before_{};
  std::array<struct sigaction, 2> actions_before_{};  ///< of SIGINT and SIGTERM
  std::array<int, 2> pipe_{};                         ///< from the signal handler to the thread: one byte for each signal, 0 ends it
  std::thread thread_;
};

}  // namespace memcosim
