// SPDX-License-Identifier: Apache-2.0
// The whole path, from the ONNX file through timed macros, against plain integer loops: exactly, when cells are ideal and converters
// lossless.
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/config.hpp"
#include "memcosim/runs/simulation.hpp"

#include "integer_reference.hpp"

namespace memcosim {
namespace {

struct ExactCase {
  const char* name;
  const char* network;
  int images;
  std::vector<std::string> overrides;
};

std::ostream& operator<<(std::ostream& out, const ExactCase& c) {
  return out << c.name;
}

class ExactRun : public ::testing::TestWithParam<ExactCase> {};

TEST_P(ExactRun, LogitsEqualTheIntegerReference) {
  if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))
    GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  const ExactCase& c = GetParam();
  std::vector<std::string> overrides = {"device={model: ohmic}",
                                        "programming.method=ideal",
                                        "macro.adc.bits=20",
                                        "macro.adc.full_scale={mode: max}",
                                        "network.calibration_images=64",
                                        "dataset.count=" + std::to_string(c.images),
                                        "output.timeline_images=0",
                                        "simulation.chunk=7"};
  overrides.insert(overrides.end(), c.overrides.begin(), c.overrides.end());
  const std::filesystem::path config = std::filesystem::path(MEMCOSIM_SOURCE_DIR) / "configs" / (std::string(c.network) + ".yaml");
  const ConfigDocument document = ConfigDocument::from_file(config, overrides);
  const RunSpec spec = read_run_spec(document);
  SimulationOptions options;
  options.quiet = true;
  const SimulationOutcome outcome = simulate(spec, options);

  std::vector<double> scales;
  for (const QuantisedStage& stage : outcome.compiled.quantised.stages)
    scales.push_back(stage.input_scale);
  for (const StageReadout& readout : outcome.readouts)
    ASSERT_EQ(readout.lsb, 1.0) << "the converters are not lossless";
  test::IntegerReference reference(outcome.compiled.network, spec.network.quantisation.weight_bits, spec.network.quantisation.input_bits,
                                   scales);
  const std::size_t classes = outcome.compiled.network.classes();
  ASSERT_EQ(outcome.analog_logits.size(), static_cast<std::size_t>(c.images) * classes);
  for (int image = 0; image < c.images; ++image) {
    const auto begin = outcome.analog_logits.begin() + image * static_cast<std::ptrdiff_t>(classes);
    const std::vector<double> logits(begin, begin + static_cast<std::ptrdiff_t>(classes));
    const std::uint8_t* pixels = outcome.images.pixels.data() + static_cast<std::size_t>(image) * outcome.images.elements();
    ASSERT_THAT(logits, ::testing::ElementsAreArray(reference.run(pixels))) << "image " << image;
  }
}

const std::vector<std::string> at = {"simulation.level=approximately_timed"};
const std::vector<std::string> at_event = {"simulation.values=at_event"};
const std::vector<std::string> at_level_at_event = {"simulation.level=approximately_timed", "simulation.values=at_event"};
const std::vector<std::string> rtl = {"simulation.level=approximately_timed", "macro.digital.tdm_controller=rtl"};
const std::vector<std::string> rtl_at_event = {"simulation.level=approximately_timed", "macro.digital.tdm_controller=rtl",
                                               "simulation.values=at_event"};
const std::vector<std::string> analog_pairs = {"array.pairing=differential_analog", "macro.dac.bits=4"};

INSTANTIATE_TEST_SUITE_P(All, ExactRun,
                         ::testing::Values(ExactCase{"mlp_loosely_timed", "fashion_mnist_mlp", 200, {}},  //
                                           ExactCase{"mlp_loosely_timed_at_event", "fashion_mnist_mlp", 200, at_event},
                                           ExactCase{"mlp_approximately_timed", "fashion_mnist_mlp", 200, at},
                                           ExactCase{"mlp_approximately_timed_at_event", "fashion_mnist_mlp", 50, at_level_at_event},
                                           ExactCase{"mlp_rtl", "fashion_mnist_mlp", 50, rtl},
                                           ExactCase{"mlp_rtl_at_event", "fashion_mnist_mlp", 10, rtl_at_event},
                                           ExactCase{"mlp_analog_pairs", "fashion_mnist_mlp", 200, analog_pairs},
                                           ExactCase{"cnn_loosely_timed", "fashion_mnist_cnn", 200, {}},
                                           ExactCase{"cnn_approximately_timed", "fashion_mnist_cnn", 3, at},
                                           ExactCase{"cnn_rtl", "fashion_mnist_cnn", 1, rtl}),
                         [](const ::testing::TestParamInfo<ExactCase>& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace memcosim
