// SPDX-License-Identifier: Apache-2.0
// Codes, sums and clip counts of 300 random readouts of arrays in random states are those of before, on every backend.
#include <cstdint>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "memcosim/kernels/backends/backends.hpp"

#include "gpu_test.hpp"
#include "lock_file.hpp"
#include "readout_case.hpp"

namespace memcosim::test {
namespace {

constexpr std::uint64_t cases = 300;

/// `row`: the hashes to compare with.
void expect_locked(const std::string& row, const BackendOptions& options) {
  LockFile lock("readouts.lock");
  if (!lock.comparable()) GTEST_SKIP() << "another C library than the one of readouts.lock";
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    const std::unique_ptr<Backend> backend = make_backend(options);
    const ReadoutOutcome outcome = run_readout_case(seed, *backend);
    lock.expect(fmt::format("{}_{:03}", row, seed), outcome.hash, outcome.description);
  }
}

BackendOptions options_of(const std::string& name, Precision precision = Precision::automatic) {
  BackendOptions options;
  options.name = name;
  options.precision = precision;
  return options;
}

TEST(ReadoutLock, Reference) {
  expect_locked("double", options_of("reference"));
}

TEST(ReadoutLock, Cpu) {
  for (const std::string& set : cpu_instruction_sets()) {
    SCOPED_TRACE(set);
    BackendOptions options = options_of("cpu");
    options.instruction_set = set;
    expect_locked("single", options);
  }
}

TEST(ReadoutLock, CudaHasTheCodesOfTheReference) {
  memcosim::testing::skip_without_gpu();
  if (!::testing::Test::IsSkipped()) expect_locked("double", options_of("cuda", Precision::double_precision));
}

TEST(ReadoutLock, CudaInSinglePrecisionHasTheCodesOfTheProcessor) {
  memcosim::testing::skip_without_gpu();
  if (!::testing::Test::IsSkipped()) expect_locked("single", options_of("cuda", Precision::single_precision));
}

}  // namespace
}  // namespace memcosim::test
