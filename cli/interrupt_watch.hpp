// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <thread>

#include <signal.h>

namespace memcosim {

/// Handles SIGINT and SIGTERM in a separate thread during its lifetime, so that they take effect at once whatever the other threads
/// compute. Construct it before other threads: they inherit the signal mask that blocks both signals.
class InterruptWatch {
 public:
  /// `first` is called at the first signal and returns what the process still does before it ends normally (text for the user); if it is
  /// empty or returns an empty text, the process ends at once, as it does at the second signal. Before ending at once, `leave` cleans up
  /// and returns what became of the results; destructors do not run, and the exit code is 128 + the number of the signal.
  InterruptWatch(std::function<std::string()> first, std::function<std::string()> leave);
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

 private:
  void watch();

  std::function<std::string()> first_;
  std::function<std::string()> leave_;
  sigset_t before_{};  ///< signal mask to restore
  int signals_;        ///< file descriptor of the signals
  int end_;            ///< file descriptor that ends the thread
  std::thread thread_;
};

}  // namespace memcosim
