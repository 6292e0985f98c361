// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/quantisation/magnitude_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace memcosim {
namespace {

constexpr unsigned mantissa_bits = 10;
constexpr std::uint64_t lowest_exponent = 1023 - 64;  // biased, of 2^-64
constexpr std::uint64_t octaves = 128;
constexpr std::uint64_t bins = (octaves << mantissa_bits) + 1;  // bin 0: magnitudes below 2^-64

/// The exponent and the leading bits of the mantissa are adjacent in the double format, so a shift gives the bin.
std::uint64_t bin_of(double magnitude) {
  std::uint64_t bits;
  std::memcpy(&bits, &magnitude, sizeof bits);
  const std::uint64_t key = bits >> (52 - mantissa_bits);
  constexpr std::uint64_t lowest = lowest_exponent << mantissa_bits;
  return key < lowest ? 0 : std::min(key - lowest + 1, bins - 1);
}

}  // namespace

MagnitudeHistogram::MagnitudeHistogram() : counts_(bins, 0), largest_(bins, 0.0) {}

void MagnitudeHistogram::add(gsl::span<const double> values) {
  for (const double value : values) {
    const double magnitude = std::abs(value);
    const std::uint64_t bin = bin_of(magnitude);
    ++counts_[bin];
    largest_[bin] = std::max(largest_[bin], magnitude);
    maximum_ = std::max(maximum_, magnitude);
  }
  count_ += values.size();
}

double MagnitudeHistogram::percentile(double percent) const {
  if (!(percent > 0.0 && percent <= 100.0)) throw std::logic_error("MagnitudeHistogram: a percentile lies in (0, 100]");
  const double wanted = percent * static_cast<double>(count_) / 100.0;
  std::uint64_t reached = 0;
  for (std::uint64_t bin = 0; bin < bins; ++bin) {
    reached += counts_[bin];
    if (counts_[bin] > 0 && static_cast<double>(reached) >= wanted) return largest_[bin];
  }
  return maximum_;
}

}  // namespace memcosim
