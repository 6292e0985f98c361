// SPDX-License-Identifier: Apache-2.0
// Models and images of one's own through the real command.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command_line.hpp"
#include "temporary_folder.hpp"

namespace memcosim::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string big_endian(std::initializer_list<std::uint32_t> words) {
  std::string bytes;
  for (const std::uint32_t word : words) {
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes += static_cast<char>((word >> shift) & 0xFFu);
  }
  return bytes;
}

std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

constexpr std::uint32_t image_count = 60;

/// 60 grey images of 28 x 28 pixels without a pattern, with labels that have nothing to do with them.
class OwnData : public ::testing::Test {
 protected:
  OwnData() {
    std::string pixels;
    std::uint32_t state = 7;
    for (std::uint32_t i = 0; i < image_count * 784; ++i) {
      state = state * 1664525u + 1013904223u;
      pixels += static_cast<char>(state >> 24);
    }
    std::string labels;
    for (std::uint32_t i = 0; i < image_count; ++i)
      labels += static_cast<char>(i % 10);
    put(folder_.path() / "images.idx", big_endian({0x804, image_count, 1, 28, 28}) + pixels);
    put(folder_.path() / "swapped.idx", big_endian({0x803, image_count, 14, 56}) + pixels);
    put(folder_.path() / "labels.idx", big_endian({0x801, image_count}) + labels);
    put(folder_.path() / "run.yaml", "schema_version: 1\nnetwork: {model: " + std::string(MEMCOSIM_SOURCE_DIR) +
                                         "/models/fashion_mnist_small.onnx}\n"
                                         "dataset: {images: images.idx, labels: labels.idx}\n"
                                         "device: {preset: ohmic_ideal}\nprogramming: {method: ideal}\n");
  }

  CommandOutcome memcosim(std::vector<std::string> arguments) const { return run_memcosim(arguments, folder_.path().string()); }

  TemporaryFolder folder_;
};

TEST_F(OwnData, CalibratesOnItselfAndSaysWhatTheNetworkSaw) {
  const CommandOutcome outcome = memcosim({"run", "run.yaml", "--out", "out", "--set", "dataset.mean=0.25", "--set", "dataset.std=0.5"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(outcome.output + outcome.errors, Not(HasSubstr("fashion-mnist/")));
  const std::string effective = content(folder_.path() / "out" / "effective_config.yaml");
  EXPECT_THAT(effective, HasSubstr("calibration_images_file: \"" + (folder_.path() / "images.idx").string()));
  EXPECT_THAT(effective, AllOf(HasSubstr("mean: 0.25"), HasSubstr("std: 0.5")));
  // Noise is recognised by chance alone: the range that the network saw is named, (0 - 0.25) / 0.5 to (1 - 0.25) / 0.5.
  EXPECT_THAT(content(folder_.path() / "out" / "summary.json"), HasSubstr("It saw inputs from -0.5 to 1.5"));
}

TEST_F(OwnData, CheckFindsWhatRunRefuses) {
  for (const char* command : {"check", "run"}) {
    const auto refused = [&](const std::string& setting) {
      std::vector<std::string> arguments{command, "run.yaml", "--set", setting};
      if (std::string(command) == "run") arguments.insert(arguments.end(), {"--out", "out"});
      const CommandOutcome outcome = memcosim(arguments);
      EXPECT_EQ(outcome.exit_code, 2) << command << " " << setting;
      EXPECT_FALSE(std::filesystem::exists(folder_.path() / "out" / "summary.json"));
      return outcome.errors;
    };
    EXPECT_THAT(refused("dataset.images=swapped.idx"), AllOf(HasSubstr("14 x 56"), HasSubstr("[1, 28, 28]")));
    EXPECT_THAT(refused("dataset.count=61"), AllOf(HasSubstr("60 images"), HasSubstr("dataset.count")));
    EXPECT_THAT(refused("dataset.mean=[0.1, 0.2, 0.3]"), AllOf(HasSubstr("dataset.mean has 3 numbers"), HasSubstr("[1, 28, 28]")));
    EXPECT_THAT(refused("dataset.std=0"), HasSubstr("dataset.std"));
    EXPECT_THAT(refused("dataset.calibration_images_file=swapped.idx"),
                AllOf(HasSubstr("14 x 56"), HasSubstr("dataset.calibration_images_file")));
    EXPECT_THAT(refused("dataset={images: images.idx}"), AllOf(HasSubstr("dataset.labels"), Not(HasSubstr("fashion-mnist/"))));
  }
}

}  // namespace
}  // namespace memcosim::test
