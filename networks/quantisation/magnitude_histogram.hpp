// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <gsl/span>

namespace memcosim {

/// Percentiles of absolute values in fixed memory, whatever their number, range and order: bins of a relative width of 1/1024 from 2^-64 to
/// 2^64 (smaller values count as zero). Integers up to 2048 have a bin each.
class MagnitudeHistogram {
 public:
  MagnitudeHistogram();
  void add(gsl::span<const double> values);
  std::uint64_t count() const { return count_; }
  double maximum() const { return maximum_; }
  /// The largest value seen in the first bin at which at least `percent` of all values are reached; the maximum for 100, 0 without values.
  double percentile(double percent) const;

 private:
  std::vector<std::uint64_t> counts_;
  std::vector<double> largest_;  ///< seen in each bin
  std::uint64_t count_ = 0;
  double maximum_ = 0.0;
};

}  // namespace memcosim
