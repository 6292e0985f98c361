// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace memcosim {

/// Progress bar on standard error for long work: rate, percentage, time left. On a terminal it redraws in place (at most 10 times a
/// second), otherwise it prints a line at each tenth; `quiet` prints nothing. Not part of any result.
class Progress {
 public:
  Progress(std::string label, std::uint64_t total, bool quiet);
  ~Progress();  ///< ends the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void update(std::uint64_t done);

 private:
  void draw(std::uint64_t done);
  std::string label_;
  std::uint64_t total_;
  bool quiet_;
  bool terminal_;
  std::uint64_t last_tenth_ = 0;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_draw_;
};

}  // namespace memcosim
