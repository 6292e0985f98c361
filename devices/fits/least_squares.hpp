// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace memcosim {

/// Fills the residuals of some parameters; false where they are not defined.
using Residuals = std::function<bool(const std::vector<double>& parameters, std::vector<double>& residuals)>;

/// When least_squares() stops.
struct LeastSquaresOptions {
  unsigned most_steps = 200;
  double tolerance = 1e-10;  ///< of the relative decrease in the last step, and of its length relative to the parameters
};

/// Result of least_squares().
struct LeastSquaresFit {
  std::vector<double> parameters;
  double sum_of_squares = 0.0;
  std::size_t residuals = 0;  ///< number of residuals
  /// Covariance matrix of the parameters, row-major, from the curvature of the sum of squares and the variance of the residuals; infinite
  /// on the diagonal for a parameter that the residuals do not depend on.
  std::vector<double> covariance;
  bool converged = false;
};

/// Minimises the sum of squared residuals from a start by Levenberg and Marquardt's method (D. W. Marquardt, J. SIAM 11, 431 (1963)) with
/// the damping of H. B. Nielsen (IMM-REP-1999-05, Technical University of Denmark) and derivatives by central differences. Throws
/// InputError when the start has no residuals, or fewer than parameters.
LeastSquaresFit least_squares(const Residuals& residuals, std::vector<double> start, const LeastSquaresOptions& options = {});

}  // namespace memcosim
