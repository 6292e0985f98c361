// SPDX-License-Identifier: Apache-2.0
// Whole runs with the cuda backend: the same bytes of summary.json, and so the same simulated times, as with the backend of its precision.
#include <string>
#include <vector>

#include <gtest/gtest.h>

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

  /// Both precisions against their host backends.
  void expect_equal(const Arguments& arguments, const std::string& config = "") {
    const std::string file = config.empty() ? "" : std::string(MEMCOSIM_SOURCE_DIR) + "/configs/" + config;
    const Arguments few = config.empty() ? arguments : with(arguments, {"--images", "4"});
    EXPECT_EQ(run("gpu_double", with(few, {"--backend", "cuda", "--set", "simulation.precision=double"}), file),
              run("reference", with(few, {"--backend", "reference"}), file));
    EXPECT_EQ(run("gpu_single", with(few, {"--backend", "cuda", "--set", "simulation.precision=single"}), file),
              run("cpu", with(few, {"--backend", "cpu"}), file));
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
  expect_equal({}, "devices/pcm_like.yaml");
}

TEST_F(GpuRun, LinesWithResistance) {
  expect_equal({"--set", "programming.method=ideal"}, "line_resistance.yaml");
}

TEST_F(GpuRun, ItsOwnEffectiveConfigurationAndASavedState) {
  const Arguments gpu = {"--backend", "cuda", "--save-state", folder_.file("state")};
  const std::string first = run("first", gpu);
  EXPECT_EQ(run("effective", {}, folder_.file("first") + "/effective_config.yaml"), first);
  EXPECT_EQ(run("loaded", {"--backend", "cuda", "--load-state", folder_.file("state")}), first);
}

}  // namespace
}  // namespace memcosim::test
