// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <thread>

#include <signal.h>

namespace memcosim {

/// Answers SIGINT and SIGTERM in a thread of its own while it lives, so that they are answered at once whatever the others compute. To be
/// made before other threads, which then leave these signals to it.
class InterruptWatch {
 public:
  /// `first` is called at the first signal and returns what the process still does before it ends by itself; empty (or no function):
  /// nothing, it ends at once. At a further signal it ends at once too. Before that `leave` cleans up and returns what is left. Ending at
  /// once skips destructors; the exit code is 128 + the number of the signal.
  InterruptWatch(std::function<std::string()> first, std::function<std::string()> leave);
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

 private:
  void watch();

  std::function<std::string()> first_;
  std::function<std::string()> leave_;
  sigset_t before_{};
  int signals_;  ///< file descriptors
  int end_;
  std::thread thread_;
};

}  // namespace memcosim
