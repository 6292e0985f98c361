// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/specification/network_spec.hpp"

#include <gmock/gmock.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

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
  ASSERT_EQ(spec.images.size(), 1u);
  EXPECT_EQ(spec.images[0].filename(), "i");
  EXPECT_EQ(spec.labels.filename(), "l");
  ASSERT_EQ(spec.calibration_images.size(), 1u);
  EXPECT_EQ(spec.calibration_images[0].filename(), "c");
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

TEST_F(NetworkSpecTest, OwnImagesCalibrateOnThemselves) {
  const auto own = document("dataset: {images: [i, c], labels: l}");
  const auto spec = read_dataset_spec(own.root().map("dataset"));
  own.finish();
  EXPECT_EQ(spec.images.size(), 2u);
  EXPECT_EQ(spec.calibration_images, spec.images);
  // The effective configuration says so, and reads the same again.
  const auto again = document(own.effective_yaml());
  EXPECT_EQ(read_dataset_spec(again.root().map("dataset")).calibration_images, spec.images);
  again.finish();
}

TEST_F(NetworkSpecTest, OwnImagesNeedLabelsUnlessTheyHoldThem) {
  const auto none = document("dataset: {images: i}");
  read_dataset_spec(none.root().map("dataset"));
  try {
    none.finish();
    FAIL() << "accepted";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("dataset.labels"));
    EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr("fashion")));
  }
  test::put(folder_.path() / "data_batch_1.bin", "x");
  const auto cifar = document("dataset: {images: data_batch_1.bin}");
  EXPECT_TRUE(read_dataset_spec(cifar.root().map("dataset")).labels.empty());
  cifar.finish();
  const auto both = document("dataset: {images: data_batch_1.bin, labels: l}");
  read_dataset_spec(both.root().map("dataset"));
  EXPECT_THROW(both.finish(), ConfigError);
}

TEST_F(NetworkSpecTest, MeanAndDeviationAreOneNumberOrOneForEachChannel) {
  const auto one = document("dataset: {images: i, labels: l, mean: 0.5}");
  const auto spec = read_dataset_spec(one.root().map("dataset"));
  one.finish();
  EXPECT_THAT(spec.mean, ::testing::ElementsAre(0.5));
  EXPECT_THAT(spec.deviation, ::testing::ElementsAre(1.0));
  const auto three = document("dataset: {images: i, labels: l, mean: [0.5, 0.25, 0], std: [1, 2, 4]}");
  EXPECT_THAT(read_dataset_spec(three.root().map("dataset")).deviation, ::testing::ElementsAre(1.0, 2.0, 4.0));
  three.finish();
  for (const char* text : {"std: 0", "std: [1, -1]", "mean: []", "mean: [a]", "mean: {a: 1}", "mean: [[1]]"}) {
    const auto bad = document(std::string("dataset: {images: i, labels: l, ") + text + "}");
    read_dataset_spec(bad.root().map("dataset"));
    EXPECT_THROW(bad.finish(), ConfigError) << text;
  }
}

}  // namespace
}  // namespace memcosim
