// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/network_spec.hpp"

#include <gmock/gmock.h>

#include "memcosim/common/error.hpp"
#include "memcosim/networks/compiled_network.hpp"

#include "sample_networks.hpp"
#include "temporary_folder.hpp"

namespace memcosim {
namespace {

class NetworkSpecTest : public ::testing::Test {
 protected:
  NetworkSpecTest() {
    for (const char* name : {"net.onnx", "i", "l", "c"})
      test::put(folder_.path() / name, "x");
  }
  ConfigDocument document(const std::string& text) const { return ConfigDocument::from_text(text, "test.yaml", {}, folder_.path()); }

  test::TemporaryFolder folder_;
};

TEST_F(NetworkSpecTest, ReadsValuesAndDefaults) {
  const auto full =
      document("network: {model: net.onnx, weight_bits: 6, input_bits: 4, activation_percentile: 100, calibration_images: 9}");
  const auto spec = read_network_spec(full.root().map("network"));
  full.finish();
  EXPECT_EQ(spec.model.filename(), "net.onnx");
  EXPECT_EQ(spec.quantisation.weight_bits, 6u);
  EXPECT_EQ(spec.quantisation.input_bits, 4u);
  EXPECT_EQ(spec.quantisation.activation_percentile, 100.0);
  EXPECT_EQ(spec.calibration_images, 9u);

  const auto brief = document("network: {model: net.onnx}");
  const auto defaults = read_network_spec(brief.root().map("network"));
  brief.finish();
  EXPECT_EQ(defaults.quantisation.weight_bits, 8u);
  EXPECT_EQ(defaults.quantisation.input_bits, 8u);
  EXPECT_EQ(defaults.quantisation.activation_percentile, 99.99);
  EXPECT_EQ(defaults.calibration_images, 512u);
}

TEST_F(NetworkSpecTest, FaultsAreFoundTogether) {
  const auto bad = document(
      "network: {model: none.onnx, weight_bits: 1, input_bits: 17, activation_percentile: 0, calibration_images: 0, model_file: x}");
  read_network_spec(bad.root().map("network"));
  try {
    bad.finish();
    FAIL() << "accepted";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.diagnostics().size(), 6u) << error.what();
  }
}

TEST_F(NetworkSpecTest, DatasetFiles) {
  const auto full = document("dataset: {images: i, labels: l, calibration_images_file: c, first: 3, count: 5}");
  const auto spec = read_dataset_spec(full.root().map("dataset"));
  full.finish();
  EXPECT_EQ(spec.images.filename(), "i");
  EXPECT_EQ(spec.labels.filename(), "l");
  EXPECT_EQ(spec.calibration_images.filename(), "c");
  EXPECT_EQ(spec.first, 3u);
  EXPECT_EQ(spec.count, 5u);
}

TEST_F(NetworkSpecTest, DefaultDatasetOrTheNameOfItsPackage) {
  const auto empty = document("dataset: {}");
  const auto spec = read_dataset_spec(empty.root().map("dataset"));
  try {
    empty.finish();
    EXPECT_EQ(load_images(spec, 10).count, 10000u);
    EXPECT_EQ(load_calibration_images(spec, 20).count, 20u);
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("dataset-fashion-mnist"));
  }
}

TEST_F(NetworkSpecTest, TooFewCalibrationImagesAreAnInputError) {
  NetworkSpec spec;
  spec.model = folder_.path() / "net.onnx";
  spec.calibration_images = 5;
  EXPECT_THROW(compile_network(spec, test::geometry(8, 8, ColumnPairing::differential_digital, 8), test::random_images(4, 8, 8)),
               InputError);
}

}  // namespace
}  // namespace memcosim
