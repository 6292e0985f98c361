// SPDX-License-Identifier: Apache-2.0
// Faults of single operators become an InputError that names the file, the node and what to do.
#include "onnx_faults.hpp"

namespace memcosim {
namespace {

using test::behind_dense;
using test::Fault;
using test::OnnxBuilder;
using test::set;
using test::set_list;

/// [batch, 2, 4, 4] -> `op` -> y.
std::string on_image(const std::function<void(OnnxBuilder&)>& add) {
  OnnxBuilder builder({-1, 2, 4, 4});
  add(builder);
  return builder.bytes();
}

std::string conv(const std::vector<std::int64_t>& shape, const std::function<void(onnx::NodeProto&)>& change) {
  return on_image([&](OnnxBuilder& builder) {
    std::size_t size = 1;
    for (const auto dim : shape)
      size *= static_cast<std::size_t>(dim);
    builder.weight("w", shape, std::vector<double>(size, 0.5));
    change(builder.node("Conv", {"x", "w"}, "y"));
  });
}

std::string max_pool(const std::function<void(onnx::NodeProto&)>& change) {
  return on_image([&](OnnxBuilder& builder) { change(builder.node("MaxPool", {"x"}, "y")); });
}

/// Batch normalisation of `input` with four parameters of the given sizes.
onnx::NodeProto& normalization(OnnxBuilder& builder, const std::string& input, const std::string& output, std::int64_t size = 2,
                               double variance = 1.0) {
  for (const char* name : {"scale", "bias", "mean"})
    builder.weight(name, {size}, std::vector<double>(static_cast<std::size_t>(size), 1.0));
  builder.weight("variance", {size}, std::vector<double>(static_cast<std::size_t>(size), variance));
  return builder.node("BatchNormalization", {input, "scale", "bias", "mean", "variance"}, output);
}

constexpr std::int64_t huge = std::int64_t{1} << 62;

const std::vector<Fault> faults{
    {"TransposedActivation", [] { return behind_dense([](auto& b) {
                                    set(b.node("Gemm", {"h", "w"}, "y"), "transA", 1);
                                  }); }, {"transA"}},
    {"AttributeOfWrongType",
     [] { return behind_dense([](auto& b) {
            test::set_number(b.node("Gemm", {"h", "w"}, "y"), "transB", 1);
          }); },
     {"'transB' is not an integer"}},
    {"BiasOfWrongShape",
     [] {
       return behind_dense([](auto& b) {
         b.weight("b", {3}, {1, 2, 3});
         b.node("Gemm", {"h", "w", "b"}, "y");
       });
     },
     {"[3]", "2 outputs"}},
    {"DenseOnImage",
     [] {
       return on_image([](auto& b) {
         b.weight("w", {32, 2}, std::vector<double>(64, 1));
         b.node("MatMul", {"x", "w"}, "y");
       });
     },
     {"insert Flatten"}},
    {"ConvOnVector",
     [] {
       return behind_dense([](auto& b) {
         b.weight("k", {1, 2, 1, 1}, {1, 2});
         b.node("Conv", {"h", "k"}, "y");
       });
     },
     {"expected [channels, height, width]"}},
    {"GroupedConv",
     [] {
       return conv({2, 1, 3, 3}, [](auto& n) { set(n, "group", 2); });
     },
     {"group=2"}},
    {"ConvChannels",
     [] {
       return conv({2, 3, 3, 3}, [](auto&) {});
     },
     {"takes 3 channels"}},
    {"ConvKernelShape",
     [] {
       return conv({2, 2, 3, 3}, [](auto& n) { set_list(n, "kernel_shape", {3, 2}); });
     },
     {"kernel_shape [3, 2]"}},
    {"ConvOfOneDimension",
     [] {
       return conv({2, 2, 3}, [](auto&) {});
     },
     {"expected [outputs, channels, height, width]"}},
    {"ConvLargerThanImage",
     [] {
       return conv({2, 2, 5, 5}, [](auto&) {});
     },
     {"larger than the padded image"}},
    {"ConvZeroStride",
     [] {
       return conv({2, 2, 3, 3}, [](auto& n) { set_list(n, "strides", {0, 1}); });
     },
     {"'strides' holds 0"}},
    {"ConvThreeStrides",
     [] {
       return conv({2, 2, 3, 3}, [](auto& n) { set_list(n, "strides", {1, 1, 1}); });
     },
     {"two-dimensional"}},
    {"ConvNegativePads",
     [] {
       return conv({2, 2, 3, 3}, [](auto& n) { set_list(n, "pads", {-1, 0, 0, 0}); });
     },
     {"'pads' holds -1"}},
    {"ConvHugePads",
     [] {
       return conv({2, 2, 3, 3}, [](auto& n) { set_list(n, "pads", {huge, 0, huge, 0}); });
     },
     {"'pads' holds"}},
    {"ConvLargePads",
     [] {
       return conv({2, 2, 3, 3}, [](auto& n) { set_list(n, "pads", {1 << 19, 1 << 19, 0, 0}); });
     },
     {"more than"}},
    {"ConvHugeDilation",
     [] {
       return conv({2, 2, 3, 3}, [](auto& n) { set_list(n, "dilations", {huge, 1}); });
     },
     {"'dilations' holds"}},
    {"ConvAutoPadName",
     [] {
       return conv({2, 2, 3, 3}, [](auto& n) { test::set_text(n, "auto_pad", "SAME"); });
     },
     {"auto_pad 'SAME'"}},
    {"ConvBothPaddings",
     [] {
       return conv({2, 2, 3, 3}, [](auto& n) {
         test::set_text(n, "auto_pad", "SAME_UPPER");
         set_list(n, "pads", {1, 1, 1, 1});
       });
     },
     {"both auto_pad and pads"}},
    {"PoolWithoutKernel", [] { return max_pool([](auto&) {}); }, {"'kernel_shape'"}},
    {"PoolHugeKernel", [] { return max_pool([](auto& n) {
                              set_list(n, "kernel_shape", {huge, huge});
                            }); }, {"kernel size"}},
    {"PoolInPadding",
     [] {
       return max_pool([](auto& n) {
         set_list(n, "kernel_shape", {2, 2});
         set_list(n, "pads", {2, 2, 2, 2});
       });
     },
     {"padding alone"}},
    {"PoolCeilMode",
     [] {
       return max_pool([](auto& n) {
         set_list(n, "kernel_shape", {3, 3});
         set_list(n, "strides", {2, 2});
         set(n, "ceil_mode", 1);
       });
     },
     {"ceil_mode"}},
    {"PoolIndices",
     [] {
       return on_image([](auto& b) {
         auto& n = b.node("MaxPool", {"x"}, "p");
         n.add_output("indices");
         set_list(n, "kernel_shape", {2, 2});
         b.node("Relu", {"indices"}, "y");
       });
     },
     {"secondary output"}},
    {"NormalizationBehindRelu",
     [] {
       return behind_dense([](auto& b) {
         b.node("Relu", {"h"}, "r");
         normalization(b, "r", "y");
       });
     },
     {"directly behind Gemm, MatMul or Conv"}},
    {"NormalizationOfSharedLayer",
     [] {
       return behind_dense([](auto& b) {
         normalization(b, "h", "n");
         b.node("Add", {"n", "h"}, "y");
       });
     },
     {"nothing else reads"}},
    {"NormalizationVariance", [] { return behind_dense([](auto& b) { normalization(b, "h", "y", 2, -1.0); }); }, {"variance -1"}},
    {"NormalizationSize", [] { return behind_dense([](auto& b) { normalization(b, "h", "y", 3); }); }, {"scale has shape [3]"}},
    {"NormalizationTraining",
     [] { return behind_dense([](auto& b) { set(normalization(b, "h", "y"), "training_mode", 1); }); },
     {"training mode"}},
    {"AddOfConstantAfterRelu",
     [] {
       return behind_dense([](auto& b) {
         b.node("Relu", {"h"}, "r");
         b.weight("b", {2}, {1, 1});
         b.node("Add", {"r", "b"}, "y");
       });
     },
     {"directly behind"}},
    {"AddOfDifferentShapes",
     [] {
       return behind_dense([](auto& b) {
         b.weight("v", {2, 1}, {1, 1});
         b.node("MatMul", {"h", "v"}, "s");
         b.node("Add", {"h", "s"}, "y");
       });
     },
     {"different shapes"}},
    {"OverflowingFold",
     [] {
       return behind_dense([](auto& b) {
         auto& big = b.weight("v", {2, 2}, {});
         big.set_data_type(onnx::TensorProto::DOUBLE);
         for (int i = 0; i < 4; ++i)
           big.add_double_data(1e308);
         test::set_number(b.node("Gemm", {"h", "v"}, "y"), "alpha", 1e10);
       });
     },
     {"overflows"}},
    {"ReshapeOfWrongSize",
     [] {
       return behind_dense([](auto& b) {
         b.integers("s", {0, 3});
         b.node("Reshape", {"h", "s"}, "y");
       });
     },
     {"does not have the 2 elements"}},
    {"ReshapeMixesBatch",
     [] {
       return behind_dense([](auto& b) {
         b.integers("s", {2, 2});
         b.node("Reshape", {"h", "s"}, "y");
       });
     },
     {"preserve the batch"}},
    {"ReshapeTwoOpen",
     [] {
       return behind_dense([](auto& b) {
         b.integers("s", {-1, -1});
         b.node("Reshape", {"h", "s"}, "y");
       });
     },
     {"several dimensions open"}},
    {"ReshapeHuge",
     [] {
       return behind_dense([](auto& b) {
         b.integers("s", {0, huge, huge});
         b.node("Reshape", {"h", "s"}, "y");
       });
     },
     {"impossible dimension"}},
    {"ReshapeNotConstant", [] { return behind_dense([](auto& b) {
                                  b.node("Reshape", {"h", "h"}, "y");
                                }); }, {"must be a constant"}},
    {"FlattenOfTheBatch", [] { return behind_dense([](auto& b) { set(b.node("Flatten", {"h"}, "y"), "axis", 0); }); }, {"axis 0"}},
    {"AxisOutside", [] { return behind_dense([](auto& b) { set(b.node("Flatten", {"h"}, "y"), "axis", huge); }); }, {"outside"}},
    {"SoftmaxOverImage",
     [] {
       return on_image([](auto& b) {
         b.weight("w", {2, 2, 1, 1}, {1, 0, 0, 1});
         b.node("Conv", {"x", "w"}, "h");
         set(b.node("Softmax", {"h"}, "y"), "axis", 1);
       });
     },
     {"[batch, classes]"}},
    {"LayerBehindSoftmax",
     [] {
       return behind_dense([](auto& b) {
         b.node("Softmax", {"h"}, "s");
         b.node("Relu", {"s"}, "y", "late");
       });
     },
     {"'late'", "only at the end"}},
    {"ArgMaxOfTheBatch", [] { return behind_dense([](auto& b) { b.node("ArgMax", {"h"}, "y"); }); }, {"axis 0"}},
    {"ArgMaxLast",
     [] {
       return behind_dense([](auto& b) {
         auto& n = b.node("ArgMax", {"h"}, "y");
         set(n, "axis", 1);
         set(n, "select_last_index", 1);
       });
     },
     {"select_last_index"}},
    {"DropoutTraining",
     [] {
       return behind_dense([](auto& b) {
         b.integers("t", {1});
         b.node("Dropout", {"h", "", "t"}, "y");
       });
     },
     {"training mode"}},
    {"EmptyConstant",
     [] {
       return behind_dense([](auto& b) {
         b.node("Constant", {}, "c", "nothing");
         b.node("Relu", {"h"}, "y");
       });
     },
     {"'nothing'", "none of the attributes"}},
    {"TooManyInputs", [] { return behind_dense([](auto& b) {
                             b.node("Relu", {"h", "h"}, "y");
                           }); }, {"2 inputs, expected 1"}},
    {"NoNodeOutput", [] { return behind_dense([](auto& b) { b.node("Relu", {"h"}, "y").clear_output(); }); }, {"no output"}},
};

class OnnxOperatorFault : public ::testing::TestWithParam<Fault> {};

TEST_P(OnnxOperatorFault, IsAnInputErrorWithPlaceAndRemedy) {
  test::expect_input_error(GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, OnnxOperatorFault, ::testing::ValuesIn(faults),
                         [](const auto& fault) { return std::string(fault.param.name); });

}  // namespace
}  // namespace memcosim
