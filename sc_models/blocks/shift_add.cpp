// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/shift_add.hpp"

#include <algorithm>
#include <limits>

namespace memcosim {

ShiftAdd::ShiftAdd(const sc_core::sc_module_name& name, std::uint32_t outputs) : Accumulator(name), sums_(outputs, 0) {}

void ShiftAdd::clear() {
  std::fill(sums_.begin(), sums_.end(), 0);
  saturated_ = false;
}

void ShiftAdd::accumulate(gsl::span<const AccumulatorTerm> terms, gsl::span<const std::int32_t> codes, unsigned slice_shift) {
  using Limits = std::numeric_limits<std::int32_t>;
  std::int32_t* const sums = sums_.data();
  const std::int32_t* const code = codes.data();
  // By pointer: iterators of a gsl::span check every step.
  const AccumulatorTerm* const end = terms.data() + terms.size();
  for (const AccumulatorTerm* term = terms.data(); term != end; ++term) {
    const std::int64_t weight = term->sign * (std::int64_t{1} << (term->shift + slice_shift));
    const std::int64_t sum = sums[term->output] + weight * code[term->code];
    auto kept = static_cast<std::int32_t>(sum);
    if (kept != sum) {
      kept = sum < 0 ? Limits::min() : Limits::max();
      saturated_ = true;
    }
    sums[term->output] = kept;
  }
}

}  // namespace memcosim
