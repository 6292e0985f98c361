// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include <gtest/gtest.h>

#include "memcosim/kernels/backend.hpp"

namespace memcosim::testing {

inline std::unique_ptr<Backend> cuda_backend(Precision precision = Precision::double_precision, unsigned gpus = 1, std::uint64_t seed = 1) {
  BackendOptions options;
  options.name = "cuda";
  options.precision = precision;
  options.gpus = gpus;
  options.seed = seed;
  return make_backend(options);
}

inline void expect_same(const MvmResult& seen, const MvmResult& expected) {
  ASSERT_EQ(seen.sums, expected.sums);
  ASSERT_EQ(seen.drive_siemens, expected.drive_siemens);
  ASSERT_EQ(seen.clipped, expected.clipped);
  ASSERT_EQ(seen.codes, expected.codes);
  ASSERT_EQ(seen.values, expected.values);
}

}  // namespace memcosim::testing
