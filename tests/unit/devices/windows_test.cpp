// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cell_base/windows.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "memcosim/devices/cell_base/plain_exp.hpp"

namespace memcosim {
namespace {

double value(Window window, double x, double direction, double p = 1.0, double j = 1.0) {
  return window_value(static_cast<double>(window), x, direction, p, j);
}

TEST(WholePower, IsARepeatedProductOrThePowerOfTheLibrary) {
  for (const double base : {0.0, 0.37, 1.0, 1.9}) {
    double product = 1.0;
    for (int exponent = 0; exponent <= 32; ++exponent) {
      EXPECT_EQ(whole_power(base, exponent), product) << base << "^" << exponent;
      product *= base;
    }
    EXPECT_EQ(whole_power(base, 2.5), std::pow(base, 2.5));
    EXPECT_EQ(whole_power(base, 33.0), std::pow(base, 33.0));
  }
}

TEST(Windows, ValuesByHand) {
  EXPECT_EQ(value(Window::none, 0.3, 1.0), 1.0);
  EXPECT_DOUBLE_EQ(value(Window::strukov, 0.25, 1.0), 0.1875);
  // Joglekar: 1 - (2x - 1)^2p; p = 1 at x = 1/4: 1 - 1/4; p = 2: 1 - 1/16.
  EXPECT_DOUBLE_EQ(value(Window::joglekar, 0.25, 1.0, 1.0), 0.75);
  EXPECT_DOUBLE_EQ(value(Window::joglekar, 0.25, -1.0, 2.0), 0.9375);
  // Biolek: 1 - x^2p upwards, 1 - (x - 1)^2p downwards.
  EXPECT_DOUBLE_EQ(value(Window::biolek, 0.25, 1.0, 1.0), 0.9375);
  EXPECT_DOUBLE_EQ(value(Window::biolek, 0.25, -1.0, 1.0), 0.4375);
  // Prodromakis: j (1 - ((x - 1/2)^2 + 3/4)^p); the peak is j (1 - (3/4)^p).
  EXPECT_DOUBLE_EQ(value(Window::prodromakis, 0.5, 1.0, 1.0, 1.0), 0.25);
  EXPECT_DOUBLE_EQ(value(Window::prodromakis, 0.5, 1.0, 2.0, 3.0), 3.0 * (1.0 - 0.5625));
  EXPECT_NEAR(value(Window::prodromakis, 0.25, 1.0, 2.5, 1.0), 1.0 - std::pow(0.8125, 2.5), 1e-15);
}

TEST(Windows, VanishAtTheBoundsThatTheyGuard) {
  for (const double p : {1.0, 2.0, 3.5, 7.0}) {
    for (const Window window : {Window::strukov, Window::joglekar, Window::prodromakis}) {
      for (const double direction : {1.0, -1.0}) {
        EXPECT_EQ(value(window, 0.0, direction, p), 0.0);
        EXPECT_EQ(value(window, 1.0, direction, p), 0.0);
      }
    }
    // Biolek is zero where the motion ends and one where it starts: no state is stuck.
    EXPECT_EQ(value(Window::biolek, 1.0, 1.0, p), 0.0);
    EXPECT_EQ(value(Window::biolek, 0.0, 1.0, p), 1.0);
    EXPECT_EQ(value(Window::biolek, 0.0, -1.0, p), 0.0);
    EXPECT_EQ(value(Window::biolek, 1.0, -1.0, p), 1.0);
  }
}

TEST(Windows, StayBetweenZeroAndTheirScale) {
  for (int kind = 0; kind < 5; ++kind) {
    for (int i = 0; i <= 1000; ++i) {
      for (const double p : {1.0, 1.7, 10.0, 100.0}) {
        const double v = window_value(kind, i / 1000.0, i % 2 == 0 ? 1.0 : -1.0, p, 2.0);
        EXPECT_GE(v, -1e-15) << kind << ' ' << i;
        EXPECT_LE(v, 2.0) << kind << ' ' << i;
      }
    }
  }
}

TEST(PlainExp, IsTheExponential) {
  double worst = 0.0;
  for (int i = -18500; i <= 18500; ++i) {
    const double x = 0.0371 * i;
    const long double truth = std::exp(static_cast<long double>(x));
    worst = std::fmax(worst, static_cast<double>(std::fabs(plain_exp(x) / truth - 1.0L)));
  }
  EXPECT_LE(worst, 1.5 * 0x1p-52);
  EXPECT_EQ(plain_exp(0.0), 1.0);
  EXPECT_TRUE(std::isfinite(plain_exp(1e9)));
  EXPECT_GT(plain_exp(-1e9), 0.0);
}

}  // namespace
}  // namespace memcosim
