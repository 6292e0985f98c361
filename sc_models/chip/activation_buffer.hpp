// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <systemc>
#include <vector>

namespace memcosim {

/// Places for the activations of a few images between one producer and its consumers; images pass in order. The producer takes a place when
/// it begins an image, and the place is free again when every consumer has released that image. The buffer holds no values and adds no
/// delay: the ports of the stages account for the transfer times.
class ActivationBuffer {
 public:
  explicit ActivationBuffer(std::uint64_t places) : places_(places) {}

  /// Call before the simulation starts. Without consumers an image leaves as soon as it is complete.
  std::size_t add_consumer() {
    released_.push_back(0);
    return released_.size() - 1;
  }

  bool has_room() const { return begun_ - oldest_kept() < places_; }
  void begin() { ++begun_; }
  /// The oldest image begun is complete: consumers may read it.
  void complete() {
    ++completed_;
    changed_.notify();
  }
  bool available(std::size_t consumer) const { return completed_ > released_[consumer]; }
  /// The consumer no longer needs its oldest image.
  void release(std::size_t consumer) {
    ++released_[consumer];
    changed_.notify();
  }
  std::uint64_t completed() const { return completed_; }
  /// Fires when a place may have become free, or an image may have become available for a consumer.
  const sc_core::sc_event& changed_event() const { return changed_; }

 private:
  std::uint64_t oldest_kept() const { return released_.empty() ? completed_ : *std::min_element(released_.begin(), released_.end()); }

  std::uint64_t places_;
  std::uint64_t begun_ = 0;
  std::uint64_t completed_ = 0;
  std::vector<std::uint64_t> released_;
  sc_core::sc_event changed_;
};

}  // namespace memcosim
