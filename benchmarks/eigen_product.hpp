// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace memcosim::benchmarks {

/// result (vectors x columns) = inputs (vectors x rows) * weights (rows x columns), row-major single precision, by Eigen on one thread.
using EigenProduct = void (*)(const float* inputs, const float* weights, float* result, std::size_t vectors, std::size_t rows,
                              std::size_t columns);

// The same product compiled for each instruction set of the cpu backend.
void eigen_product_baseline(const float*, const float*, float*, std::size_t, std::size_t, std::size_t);
void eigen_product_avx2(const float*, const float*, float*, std::size_t, std::size_t, std::size_t);
void eigen_product_avx512(const float*, const float*, float*, std::size_t, std::size_t, std::size_t);

}  // namespace memcosim::benchmarks
