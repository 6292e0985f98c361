// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/quantisation/quantised_network.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "memcosim/common/error.hpp"
#include "memcosim/networks/quantisation/float_network.hpp"
#include "memcosim/networks/quantisation/magnitude_histogram.hpp"
#include "memcosim/networks/values/evaluate.hpp"

#include "sample_networks.hpp"

namespace memcosim {
namespace {

using ::testing::ElementsAre;

/// Input of two pixels -> dense -> ReLU -> dense.
Network small_network(std::vector<double> first, std::vector<double> second) {
  Network network;
  network.file = "small";
  network.input = {1, 1, 2};
  network.layers = {test::plain_layer(LayerKind::reshape, "flat", {network_input}, {2}),
                    test::matrix_layer(LayerKind::dense, "first", 0, {2}, test::dense_grid(2), 1),
                    test::plain_layer(LayerKind::relu, "relu", {1}, {2}),
                    test::matrix_layer(LayerKind::dense, "second", 2, {1}, test::dense_grid(2), 2)};
  network.layers[1].weights = std::move(first);
  network.layers[3].weights = std::move(second);
  for (const std::size_t i : {1u, 3u})
    network.layers[i].bias.assign(network.layers[i].outputs, 0.0);
  network.output = 3;
  return network;
}

ImageSet one_image(std::uint8_t left, std::uint8_t right) {
  return {1, {1, 2}, {left, right}, {}, "one image"};
}

TEST(Quantise, WeightsAreSymmetricWithHalvesAwayFromZero) {
  const auto quantised = quantise(small_network({7, -7, 3.5, -3.5}, {0, 0}), {4, 8, 100.0}, one_image(255, 255));
  EXPECT_EQ(quantised.stages[0].weight_scale, 1.0);
  EXPECT_THAT(quantised.stages[0].weights, ElementsAre(7, -7, 4, -4));
  EXPECT_THAT(quantised.stages[0].zero_offsets, ElementsAre(0.0, 0.0));
  // A layer of zeros stays one.
  EXPECT_THAT(quantised.stages[1].weights, ElementsAre(0, 0));
}

TEST(Quantise, PixelsAreTheirOwnCodes) {
  const auto quantised = quantise(small_network({1, 0, 0, 1}, {1, 1}), {8, 8, 50.0}, one_image(3, 5));
  std::uint64_t clipped = 0;
  for (int pixel = 0; pixel < 256; ++pixel)
    EXPECT_EQ(quantised.stages[0].code(pixel / 255.0, 255, &clipped), pixel);
  EXPECT_EQ(clipped, 0u);
}

TEST(Quantise, ScaleOfAStageInputIsThePercentileOfTheCalibrationImages) {
  ImageSet images = test::random_images(1000, 1, 2);
  const auto network = small_network({1, 0, 0, 1}, {1, 1});
  const auto largest = quantise(network, {8, 8, 100.0}, images);
  const double maximum = *std::max_element(images.pixels.begin(), images.pixels.end()) / 255.0;
  EXPECT_DOUBLE_EQ(largest.stages[1].input_scale * 255, maximum);
  const auto median = quantise(network, {8, 8, 50.0}, images);
  auto sorted = images.pixels;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_NEAR(median.stages[1].input_scale * 255, sorted[sorted.size() / 2 - 1] / 255.0, 1e-3);
}

TEST(Quantise, DeadInputTakesTheRangeOfOne) {
  const auto quantised = quantise(small_network({-1, -1, -1, -1}, {1, 1}), {8, 8, 99.0}, one_image(255, 255));
  EXPECT_DOUBLE_EQ(quantised.stages[1].input_scale, 1.0 / 255);
}

TEST(Quantise, SignedInputsHaveAnOffset) {
  const ImageSet images = test::random_images(20, 8, 8);
  const auto quantised = quantise(test::residual_network(), {8, 6, 100.0}, images);
  std::vector<bool> has_sign;
  std::vector<int> zero;
  for (const auto& stage : quantised.stages) {
    has_sign.push_back(stage.signed_input);
    zero.push_back(stage.zero_code);
  }
  EXPECT_THAT(has_sign, ElementsAre(false, false, true, true, true));
  EXPECT_THAT(zero, ElementsAre(0, 0, 32, 32, 32));
}

TEST(Quantise, CodesRoundHalvesUpAndCountWhatTheyCannotHold) {
  QuantisedStage stage;
  stage.input_scale = 0.25;
  std::uint64_t clipped = 0;
  const auto code = [&](double value) { return stage.code(value, 15, &clipped); };
  EXPECT_EQ(code(0.0), 0);
  EXPECT_EQ(code(0.125), 1);
  EXPECT_EQ(code(0.125 - 1e-9), 0);
  EXPECT_EQ(code(3.75), 15);
  EXPECT_EQ(clipped, 0u);
  EXPECT_EQ(code(3.875), 15);
  EXPECT_EQ(code(1e300), 15);
  EXPECT_EQ(clipped, 2u);
  stage.signed_input = true;
  stage.zero_code = 8;
  EXPECT_EQ(code(0.0), 8);
  EXPECT_EQ(code(-0.125), 8);
  EXPECT_EQ(code(-2.0), 0);
  EXPECT_EQ(clipped, 2u);
  EXPECT_EQ(code(-2.25), 0);
  EXPECT_EQ(clipped, 3u);
}

TEST(Quantise, ManyCodesAtOnceAreTheSameCodes) {
  for (const std::int32_t bits : {1, 5, 8, 16}) {
    for (const bool signed_input : {false, true}) {
      QuantisedStage stage;
      stage.input_scale = 0.3;
      stage.signed_input = signed_input;
      stage.zero_code = signed_input ? 1 << (bits - 1) : 0;
      const std::int32_t code_max = (1 << bits) - 1;
      std::vector<double> values{0.0, -0.0, 1e300, -1e300, 0.15, -0.15, 1e-320, -1e-320};
      for (std::int32_t code = -code_max - 3; code <= code_max + 3; ++code) {
        for (const double edge : {-0.5, -0.25, 0.0, 0.25, 0.5}) {
          const double value = (code + edge) * stage.input_scale;
          values.insert(values.end(), {value, std::nextafter(value, 1e9), std::nextafter(value, -1e9)});
        }
      }
      std::vector<std::uint16_t> codes(values.size());
      std::uint64_t clipped = 0;
      const std::uint64_t clipped_at_once = stage.encode(values, code_max, codes);
      for (std::size_t i = 0; i < values.size(); ++i)
        ASSERT_EQ(codes[i], stage.code(values[i], code_max, &clipped)) << bits << " bits, value " << values[i];
      EXPECT_EQ(clipped_at_once, clipped);
      EXPECT_GT(clipped, 0u);
    }
  }
}

TEST(Quantise, RefusesImpossibleSpecifications) {
  const auto network = small_network({1, 0, 0, 1}, {1, 1});
  const auto image = one_image(1, 2);
  EXPECT_THROW(quantise(network, {1, 8, 99.0}, image), InputError);
  EXPECT_THROW(quantise(network, {17, 8, 99.0}, image), InputError);
  EXPECT_THROW(quantise(network, {8, 0, 99.0}, image), InputError);
  EXPECT_THROW(quantise(network, {8, 17, 99.0}, image), InputError);
  EXPECT_THROW(quantise(network, {8, 8, 0.0}, image), InputError);
  EXPECT_THROW(quantise(network, {8, 8, std::nan("")}, image), InputError);
  EXPECT_THROW(quantise(network, {8, 8, 99.0}, ImageSet{0, {1, 2}, {}, {}, "none"}), InputError);
  EXPECT_THROW(quantise(network, {8, 8, 99.0}, test::random_images(3, 2, 2)), InputError);
  EXPECT_THROW(quantise(test::residual_network(), {8, 1, 99.0}, test::random_images(3, 8, 8)), InputError);
}

TEST(Quantise, ValuesThatOverflowAreAnInputError) {
  const auto network = small_network({1e200, 1e200, 1e200, 1e200}, {1e200, 1e200});
  EXPECT_THROW(quantise(network, {8, 8, 99.0}, one_image(255, 255)), InputError);
}

/// With 16 bits everywhere, quantisation is nearly nothing.
TEST(Quantise, ManyBitsComeCloseToTheFloatNetwork) {
  const ImageSet images = test::random_images(20, 8, 8);
  const auto compiled =
      compile_network(test::residual_network(), {16, 16, 100.0}, test::geometry(16, 8, &encodings::differential_digital, 16), images);
  const auto exact = evaluate_exactly(compiled, images).logits;
  const auto real = run_float(compiled.network, images);
  for (std::size_t i = 0; i < real.size(); ++i)
    EXPECT_NEAR(exact[i], real[i], 0.02);
}

TEST(FloatNetwork, ThreadsDoNotMatter) {
  const ImageSet images = test::random_images(200, 8, 8);
  const auto compiled =
      compile_network(test::residual_network(), {8, 8, 100.0}, test::geometry(16, 8, &encodings::differential_digital, 16), images);
  const auto alone = run_float(compiled.network, images);
  ASSERT_EQ(alone.size(), 200 * compiled.network.classes());
  for (const unsigned threads : {1u, 3u, 64u})
    EXPECT_EQ(run_float(compiled.network, images, threads), alone);
}

TEST(Quantise, ClippedActivationsAreReported) {
  const ImageSet images = test::random_images(20, 8, 8);
  const auto geometry = test::geometry(16, 8, &encodings::differential_digital, 8);
  const auto all = evaluate_exactly(compile_network(test::residual_network(), {8, 8, 100.0}, geometry, images), images);
  const auto half = evaluate_exactly(compile_network(test::residual_network(), {8, 8, 50.0}, geometry, images), images);
  EXPECT_EQ(half.clipped_activations[0], 0u);  // pixels
  EXPECT_LT(all.clipped_activations[2], 20u);
  EXPECT_GT(half.clipped_activations[2], 20u * 5 * 64 / 3);
}

TEST(MagnitudeHistogram, SmallIntegersAreExact) {
  MagnitudeHistogram histogram;
  std::vector<double> values;
  for (int i = 1; i <= 1000; ++i)
    values.push_back(i % 2 == 0 ? i : -i);
  histogram.add(values);
  EXPECT_EQ(histogram.count(), 1000u);
  EXPECT_EQ(histogram.percentile(100.0), 1000.0);
  EXPECT_EQ(histogram.percentile(99.9), 999.0);
  EXPECT_EQ(histogram.percentile(50.0), 500.0);
  EXPECT_EQ(histogram.percentile(0.05), 1.0);
}

TEST(MagnitudeHistogram, AnyMagnitudeWithinOnePartInAThousand) {
  for (const double scale : {1e-18, 1e-3, 0.7, 1e15}) {
    MagnitudeHistogram histogram;
    for (int i = 1; i <= 9999; ++i)
      histogram.add(std::vector<double>{scale * i});
    EXPECT_NEAR(histogram.percentile(50.0), scale * 5000, scale * 5000 / 1000);
    EXPECT_EQ(histogram.maximum(), scale * 9999);
  }
}

TEST(MagnitudeHistogram, ZerosCountAndExtremesStayInside) {
  MagnitudeHistogram histogram;
  EXPECT_EQ(histogram.percentile(50.0), 0.0);
  histogram.add(std::vector<double>{0.0, -0.0, 1e-300, 1e300});
  EXPECT_EQ(histogram.percentile(50.0), 1e-300);  // the largest of those that count as zero
  EXPECT_EQ(histogram.percentile(100.0), 1e300);
  EXPECT_THROW(histogram.percentile(0.0), std::logic_error);
  EXPECT_THROW(histogram.percentile(100.5), std::logic_error);
}

/// A padded convolution with two channels and stride 2, and a dense layer behind it.
Network padded_network() {
  WindowGrid grid;
  grid.channels = 2;
  grid.input = {5, 4};
  grid.output = {3, 2};
  grid.kernel = {3, 3};
  grid.stride = {2, 2};
  grid.padding = {1, 1};
  Network network;
  network.file = "padded";
  network.input = {2, 5, 4};
  network.layers = {test::matrix_layer(LayerKind::convolution, "a", network_input, {3, 3, 2}, grid, 1),
                    test::plain_layer(LayerKind::reshape, "flat", {0}, {18}),
                    test::matrix_layer(LayerKind::dense, "b", 1, {4}, test::dense_grid(18), 3)};
  network.output = 2;
  return network;
}

ImageSet colour_images(std::size_t count) {
  ImageSet images = test::random_images(count, 10, 4);
  images.shape = {2, 5, 4};
  return images;
}

/// Largest difference of the quantised network with exact products from the float network, over the largest logit.
double deviation_from_float(const Network& network, const QuantisationSpec& spec, const ImageSet& images) {
  const auto wanted = run_float(network, images);
  const auto found =
      evaluate_exactly(compile_network(network, spec, test::geometry(32, 8, &encodings::differential_digital, spec.weight_bits), images),
                       images)
          .logits;
  double largest = 0.0;
  double difference = 0.0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    largest = std::max(largest, std::abs(wanted[i]));
    difference = std::max(difference, std::abs(wanted[i] - found[i]));
  }
  return difference / largest;
}

std::vector<double> for_channels(double first, double second) {
  std::vector<double> values(20, first);
  values.insert(values.end(), 20, second);
  return values;
}

TEST(QuantiseNormalised, PixelsStayTheirCodesAndPaddingIsExact) {
  Network network = padded_network();
  network.normalisation = {for_channels(4.0, 3.7), for_channels(-1.9, -1.77)};
  const ImageSet images = colour_images(30);
  const auto quantised = quantise(network, {8, 8, 100.0}, images);
  EXPECT_TRUE(quantised.stages[0].reads_pixels);
  EXPECT_EQ(quantised.stages[0].input_scale, 1.0 / 255);
  // Zero is (0 + 1.9) / 4 * 255 = 121.1 and 1.77 / 3.7 * 255 = 122.0.
  EXPECT_THAT(quantised.stages[0].padding_codes, ElementsAre(121, 122));
  EXPECT_EQ(quantised.stages[0].zero_offsets.size(), 3u * 6) << "windows at the border differ";
  // Pixels lose nothing with 8 input bits: what is left comes from the weights of 16 bits and the 16-bit codes of the dense layer. Whatever
  // the padding would miss, were it not exact, is a hundred times that.
  EXPECT_LT(deviation_from_float(network, {16, 16, 100.0}, images), 3e-4);
  network.normalisation.gain = for_channels(-4.0, 3.7);
  EXPECT_LT(deviation_from_float(network, {16, 16, 100.0}, images), 3e-4);
  network.normalisation.offset[7] = 0.3;  // a mean image
  EXPECT_LT(deviation_from_float(network, {16, 16, 100.0}, images), 3e-4);
}

TEST(QuantiseNormalised, FewInputBitsDoNotMoveTheBorder) {
  // Only pixels that are codes of 2 bits: a network that sees them normalised loses no more than one that sees them as they are.
  ImageSet images = colour_images(30);
  for (std::uint8_t& pixel : images.pixels)
    pixel = static_cast<std::uint8_t>(pixel / 64 * 85);
  Network network = padded_network();
  network.layers.resize(1);
  network.output = 0;
  network.normalisation = {for_channels(4.0, 3.7), for_channels(-1.9, -0.3)};
  EXPECT_LT(deviation_from_float(network, {16, 2, 100.0}, images), 1e-4);
}

TEST(QuantiseNormalised, WithoutPaddingOneOffsetForEachOutput) {
  Network network = padded_network();
  network.layers.erase(network.layers.begin(), network.layers.begin() + 2);
  network.layers[0] = test::matrix_layer(LayerKind::dense, "b", network_input, {4}, test::dense_grid(40), 3);
  network.output = 0;
  network.input = {40};
  network.normalisation = {for_channels(4.0, 3.7), for_channels(-1.9, -1.77)};
  EXPECT_EQ(quantise(network, {8, 8, 100.0}, colour_images(3)).stages[0].zero_offsets.size(), 4u);
  EXPECT_LT(deviation_from_float(network, {16, 8, 100.0}, colour_images(30)), 1e-4);
}

TEST(QuantiseNormalised, GainsThatDifferTooMuchQuantiseTheNormalisedValues) {
  Network network = padded_network();
  network.normalisation = {for_channels(40.0, 3.7), for_channels(-19.0, -1.77)};
  const ImageSet images = colour_images(30);
  EXPECT_FALSE(quantise(network, {8, 8, 100.0}, images).stages[0].reads_pixels);
  EXPECT_LT(deviation_from_float(network, {16, 16, 100.0}, images), 3e-4);
  network.normalisation.gain = for_channels(4.0, 3.7);
  network.normalisation.gain[3] = 0.0;
  EXPECT_FALSE(quantise(network, {8, 8, 100.0}, images).stages[0].reads_pixels);
  EXPECT_LT(deviation_from_float(network, {16, 16, 100.0}, images), 3e-4);
}

TEST(QuantiseNormalised, ValuesThatAreNoPixels) {
  const ImageSet pixels = colour_images(30);
  ImageSet images = pixels;
  images.pixels.clear();
  for (const std::uint8_t pixel : pixels.pixels)
    images.values.push_back(static_cast<float>(pixel) / 64.0f - 1.25f);
  const Network network = padded_network();
  const auto quantised = quantise(network, {8, 8, 100.0}, images);
  EXPECT_FALSE(quantised.stages[0].reads_pixels);
  EXPECT_TRUE(quantised.stages[0].signed_input);
  EXPECT_EQ(quantised.stages[0].zero_code, 80);  // 1.25 of 255 / 64
  EXPECT_LT(deviation_from_float(network, {16, 16, 100.0}, images), 3e-4);
  for (float& value : images.values)
    value += 1.25f;
  EXPECT_EQ(quantise(network, {8, 8, 100.0}, images).stages[0].zero_code, 0);
}

TEST(QuantiseNormalised, NegativeInputsMakeTheValuesBehindPoolingSigned) {
  Network network = padded_network();
  WindowGrid pool;
  pool.channels = 2;
  pool.input = {5, 4};
  pool.output = {5, 4};
  network.layers.insert(network.layers.begin(), test::plain_layer(LayerKind::max_pool, "pool", {network_input}, {2, 5, 4}, pool));
  for (std::size_t i = 1; i < network.layers.size(); ++i)
    network.layers[i].inputs[0] = static_cast<std::int32_t>(i) - 1;
  network.output = 3;
  EXPECT_FALSE(quantise(network, {8, 8, 100.0}, colour_images(5)).stages[0].signed_input);
  network.normalisation = {for_channels(4.0, 3.7), for_channels(-1.9, -1.77)};
  EXPECT_TRUE(quantise(network, {8, 8, 100.0}, colour_images(5)).stages[0].signed_input);
  EXPECT_LT(deviation_from_float(network, {16, 16, 100.0}, colour_images(30)), 3e-4);
}

}  // namespace
}  // namespace memcosim
