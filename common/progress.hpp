// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace memcosim {

/// Callback through which long work reports its progress; may be empty. Never called by two threads at once.
using OnProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Progress bar on standard error for work that takes over a second: share, rate, time left. On a terminal it redraws in place (at most 10
/// times a second), otherwise it prints a line at each tenth; `quiet` prints nothing. Not part of any result.
class Progress {
 public:
  /// `label`: the work ("calibration"); `unit`: of what is counted ("arrays"). Nothing is printed before `silence` has passed.
  Progress(std::string label, std::string unit, std::uint64_t total, bool quiet,
           std::chrono::steady_clock::duration silence = std::chrono::seconds(1));
  ~Progress();  ///< ends the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void update(std::uint64_t done);

 private:
  void draw(std::uint64_t done, double elapsed_s);
  std::string label_;
  std::string unit_;
  std::uint64_t total_;
  bool quiet_;
  bool terminal_;
  std::uint64_t last_tenth_ = 0;
  bool drawn_ = false;
  std::chrono::steady_clock::duration silence_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_draw_;
};

/// A callback that shows a Progress bar from its first call on.
OnProgress draw_progress(std::string label, std::string unit, bool quiet);

}  // namespace memcosim
