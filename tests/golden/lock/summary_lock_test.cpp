// SPDX-License-Identifier: Apache-2.0
// Every shipped configuration runs, and the summary of its first images has the bytes of before.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "memcosim/common/files.hpp"
#include "memcosim/runs/results/state_file.hpp"

#include "command_line.hpp"
#include "lock_file.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

/// Keys of summary.json, flattened ("/group/name"), that came after the lock was written: they are not part of it.
const std::vector<std::string> later_keys = {};

const std::filesystem::path configs = std::filesystem::path(MEMCOSIM_SOURCE_DIR) / "configs";

std::vector<std::string> shipped_configurations() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(configs)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().lexically_relative(configs).replace_extension().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::uint64_t hash_of(const nlohmann::json& summary) {
  std::uint64_t hash = fingerprint64("");
  const nlohmann::json flat = summary.flatten();
  for (const auto& [key, value] : flat.items()) {
    if (std::find(later_keys.begin(), later_keys.end(), key) == later_keys.end())
      hash = fingerprint64(key + "=" + value.dump() + "\n", hash);
  }
  return hash;
}

class SummaryLock : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Configs, SummaryLock, ::testing::ValuesIn(shipped_configurations()), [](const auto& row) {
  std::string name = row.param;
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
});

TEST_P(SummaryLock, RunsAsBefore) {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  const TemporaryFolder folder;
  const std::string config = (configs / (GetParam() + ".yaml")).string();
  const CommandOutcome outcome = run_memcosim({"run", config, "--quiet", "--images", "4", "--backend", "cpu", "--out", folder.file("out")});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(outcome.errors, "");
  const auto summary = nlohmann::json::parse(read_file(folder.path() / "out" / "summary.json"));
  LockFile lock("summaries.lock");
  if (!lock.comparable()) GTEST_SKIP() << "it ran; another C library than the one of summaries.lock";
  lock.expect(GetParam(), hash_of(summary), "summary.json differs; compare it with that of an earlier version");
}

}  // namespace
}  // namespace memcosim::test
