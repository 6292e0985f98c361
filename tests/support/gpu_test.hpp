// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "memcosim/kernels/cuda/gpus.hpp"

namespace memcosim::testing {

/// In SetUp(): skips the test, saying why, where there is no GPU that memcosim can use.
inline void skip_without_gpu() {
  static const cuda::Installation found = cuda::installation();
  if (found.gpus.empty()) GTEST_SKIP() << "no GPU: " << found.why_none;
}

class GpuTest : public ::testing::Test {
 protected:
  void SetUp() override { skip_without_gpu(); }
};

}  // namespace memcosim::testing
