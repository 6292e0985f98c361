// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/column_draw.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/products/column_read_noise.hpp"
#include "memcosim/kernels/products/conversion_lines.hpp"

namespace memcosim::testing {
namespace {

TEST(ColumnDraw, FourNeighboursHaveTheWordsOfOneBlock) {
  for (std::uint32_t column = 0; column < 40; ++column) {
    const RandomBits block = random_bits(9, {Purpose::adc_noise, 3, column / 4, 77, 5});
    EXPECT_EQ(column_normal(9, {Purpose::adc_noise, 3, column, 77, 5}), column_normal(block.word[column % 4]));
  }
}

TEST(ColumnDraw, IsTheQuantileOfTheMiddleOfAWord) {
  EXPECT_EQ(column_normal(0x80000000u), normal_quantile(0.5 + 0x1p-33));
  EXPECT_EQ(column_normal(0x7fffffffu), -column_normal(0x80000000u));
  EXPECT_EQ(column_normal(0u), -column_normal(0xffffffffu));
  EXPECT_NEAR(column_normal(0xffffffffu), 6.338, 1e-3);
}

TEST(ColumnDraw, NeighboursAndEventsAreIndependentStandardNormals) {
  constexpr std::uint32_t columns = 8;
  constexpr std::uint64_t events = 50000;
  const double bound = 5.0 / std::sqrt(static_cast<double>(events));
  std::vector<double> product(columns * columns, 0.0);
  std::vector<double> mean(columns, 0.0);
  double with_next_event = 0.0;
  for (std::uint64_t event = 0; event < events; ++event) {
    double z[columns];
    for (std::uint32_t column = 0; column < columns; ++column)
      z[column] = column_normal(5, {Purpose::read_noise, 1, column, event, 0});
    with_next_event += z[0] * column_normal(5, {Purpose::read_noise, 1, 0, event + 1, 0});
    for (std::uint32_t a = 0; a < columns; ++a) {
      mean[a] += z[a];
      for (std::uint32_t b = 0; b < columns; ++b)
        product[a * columns + b] += z[a] * z[b];
    }
  }
  EXPECT_LT(std::abs(with_next_event / events), bound);
  for (std::uint32_t a = 0; a < columns; ++a) {
    EXPECT_LT(std::abs(mean[a] / events), bound);
    for (std::uint32_t b = 0; b < columns; ++b)
      EXPECT_NEAR(product[a * columns + b] / events, a == b ? 1.0 : 0.0, 1.5 * bound) << a << ' ' << b;
  }
}

TEST(ColumnReadNoise, AColumnOfWeakCellsKeepsItsVarianceBesideAStrongOne) {
  ConductanceWindow window;
  window.g_min = 1e-6;
  window.g_max = 16e-6;
  window.levels = 16;
  constexpr std::uint32_t rows = 3;
  constexpr std::uint32_t columns = 4;
  const std::vector<double> siemens(rows * columns, 5e-6);
  std::vector<double> sigmas;
  for (std::uint32_t row = 0; row < rows; ++row)
    sigmas.insert(sigmas.end(), {1e-6, 1e-6, 1e-10, 2e-10});  // S; a step is 1e-6 S
  LevelMatrix matrix(rows, columns, window, siemens);
  matrix.set_read_noise(window, sigmas);
  const std::vector<unsigned> codes = {1, 0, 2};
  std::vector<double> variances(columns);
  column_read_variances(conversion_variances(matrix, ConversionLines(encodings::single, columns)), codes, variances);
  EXPECT_NEAR(variances[0], 5.0, 1e-3);
  EXPECT_NEAR(variances[2], 5e-8, 1e-11);
  EXPECT_NEAR(variances[3], 20e-8, 1e-11);
}

}  // namespace
}  // namespace memcosim::testing
