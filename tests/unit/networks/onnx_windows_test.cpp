// SPDX-License-Identifier: Apache-2.0
// Convolutions against the definition in the ONNX specification, written as plain loops over output, input and kernel positions.
#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include <gmock/gmock.h>

#include "memcosim/networks/layers/window_unroll.hpp"
#include "memcosim/networks/quantisation/float_network.hpp"

#include "onnx_builder.hpp"

namespace memcosim {
namespace {

using test::OnnxBuilder;

struct ConvCase {
  int height, width, channels, outputs;
  int kernel_y, kernel_x;
  int stride_y, stride_x;
  int dilation_y, dilation_x;
  int top, left, bottom, right;
  const char* auto_pad;
};

std::ostream& operator<<(std::ostream& out, const ConvCase& c) {
  return out << c.height << "x" << c.width << " k" << c.kernel_y << "x" << c.kernel_x << " s" << c.stride_y << "x" << c.stride_x << " d"
             << c.dilation_y << "x" << c.dilation_x << " p" << c.top << "," << c.left << "," << c.bottom << "," << c.right << " "
             << c.auto_pad;
}

/// Image with the padding written out, then every kernel placed on it.
std::vector<double> naive_convolution(const ConvCase& c, const std::vector<double>& image, const std::vector<double>& weights) {
  const int high = c.height + c.top + c.bottom;
  const int wide = c.width + c.left + c.right;
  std::vector<double> padded(static_cast<std::size_t>(c.channels * high * wide), 0.0);
  for (int channel = 0; channel < c.channels; ++channel) {
    for (int y = 0; y < c.height; ++y) {
      for (int x = 0; x < c.width; ++x) {
        padded[static_cast<std::size_t>((channel * high + y + c.top) * wide + x + c.left)] =
            image[static_cast<std::size_t>((channel * c.height + y) * c.width + x)];
      }
    }
  }
  std::vector<double> result;
  for (int output = 0; output < c.outputs; ++output) {
    for (int y = 0; y + c.dilation_y * (c.kernel_y - 1) < high; y += c.stride_y) {
      for (int x = 0; x + c.dilation_x * (c.kernel_x - 1) < wide; x += c.stride_x) {
        double sum = 0.0;
        for (int channel = 0; channel < c.channels; ++channel) {
          for (int ky = 0; ky < c.kernel_y; ++ky) {
            for (int kx = 0; kx < c.kernel_x; ++kx) {
              sum += weights[static_cast<std::size_t>(((output * c.channels + channel) * c.kernel_y + ky) * c.kernel_x + kx)] *
                     padded[static_cast<std::size_t>((channel * high + y + ky * c.dilation_y) * wide + x + kx * c.dilation_x)];
            }
          }
        }
        result.push_back(sum);
      }
    }
  }
  return result;
}

class Convolution : public ::testing::TestWithParam<ConvCase> {};

TEST_P(Convolution, EqualsItsDefinition) {
  const ConvCase c = GetParam();
  OnnxBuilder builder({-1, c.channels, c.height, c.width});
  const auto weights = test::some_numbers(static_cast<std::size_t>(c.outputs * c.channels * c.kernel_y * c.kernel_x));
  builder.weight("w", {c.outputs, c.channels, c.kernel_y, c.kernel_x}, weights);
  auto& node = builder.node("Conv", {"x", "w"}, "y");
  test::set_list(node, "kernel_shape", {c.kernel_y, c.kernel_x});
  test::set_list(node, "strides", {c.stride_y, c.stride_x});
  test::set_list(node, "dilations", {c.dilation_y, c.dilation_x});
  if (std::string(c.auto_pad) == "NOTSET") {
    test::set_list(node, "pads", {c.top, c.left, c.bottom, c.right});
  } else {
    test::set_text(node, "auto_pad", c.auto_pad);
  }
  const auto image = test::some_numbers(static_cast<std::size_t>(c.channels * c.height * c.width), 7);
  // All numbers are multiples of 1/64, so every order of summation gives the same bits.
  EXPECT_EQ(run_float(builder.import(), image), naive_convolution(c, image, weights));
}

// For auto_pad the expected padding stands in the case, worked out by hand from the specification.
INSTANTIATE_TEST_SUITE_P(Shapes, Convolution,
                         ::testing::Values(ConvCase{5, 5, 1, 1, 3, 3, 1, 1, 1, 1, 0, 0, 0, 0, "NOTSET"},  //
                                           ConvCase{5, 7, 2, 3, 3, 2, 1, 1, 1, 1, 1, 0, 1, 1, "NOTSET"},
                                           ConvCase{8, 6, 3, 2, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, "NOTSET"},
                                           ConvCase{9, 9, 1, 2, 3, 3, 1, 2, 2, 3, 2, 3, 2, 3, "NOTSET"},
                                           ConvCase{4, 4, 2, 2, 4, 4, 1, 1, 1, 1, 0, 0, 0, 0, "NOTSET"},
                                           ConvCase{3, 3, 1, 1, 1, 1, 2, 2, 1, 1, 0, 0, 0, 0, "NOTSET"},
                                           ConvCase{2, 2, 1, 1, 3, 3, 1, 1, 1, 1, 3, 2, 4, 5, "NOTSET"},
                                           ConvCase{7, 6, 2, 2, 2, 3, 3, 2, 1, 1, 0, 0, 0, 0, "VALID"},
                                           ConvCase{5, 6, 1, 2, 2, 2, 1, 1, 1, 1, 0, 0, 1, 1, "SAME_UPPER"},
                                           ConvCase{5, 6, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 0, 0, "SAME_LOWER"},
                                           ConvCase{5, 6, 2, 1, 3, 3, 2, 2, 1, 1, 1, 0, 1, 1, "SAME_UPPER"},
                                           ConvCase{6, 6, 1, 1, 3, 3, 1, 1, 2, 2, 2, 2, 2, 2, "SAME_LOWER"},
                                           ConvCase{4, 4, 1, 1, 1, 1, 2, 2, 1, 1, 0, 0, 0, 0, "SAME_UPPER"}));

TEST(WindowUnroll, EachChannelHasItsOwnPadding) {
  WindowGrid grid;
  grid.channels = 2;
  grid.input = {1, 1};
  grid.kernel = {1, 2};
  grid.padding = {0, 1};
  std::vector<int> padded;
  WindowUnroll(grid).pad(std::vector<int>{5, 6}.data(), {8, 9}, padded);
  EXPECT_THAT(padded, ::testing::ElementsAre(8, 5, 9, 6));
}

TEST(WindowUnroll, PaddingStrideAndUntouchedTail) {
  WindowGrid grid;
  grid.channels = 1;
  grid.input = {2, 2};
  grid.output = {1, 2};
  grid.kernel = {2, 2};
  grid.stride = {1, 2};
  grid.padding = {1, 1};
  const std::vector<int> image{1, 2, 3, 4};
  std::vector<int> matrix(10, -7);
  const WindowUnroll unroll(grid);
  std::vector<int> padded;
  unroll.pad(image.data(), {99}, padded);
  EXPECT_THAT(padded, ::testing::ElementsAre(99, 99, 99, 99, 99, 1, 2, 99));
  unroll.unroll(padded, 5, matrix.data());
  EXPECT_THAT(matrix, ::testing::ElementsAre(99, 99, 99, 1, -7, 99, 99, 2, 99, -7));
}

TEST(WindowUnroll, EveryWindowHoldsItsTapsAndNothingElseIsTouched) {
  std::mt19937 generator(3);
  const auto pick = [&](std::uint32_t low, std::uint32_t high) { return low + static_cast<std::uint32_t>(generator() % (high - low + 1)); };
  for (int trial = 0; trial < 400; ++trial) {
    WindowGrid grid;
    grid.channels = pick(1, 3);
    for (std::size_t axis = 0; axis < 2; ++axis) {
      grid.kernel[axis] = pick(1, 6);
      grid.dilation[axis] = pick(1, 3) == 3 ? 2 : 1;
      grid.stride[axis] = pick(1, 2);
      grid.output[axis] = pick(1, 4);
      const std::uint32_t span = (grid.output[axis] - 1) * grid.stride[axis] + (grid.kernel[axis] - 1) * grid.dilation[axis] + 1;
      grid.padding[axis] = std::min(span - 1, pick(0, 1));
      grid.input[axis] = std::max<std::uint32_t>(1, span - grid.padding[axis] - std::min(span - 1 - grid.padding[axis], pick(0, 1)));
    }
    std::vector<int> image(std::size_t{grid.channels} * grid.input[0] * grid.input[1]);
    std::iota(image.begin(), image.end(), 1);
    const std::size_t stride = grid.rows() + pick(0, 2);
    std::vector<int> expected(grid.windows() * stride + 4, -7);
    int* element = expected.data();
    for (std::uint32_t out_y = 0; out_y < grid.output[0]; ++out_y) {
      for (std::uint32_t out_x = 0; out_x < grid.output[1]; ++out_x, element += stride - grid.rows()) {
        for (std::uint32_t channel = 0; channel < grid.channels; ++channel) {
          for (std::uint32_t tap_y = 0; tap_y < grid.kernel[0]; ++tap_y) {
            for (std::uint32_t tap_x = 0; tap_x < grid.kernel[1]; ++tap_x, ++element) {
              const std::int64_t y = grid.position(0, out_y, tap_y);
              const std::int64_t x = grid.position(1, out_x, tap_x);
              const bool inside = grid.inside(0, y) && grid.inside(1, x);
              *element = inside ? image[static_cast<std::size_t>((channel * grid.input[0] + y) * grid.input[1] + x)] : 0;
            }
          }
        }
      }
    }
    const WindowUnroll unroll(grid);
    std::vector<int> padded;
    unroll.pad(image.data(), std::vector<int>(grid.channels, 0), padded);
    padded.shrink_to_fit();
    std::vector<int> matrix(expected.size(), -7);
    unroll.unroll(padded, stride, matrix.data());
    ASSERT_EQ(matrix, expected) << "trial " << trial;
  }
}

}  // namespace
}  // namespace memcosim
