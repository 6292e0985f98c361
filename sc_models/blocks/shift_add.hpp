// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "memcosim/sc_models/blocks/accumulator.hpp"

namespace memcosim {

/// The accumulator as a model: sums of 32 bits, which saturate.
class ShiftAdd : public Accumulator {
 public:
  ShiftAdd(const sc_core::sc_module_name& name, std::uint32_t outputs);

  void clear() override;
  void accumulate(gsl::span<const AccumulatorTerm> terms, gsl::span<const std::int32_t> codes, unsigned slice_shift) override;
  gsl::span<const std::int32_t> sums() const override { return sums_; }
  bool saturated() const override { return saturated_; }

 private:
  std::vector<std::int32_t> sums_;
  bool saturated_ = false;
};

}  // namespace memcosim
