// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace memcosim {
namespace {

constexpr DrawAddress origin{Purpose::adc_noise, 3, 5, 7, 11};

/// The address whose counter words are these, packed here by hand.
DrawAddress address_of(const std::array<std::uint32_t, 4>& counter) {
  const std::uint64_t high = (static_cast<std::uint64_t>(counter[3]) << 32) | counter[2];
  return {static_cast<Purpose>(counter[1] >> 24), counter[1] & 0xffffffu, counter[0], high >> 16,
          static_cast<std::uint16_t>(high & 0xffff)};
}

// kat_vectors of Random123 1.14, lines "philox4x32 10". They also pin the packing of address and seed.
TEST(RandomBits, EqualsThePublishedAnswers) {
  struct Answer {
    std::array<std::uint32_t, 4> counter;
    std::uint64_t seed;
    std::array<std::uint32_t, 4> words;
  };
  const Answer answers[] = {
      {{0, 0, 0, 0}, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffffffffffff, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0a4093822, {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (const Answer& answer : answers) {
    const RandomBits bits = random_bits(answer.seed, address_of(answer.counter));
    for (std::size_t i = 0; i < 4; ++i)
      EXPECT_EQ(bits.word[i], answer.words[i]);
  }
}

TEST(RandomBits, EveryBitOfSeedAndAddressCounts) {
  const auto draw = [](std::uint64_t seed, const DrawAddress& address) {
    const RandomBits bits = random_bits(seed, address);
    return std::array<std::uint32_t, 4>{bits.word[0], bits.word[1], bits.word[2], bits.word[3]};
  };
  std::set<std::array<std::uint32_t, 4>> seen{draw(1, origin)};
  std::size_t variants = 1;
  const auto add = [&](std::uint64_t seed, const DrawAddress& address) {
    seen.insert(draw(seed, address));
    ++variants;
  };
  for (unsigned bit = 0; bit < 64; ++bit)
    add(1u ^ (std::uint64_t{1} << bit), origin);
  for (unsigned bit = 0; bit < 8; ++bit) {
    DrawAddress other = origin;
    other.purpose = static_cast<Purpose>(static_cast<unsigned>(origin.purpose) ^ (1u << bit));
    add(1, other);
  }
  for (unsigned bit = 0; bit < 24; ++bit) {
    DrawAddress other = origin;
    other.array ^= 1u << bit;
    add(1, other);
  }
  for (unsigned bit = 0; bit < 32; ++bit) {
    DrawAddress other = origin;
    other.cell ^= 1u << bit;
    add(1, other);
  }
  for (unsigned bit = 0; bit < 48; ++bit) {
    DrawAddress other = origin;
    other.event ^= std::uint64_t{1} << bit;
    add(1, other);
  }
  for (unsigned bit = 0; bit < 16; ++bit) {
    DrawAddress other = origin;
    other.index = static_cast<std::uint16_t>(other.index ^ (1u << bit));
    add(1, other);
  }
  EXPECT_EQ(seen.size(), variants);
}

struct Moments {
  double first = 0.0, second = 0.0, third = 0.0, fourth = 0.0;
};

template <typename Draw>
Moments moments(std::size_t count, Draw draw) {
  Moments sum;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = draw(i);
    sum.first += x;
    sum.second += x * x;
    sum.third += x * x * x;
    sum.fourth += x * x * x * x;
  }
  const auto n = static_cast<double>(count);
  return {sum.first / n, sum.second / n, sum.third / n, sum.fourth / n};
}

constexpr std::size_t draws = 1000000;
const double five_sigma = 5.0 / std::sqrt(static_cast<double>(draws));  // times the deviation of one term

TEST(RandomUniform, HasTheMomentsOfTheUniformDistribution) {
  const Moments found = moments(draws, [](std::size_t i) {
    return random_uniform(42, {Purpose::dataset, 0, static_cast<std::uint32_t>(i), 0, 0}) - 0.5;
  });
  EXPECT_NEAR(found.first, 0.0, five_sigma * std::sqrt(1.0 / 12.0));
  EXPECT_NEAR(found.second, 1.0 / 12.0, five_sigma * std::sqrt(1.0 / 180.0));
  EXPECT_NEAR(found.third, 0.0, five_sigma * std::sqrt(1.0 / 448.0));
}

TEST(RandomUniform, FillsAllBinsAlike) {
  constexpr std::size_t bins = 1024;
  std::vector<double> count(bins, 0.0);
  for (std::size_t i = 0; i < draws; ++i) {
    const double u = random_uniform(42, {Purpose::dataset, 1, 0, i, 0});
    ASSERT_GT(u, 0.0);
    ASSERT_LT(u, 1.0);
    count[static_cast<std::size_t>(u * bins)] += 1.0;
  }
  const double expected = static_cast<double>(draws) / bins;
  double chi_squared = 0.0;
  for (const double n : count)
    chi_squared += (n - expected) * (n - expected) / expected;
  const double freedom = bins - 1.0;
  EXPECT_NEAR(chi_squared, freedom, 5.0 * std::sqrt(2.0 * freedom));
}

TEST(RandomUniform, IsAnOddMultipleOfTheLastBit) {
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const double scaled = random_uniform(1, {Purpose::dataset, 0, i, 0, 0}) * 0x1p53;
    EXPECT_EQ(std::fmod(scaled, 2.0), 1.0);
  }
}

TEST(RandomNormal, HasTheMomentsOfTheNormalDistribution) {
  const Moments found = moments(draws, [](std::size_t i) {
    return random_normal(42, {Purpose::adc_noise, 1, static_cast<std::uint32_t>(i), 0, 0});
  });
  EXPECT_NEAR(found.first, 0.0, five_sigma);
  EXPECT_NEAR(found.second, 1.0, five_sigma * std::sqrt(2.0));
  EXPECT_NEAR(found.third, 0.0, five_sigma * std::sqrt(15.0));
  EXPECT_NEAR(found.fourth, 3.0, five_sigma * std::sqrt(96.0));
}

// Neighbours in any part of the address, the kind that one column, event or slice apart would give, must not be correlated.
TEST(RandomNormal, NeighbouringAddressesAreIndependent) {
  const auto correlation = [](auto first, auto second) {
    double sum = 0.0;
    for (std::size_t i = 0; i < draws; ++i)
      sum += random_normal(9, first(i)) * random_normal(9, second(i));
    return sum / static_cast<double>(draws);
  };
  const auto base = [](std::size_t i) { return DrawAddress{Purpose::verify_noise, 1, static_cast<std::uint32_t>(i), i / 7, 2}; };
  const auto with = [&](auto change) {
    return [base, change](std::size_t i) {
      DrawAddress address = base(i);
      change(address);
      return address;
    };
  };
  EXPECT_NEAR(correlation(base, with([](DrawAddress& a) { a.purpose = Purpose::cycle_to_cycle; })), 0.0, five_sigma);
  EXPECT_NEAR(correlation(base, with([](DrawAddress& a) { ++a.array; })), 0.0, five_sigma);
  EXPECT_NEAR(correlation(base, with([](DrawAddress& a) { ++a.cell; })), 0.0, five_sigma);
  EXPECT_NEAR(correlation(base, with([](DrawAddress& a) { ++a.event; })), 0.0, five_sigma);
  EXPECT_NEAR(correlation(base, with([](DrawAddress& a) { ++a.index; })), 0.0, five_sigma);
}

// Golden bits: every result that was ever published with a seed depends on them.
TEST(RandomNormal, StaysTheSameToTheLastBit) {
  EXPECT_EQ(random_normal(1, {Purpose::device_to_device, 0, 0, 0, 0}), 0x1.407827c9b8c2ep+0);
  EXPECT_EQ(random_normal(1, origin), 0x1.7239cf71eab57p+0);
  EXPECT_EQ(random_normal(0xdeadbeefcafef00d, {Purpose::verify_noise, 0xffffff, 0xffffffff, 0xffffffffffff, 0xffff}), 0x1.658add8ece023p-4);
  EXPECT_EQ(random_normal(42, {Purpose::cycle_to_cycle, 17, 1000000, 123456789, 3}), 0x1.8c52a3ffc3a19p+0);
  EXPECT_EQ(random_normal(1, {Purpose::dataset, 0, 294340, 0, 0}), -0x1.24c273bc16debp+2);
  EXPECT_EQ(random_normal(1, {Purpose::dataset, 0, 545126, 0, 0}), 0x1.25ce5f73b53b1p+2);
}

struct Quantile {
  double p;
  double z;
};

// erfc(-z / sqrt(2)) / 2 = p solved with mpmath 1.3 at 40 digits, for the double p as it is.
constexpr Quantile quantiles[] = {
    {0x1.0000000000000p-53, -8.2095361516013868556},    {0x1.203af9ee75616p-50, -7.9413453261709967713},
    {0x1.19799812dea11p-40, -7.0344838253011319326},    {0x1.c965971ea9c5cp-37, -6.6676114565107408347},
    {0x1.07e1fe91b0b70p-36, -6.6465708874771128614},    {0x1.12e0be826d695p-30, -5.9978070150076868614},
    {0x1.0c6f7a0b5ed8dp-20, -4.7534243088228989573},    {0x1.0624dd2f1a9fcp-10, -3.0902323061678135354},
    {0x1.47ae147ae147bp-7, -2.3263478740408410931},     {0x1.97f62b6ae7d56p-6, -1.9616778690637860161},
    {0x1.3333185b40987p-4, -1.4395321773759005864},     {0x1.33334e0b25cdfp-4, -1.4395307645017296865},
    {0x1.999999999999ap-4, -1.2815515655446004353},     {0x1.999999999999ap-3, -0.84162123357291416552},
    {0x1.0000000000000p-2, -0.6744897501960817432},     {0x1.3333333333333p-2, -0.52440051270804081597},
    {0x1.999999999999ap-2, -0.25334710313579974132},    {0x1.ccccccccccccdp-2, -0.12566134685507400616},
    {0x1.ffe5c91d14e3cp-2, -0.00025066283008800749239}, {0x1.0000200000000p-1, 2.3905070062955740613e-6},
    {0x1.3333333333333p-1, 0.25334710313579974132},     {0x1.6666666666666p-1, 0.52440051270804065631},
    {0x1.8000000000000p-1, 0.6744897501960817432},      {0x1.999999999999ap-1, 0.8416212335729143638},
    {0x1.ccccccccccccdp-1, 1.2815515655446005935},      {0x1.d999963e9b464p-1, 1.4395307645017295885},
    {0x1.d9999cf497ecfp-1, 1.4395321773759004884},      {0x1.f333333333333p-1, 1.9599639845400538556},
    {0x1.fae147ae147aep-1, 2.3263478740408407676},      {0x1.ff7ced916872bp-1, 3.0902323061678132778},
    {0x1.ffffe00000000p-1, 4.763001034267813957},       {0x1.fffffffffe000p-1, 7.0477002566644087254},
    {0x1.fffffffffffffp-1, 8.2095361516013868556},
};

TEST(NormalQuantile, EqualsHighPrecisionValues) {
  for (const Quantile& one : quantiles)
    EXPECT_NEAR(normal_quantile(one.p) / one.z, 1.0, 1e-15) << one.p;
  EXPECT_EQ(normal_quantile(0.5), 0.0);
}

TEST(NormalQuantile, IsOddAboutOneHalf) {
  std::mt19937_64 engine(3);
  for (int i = 0; i < 100000; ++i) {
    const double p = (static_cast<double>(engine() >> 12) + 0.5) * 0x1p-52;
    ASSERT_EQ(normal_quantile(1.0 - p), -normal_quantile(p));
  }
}

TEST(NormalQuantile, RisesAcrossTheSeamsOfItsThreePieces) {
  for (const double seam : {0.075, 0.925, std::exp(-25.0), 1.0 - std::exp(-25.0)}) {
    double p = seam;
    for (int i = 0; i < 1000; ++i)
      p = std::nextafter(p, 0.0);
    double before = normal_quantile(p);
    // Steps of 64 last places, larger than the rounding of the result.
    for (int i = 0; i < 30; ++i) {
      for (int step = 0; step < 64; ++step)
        p = std::nextafter(p, 1.0);
      const double z = normal_quantile(p);
      ASSERT_GE(z, before) << p;
      before = z;
    }
  }
}

TEST(NaturalLog, IsWithinTwoLastPlacesOfTheLibrary) {
  std::mt19937_64 engine(5);
  std::uniform_real_distribution<double> exponent(-1022.0, -1.0);
  for (int i = 0; i < 100000; ++i) {
    const double x = std::exp2(exponent(engine));
    const auto expected = static_cast<double>(std::log(static_cast<long double>(x)));
    ASSERT_NEAR(detail::natural_log(x) / expected, 1.0, 4.5e-16) << x;
  }
  EXPECT_NEAR(detail::natural_log(5e-324) / std::log(5e-324), 1.0, 4.5e-16);
  EXPECT_EQ(detail::natural_log(1.0), 0.0);
}

}  // namespace
}  // namespace memcosim
