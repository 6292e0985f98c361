// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <string>
#include <thread>

#include <signal.h>

namespace memcosim {

/// Handles SIGINT and SIGTERM in a separate thread during its lifetime, so that they take effect at once whatever the other threads
/// compute. A process has one at a time. Threads constructed later inherit the signal mask that blocks both signals. Threads that libraries
/// made earlier (OpenBLAS makes its own when it is loaded) may receive a signal too: the handler then runs there, with the same effect.
class InterruptWatch {
 public:
  /// `first` is called at the first signal and returns what the process still does before it ends normally (text for the user); if it is
  /// empty or returns an empty text, the process ends at once, as it does at the second signal. Before ending at once, `leave` cleans up
  /// and returns what became of the results; destructors do not run, and the exit code is 128 + the number of the signal. Throws
  /// std::logic_error if the process has an InterruptWatch already.
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
