// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <gtest/gtest.h>

#include "memcosim/kernels/backends/backends.hpp"

namespace memcosim::testing {

inline std::unique_ptr<Backend> cuda_backend(Precision precision = Precision::double_precision, unsigned gpus = 1, std::uint64_t seed = 1) {
  BackendOptions options;
  options.name = "cuda";
  options.precision = precision;
  options.gpus = gpus;
  options.seed = seed;
  return make_backend(options);
}

inline void expect_same(const ProductResult& seen, const ProductResult& expected) {
  ASSERT_EQ(seen.sums, expected.sums);
  ASSERT_EQ(seen.drive_siemens, expected.drive_siemens);
  ASSERT_EQ(seen.clipped, expected.clipped);
  ASSERT_EQ(seen.codes, expected.codes);
  ASSERT_EQ(seen.values, expected.values);
}

/// That `part` has the bits of the `count` vectors from `first` on of `whole`, which has `total`.
inline void expect_part(const ProductResult& whole, std::size_t total, const ProductResult& part, std::size_t first, std::size_t count) {
  const auto expect_rows = [&](const auto& all, const auto& some) {
    const std::size_t each = all.size() / total;
    ASSERT_EQ(some.size(), each * count);
    ASSERT_TRUE(std::equal(some.begin(), some.end(), all.begin() + static_cast<std::ptrdiff_t>(first * each)));
  };
  expect_rows(whole.sums, part.sums);
  expect_rows(whole.drive_siemens, part.drive_siemens);
  expect_rows(whole.clipped, part.clipped);
  expect_rows(whole.codes, part.codes);
  expect_rows(whole.values, part.values);
}

}  // namespace memcosim::testing
