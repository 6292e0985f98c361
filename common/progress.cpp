// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
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

Progress::Progress(std::string label, std::string unit, std::uint64_t total, bool quiet, std::chrono::steady_clock::duration silence)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      total_(std::max<std::uint64_t>(total, 1)),
      quiet_(quiet),
      terminal_(::isatty(STDERR_FILENO) == 1),
      silence_(silence),
      start_(std::chrono::steady_clock::now()),
      last_draw_(start_ - redraw_interval) {}

Progress::~Progress() {
  if (drawn_ && terminal_) std::fputc('\n', stderr);
}

void Progress::update(std::uint64_t done) {
  if (quiet_) return;
  done = std::min(done, total_);
  const auto now = std::chrono::steady_clock::now();
  if (now - start_ < silence_) return;
  const double elapsed_s = std::chrono::duration<double>(now - start_).count();
  if (terminal_) {
    if (done < total_ && now - last_draw_ < redraw_interval) return;
    last_draw_ = now;
    draw(done, elapsed_s);
    return;
  }
  const auto tenth = static_cast<std::uint64_t>(10.0 * static_cast<double>(done) / static_cast<double>(total_));
  if (tenth <= last_tenth_) return;
  last_tenth_ = tenth;
  draw(done, elapsed_s);
}

void Progress::draw(std::uint64_t done, double elapsed_s) {
  const double fraction = static_cast<double>(done) / static_cast<double>(total_);
  const double rate = elapsed_s > 0.0 ? static_cast<double>(done) / elapsed_s : 0.0;
  const std::string left =
      done == total_ ? fmt::format("took {}", duration_text(elapsed_s))
                     : (rate > 0.0 ? fmt::format("{} left", duration_text(static_cast<double>(total_ - done) / rate)) : std::string());
  const std::string line = fmt::format("{} {:3.0f} % {}/{} {} {:.4g}/s {}", label_, 100.0 * fraction, done, total_, unit_, rate, left);
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

OnProgress draw_progress(std::string label, std::string unit, bool quiet) {
  auto bar = std::make_shared<std::unique_ptr<Progress>>();
  return [=](std::uint64_t done, std::uint64_t total) {
    if (*bar == nullptr) *bar = std::make_unique<Progress>(label, unit, total, quiet);
    (*bar)->update(done);
  };
}

}  // namespace memcosim
