// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace memcosim {

/// Running mean, standard deviation and extremes of a sequence of numbers (B. P. Welford, "Note on a Method for Calculating Corrected Sums
/// of Squares and Products", Technometrics 4(3), 1962). For equal values the mean is exactly the value and sigma exactly 0, which plain
/// sums do not guarantee. The mean never lies outside the extremes. Of an empty sequence all are 0.
class Moments {
 public:
  void add(double value) {
    low_ = count_ == 0 ? value : std::min(low_, value);
    high_ = count_ == 0 ? value : std::max(high_, value);
    ++count_;
    const double before = value - mean_;
    mean_ = std::clamp(mean_ + before / static_cast<double>(count_), low_, high_);
    squares_ += before * (value - mean_);
  }

  std::uint64_t count() const { return count_; }
  double mean() const { return mean_; }
  double low() const { return low_; }
  double high() const { return high_; }
  /// Population standard deviation (divided by the count).
  double sigma() const { return count_ == 0 ? 0.0 : std::sqrt(std::max(squares_, 0.0) / static_cast<double>(count_)); }

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0.0;
  double low_ = 0.0;
  double high_ = 0.0;
  double squares_ = 0.0;  ///< of the differences from the mean
};

/// Running root mean square of a sequence of numbers; for numbers of equal magnitude it is exactly that magnitude.
class RootMeanSquare {
 public:
  void add(double value) { squares_.add(value * value); }
  double value() const { return std::sqrt(squares_.mean()); }

 private:
  Moments squares_;
};

inline double mean_of(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values)
    moments.add(value);
  return moments.mean();
}

}  // namespace memcosim
