// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/results/interrupt_watch.hpp"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace memcosim {
namespace {

constexpr std::array<int, 2> interrupts = {SIGINT, SIGTERM};

/// Where the handler writes; -1: there is no watch.
std::atomic<int> watch_pipe{-1};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler reads it");

void pass_on(int signal_number) {
  const int before = errno;
  const auto number = static_cast<unsigned char>(signal_number);
  // A pipe that is full holds enough signals already.
  [[maybe_unused]] const ssize_t written = ::write(watch_pipe.load(), &number, 1);
  errno = before;
}

sigset_t interrupt_set() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : interrupts)
    sigaddset(&set, number);
  return set;
}

/// Prints on a new line, in case a progress bar is on the present one.
void say(const std::string& text) {
  const std::string line = fmt::format("{}memcosim: interrupted: {}\n", ::isatty(STDERR_FILENO) == 1 ? "\n" : "", text);
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

InterruptWatch::InterruptWatch(std::function<std::string()> first, std::function<std::string()> leave)
    : first_(std::move(first)), leave_(std::move(leave)) {
  if (::pipe2(pipe_.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "cannot watch signals");
  ::fcntl(pipe_[1], F_SETFL, O_NONBLOCK);
  int none = -1;
  if (!watch_pipe.compare_exchange_strong(none, pipe_[1])) throw std::logic_error("a second InterruptWatch");
  // Blocked here and in the threads made from now on, so that the handler runs on no stack of theirs; the watching thread lets them in.
  const sigset_t set = interrupt_set();
  pthread_sigmask(SIG_BLOCK, &set, &mask_before_);
  struct sigaction action = {};
  action.sa_handler = pass_on;
  action.sa_flags = SA_RESTART;
  action.sa_mask = set;
  for (std::size_t i = 0; i < interrupts.size(); ++i)
    ::sigaction(interrupts[i], &action, &actions_before_[i]);
  thread_ = std::thread([this] { watch(); });
}

InterruptWatch::~InterruptWatch() {
  const unsigned char end = 0;
  while (::write(pipe_[1], &end, 1) < 0 && (errno == EINTR || errno == EAGAIN)) {
  }
  thread_.join();
  for (std::size_t i = 0; i < interrupts.size(); ++i)
    ::sigaction(interrupts[i], &actions_before_[i], nullptr);
  watch_pipe = -1;
  ::close(pipe_[0]);
  ::close(pipe_[1]);
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

void InterruptWatch::watch() {
  const sigset_t set = interrupt_set();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  bool waits = false;
  for (;;) {
    unsigned char number = 0;
    if (::read(pipe_[0], &number, 1) != 1) continue;
    if (number == 0) return;
    const std::string work = !waits && first_ ? first_() : std::string();
    if (work.empty()) {
      say(leave_());
      ::_exit(128 + number);
    }
    say(work + "; a second interrupt ends it at once");
    waits = true;
  }
}

}  // namespace memcosim
