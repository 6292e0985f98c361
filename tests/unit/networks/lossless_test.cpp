// SPDX-License-Identifier: Apache-2.0
// The quantised network on arrays of ideal cells against plain integer loops, exactly.
#include <filesystem>

#include <gmock/gmock.h>

#include "memcosim/networks/images/image_files.hpp"
#include "memcosim/networks/onnx/onnx_import.hpp"
#include "memcosim/networks/values/ahead_values.hpp"
#include "memcosim/networks/values/evaluate.hpp"
#include "memcosim/networks/values/event_values.hpp"

#include "integer_reference.hpp"
#include "sample_networks.hpp"
#include "value_player.hpp"

namespace memcosim {
namespace {

test::IntegerReference reference_of(const CompiledNetwork& compiled) {
  std::vector<double> scales;
  for (const auto& stage : compiled.quantised.stages)
    scales.push_back(stage.input_scale);
  return {compiled.network, compiled.quantised.spec.weight_bits, compiled.quantised.spec.input_bits, scales};
}

/// Runs both value sources and compares each logit with the reference.
void expect_equal_to(test::IntegerReference& reference, const CompiledNetwork& compiled, Backend& backend, const ImageSet& images) {
  AheadValues ahead(compiled, images, backend, {32, false});
  test::ValuePlayer(compiled, backend, images.count).play(ahead);
  EventValues by_event(compiled, images);
  test::ValuePlayer(compiled, backend, images.count).play(by_event);
  for (std::uint64_t image = 0; image < images.count; ++image) {
    const auto expected = reference.run(images.pixels.data() + image * images.elements());
    ASSERT_THAT(ahead.logits(image), ::testing::ElementsAreArray(expected)) << "image " << image;
    ASSERT_THAT(by_event.logits(image), ::testing::ElementsAreArray(expected)) << "image " << image;
  }
}

struct ShippedCase {
  const char* model;
  const char* backend;
  std::uint32_t rows, columns;
  unsigned dac_bits;  ///< more bits are fewer slices: the reference backend is slow
};

std::ostream& operator<<(std::ostream& out, const ShippedCase& c) {
  return out << c.model << " on " << c.backend;
}

class ShippedNetwork : public ::testing::TestWithParam<ShippedCase> {};

TEST_P(ShippedNetwork, EqualsTheIntegerReference) {
  const auto folder = std::filesystem::path("/usr/share/datasets/fashion-mnist");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "the Debian package dataset-fashion-mnist is not installed";
  const ShippedCase c = GetParam();
  const ImageSet calibration = read_images({folder / "train-images-idx3-ubyte.gz"}, 0, 64);
  const ImageSet images = read_labelled_images({folder / "t10k-images-idx3-ubyte.gz"}, folder / "t10k-labels-idx1-ubyte.gz", 10, 0, 200);
  auto compiled = compile_network(import_onnx(std::filesystem::path(MEMCOSIM_SOURCE_DIR) / "models" / c.model), {8, 8, 99.99},
                                  test::geometry(c.rows, c.columns, &encodings::differential_digital, 8), calibration);
  const auto backend = test::make_arrays(compiled, c.backend);
  for (const StageReadout& readout : test::set_max_range(compiled, *backend, test::converters(22, c.dac_bits)))
    EXPECT_EQ(readout.lsb, 1.0);
  auto reference = reference_of(compiled);
  expect_equal_to(reference, compiled, *backend, images);
}

INSTANTIATE_TEST_SUITE_P(All, ShippedNetwork,
                         ::testing::Values(ShippedCase{"fashion_mnist_mlp.onnx", "cpu", 128, 128, 1},  //
                                           ShippedCase{"fashion_mnist_mlp.onnx", "reference", 64, 64, 8},
                                           ShippedCase{"fashion_mnist_cnn.onnx", "cpu", 128, 128, 1},
                                           ShippedCase{"fashion_mnist_cnn.onnx", "reference", 64, 64, 8}));

struct ResidualCase {
  const char* backend;
  const WeightEncoding* encoding;
  unsigned weight_bits, input_bits, dac_bits;
};

class ResidualNetwork : public ::testing::TestWithParam<ResidualCase> {};

/// Signed stage inputs, a residual add, branches side by side, ragged tiles, all pairings.
TEST_P(ResidualNetwork, EqualsTheIntegerReference) {
  const ResidualCase c = GetParam();
  const ImageSet images = test::random_images(50, 8, 8);
  auto compiled = compile_network(test::residual_network(), {c.weight_bits, c.input_bits, 100.0},
                                  test::geometry(10, 6, c.encoding, c.weight_bits), images);
  EXPECT_TRUE(compiled.quantised.stages[2].signed_input);
  const auto backend = test::make_arrays(compiled, c.backend);
  test::set_max_range(compiled, *backend, test::converters(20, c.dac_bits));
  auto reference = reference_of(compiled);
  expect_equal_to(reference, compiled, *backend, images);
  EXPECT_EQ(evaluate(compiled, *backend, images).logits, evaluate_exactly(compiled, images).logits);
}

INSTANTIATE_TEST_SUITE_P(All, ResidualNetwork,
                         ::testing::Values(ResidualCase{"cpu", &encodings::differential_digital, 8, 8, 1},
                                           ResidualCase{"cpu", &encodings::differential_analog, 8, 8, 3},
                                           ResidualCase{"cpu", &encodings::single, 8, 8, 1},
                                           ResidualCase{"cpu", &encodings::differential_digital, 2, 2, 2},
                                           ResidualCase{"reference", &encodings::differential_digital, 5, 6, 4},
                                           ResidualCase{"reference", &encodings::differential_analog, 8, 5, 1},
                                           ResidualCase{"reference", &encodings::single, 4, 8, 2}));

/// With few bits every conversion rounds, and ties happen all the time: they round up in both.
TEST(LossyConverters, EqualTheIntegerReferenceTiesIncluded) {
  const ImageSet images = test::random_images(40, 8, 8);
  auto compiled =
      compile_network(test::residual_network(), {6, 6, 99.0}, test::geometry(16, 8, &encodings::differential_digital, 6), images);
  for (const char* name : {"cpu", "reference"}) {
    const auto backend = test::make_arrays(compiled, name);
    auto reference = reference_of(compiled);
    reference.use_adc({16, 1, (1 << 5) - 1, 1});
    const auto readouts = test::set_max_range(compiled, *backend, test::converters(5));
    for (std::size_t stage = 0; stage < readouts.size(); ++stage) {
      reference.set_lsb(stage, static_cast<std::int64_t>(readouts[stage].lsb));
    }
    expect_equal_to(reference, compiled, *backend, images);
    EXPECT_GT(reference.conversion_ties(), 1000u);
    EXPECT_EQ(evaluate(compiled, *backend, images).clipped_conversions, 0u);
  }
}

/// Scales that are powers of two put many activations exactly on a half.
TEST(ActivationTies, RoundUp) {
  Network network = test::residual_network();
  for (Layer& layer : network.layers) {
    if (!layer.weights.empty()) layer.weights[0] = 127.0 / 64.0;  // weight scale 1/64: the weights are exact
  }
  const ImageSet images = test::random_images(40, 8, 8);
  auto compiled = compile_network(network, {8, 8, 100.0}, test::geometry(32, 16, &encodings::differential_digital, 8), images);
  for (auto& stage : compiled.quantised.stages)
    stage.input_scale = 1.0 / 128.0;
  const auto backend = test::make_arrays(compiled, "cpu");
  test::set_max_range(compiled, *backend, test::converters(20));
  auto reference = reference_of(compiled);
  expect_equal_to(reference, compiled, *backend, images);
  EXPECT_GT(reference.activation_ties(), 100u);
}

}  // namespace
}  // namespace memcosim
