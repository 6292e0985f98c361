// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "memcosim/kernels/backends/backends.hpp"

#include "gpu_test.hpp"

namespace memcosim::testing {

/// Tests that every backend must pass; the parameter is its name. Those of `cuda` are skipped without a GPU.
class EveryBackend : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (std::string(GetParam()) == "cuda") skip_without_gpu();
  }
  static std::unique_ptr<Backend> make(std::uint64_t seed = 1, unsigned threads = 1) {
    BackendOptions options;
    options.name = GetParam();
    options.seed = seed;
    options.threads = threads;
    return make_backend(options);
  }
};

}  // namespace memcosim::testing
