// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/fits/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

double sum_of_squares(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values)
    sum += value * value;
  return sum;
}

/// Normal equations at one point: curvature (row-major, n x n) and gradient.
struct NormalEquations {
  std::vector<double> curvature;
  std::vector<double> gradient;
};

class Problem {
 public:
  explicit Problem(const Residuals& residuals) : residuals_(residuals) {}

  /// Sum of the squared residuals; infinite if they are not defined.
  double value(const std::vector<double>& at, std::vector<double>& residuals) const {
    if (!residuals_(at, residuals)) return HUGE_VAL;
    const double sum = sum_of_squares(residuals);
    return std::isfinite(sum) ? sum : HUGE_VAL;
  }

  NormalEquations equations(const std::vector<double>& at, const std::vector<double>& here) const {
    constexpr double relative_step = 1e-5;
    const std::size_t n = at.size();
    std::vector<std::vector<double>> columns(n);
    std::vector<double> ahead;
    std::vector<double> behind;
    for (std::size_t k = 0; k < n; ++k) {
      std::vector<double> moved = at;
      const double step = relative_step * std::fmax(1.0, std::fabs(at[k]));
      moved[k] = at[k] + step;
      const bool has_ahead = value(moved, ahead) < HUGE_VAL;
      moved[k] = at[k] - step;
      const bool has_behind = value(moved, behind) < HUGE_VAL;
      const std::vector<double>& high = has_ahead ? ahead : here;
      const std::vector<double>& low = has_behind ? behind : here;
      const double width = (has_ahead ? step : 0.0) + (has_behind ? step : 0.0);
      columns[k].resize(here.size());
      if (width == 0.0) continue;
      for (std::size_t i = 0; i < here.size(); ++i)
        columns[k][i] = (high[i] - low[i]) / width;
    }
    NormalEquations equations{std::vector<double>(n * n), std::vector<double>(n)};
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t i = 0; i < here.size(); ++i)
        equations.gradient[row] += columns[row][i] * here[i];
      for (std::size_t column = 0; column <= row; ++column) {
        double sum = 0.0;
        for (std::size_t i = 0; i < here.size(); ++i)
          sum += columns[row][i] * columns[column][i];
        equations.curvature[row * n + column] = equations.curvature[column * n + row] = sum;
      }
    }
    return equations;
  }

 private:
  const Residuals& residuals_;
};

/// Replaces the lower half by the Cholesky factor; false if the matrix is not positive definite.
bool factor(std::vector<double>& matrix, std::size_t n) {
  for (std::size_t column = 0; column < n; ++column) {
    double pivot = matrix[column * n + column];
    for (std::size_t k = 0; k < column; ++k)
      pivot -= matrix[column * n + k] * matrix[column * n + k];
    if (!(pivot > 0.0)) return false;
    pivot = std::sqrt(pivot);
    matrix[column * n + column] = pivot;
    for (std::size_t row = column + 1; row < n; ++row) {
      double sum = matrix[row * n + column];
      for (std::size_t k = 0; k < column; ++k)
        sum -= matrix[row * n + k] * matrix[column * n + k];
      matrix[row * n + column] = sum / pivot;
    }
  }
  return true;
}

void substitute(const std::vector<double>& lower, std::size_t n, std::vector<double>& values) {
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t k = 0; k < row; ++k)
      values[row] -= lower[row * n + k] * values[k];
    values[row] /= lower[row * n + row];
  }
  for (std::size_t row = n; row-- > 0;) {
    for (std::size_t k = row + 1; k < n; ++k)
      values[row] -= lower[k * n + row] * values[k];
    values[row] /= lower[row * n + row];
  }
}

