// SPDX-License-Identifier: Apache-2.0
// Convolutions against the definition in the ONNX specification, written as plain loops over output, input and kernel positions.
#include <gmock/gmock.h>

#include "memcosim/networks/float_network.hpp"
#include "memcosim/networks/window_unroll.hpp"

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
  unroll.pad(image.data(), 99, padded);
  EXPECT_THAT(padded, ::testing::ElementsAre(99, 99, 99, 99, 99, 1, 2, 99));
  unroll.unroll(padded, 5, matrix.data());
  EXPECT_THAT(matrix, ::testing::ElementsAre(99, 99, 99, 1, -7, 99, 99, 2, 99, -7));
}

}  // namespace
}  // namespace memcosim
