// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/images/image_set.hpp"

#include <gmock/gmock.h>

#include "memcosim/common/error.hpp"

namespace memcosim {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Network network_of(Shape input) {
  Network network;
  network.file = "net.onnx";
  network.input = std::move(input);
  return network;
}

ImageSet images_of(Shape shape) {
  ImageSet images;
  images.shape = std::move(shape);
  images.source = "images.idx";
  return images;
}

TEST(CheckImages, TakesTheShapeOfTheNetworkAndPlanesBelowEachOther) {
  const std::vector<std::pair<Shape, Shape>> right{
      {{1, 20, 10}, {20, 10}}, {{1, 20, 10}, {1, 20, 10}}, {{3, 32, 32}, {3, 32, 32}}, {{3, 32, 32}, {96, 32}},
      {{20, 10}, {20, 10}},    {{20, 10}, {1, 20, 10}},    {{200}, {10, 20}},          {{200}, {200}},
      {{200}, {2, 10, 10}},
  };
  for (const auto& [input, image] : right)
    EXPECT_NO_THROW(check_images(network_of(input), images_of(image))) << to_text(input) << to_text(image);
  const std::vector<std::pair<Shape, Shape>> wrong{
      {{1, 20, 10}, {10, 20}},    {{1, 20, 10}, {40, 5}},     {{1, 20, 10}, {200}},
      {{1, 20, 10}, {20, 10, 1}}, {{3, 32, 32}, {32, 32, 3}}, {{3, 32, 32}, {32, 96}},
      {{3, 32, 32}, {32, 32}},    {{20, 10}, {10, 20}},       {{200}, {199}},
  };
  for (const auto& [input, image] : wrong)
    EXPECT_THROW(check_images(network_of(input), images_of(image)), InputError) << to_text(input) << to_text(image);
}

std::string fault_of(Shape input, Shape image) {
  try {
    check_images(network_of(std::move(input)), images_of(std::move(image)));
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(CheckImages, SaysBothShapesAndWhatToDo) {
  EXPECT_THAT(fault_of({1, 20, 10}, {10, 20}), AllOf(HasSubstr("images.idx"), HasSubstr("10 x 20"), HasSubstr("[1, 20, 10]"),
                                                     HasSubstr("net.onnx"), HasSubstr("transpose")));
  EXPECT_THAT(fault_of({3, 32, 32}, {32, 32, 3}), HasSubstr("transpose"));
  EXPECT_THAT(fault_of({1, 20, 10}, {200}), HasSubstr("reshape"));
}

TEST(NormalisationOf, IsOneNumberOrOneForEachChannelOrFeature) {
  const auto colour = network_of({2, 1, 2});
  const auto each = normalisation_of({0.5, 0.25}, {0.5, 0.125}, colour, {2, 1, 2});
  EXPECT_THAT(each.gain, ElementsAre(2, 2, 8, 8));
  EXPECT_THAT(each.offset, ElementsAre(-1, -1, -2, -2));
  const auto one = normalisation_of({0.5}, {}, colour, {2, 1, 2});
  EXPECT_THAT(one.offset, ElementsAre(-0.5, -0.5, -0.5, -0.5));
  // Channels of the images of a network that reads features, and features of their own.
  EXPECT_EQ(normalisation_of({0.5, 0.25}, {0.5, 0.125}, network_of({4}), {2, 1, 2}).gain, each.gain);
  EXPECT_THAT(normalisation_of({}, {1, 2, 4, 8}, network_of({4}), {4}).gain, ElementsAre(1, 0.5, 0.25, 0.125));
  EXPECT_TRUE(normalisation_of({}, {}, colour, {2, 1, 2}).empty());
  EXPECT_THROW(normalisation_of({1, 2, 3}, {}, colour, {2, 1, 2}), InputError);
  EXPECT_THROW(normalisation_of({1, 2, 3, 4}, {}, colour, {2, 1, 2}), InputError);
}

TEST(InputNormalisation, OneAfterTheOther) {
  InputNormalisation both = {{2, 3}, {1, 0}};
  both.then({10, 10}, {0, 5});
  std::vector<double> image{1, 1};
  both.apply(image);
  EXPECT_THAT(image, ElementsAre(30, 35));
}

TEST(InputStatistics, AreThoseOfTheNormalisedValues) {
  Network network = network_of({2});
  network.normalisation = {{2, 2}, {-1, -1}};
  ImageSet images = images_of({2});
  images.count = 2;
  images.pixels = {0, 255, 51, 204};
  const InputStatistics statistics = input_statistics(network, images);
  EXPECT_DOUBLE_EQ(statistics.lowest, -1.0);
  EXPECT_DOUBLE_EQ(statistics.highest, 1.0);
  EXPECT_NEAR(statistics.mean, 0.0, 1e-15);
  EXPECT_NEAR(statistics.deviation, std::sqrt((1.0 + 0.36) / 2), 1e-15);
}

}  // namespace
}  // namespace memcosim
