// SPDX-License-Identifier: Apache-2.0
// Random configurations through the command: the cuda backend and the reference give the same predictions and the same summary.
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gpu_test.hpp"
#include "random_runs.hpp"
#include "run_fixture.hpp"

namespace memcosim::test {
namespace {

constexpr std::uint64_t configurations = 300;
constexpr std::uint64_t configurations_of_a_test = 20;
constexpr double last_digits = 1e-12;  ///< of sums in double precision, relative

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

/// Random images of 28 x 28 pixels, a third of them dark, and labels, as IDX files: no data set has to be installed.
class GpuDifferential : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  void SetUp() override {
    memcosim::testing::skip_without_gpu();
    std::mt19937_64 generator(GetParam());
    std::string images = big_endian(0x803) + big_endian(count) + big_endian(28) + big_endian(28);
    std::string labels = big_endian(0x801) + big_endian(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      labels += static_cast<char>(generator() % 10);
      for (int pixel = 0; pixel < 28 * 28; ++pixel)
        images += static_cast<char>(generator() % 3 == 0 ? 0 : generator() % 256);
    }
    put(folder_.file("images"), images);
    put(folder_.file("labels"), labels);
    put(folder_.file("run.yaml"), "schema_version: 1\nnetwork: {model: " + std::string(MEMCOSIM_SOURCE_DIR) +
                                      "/models/fashion_mnist_small.onnx}\ndataset: {images: images, labels: labels, "
                                      "calibration_images_file: images}\ndevice: {preset: vteam_multilevel}\n");
  }

  /// Runs with one backend; returns the folder of the results.
  std::string run(std::uint64_t seed, const std::string& backend) {
    const std::string out = folder_.file(backend);
    std::vector<std::string> arguments = {"run", folder_.file("run.yaml"), "--quiet", "--out", out, "--backend", backend};
    const std::vector<std::string> settings = random_settings(seed);
    arguments.insert(arguments.end(), settings.begin(), settings.end());
    const CommandOutcome outcome = run_memcosim(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    return out;
  }

  static constexpr std::uint32_t count = 8;
  TemporaryFolder folder_;
};

TEST_P(GpuDifferential, ARandomConfigurationGivesTheNumbersOfTheReference) {
  const std::uint64_t step = memcosim::testing::few_cases() ? 10 : 1;
  for (std::uint64_t seed = GetParam(); seed < GetParam() + configurations_of_a_test; seed += step) {
    std::string text;
    for (const std::string& argument : random_settings(seed))
      text += argument + ' ';
    SCOPED_TRACE(text);
    const std::string expected = run(seed, "reference");
    const std::string found = run(seed, "cuda");
    ASSERT_FALSE(HasFailure());
    EXPECT_EQ(content(found + "/predictions.csv"), content(expected + "/predictions.csv"));
    const auto left = nlohmann::json::parse(content(found + "/summary.json")).flatten();
    const auto right = nlohmann::json::parse(content(expected + "/summary.json")).flatten();
    ASSERT_EQ(left.size(), right.size());
    for (const auto& [name, value] : right.items()) {
      if (value.is_number_float()) {
        EXPECT_NEAR(left.at(name).get<double>(), value.get<double>(), last_digits * std::fabs(value.get<double>())) << name;
      } else {
        EXPECT_EQ(left.at(name), value) << name;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, GpuDifferential, ::testing::Range(std::uint64_t{1}, configurations + 1, configurations_of_a_test));

}  // namespace
}  // namespace memcosim::test