/// Inverse of the curvature times the variance of a residual. The matrix is scaled to a unit diagonal first; a parameter without influence
/// gets an infinite variance without affecting the others.
std::vector<double> covariance(const NormalEquations& equations, std::size_t n, double variance) {
  constexpr double least = 1e-14;  // added to the scaled diagonal: the variance along directions without influence is large, but finite
  std::vector<double> scale(n);
  for (std::size_t k = 0; k < n; ++k)
    scale[k] = std::sqrt(equations.curvature[k * n + k]);
  std::vector<double> scaled(n * n);
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t column = 0; column < n; ++column) {
      const double product = scale[row] * scale[column];
      scaled[row * n + column] = product > 0.0 ? equations.curvature[row * n + column] / product : 0.0;
    }
    scaled[row * n + row] = 1.0 + least * static_cast<double>(n);
  }
  std::vector<double> result(n * n, 0.0);
  if (!factor(scaled, n)) {
    for (std::size_t k = 0; k < n; ++k)
      result[k * n + k] = HUGE_VAL;
    return result;
  }
  for (std::size_t column = 0; column < n; ++column) {
    std::vector<double> unit(n);
    unit[column] = 1.0;
    substitute(scaled, n, unit);
    for (std::size_t row = 0; row < n; ++row) {
      const double product = scale[row] * scale[column];
      result[row * n + column] = product > 0.0 ? variance * unit[row] / product : (row == column ? HUGE_VAL : 0.0);
    }
  }
  return result;
}

}  // namespace

LeastSquaresFit least_squares(const Residuals& residuals, std::vector<double> start, const LeastSquaresOptions& options) {
  const Problem problem(residuals);
  const std::size_t n = start.size();
  LeastSquaresFit fit;
  fit.parameters = std::move(start);
  std::vector<double> here;
  fit.sum_of_squares = problem.value(fit.parameters, here);
  if (!(fit.sum_of_squares < HUGE_VAL)) throw InputError("least squares: the start has no residuals");
  fit.residuals = here.size();
  if (fit.residuals < n) throw InputError("least squares: fewer residuals than parameters");

  NormalEquations equations = problem.equations(fit.parameters, here);
  double damping = 1e-3;
  double growth = 2.0;
  std::vector<double> tried_residuals;
  for (unsigned step = 0; step < options.most_steps && !fit.converged; ++step) {
    std::vector<double> matrix = equations.curvature;
    double largest = 0.0;
    for (std::size_t k = 0; k < n; ++k)
      largest = std::fmax(largest, equations.curvature[k * n + k]);
    for (std::size_t k = 0; k < n; ++k)
      matrix[k * n + k] += damping * std::fmax(equations.curvature[k * n + k], 1e-12 * largest);
    std::vector<double> move = equations.gradient;
    if (!factor(matrix, n)) {
      damping = std::fmax(damping, 1e-12) * growth;
      growth *= 2.0;
      if (!(damping < 1e30)) break;
      continue;
    }
    substitute(matrix, n, move);
    std::vector<double> tried = fit.parameters;
    double expected = 0.0;  // decrease that the linear model predicts
    double length = 0.0;    // of the step, relative to the parameters
    for (std::size_t k = 0; k < n; ++k) {
      tried[k] -= move[k];
      expected += move[k] * (damping * std::fmax(equations.curvature[k * n + k], 1e-12 * largest) * move[k] + equations.gradient[k]);
      length = std::fmax(length, std::fabs(move[k]) / std::fmax(1.0, std::fabs(fit.parameters[k])));
    }
    const double value = problem.value(tried, tried_residuals);
    const double gain = fit.sum_of_squares - value;
    if (gain > 0.0) {
      fit.converged = gain <= options.tolerance * fit.sum_of_squares || length <= options.tolerance;
      const double ratio = expected > 0.0 ? 2.0 * gain / expected - 1.0 : 0.0;
      fit.parameters = std::move(tried);
      fit.sum_of_squares = value;
      here.swap(tried_residuals);
      equations = problem.equations(fit.parameters, here);
      damping *= std::fmax(1.0 / 3.0, 1.0 - ratio * ratio * ratio);
      growth = 2.0;
    } else {
      if (length <= options.tolerance || fit.sum_of_squares == 0.0) fit.converged = true;
      damping *= growth;
      growth *= 2.0;
      if (!(damping < 1e30)) break;
    }
  }
  const double freedom = static_cast<double>(std::max<std::size_t>(fit.residuals - n, 1));
  fit.covariance = covariance(equations, n, fit.sum_of_squares / freedom);
  return fit;
}

}  // namespace memcosim
