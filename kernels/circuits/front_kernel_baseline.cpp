// SPDX-License-Identifier: Apache-2.0
// The kernel for any machine. Without an fma instruction fma() is a library call, which is slow but gives the same result.
#include <cmath>

#include "memcosim/kernels/circuits/front_kernel.hpp"

namespace memcosim {

namespace {

struct Vec {
  static constexpr std::size_t width = 1;
  static constexpr std::size_t most_vectors = 2;
  static constexpr std::size_t most_columns = 4;
  using Double = double;

  static Double load(const double* p) { return *p; }
  static void store(double* p, Double v) { *p = v; }
  static Double broadcast(double x) { return x; }
  static Double add(Double a, Double b) { return a + b; }
  static Double mul(Double a, Double b) { return a * b; }
  static Double div(Double a, Double b) { return a / b; }
  static Double fma(Double a, Double b, Double c) { return std::fma(a, b, c); }
};

#include "memcosim/kernels/circuits/front_kernel.inc"

}  // namespace

const FrontKernel baseline_front_kernel = {"baseline", add_products, add_product, sum_columns, remove_panel, remove_in_lanes};

}  // namespace memcosim
