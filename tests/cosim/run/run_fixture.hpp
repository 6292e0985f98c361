// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "command_line.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {

inline std::string content(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Runs the shipped configurations in a folder of their own.
class RunFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))
      GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  }

  /// Runs a configuration, by default the shipped MLP on 12 images; returns summary.json.
  std::string run(const std::string& out, std::vector<std::string> arguments, const std::string& config = "") {
    const std::string shipped = std::string(MEMCOSIM_SOURCE_DIR) + "/configs/fashion_mnist_mlp.yaml";
    std::vector<std::string> all = {"run", config.empty() ? shipped : config, "--out", folder_.file(out), "--quiet"};
    if (config.empty()) all.insert(all.end(), {"--images", "12"});
    all.insert(all.end(), arguments.begin(), arguments.end());
    const CommandOutcome outcome = run_memcosim(all);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    EXPECT_EQ(outcome.output + outcome.errors, "") << "--quiet must print nothing";
    const std::string summary = content(folder_.file(out) + "/summary.json");
    EXPECT_FALSE(summary.empty());
    return summary;
  }

  std::vector<std::string> with(std::vector<std::string> base, const std::vector<std::string>& more) const {
    base.insert(base.end(), more.begin(), more.end());
    return base;
  }

  TemporaryFolder folder_;
  const std::vector<std::string> fast_ = {"--set", "programming.method=ideal", "--set", "macro.adc.noise_lsb=0.3"};
};

}  // namespace memcosim::test
