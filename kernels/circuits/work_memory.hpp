// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace memcosim {

/// Uninitialised memory for doubles, aligned to a cache line; on large pages where the system provides them.
class WorkMemory {
 public:
  WorkMemory() = default;
  explicit WorkMemory(std::size_t count);

  double* get() const { return values_.get(); }

 private:
  struct Free {
    void operator()(double* values) const { std::free(values); }
  };
  std::unique_ptr<double[], Free> values_;
};

}  // namespace memcosim
