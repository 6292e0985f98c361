// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace memcosim {
namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);
constexpr int bar_width = 24;

std::string duration_text(double seconds) {
  if (seconds < 60.0) return fmt::format("{:.0f} s", seconds);
  if (seconds < 3600.0) return fmt::format("{:.0f} min", seconds / 60.0);
  return fmt::format("{:.1f} h", std::min(seconds / 3600.0, 9999.0));
}

}  // namespace

Progress::Progress(std::string label, std::uint64_t total, bool quiet)
    : label_(std::move(label)),
      total_(std::max<std::uint64_t>(total, 1)),
      quiet_(quiet),
      terminal_(::isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()),
      last_draw_(start_ - redraw_interval) {}

Progress::~Progress() {
  if (drawn_ && terminal_) std::fputc('\n', stderr);
}

void Progress::update(std::uint64_t done) {
  if (quiet_) return;
  done = std::min(done, total_);
  if (terminal_) {
    const auto now = std::chrono::steady_clock::now();
    if (done < total_ && now - last_draw_ < redraw_interval) return;
    last_draw_ = now;
    draw(done);
    return;
  }
  const auto tenth = static_cast<std::uint64_t>(10.0 * static_cast<double>(done) / static_cast<double>(total_));
  if (tenth <= last_tenth_) return;
  last_tenth_ = tenth;
  draw(done);
}

void Progress::draw(std::uint64_t done) {
  const double fraction = static_cast<double>(done) / static_cast<double>(total_);
  const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const double rate = elapsed > 0.0 ? static_cast<double>(done) / elapsed : 0.0;
  const std::string left =
      done == total_ ? fmt::format("took {}", duration_text(elapsed))
                     : (rate > 0.0 ? fmt::format("{} left", duration_text(static_cast<double>(total_ - done) / rate)) : std::string());
  const std::string line = fmt::format("{} {:3.0f} % {}/{} {:.4g}/s {}", label_, 100.0 * fraction, done, total_, rate, left);
  std::string text;
  if (terminal_) {
    const int full = static_cast<int>(fraction * bar_width);
    text = fmt::format("\r\x1b[K[{:#<{}}{: <{}}] {}", "", full, "", bar_width - full, line);
  } else {
    text = line + "\n";
  }
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace memcosim
