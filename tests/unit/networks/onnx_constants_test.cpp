// SPDX-License-Identifier: Apache-2.0
// Constant subgraphs, whatever they are, are evaluated while a model is read; constants at the input become its normalisation.
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>

#include "memcosim/networks/quantisation/float_network.hpp"

#include "onnx_faults.hpp"

namespace memcosim {
namespace {

using test::OnnxBuilder;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::Pointwise;

using Build = std::function<void(OnnxBuilder&)>;

/// The weights [rows, outputs] of a MatMul whose weight "w" is computed by the nodes that `build` adds.
std::vector<double> weights(std::int64_t rows, const Build& build, std::int64_t opset = 13) {
  OnnxBuilder builder({-1, rows}, opset);
  build(builder);
  builder.node("MatMul", {"x", "w"}, "y", "product");
  const Network network = builder.import();
  EXPECT_EQ(network.layers.size(), 1u);
  return network.layers[0].weights;
}

std::string fault(std::int64_t rows, const Build& build, std::int64_t opset = 13) {
  try {
    weights(rows, build, opset);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

std::vector<double> counted(std::size_t count) {
  std::vector<double> values(count);
  std::iota(values.begin(), values.end(), 1.0);
  return values;
}

TEST(OnnxConstants, ElementsThatMove) {
  // [2, 3, 2] with the elements 1 to 12.
  const auto from = [](OnnxBuilder& b) { b.weight("c", {2, 3, 2}, counted(12)); };
  EXPECT_THAT(weights(6,
                      [&](OnnxBuilder& b) {
                        from(b);
                        b.integers("s", {0, -1});
                        auto& t = b.node("Transpose", {"c"}, "t");
                        test::set_list(t, "perm", {1, 0, 2});
                        b.integers("s2", {6, -1});
                        b.node("Reshape", {"t", "s2"}, "w");
                      }),
              ElementsAre(1, 2, 7, 8, 3, 4, 9, 10, 5, 6, 11, 12));
  EXPECT_THAT(weights(2,
                      [&](OnnxBuilder& b) {
                        from(b);
                        b.integers("i", {2, -3});
                        auto& g = b.node("Gather", {"c", "i"}, "g");
                        test::set(g, "axis", 1);
                        auto& f = b.node("Flatten", {"g"}, "w");
                        test::set(f, "axis", 1);
                      }),
              ElementsAre(5, 6, 1, 2, 11, 12, 7, 8));
  EXPECT_THAT(weights(1,
                      [&](OnnxBuilder& b) {
                        from(b);
                        b.integers("from", {-1, 5});
                        b.integers("to", {-100, 0});
                        b.integers("axes", {0, 1});
                        b.integers("steps", {-1, -2});
                        b.node("Slice", {"c", "from", "to", "axes", "steps"}, "s");
                        b.integers("one", {1, -1});
                        b.node("Reshape", {"s", "one"}, "w");
                      }),
              ElementsAre(11, 12, 5, 6));
  EXPECT_THAT(weights(2,
                      [&](OnnxBuilder& b) {
                        b.weight("c", {1, 2}, {1, 2});
                        b.integers("dims", {2, 1});
                        b.node("Expand", {"c", "dims"}, "e");
                        b.weight("d", {2, 1}, {3, 4});
                        auto& c = b.node("Concat", {"e", "d"}, "w");
                        test::set(c, "axis", -1);
                      }),
              ElementsAre(1, 2, 3, 1, 2, 4));
}

TEST(OnnxConstants, AxesAreAttributesBeforeOpset13AndInputsAfter) {
  for (const std::int64_t opset : {11, 13, 18, 21}) {
    EXPECT_THAT(weights(
                    2,
                    [&](OnnxBuilder& b) {
                      b.weight("c", {1, 2, 1, 2}, {1, 2, 3, 4});
                      if (opset < 13) {
                        test::set_list(b.node("Squeeze", {"c"}, "q"), "axes", {0, -2});
                        test::set_list(b.node("Unsqueeze", {"q"}, "u"), "axes", {-1});
                      } else {
                        b.integers("gone", {0, -2});
                        b.integers("new", {-1});
                        b.node("Squeeze", {"c", "gone"}, "q");
                        b.node("Unsqueeze", {"q", "new"}, "u");
                      }
                      b.node("Squeeze", {"u"}, "w");
                    },
                    opset),
                ElementsAre(1, 2, 3, 4))
        << opset;
    // The mean of each row, kept as a column; ReduceSum took its axes as an input five versions earlier.
    for (const std::string op : {"ReduceMean", "ReduceSum"}) {
      const bool input = opset >= (op == "ReduceSum" ? 13 : 18);
      EXPECT_THAT(weights(
                      2,
                      [&](OnnxBuilder& b) {
                        b.weight("c", {2, 3}, {1, 2, 6, 4, 5, 9});
                        if (input) b.integers("axes", {-1});
                        auto& r = b.node(op, input ? std::vector<std::string>{"c", "axes"} : std::vector<std::string>{"c"}, "w");
                        if (!input) test::set_list(r, "axes", {1});
                      },
                      opset),
                  op == "ReduceSum" ? ElementsAre(9, 18) : ElementsAre(3, 6))
          << op << opset;
    }
  }
}

TEST(OnnxConstants, ArithmeticBroadcastsAndRoundsLikeFloat) {
  const auto combined = [](const char* op) {
    return weights(2, [&](OnnxBuilder& b) {
      b.weight("a", {2, 2}, {1, -2, 3, 4});
      b.weight("b", {2}, {2, 3});
      b.node(op, {"a", "b"}, "w");
    });
  };
  EXPECT_THAT(combined("Add"), ElementsAre(3, 1, 5, 7));
  EXPECT_THAT(combined("Sub"), ElementsAre(-1, -5, 1, 1));
  EXPECT_THAT(combined("Mul"), ElementsAre(2, -6, 6, 12));
  EXPECT_THAT(combined("Pow"), ElementsAre(1, -8, 9, 64));
  EXPECT_THAT(combined("Max"), ElementsAre(2, 3, 3, 4));
  EXPECT_THAT(combined("Div"), ElementsAre(0.5, static_cast<double>(-2.0f / 3.0f), 1.5, static_cast<double>(4.0f / 3.0f)));
  const auto of_one = [](const char* op, const std::vector<double>& values) {
    return weights(1, [&](OnnxBuilder& b) {
      b.weight("a", {1, static_cast<std::int64_t>(values.size())}, values);
      b.node(op, {"a"}, "w");
    });
  };
  EXPECT_THAT(of_one("Neg", {1, -2}), ElementsAre(-1, 2));
  EXPECT_THAT(of_one("Sqrt", {4, 2}), ElementsAre(2, static_cast<double>(std::sqrt(2.0f))));
  EXPECT_THAT(of_one("Sign", {-3, 0, 5}), ElementsAre(-1, 0, 1));
  EXPECT_THAT(of_one("Round", {0.5, 1.5, -2.5}), ElementsAre(0, 2, -2));
  EXPECT_THAT(of_one("Reciprocal", {4, -2}), ElementsAre(0.25, -0.5));
}

TEST(OnnxConstants, NormalisedWeightsAreComputed) {
  // w = g * v / |v| row by row, as weight normalisation exports without constant folding, then transposed.
  const std::vector<double> found = weights(2, [](OnnxBuilder& b) {
    b.weight("v", {3, 2}, {3, 4, 6, 8, 0, 2});
    b.weight("g", {3, 1}, {5, 1, -1});
    auto& norm = b.node("ReduceL2", {"v"}, "norm");
    test::set_list(norm, "axes", {1});
    b.node("Div", {"v", "norm"}, "d");
    b.node("Mul", {"d", "g"}, "m");
    b.node("Transpose", {"m"}, "w");
  });
  EXPECT_THAT(found, Pointwise(DoubleNear(1e-6), {3.0, 0.6, 0.0, 4.0, 0.8, -1.0}));
}

TEST(OnnxConstants, IntegersAreExactAndCastsRound) {
  // 2^53 + 1 has no double; the difference is one all the same.
  EXPECT_THAT(weights(1,
                      [](OnnxBuilder& b) {
                        b.integers("a", {9007199254740993, -7});
                        b.integers("b", {9007199254740992, 2});
                        b.node("Sub", {"a", "b"}, "d");
                        b.integers("two", {2});
                        b.node("Div", {"d", "two"}, "q");
                        auto& cast = b.node("Cast", {"q"}, "f");
                        test::set(cast, "to", onnx::TensorProto::FLOAT);
                        b.integers("row", {1, 2});
                        b.node("Reshape", {"f", "row"}, "w");
                      }),
              ElementsAre(0, -4));
  EXPECT_THAT(weights(1,
                      [](OnnxBuilder& b) {
                        b.weight("a", {1, 3}, {2049, 1e-8, -2.9});
                        auto& half = b.node("Cast", {"a"}, "h");
                        test::set(half, "to", onnx::TensorProto::FLOAT16);
                        auto& single = b.node("Cast", {"h"}, "w");
                        test::set(single, "to", onnx::TensorProto::FLOAT);
                      }),
              ElementsAre(2048, 0, -2.900390625));
}

TEST(OnnxConstants, WhatCannotBeComputedIsAnError) {
  EXPECT_THAT(fault(1,
                    [](OnnxBuilder& b) {
                      b.weight("a", {1, 1}, {1});
                      b.weight("z", {1}, {0});
                      b.node("Div", {"a", "z"}, "w", "quotient");
                    }),
              ::testing::AllOf(HasSubstr("'quotient'"), HasSubstr("not finite")));
  EXPECT_THAT(fault(1,
                    [](OnnxBuilder& b) {
                      b.weight("a", {1, 2}, {1, 2});
                      b.weight("b", {3}, {1, 2, 3});
                      b.node("Add", {"a", "b"}, "w");
                    }),
              HasSubstr("do not fit each other"));
  EXPECT_THAT(fault(1,
                    [](OnnxBuilder& b) {
                      b.weight("a", {1, 1}, {1});
                      b.integers("huge", {1 << 20, 1 << 20});
                      b.node("Expand", {"a", "huge"}, "w");
                    }),
              HasSubstr("more than"));
  EXPECT_THAT(fault(1,
                    [](OnnxBuilder& b) {
                      b.integers("a", {std::numeric_limits<std::int64_t>::max()});
                      b.node("Add", {"a", "a"}, "w");
                    }),
              HasSubstr("does not fit an integer"));
  EXPECT_THAT(fault(1,
                    [](OnnxBuilder& b) {
                      b.weight("a", {2, 2}, {1, 2, 3, 4});
                      b.integers("s", {3, -1});
                      b.node("Reshape", {"a", "s"}, "w");
                    }),
              HasSubstr("does not have the 4 elements"));
}

/// A padded convolution of two channels behind what `build` makes of "x" and calls "n".
Network behind(const Build& build, std::int64_t opset = 13) {
  OnnxBuilder builder({-1, 2, 3, 3}, opset);
  build(builder);
  builder.weight("k", {1, 2, 3, 3}, test::some_numbers(18));
  auto& conv = builder.node("Conv", {"n", "k"}, "y", "conv");
  test::set_list(conv, "pads", {1, 1, 1, 1});
  return builder.import();
}

TEST(OnnxInput, ConstantsAtTheInputNormaliseIt) {
  const std::vector<double> image = test::some_numbers(18, 5);
  const Network plain = behind([](OnnxBuilder& b) { b.node("Identity", {"x"}, "n"); });
  std::vector<double> normalised;
  for (std::size_t i = 0; i < image.size(); ++i)
    normalised.push_back(i < 9 ? (image[i] - 0.5) / 0.25 : (image[i] - 0.25) / 0.5);
  const auto wanted = run_float(plain, normalised);
  const std::vector<Build> forms{
      [](OnnxBuilder& b) {
        b.weight("mean", {1, 2, 1, 1}, {0.5, 0.25});
        b.weight("std", {2, 1, 1}, {0.25, 0.5});
        b.node("Sub", {"x", "mean"}, "s");
        b.node("Div", {"s", "std"}, "n");
      },
      [](OnnxBuilder& b) {
        b.weight("gain", {2, 1, 1}, {4, 2});
        b.weight("offset", {2, 1, 1}, {-2, -0.5});
        b.node("Mul", {"gain", "x"}, "s");
        b.node("Add", {"offset", "s"}, "n");
      },
      [](OnnxBuilder& b) {
        b.weight("mean", {2, 1, 1}, {0.5, 0.25});
        b.weight("gain", {2, 1, 1}, {-4, -2});
        b.node("Sub", {"mean", "x"}, "s");
        b.node("Mul", {"s", "gain"}, "n");
      },
      [](OnnxBuilder& b) {
        b.weight("scale", {2}, {1, 1});
        b.weight("bias", {2}, {0, 0});
        b.weight("mean", {2}, {0.5, 0.25});
        b.weight("variance", {2}, {0.0625, 0.25});
        auto& norm = b.node("BatchNormalization", {"x", "scale", "bias", "mean", "variance"}, "n");
        test::set_number(norm, "epsilon", 0.0);
      },
      [](OnnxBuilder& b) {  // the constants are computed, and the input goes through a Reshape
        b.weight("mean", {2}, {0.5, 0.25});
        b.integers("s", {2, 1, 1});
        b.node("Reshape", {"mean", "s"}, "m");
        b.weight("variance", {2, 1, 1}, {0.0625, 0.25});
        b.node("Sqrt", {"variance"}, "std");
        b.integers("flat", {0, 2, 3, 3});
        b.node("Reshape", {"x", "flat"}, "r");
        b.node("Sub", {"r", "m"}, "d");
        b.node("Div", {"d", "std"}, "n");
      },
  };
  for (std::size_t form = 0; form < forms.size(); ++form) {
    const Network network = behind(forms[form]);
    EXPECT_EQ(network.normalisation.gain.size(), 18u) << form;
    EXPECT_EQ(network.layers.back().weights, plain.layers.back().weights) << form;
    EXPECT_THAT(run_float(network, image), Pointwise(DoubleNear(1e-12), wanted)) << form;
  }
}

TEST(OnnxInput, BehindAMatrixLayerConstantsScaleIt) {
  OnnxBuilder builder({-1, 2});
  builder.weight("w", {2, 2}, {1, 2, 3, 4});
  builder.weight("c", {2}, {2, 4});
  builder.node("MatMul", {"x", "w"}, "h");
  builder.node("Sub", {"h", "c"}, "a");
  builder.node("Div", {"a", "c"}, "b");
  builder.node("Mul", {"c", "b"}, "d");
  builder.node("Sub", {"c", "d"}, "y");
  const Network network = builder.import();
  EXPECT_EQ(network.layers.size(), 1u);
  EXPECT_THAT(run_float(network, std::vector<double>{1, 0}), ElementsAre(3, 6));
}

TEST(OnnxInput, ElsewhereConstantsAreAnError) {
  const auto fault_of = [](const Build& build) {
    try {
      behind(build);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_THAT(fault_of([](OnnxBuilder& b) {
                b.weight("c", {1}, {2});
                b.node("Relu", {"x"}, "r");
                b.node("Mul", {"r", "c"}, "n", "late");
              }),
              ::testing::AllOf(HasSubstr("'late'"), HasSubstr("at the input")));
  EXPECT_THAT(fault_of([](OnnxBuilder& b) {
                b.weight("c", {1}, {2});
                b.node("Mul", {"x", "c"}, "m", "shared");
                b.node("Add", {"x", "m"}, "n");
              }),
              HasSubstr("'shared'"));
  EXPECT_THAT(fault_of([](OnnxBuilder& b) {
                b.weight("c", {1}, {2});
                b.node("Div", {"c", "x"}, "n");
              }),
              HasSubstr("division by a value that depends on the image"));
  EXPECT_THAT(fault_of([](OnnxBuilder& b) { b.node("Mul", {"x", "x"}, "n"); }), HasSubstr("must be a constant"));
  EXPECT_THAT(fault_of([](OnnxBuilder& b) {
                b.weight("c", {3, 1, 1}, {1, 2, 3});
                b.node("Add", {"x", "c"}, "n");
              }),
              HasSubstr("does not fit"));
}

TEST(OnnxExport, ShapesOfTheBatchAreFollowed) {
  // As PyTorch writes x.mean((-1, -2)).view(x.shape[0], 2) with a free batch.
  for (const std::int64_t opset : {13, 18, 21}) {
    OnnxBuilder builder({-1, 2, 3, 3}, opset);
    if (opset < 15) {
      builder.node("Shape", {"x"}, "s");
      builder.integers("first", {0});
      builder.node("Gather", {"s", "first"}, "batch");
    } else {
      auto& shape = builder.node("Shape", {"x"}, "batch");
      test::set(shape, "start", 0);
      test::set(shape, "end", 1);
    }
    builder.integers("features", {2});
    auto& target = builder.node("Concat", {"batch", "features"}, "target");
    test::set(target, "axis", 0);
    builder.weight("mean", {1}, {0.5});
    builder.node("Sub", {"x", "mean"}, "n");  // Shape does not count as a reader
    if (opset < 18) {
      test::set_list(builder.node("ReduceMean", {"n"}, "p"), "axes", {-1, -2});
    } else {
      builder.integers("axes", {-1, -2});
      builder.node("ReduceMean", {"n", "axes"}, "p");
    }
    builder.node("Reshape", {"p", "target"}, "f");
    builder.weight("w", {2, 2}, {1, 0, 0, 1});
    builder.node("MatMul", {"f", "w"}, "l");
    builder.node("LogSoftmax", {"l"}, "y");
    const auto logits = run_float(builder.import(), counted(18));
    EXPECT_THAT(logits, Pointwise(DoubleNear(1e-12), {4.5, 13.5})) << opset;
  }
}

TEST(OnnxReduceMean, OverThePixelsAloneWithOrWithoutTheirAxes) {
  for (const bool keep : {false, true}) {
    OnnxBuilder builder({-1, 2, 2, 2}, 18);
    builder.weight("k", {2, 2, 1, 1}, {1, 0, 0, 1});
    builder.node("Conv", {"x", "k"}, "c");
    builder.integers("axes", {3, 2});
    auto& mean = builder.node("ReduceMean", {"c", "axes"}, "y");
    test::set(mean, "keepdims", keep ? 1 : 0);
    const Network network = builder.import();
    EXPECT_EQ(network.shape_of(network.output), keep ? Shape({2, 1, 1}) : Shape({2}));
    EXPECT_THAT(run_float(network, counted(8)), ElementsAre(2.5, 6.5));
  }
  OnnxBuilder rows({-1, 1, 2, 3}, 18);
  rows.weight("k", {1, 1, 1, 1}, {1});
  rows.node("Conv", {"x", "k"}, "c");
  rows.integers("axes", {2});
  auto& mean = rows.node("ReduceMean", {"c", "axes"}, "y");
  test::set(mean, "keepdims", 0);
  EXPECT_THAT(run_float(rows.import(), counted(6)), ElementsAre(2.5, 3.5, 4.5));
  test::Fault channels{"channels",
                       [] {
                         OnnxBuilder b({-1, 2, 2, 2}, 18);
                         b.weight("k", {2, 2, 1, 1}, {1, 0, 0, 1});
                         b.node("Conv", {"x", "k"}, "c");
                         b.integers("axes", {1});
                         b.node("ReduceMean", {"c", "axes"}, "y");
                         return b.bytes();
                       },
                       {"ReduceMean", "axes [1]", "pixels"}};
  test::expect_input_error(channels);
}

TEST(OnnxShapes, OfActivationsChange) {
  OnnxBuilder builder({-1, 4}, 13);
  builder.integers("two", {1, 2});
  builder.node("Unsqueeze", {"x", "two"}, "u");
  builder.weight("k", {2, 1, 1, 1}, {1, -1});
  builder.node("Conv", {"u", "k"}, "c");  // [2, 1, 4]
  builder.integers("one", {2});
  builder.node("Squeeze", {"c", "one"}, "s");
  auto& cast = builder.node("Cast", {"s"}, "t");
  test::set(cast, "to", onnx::TensorProto::FLOAT);
  builder.weight("zero", {}, {0});
  builder.node("Clip", {"t", "zero"}, "r");
  builder.node("Flatten", {"r"}, "f");
  builder.weight("w", {8, 1}, std::vector<double>(8, 1));
  builder.node("MatMul", {"f", "w"}, "y");
  EXPECT_THAT(run_float(builder.import(), std::vector<double>{1, -2, 3, -4}), ElementsAre(10));
}

}  // namespace
}  // namespace memcosim
