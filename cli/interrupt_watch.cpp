// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/interrupt_watch.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace memcosim {
namespace {

sigset_t interrupts() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

int descriptor(int made) {
  if (made < 0) throw std::system_error(errno, std::generic_category(), "cannot watch signals");
  return made;
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
  const sigset_t set = interrupts();
  pthread_sigmask(SIG_BLOCK, &set, &before_);
  signals_ = descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  end_ = descriptor(::eventfd(0, EFD_CLOEXEC));
  thread_ = std::thread([this] { watch(); });
}

InterruptWatch::~InterruptWatch() {
  const std::uint64_t one = 1;
  while (::write(end_, &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread_.join();
  ::close(signals_);
  ::close(end_);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void InterruptWatch::watch() {
  bool waits = false;
  for (;;) {
    std::array<pollfd, 2> sources = {pollfd{signals_, POLLIN, 0}, pollfd{end_, POLLIN, 0}};
    if (::poll(sources.data(), sources.size(), -1) < 0) continue;
    signalfd_siginfo signal = {};
    if (::read(signals_, &signal, sizeof signal) == sizeof signal) {
      const std::string work = !waits && first_ ? first_() : std::string();
      if (work.empty()) {
        say(leave_());
        ::_exit(128 + static_cast<int>(signal.ssi_signo));
      }
      say(work + "; a second interrupt ends it at once");
      waits = true;
    } else if ((sources[1].revents & POLLIN) != 0) {
      return;
    }
  }
}

}  // namespace memcosim
