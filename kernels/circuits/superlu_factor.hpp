// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "memcosim/kernels/circuits/nodal_matrix.hpp"

namespace memcosim {

/// LU factors of a nodal matrix by SuperLU: pivots on the diagonal, columns ordered by minimum degree on A' + A. Li, "An overview of
/// SuperLU: algorithms, implementation, and user interface", ACM Trans. Math. Softw. 31, 302 (2005).
class SuperluFactor {
 public:
  /// Throws RunError when memory is short or a pivot is zero.
  explicit SuperluFactor(const NodalMatrix& matrix);
  ~SuperluFactor();
  SuperluFactor(const SuperluFactor&) = delete;
  SuperluFactor& operator=(const SuperluFactor&) = delete;

  /// New values in the same pattern: ordering and structure of the factors are kept.
  void refactor(const NodalMatrix& matrix);
  /// Replaces the right-hand side, one value per node, by the solution.
  void solve(std::vector<double>& values) const;

 private:
  struct Factors;
  std::unique_ptr<Factors> factors_;
};

}  // namespace memcosim
