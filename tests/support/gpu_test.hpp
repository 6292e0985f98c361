// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

#include <gtest/gtest.h>

#include "memcosim/kernels/cuda/gpu/gpus.hpp"

namespace memcosim::testing {

/// In SetUp(): skips the test, saying why, where there is no GPU that memcosim can use.
inline void skip_without_gpu() {
  static const cuda::Installation found = cuda::installation();
  if (found.gpus.empty()) GTEST_SKIP() << "no GPU: " << found.why_none;
}

/// Whether MEMCOSIM_FEW_CASES is set. Tests with many or large cases then leave out those that differ from others in size or number alone:
/// for tools that watch every access, with which a test takes a hundred times as long.
inline bool few_cases() {
  static const bool few = std::getenv("MEMCOSIM_FEW_CASES") != nullptr;
  return few;
}

class GpuTest : public ::testing::Test {
 protected:
  void SetUp() override { skip_without_gpu(); }
};

}  // namespace memcosim::testing
