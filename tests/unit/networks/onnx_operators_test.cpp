// SPDX-License-Identifier: Apache-2.0
// Each operator against values worked out by hand.
#include <gmock/gmock.h>

#include "memcosim/networks/onnx/onnx_tensor.hpp"
#include "memcosim/networks/quantisation/float_network.hpp"

#include "onnx_builder.hpp"

namespace memcosim {
namespace {

using test::OnnxBuilder;
using test::set;
using test::set_list;
using test::set_number;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::Pointwise;

std::vector<double> run(const OnnxBuilder& builder, const std::vector<double>& input) {
  return run_float(builder.import(), input);
}

/// x [batch, 2] -> y [batch, 2] through the identity matrix, as the matrix layer that every network needs.
void add_identity_layer(OnnxBuilder& builder, const std::string& input, const std::string& output) {
  builder.weight("eye", {2, 2}, {1, 0, 0, 1});
  builder.node("MatMul", {input, "eye"}, output, "eye_layer");
}

TEST(OnnxGemm, ComputesAlphaAbPlusBetaC) {
  OnnxBuilder builder({-1, 2});
  builder.weight("w", {2, 3}, {1, 2, 3, 4, 5, 6});
  builder.weight("b", {3}, {10, 20, 30});
  auto& node = builder.node("Gemm", {"x", "w", "b"}, "y");
  set_number(node, "alpha", 2.0);
  set_number(node, "beta", 0.5);
  EXPECT_THAT(run(builder, {1, 10}), ElementsAre(2 * 41 + 5, 2 * 52 + 10, 2 * 63 + 15));
}

TEST(OnnxGemm, TransposedWeightAndBroadcastBias) {
  for (const auto& shape : std::vector<std::vector<std::int64_t>>{{}, {1}, {1, 1}}) {
    OnnxBuilder builder({-1, 2});
    builder.weight("w", {3, 2}, {1, 4, 2, 5, 3, 6});
    builder.weight("b", shape, {7});
    set(builder.node("Gemm", {"x", "w", "b"}, "y"), "transB", 1);
    EXPECT_THAT(run(builder, {1, 10}), ElementsAre(48, 59, 70));
  }
}

TEST(OnnxMatMul, MultipliesAndTakesTheAddBehindItAsBias) {
  for (const bool constant_first : {false, true}) {
    OnnxBuilder builder({-1, 2});
    builder.weight("w", {2, 3}, {1, 2, 3, 4, 5, 6});
    builder.weight("b", {1, 3}, {1, 0, -1});
    builder.node("MatMul", {"x", "w"}, "product");
    builder.node("Add", constant_first ? std::vector<std::string>{"b", "product"} : std::vector<std::string>{"product", "b"}, "y");
    const Network network = builder.import();
    EXPECT_EQ(network.layers.size(), 1u);
    EXPECT_THAT(run_float(network, std::vector<double>{1, 10}), ElementsAre(42, 52, 62));
  }
}

TEST(OnnxConv, BiasIsOneForEachOutput) {
  OnnxBuilder builder({-1, 1, 2, 2});
  builder.weight("w", {2, 1, 1, 1}, {2, -1});
  builder.weight("b", {2}, {0.5, 0.25});
  builder.node("Conv", {"x", "w", "b"}, "y");
  EXPECT_THAT(run(builder, {1, 2, 3, 4}), ElementsAre(2.5, 4.5, 6.5, 8.5, -0.75, -1.75, -2.75, -3.75));
}

TEST(OnnxConv, ConstantAddBehindItIsItsBias) {
  for (const auto& shape : std::vector<std::vector<std::int64_t>>{{2, 1, 1}, {1, 2, 1, 1}}) {
    OnnxBuilder builder({-1, 1, 1, 2});
    builder.weight("w", {2, 1, 1, 1}, {2, -1});
    builder.weight("b", shape, {0.5, 0.25});
    builder.node("Conv", {"x", "w"}, "c");
    builder.node("Add", {"c", "b"}, "y");
    EXPECT_THAT(run(builder, {1, 2}), ElementsAre(2.5, 4.5, -0.75, -1.75));
  }
}

/// The formula of batch normalisation, applied to the layer's own result.
TEST(OnnxBatchNormalization, FoldsIntoConvGemmAndMatMul) {
  const std::vector<double> scale{2, 0.5}, bias{1, -1}, mean{3, 4}, variance{0.25, 4};
  const double epsilon = 0.125;
  for (const std::string op : {"Conv", "Gemm", "MatMul"}) {
    const bool image = op == "Conv";
    OnnxBuilder plain(image ? std::vector<std::int64_t>{-1, 2, 1, 1} : std::vector<std::int64_t>{-1, 2});
    plain.weight("w", image ? std::vector<std::int64_t>{2, 2, 1, 1} : std::vector<std::int64_t>{2, 2}, {1, 2, 3, 4});
    OnnxBuilder normal = plain;
    plain.node(op, {"x", "w"}, "y");
    normal.node(op, {"x", "w"}, "h");
    normal.weight("scale", {2}, scale);
    normal.weight("bias", {2}, bias);
    normal.weight("mean", {2}, mean);
    normal.weight("variance", {2}, variance);
    set_number(normal.node("BatchNormalization", {"h", "scale", "bias", "mean", "variance"}, "y"), "epsilon", epsilon);
    std::vector<double> expected = run(plain, {5, -7});
    for (std::size_t i = 0; i < 2; ++i)
      expected[i] = (expected[i] - mean[i]) / std::sqrt(variance[i] + epsilon) * scale[i] + bias[i];
    const Network network = normal.import();
    EXPECT_EQ(network.layers.size(), 1u);
    EXPECT_THAT(run_float(network, std::vector<double>{5, -7}), Pointwise(DoubleNear(1e-12), expected)) << op;
  }
}

TEST(OnnxRelu, CutsOffNegativeValues) {
  OnnxBuilder builder({-1, 2});
  add_identity_layer(builder, "x", "h");
  builder.node("Relu", {"h"}, "y");
  EXPECT_THAT(run(builder, {-1.5, 2}), ElementsAre(0, 2));
}

/// An identity convolution in front makes pooling legal as part of a network.
OnnxBuilder pool_model(const std::vector<std::int64_t>& image) {
  OnnxBuilder builder({-1, 1, image[0], image[1]});
  builder.weight("one", {1, 1, 1, 1}, {1});
  builder.node("Conv", {"x", "one"}, "h", "one_layer");
  return builder;
}

TEST(OnnxMaxPool, PaddingNeverWins) {
  auto builder = pool_model({2, 3});
  auto& node = builder.node("MaxPool", {"h"}, "y");
  set_list(node, "kernel_shape", {2, 2});
  set_list(node, "strides", {2, 2});
  set_list(node, "pads", {1, 1, 1, 0});
  EXPECT_THAT(run(builder, {-1, -2, -3, -4, -5, -6}), ElementsAre(-1, -2, -4, -5));
}

TEST(OnnxAveragePool, CountsThePaddingOnlyIfAsked) {
  for (const bool count_padding : {false, true}) {
    auto builder = pool_model({2, 2});
    auto& node = builder.node("AveragePool", {"h"}, "y");
    set_list(node, "kernel_shape", {2, 2});
    set_list(node, "pads", {1, 0, 0, 0});
    if (count_padding) set(node, "count_include_pad", 1);
    EXPECT_THAT(run(builder, {2, 4, 6, 8}), ElementsAre(count_padding ? 1.5 : 3.0, 5));
  }
}

TEST(OnnxPooling, CeilModeIsAcceptedWhereItChangesNothing) {
  auto builder = pool_model({4, 4});
  auto& node = builder.node("MaxPool", {"h"}, "y");
  set_list(node, "kernel_shape", {2, 2});
  set_list(node, "strides", {2, 2});
  set(node, "ceil_mode", 1);
  EXPECT_EQ(builder.import().classes(), 4u);
}

TEST(OnnxGlobalAveragePool, AveragesEachChannel) {
  OnnxBuilder builder({-1, 2, 1, 2});
  builder.weight("w", {2, 2, 1, 1}, {1, 0, 0, 1});
  builder.node("Conv", {"x", "w"}, "h");
  builder.node("GlobalAveragePool", {"h"}, "y");
  EXPECT_THAT(run(builder, {1, 3, 10, 20}), ElementsAre(2, 15));
}

TEST(OnnxAdd, AddsTwoActivations) {
  OnnxBuilder builder({-1, 2});
  add_identity_layer(builder, "x", "h");
  builder.node("Add", {"h", "x"}, "y");
  EXPECT_THAT(run(builder, {3, -4}), ElementsAre(6, -8));
}

TEST(OnnxReshape, KeepsTheOrderOfTheElements) {
  for (const auto& shape : std::vector<std::vector<std::int64_t>>{{0, -1}, {-1, 4}, {0, 4}}) {
    OnnxBuilder builder({-1, 1, 2, 2});
    builder.integers("shape", shape);
    builder.weight("w", {4, 1}, {1, 10, 100, 1000});
    builder.node("Reshape", {"x", "shape"}, "h");
    builder.node("MatMul", {"h", "w"}, "y");
    EXPECT_THAT(run(builder, {1, 2, 3, 4}), ElementsAre(4321));
  }
}

TEST(OnnxReshape, TakesTheShapeFromAConstantNodeAndAFixedBatch) {
  OnnxBuilder builder({1, 4});
  auto& constant = builder.node("Constant", {}, "shape");
  auto& values = test::attribute(constant, "value_ints", onnx::AttributeProto::INTS);
  for (const int size : {1, 1, 2, -1})
    values.add_ints(size);
  builder.node("Reshape", {"x", "shape"}, "image");
  builder.weight("w", {1, 1, 2, 2}, {1, 10, 100, 1000});
  builder.node("Conv", {"image", "w"}, "y");
  EXPECT_THAT(run(builder, {1, 2, 3, 4}), ElementsAre(4321));
}

TEST(OnnxFlatten, JoinsAllAxesBehindTheBatch) {
  for (const std::int64_t axis : {1, -3}) {
    OnnxBuilder builder({-1, 1, 2, 2});
    set(builder.node("Flatten", {"x"}, "h"), "axis", axis);
    builder.weight("w", {4, 1}, {1, 10, 100, 1000});
    builder.node("MatMul", {"h", "w"}, "y");
    EXPECT_THAT(run(builder, {1, 2, 3, 4}), ElementsAre(4321));
  }
}

TEST(OnnxSoftmaxAndArgMax, LeaveTheLogitsAlone) {
  OnnxBuilder builder({-1, 2});
  add_identity_layer(builder, "x", "h");
  builder.node("Identity", {"h"}, "i");
  builder.node("Softmax", {"i"}, "s");
  auto& node = builder.node("ArgMax", {"s"}, "y");
  set(node, "axis", 1);
  set(node, "keepdims", 0);
  EXPECT_THAT(run(builder, {3, -4}), ElementsAre(3, -4));
}

TEST(OnnxDropout, IsLeftOutAndFoldingSeesThroughIt) {
  OnnxBuilder builder({-1, 2});
  add_identity_layer(builder, "x", "h");
  builder.weight("ratio", {}, {0.5});
  builder.node("Dropout", {"h", "ratio"}, "d");
  builder.weight("b", {2}, {1, 2});
  builder.node("Add", {"d", "b"}, "y");
  const Network network = builder.import();
  EXPECT_EQ(network.layers.size(), 1u);
  EXPECT_THAT(run_float(network, std::vector<double>{1, 1}), ElementsAre(2, 3));
}

TEST(OnnxConstant, HoldsWeights) {
  OnnxBuilder builder({-1, 2});
  auto& tensor = *test::attribute(builder.node("Constant", {}, "w"), "value", onnx::AttributeProto::TENSOR).mutable_t();
  tensor.set_data_type(onnx::TensorProto::DOUBLE);
  for (const int size : {2, 1})
    tensor.add_dims(size);
  for (const double value : {3.0, 0.1})
    tensor.add_double_data(value);
  builder.node("MatMul", {"x", "w"}, "y");
  EXPECT_THAT(run(builder, {1, 1}), ElementsAre(3.1));
}

TEST(OnnxTensor, HalfPrecisionValues) {
  EXPECT_EQ(half_to_double(0x3c00), 1.0);
  EXPECT_EQ(half_to_double(0xc000), -2.0);
  EXPECT_EQ(half_to_double(0x7bff), 65504.0);
  EXPECT_EQ(half_to_double(0x0001), std::ldexp(1.0, -24));
  EXPECT_EQ(half_to_double(0x03ff), std::ldexp(1023.0, -24));
  EXPECT_TRUE(std::isinf(half_to_double(0x7c00)));
  EXPECT_TRUE(std::isnan(half_to_double(0x7c01)));
}

TEST(OnnxTensor, ReadsEachFormOfStorage) {
  OnnxBuilder builder({-1, 2});
  auto& half = builder.weight("w", {2, 2}, {});
  half.set_data_type(onnx::TensorProto::FLOAT16);
  for (const int bits : {0x3c00, 0, 0, 0x4000})
    half.add_int32_data(bits);
  const float raw_bias[2] = {0.5f, -0.5f};
  builder.weight("b", {2}, {}).set_raw_data(raw_bias, sizeof raw_bias);
  builder.node("Gemm", {"x", "w", "b"}, "y");
  EXPECT_THAT(run(builder, {1, 1}), ElementsAre(1.5, 1.5));
}

TEST(OnnxGraph, WeightsMayBeListedAsInputsAndOldOpsetsWork) {
  OnnxBuilder builder({-1, 2}, 7);
  builder.model().set_ir_version(3);
  OnnxBuilder::add_value(*builder.graph().add_input(), "eye", {2, 2});
  add_identity_layer(builder, "x", "y");
  EXPECT_THAT(run(builder, {1, 2}), ElementsAre(1, 2));
}

TEST(OnnxGraph, LayersGetDifferentNames) {
  OnnxBuilder builder({-1, 2});
  builder.weight("w", {2, 2}, {1, 0, 0, 1});
  builder.node("MatMul", {"x", "w"}, "a", "same");
  builder.node("MatMul", {"a", "w"}, "b", "same");
  builder.graph().mutable_node(1)->set_name("");
  builder.node("MatMul", {"b", "w"}, "y", "same");
  const Network network = builder.import();
  EXPECT_EQ(network.layers[0].name, "same");
  EXPECT_EQ(network.layers[1].name, "MatMul_1");
  EXPECT_EQ(network.layers[2].name, "same_2");
}

/// The result of one image must not depend on how many others run with it.
TEST(FloatNetwork, BatchSizeDoesNotMatter) {
  OnnxBuilder builder({-1, 1, 5, 5});
  builder.weight("w", {3, 1, 3, 3}, test::some_numbers(27));
  builder.weight("v", {27, 4}, test::some_numbers(108, 2));
  builder.node("Conv", {"x", "w"}, "c");
  builder.node("Relu", {"c"}, "r");
  builder.node("Flatten", {"r"}, "f");
  builder.node("MatMul", {"f", "v"}, "y");
  const Network network = builder.import();
  std::vector<double> input = test::some_numbers(25 * 150, 3);
  for (double& value : input)
    value /= 3.0;
  const auto together = run_float(network, input);
  for (const std::size_t image : {0u, 63u, 64u, 149u}) {
    const auto alone = run_float(network, gsl::span<const double>(input).subspan(image * 25, 25));
    EXPECT_THAT(alone, ElementsAreArray(together.begin() + static_cast<std::ptrdiff_t>(image * 4),
                                        together.begin() + static_cast<std::ptrdiff_t>(image * 4 + 4)));
  }
}

TEST(FloatNetwork, FirstOfEqualLogitsWins) {
  EXPECT_THAT(predicted_classes(std::vector<double>{1, 5, 5, 2, 2, 2}, 3), ElementsAre(1u, 0u));
}

}  // namespace
}  // namespace memcosim
