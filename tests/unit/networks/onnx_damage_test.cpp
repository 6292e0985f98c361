// SPDX-License-Identifier: Apache-2.0
// Damaged files: every truncation of a model is an InputError; with flipped bits it is an InputError or a network, but never a crash.
#include <gmock/gmock.h>

#include "memcosim/common/error.hpp"

#include "onnx_builder.hpp"

namespace memcosim {
namespace {

using test::OnnxBuilder;

/// Most operators in one model, so that damage can hit each of them.
std::string model_bytes() {
  OnnxBuilder builder({-1, 1, 6, 6});
  builder.weight("w", {2, 1, 3, 3}, test::some_numbers(18));
  auto& conv = builder.node("Conv", {"x", "w"}, "c");
  test::set_list(conv, "pads", {1, 1, 1, 1});
  test::set_list(conv, "strides", {1, 1});
  for (const char* name : {"scale", "bias", "mean", "variance"})
    builder.weight(name, {2}, {0.5, 0.75});
  builder.node("BatchNormalization", {"c", "scale", "bias", "mean", "variance"}, "n");
  builder.node("Relu", {"n"}, "r");
  auto& pool = builder.node("MaxPool", {"r"}, "p");
  test::set_list(pool, "kernel_shape", {2, 2});
  test::set_list(pool, "strides", {2, 2});
  builder.integers("shape", {0, -1});
  builder.node("Reshape", {"p", "shape"}, "f");
  builder.weight("v", {3, 18}, test::some_numbers(54));
  builder.weight("b", {3}, {1, 2, 3});
  test::set(builder.node("Gemm", {"f", "v", "b"}, "g"), "transB", 1);
  builder.node("Softmax", {"g"}, "y");
  return builder.bytes();
}

TEST(DamagedOnnx, TheModelItselfIsGood) {
  EXPECT_EQ(parse_onnx(model_bytes(), "test.onnx").classes(), 3u);
}

TEST(DamagedOnnx, EveryTruncationIsAnInputError) {
  const std::string bytes = model_bytes();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_THROW(parse_onnx(std::string_view(bytes).substr(0, length), "test.onnx"), InputError) << "length " << length;
  }
}

TEST(DamagedOnnx, FlippedBitsNeverCrash) {
  const std::string bytes = model_bytes();
  std::size_t refused = 0;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    try {
      const Network network = parse_onnx(damaged, "test.onnx");
      EXPECT_FALSE(network.layers.empty());
    } catch (const InputError& error) {
      ++refused;
      EXPECT_THAT(error.what(), ::testing::StartsWith("test.onnx: "));
    }
  }
  EXPECT_GT(refused, bytes.size());  // most bits outside of the weights matter
}

TEST(DamagedOnnx, RandomBytesOverwritten) {
  const std::string bytes = model_bytes();
  std::uint32_t state = 17;
  const auto next = [&state] { return (state = state * 1664525u + 1013904223u) >> 8; };
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = bytes;
    for (int i = 0; i < 5; ++i)
      damaged[next() % damaged.size()] = static_cast<char>(next());
    try {
      parse_onnx(damaged, "test.onnx");
    } catch (const InputError&) {
    }
  }
}

}  // namespace
}  // namespace memcosim
