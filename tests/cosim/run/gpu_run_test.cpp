// SPDX-License-Identifier: Apache-2.0
// Whole runs with the cuda backend: the same simulated times as with the backend of its precision, and the same bytes of summary.json, or
// nearly, where cells or circuits are computed with functions and sums that round differently.
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "gpu_test.hpp"
#include "run_fixture.hpp"

namespace memcosim::test {
namespace {

using Arguments = std::vector<std::string>;

class GpuRun : public RunFixture {
 protected:
  void SetUp() override {
    RunFixture::SetUp();
    memcosim::testing::skip_without_gpu();
  }

  /// Both precisions against their host backends. `bound`: relative difference that a number with a fraction may have.
  void expect_equal(const Arguments& arguments, const std::string& config = "", double bound = 0.0) {
    const std::string file = config.empty() ? "" : std::string(MEMCOSIM_SOURCE_DIR) + "/configs/" + config;
    const Arguments few = config.empty() ? arguments : with(arguments, {"--images", "4"});
    expect_equal_summaries(run("gpu_double", with(few, {"--backend", "cuda", "--set", "simulation.precision=double"}), file),
                           run("reference", with(few, {"--backend", "reference"}), file), bound);
    expect_equal_summaries(run("gpu_single", with(few, {"--backend", "cuda", "--set", "simulation.precision=single"}), file),
                           run("cpu", with(few, {"--backend", "cpu"}), file), bound);
  }

 private:
  static void expect_equal_summaries(const std::string& seen, const std::string& expected, double bound) {
    if (bound == 0.0) {
      EXPECT_EQ(seen, expected);
      return;
    }
    const auto left = nlohmann::json::parse(seen).flatten();
    const auto right = nlohmann::json::parse(expected).flatten();
    ASSERT_EQ(left.size(), right.size());
    for (const auto& [name, value] : right.items()) {
      if (value.is_number_float()) {
        EXPECT_NEAR(left.at(name).get<double>(), value.get<double>(), bound * std::fabs(value.get<double>())) << name;
      } else {
        EXPECT_EQ(left.at(name), value) << name;
      }
    }
  }
};

TEST_F(GpuRun, AMultiLayerPerceptronThatIsProgrammedCellByCell) {
  expect_equal({"--set", "programming.verify.noise_lsb=0.5", "--set", "macro.adc.noise_lsb=0.3"});
}

TEST_F(GpuRun, AConvolutionalNetwork) {
  expect_equal(with(fast_, {"--set", "macro.adc.full_scale.images=4"}), "fashion_mnist_cnn.yaml");
}

TEST_F(GpuRun, AtEveryLevelOfTimingAndWithValuesAheadOrAtTheirEvents) {
  const Arguments gpu = with(fast_, {"--backend", "cuda"});
  const std::string loosely = run("loosely", gpu);
  EXPECT_EQ(run("event", with(gpu, {"--set", "simulation.values=at_event"})), loosely);
  EXPECT_EQ(run("chunk", with(gpu, {"--set", "simulation.chunk=5", "--threads", "3"})), loosely);
  EXPECT_EQ(run("gpus", with(gpu, {"--set", "simulation.gpus=3"})), loosely);
  EXPECT_EQ(run("approximately", with(gpu, {"--set", "simulation.level=approximately_timed"})), loosely);
}

TEST_F(GpuRun, CellsThatFluctuateAndDrift) {
  expect_equal({}, "devices/pcm_like.yaml", 1e-9);  // drift takes powers, which the two sides round differently
}

TEST_F(GpuRun, LinesWithResistance) {
  expect_equal({"--set", "programming.method=ideal"}, "line_resistance.yaml", 1e-9);  // sums of circuits have another order
}

TEST_F(GpuRun, CellsThatAreNotLinearBehindLines) {
  const Arguments law = {"--set", "device.current_law.law=sinh", "--set", "device.current_law.voltage=0.1 V"};
  const Arguments small = {"--set", "array.rows=128", "--set", "array.compensation=none", "--set", "macro.adc.full_scale.images=1"};
  expect_equal(with(with({"--set", "programming.method=ideal"}, law), small), "line_resistance.yaml", 1e-9);
}

TEST_F(GpuRun, ItsOwnEffectiveConfigurationAndASavedState) {
  const Arguments gpu = {"--backend", "cuda", "--save-state", folder_.file("state")};
  const std::string first = run("first", gpu);
  EXPECT_EQ(run("effective", {}, folder_.file("first") + "/effective_config.yaml"), first);
  EXPECT_EQ(run("loaded", {"--backend", "cuda", "--load-state", folder_.file("state")}), first);
}

}  // namespace
}  // namespace memcosim::test
