// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/exact_divisor.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>

#include <gtest/gtest.h>

namespace memcosim {
namespace {

/// Random mantissas, many of them with long runs of ones or zeros, where rounding is hardest.
double random_number(std::mt19937_64& generator, int least_exponent, int most_exponent) {
  std::uint64_t mantissa = generator() & ((std::uint64_t{1} << 52) - 1);
  const unsigned run = static_cast<unsigned>(generator() % 52);
  if (generator() % 4 == 0) mantissa |= ((std::uint64_t{1} << 52) - 1) >> run;
  if (generator() % 4 == 0) mantissa &= ~(((std::uint64_t{1} << 52) - 1) >> run);
  const auto span = static_cast<std::uint64_t>(most_exponent - least_exponent + 1);
  const int exponent = least_exponent + static_cast<int>(generator() % span);
  const double sign = generator() % 2 == 0 ? 1.0 : -1.0;
  return sign * std::ldexp(1.0 + std::ldexp(static_cast<double>(mantissa), -52), exponent);
}

TEST(ExactDivisor, GivesTheBitsOfADivision) {
  std::mt19937_64 generator(3);
  for (int i = 0; i < 2000000; ++i) {
    const double divisor = random_number(generator, -60, 60);
    const double dividend = random_number(generator, -60, 60);
    ASSERT_EQ(ExactDivisor(divisor).quotient(dividend), dividend / divisor) << dividend << " / " << divisor;
  }
}

TEST(ExactDivisor, DividesExtremeNumbersAsUsual) {
  std::mt19937_64 generator(4);
  for (int i = 0; i < 200000; ++i) {
    const double divisor = random_number(generator, -1022, 1023);
    const double dividend = random_number(generator, -1022, 1023);
    ASSERT_EQ(ExactDivisor(divisor).quotient(dividend), dividend / divisor) << dividend << " / " << divisor;
  }
  EXPECT_EQ(ExactDivisor(3.0).quotient(0.0), 0.0);
  EXPECT_TRUE(std::signbit(ExactDivisor(3.0).quotient(-0.0)));
  EXPECT_EQ(ExactDivisor(0x1p-1074).quotient(1.0), HUGE_VAL);
}

}  // namespace
}  // namespace memcosim
