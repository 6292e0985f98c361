// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace memcosim::cpu {

/// Memory aligned to cache lines for the vector kernels. Growing it loses its content.
template <typename Value>
class AlignedBuffer {
 public:
  Value* data() { return memory_.get(); }
  const Value* data() const { return memory_.get(); }

  /// Makes room for at least `count` values, uninitialised.
  void reserve(std::size_t count) {
    if (count <= capacity_) return;
    const std::size_t bytes = (count * sizeof(Value) + line - 1) / line * line;
    memory_.reset(static_cast<Value*>(std::aligned_alloc(line, bytes)));
    capacity_ = memory_ ? count : 0;
    if (!memory_) throw std::bad_alloc();
  }

 private:
  static constexpr std::size_t line = 64;
  struct Free {
    void operator()(Value* memory) const { std::free(memory); }
  };
  std::unique_ptr<Value, Free> memory_;
  std::size_t capacity_ = 0;
};

}  // namespace memcosim::cpu
