// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace memcosim {

// Cooperative cancellation, like std::stop_source, std::stop_token and std::stop_callback of C++20: the side that may stop the work keeps a
// StopSource; long loops check the StopToken that they were given.

/// Thrown by work that was asked to stop.
class Stopped : public std::runtime_error {
 public:
  Stopped() : std::runtime_error("stopped on request") {}
};

namespace detail {

struct StopState {
  std::atomic<bool> requested{false};
  std::mutex mutex;
  std::list<std::function<void()>> callbacks;
};

}  // namespace detail

/// Tells whether a stop was requested. Cheap to copy; any thread may call it. Without a source it never requests a stop.
class StopToken {
 public:
  StopToken() = default;
  bool requested() const noexcept { return state_ != nullptr && state_->requested.load(std::memory_order_relaxed); }
  /// Throws Stopped if a stop was requested.
  void check() const {
    if (requested()) throw Stopped();
  }

 private:
  friend class StopSource;
  friend class StopCallback;
  explicit StopToken(std::shared_ptr<detail::StopState> state) : state_(std::move(state)) {}
  std::shared_ptr<detail::StopState> state_;
};

/// The side of a cancellation that requests the stop; hands out tokens.
class StopSource {
 public:
  StopToken token() const { return StopToken(state_); }
  /// Requests the stop and runs all registered callbacks in this thread.
  void request() {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    if (state_->requested.exchange(true)) return;
    for (const auto& callback : state_->callbacks)
      callback();
  }

 private:
  std::shared_ptr<detail::StopState> state_ = std::make_shared<detail::StopState>();
};

/// While it lives: calls `callback` once when the stop is requested, in the thread that does so, or at once if it already was. The callback
/// must not make or end a StopCallback of the same source.
class StopCallback {
 public:
  StopCallback(const StopToken& token, std::function<void()> callback) : state_(token.state_) {
    if (state_ == nullptr) return;
    const std::lock_guard<std::mutex> lock(state_->mutex);
    if (state_->requested.load()) callback();
    place_ = state_->callbacks.insert(state_->callbacks.end(), std::move(callback));
  }
  ~StopCallback() {
    if (state_ == nullptr) return;
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->callbacks.erase(place_);
  }
  StopCallback(const StopCallback&) = delete;
  StopCallback& operator=(const StopCallback&) = delete;

 private:
  std::shared_ptr<detail::StopState> state_;
  std::list<std::function<void()>>::iterator place_;
};

}  // namespace memcosim
