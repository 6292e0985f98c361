// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/conductance_front.hpp"

#include <algorithm>

#include "memcosim/kernels/circuits/clones.hpp"

namespace memcosim {

namespace {

constexpr std::size_t panel = 8;  ///< nodes removed in one sweep over the rest

/// to += sum over the panel of factors[k] * columns[k]
MEMCOSIM_CLONES void add_columns(double* __restrict to, const double* __restrict columns, std::size_t stride, const double* factors,
                                 std::size_t size) {
  const double* __restrict c0 = columns;
  const double* __restrict c1 = columns + stride;
  const double* __restrict c2 = columns + 2 * stride;
  const double* __restrict c3 = columns + 3 * stride;
  const double* __restrict c4 = columns + 4 * stride;
  const double* __restrict c5 = columns + 5 * stride;
  const double* __restrict c6 = columns + 6 * stride;
  const double* __restrict c7 = columns + 7 * stride;
  const double f0 = factors[0], f1 = factors[1], f2 = factors[2], f3 = factors[3];
  const double f4 = factors[4], f5 = factors[5], f6 = factors[6], f7 = factors[7];
  for (std::size_t row = 0; row < size; ++row) {
    const double low = (f0 * c0[row] + f1 * c1[row]) + (f2 * c2[row] + f3 * c3[row]);
    const double high = (f4 * c4[row] + f5 * c5[row]) + (f6 * c6[row] + f7 * c7[row]);
    to[row] += low + high;
  }
}

MEMCOSIM_CLONES void add_column(double* __restrict to, const double* __restrict column, double factor, std::size_t size) {
  for (std::size_t row = 0; row < size; ++row)
    to[row] += factor * column[row];
}

/// A node's conductances divide its current among the others: removing it joins a and b by g_a g_b / (sum of g).
double inverse_pivot(const double* column, std::size_t first, std::size_t size) {
  double sums[4] = {};
  for (std::size_t row = first; row < size; ++row)
    sums[row % 4] += column[row];
  return 1.0 / ((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

}  // namespace

ConductanceFront eliminate_first(ConductanceFront& front, std::size_t count) {
  const std::size_t size = front.nodes.size();
  double* values = front.siemens.data();
  double inverse[panel];
  double factors[panel];
  for (std::size_t first = 0; first < count; first += panel) {
    const std::size_t width = std::min(panel, count - first);
    for (std::size_t node = first; node < first + width; ++node) {
      double* column = values + node * size;
      for (std::size_t earlier = first; earlier < node; ++earlier) {
        const double* other = values + earlier * size;
        add_column(column + node + 1, other + node + 1, other[node] * inverse[earlier - first], size - node - 1);
      }
      inverse[node - first] = inverse_pivot(column, node + 1, size);
    }
    for (std::size_t column = first + width; column < size; ++column) {
      double* to = values + column * size + column + 1;
      const double* from = values + first * size + column;
      for (std::size_t node = 0; node < width; ++node)
        factors[node] = from[node * size] * inverse[node];
      if (width == panel) {
        add_columns(to, from + 1, size, factors, size - column - 1);
      } else {
        for (std::size_t node = 0; node < width; ++node)
          add_column(to, from + node * size + 1, factors[node], size - column - 1);
      }
    }
  }
  const std::size_t rest = size - count;
  ConductanceFront result;
  result.nodes.assign(front.nodes.begin() + static_cast<std::ptrdiff_t>(count), front.nodes.end());
  result.siemens.assign(rest * rest, 0.0);
  for (std::size_t column = 0; column < rest; ++column) {
    const double* from = values + (column + count) * size + count;
    std::copy(from + column + 1, from + rest, result.siemens.data() + column * rest + column + 1);
  }
  return result;
}

}  // namespace memcosim
