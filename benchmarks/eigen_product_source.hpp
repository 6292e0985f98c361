// SPDX-License-Identifier: Apache-2.0
// Included once per instruction set with MEMCOSIM_EIGEN_NAMESPACE set: Eigen's templates get another namespace in each build, or the linker
// would keep one of them for all.
#define Eigen MEMCOSIM_EIGEN_NAMESPACE
#include <Eigen/Core>

#include "eigen_product.hpp"

namespace memcosim::benchmarks {

void MEMCOSIM_EIGEN_FUNCTION(const float* inputs, const float* weights, float* result, std::size_t vectors, std::size_t rows,
                             std::size_t columns) {
  using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto m = static_cast<Eigen::Index>(vectors);
  const auto k = static_cast<Eigen::Index>(rows);
  const auto n = static_cast<Eigen::Index>(columns);
  Eigen::Map<Matrix>(result, m, n).noalias() = Eigen::Map<const Matrix>(inputs, m, k) * Eigen::Map<const Matrix>(weights, k, n);
}

}  // namespace memcosim::benchmarks
