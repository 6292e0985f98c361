// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "memcosim/kernels/products/array_backend.hpp"

namespace memcosim {

/// The backend to compare others against: plain loops in double precision, one thread, each MVM computed at submit().
class ReferenceBackend final : public ArrayBackend {
 public:
  using ArrayBackend::ArrayBackend;
  std::string description() const override { return "reference (double precision, 1 thread)"; }
  Ticket submit(const MvmBatch& batch) override;
  MvmResult collect(Ticket ticket) override;

 private:
  std::map<std::uint64_t, MvmResult> results_;
  std::uint64_t last_ticket_ = 0;
};

}  // namespace memcosim
