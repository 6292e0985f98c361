// SPDX-License-Identifier: Apache-2.0
// Faults of files, graphs and tensors become an InputError that names the file, the node and what to do.
#include <limits>

#include "memcosim/networks/onnx/onnx_operators.hpp"

#include "onnx_faults.hpp"

namespace memcosim {
namespace {

using test::behind_dense;
using test::Fault;
using test::OnnxBuilder;
using test::set;

/// [batch, 2] -> MatMul -> y; a fault is put into it.
OnnxBuilder dense_model() {
  OnnxBuilder builder({-1, 2});
  builder.weight("w", {2, 2}, {1, 2, 3, 4});
  builder.node("MatMul", {"x", "w"}, "y");
  return builder;
}

std::string changed(const std::function<void(OnnxBuilder&)>& change) {
  auto builder = dense_model();
  change(builder);
  return builder.bytes();
}

std::string with_input(const std::vector<std::int64_t>& shape) {
  return changed([&](OnnxBuilder& builder) {
    builder.graph().mutable_input(0)->Clear();
    OnnxBuilder::add_value(*builder.graph().mutable_input(0), "x", shape);
  });
}

const double nan_value = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t huge = std::int64_t{1} << 62;

const std::vector<Fault> faults{
    {"EmptyFile", [] { return std::string(); }, {"empty"}},
    {"Text", [] { return std::string("hello, this is not a model at all"); }, {"no ONNX model"}},
    {"Zeros", [] { return std::string(1000, '\0'); }, {"no ONNX model"}},
    {"NoGraph", [] { return changed([](auto& b) { b.model().clear_graph(); }); }, {"no graph"}},
    {"NoNodes", [] { return changed([](auto& b) { b.graph().clear_node(); }); }, {"no nodes"}},
    {"NoOpset", [] { return changed([](auto& b) { b.model().clear_opset_import(); }); }, {"opset_import"}},
    {"OldOpset",
     [] { return changed([](auto& b) { b.model().mutable_opset_import(0)->set_version(6); }); },
     {"opset 6", "opset_version=13"}},
    {"UnknownOperator",
     [] { return changed([](auto& b) { b.graph().mutable_node(0)->set_op_type("LSTM"); }); },
     {"(LSTM)", "not supported", "MatMul"}},
    {"UnknownDomain", [] { return changed([](auto& b) { b.graph().mutable_node(0)->set_domain("com.acme"); }); }, {"com.acme"}},
    {"UnknownAttribute", [] { return changed([](auto& b) { set(*b.graph().mutable_node(0), "sparsity", 1); }); }, {"'sparsity'"}},
    {"MissingInitializer", [] { return changed([](auto& b) { b.graph().clear_initializer(); }); }, {"'w'", "does not exist"}},
    {"MissingInput", [] { return changed([](auto& b) { b.graph().mutable_node(0)->set_input(0, "z"); }); }, {"'z'", "does not exist"}},
    {"NoOutput", [] { return changed([](auto& b) { b.graph().clear_output(); }); }, {"0 outputs"}},
    {"SeveralOutputs", [] { return changed([](auto& b) { b.graph().add_output()->set_name("x"); }); }, {"2 outputs"}},
    {"OutputNeverComputed", [] { return changed([](auto& b) { b.graph().mutable_output(0)->set_name("z"); }); }, {"'z'"}},
    {"OutputIsTheInput", [] { return changed([](auto& b) { b.graph().mutable_output(0)->set_name("x"); }); }, {"output does not pass"}},
    {"NoInput", [] { return changed([](auto& b) { b.graph().clear_input(); }); }, {"no input"}},
    {"SeveralInputs",
     [] { return changed([](auto& b) {
            OnnxBuilder::add_value(*b.graph().add_input(), "x2", {1, 2});
          }); },
     {"several inputs", "'x2'"}},
    {"DynamicImage",
     [] {
       return with_input({-1, -1});
     },
     {"dynamic", "fixed image size"}},
    {"IntegerInput",
     [] {
       return changed(
           [](auto& b) { b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::UINT8); });
     },
     {"floating-point"}},
    {"NoInputShape", [] { return changed([](auto& b) { b.graph().mutable_input(0)->clear_type(); }); }, {"no tensor shape"}},
    {"HugeInput",
     [] {
       return with_input({-1, 1 << 20, 1 << 20, 1 << 20});
     },
     {"more than"}},
    {"ZeroInputSize",
     [] {
       return with_input({-1, 0});
     },
     {"dimension 1"}},
    {"NanWeight",
     [] { return changed([](auto& b) { b.graph().mutable_initializer(0)->set_float_data(2, static_cast<float>(nan_value)); }); },
     {"'w'", "element 2 is nan"}},
    {"InfiniteWeight",
     [] { return changed([](auto& b) { b.graph().mutable_initializer(0)->set_float_data(1, static_cast<float>(infinity)); }); },
     {"element 1 is inf"}},
    {"TooFewWeights",
     [] { return changed([](auto& b) { b.graph().mutable_initializer(0)->mutable_float_data()->Truncate(3); }); },
     {"needs 4 elements", "holds 3"}},
    {"HugeWeightShape", [] { return changed([](auto& b) { b.graph().mutable_initializer(0)->set_dims(0, huge); }); }, {"its shape"}},
    {"OverflowingWeightShape",
     [] {
       return changed([](auto& b) {
         for (int i = 0; i < 2; ++i)
           b.graph().mutable_initializer(0)->set_dims(i, std::int64_t{1} << 26);
       });
     },
     {"more than"}},
    {"NegativeWeightShape", [] { return changed([](auto& b) { b.graph().mutable_initializer(0)->set_dims(0, -2); }); }, {"its shape"}},
    {"OddRawData",
     [] { return changed([](auto& b) { b.graph().mutable_initializer(0)->set_raw_data("12345"); }); },
     {"raw data of 5 bytes"}},
    {"WrongWeightType",
     [] { return changed([](auto& b) { b.graph().mutable_initializer(0)->set_data_type(onnx::TensorProto::STRING); }); },
     {"STRING", "float"}},
    {"IntegerWeight",
     [] {
       return changed([](auto& b) {
         b.graph().clear_initializer();
         b.integers("w", {1, 2});
       });
     },
     {"integer elements"}},
    {"UnknownWeightType", [] { return changed([](auto& b) { b.graph().mutable_initializer(0)->set_data_type(77); }); }, {"number 77"}},
    {"ExternalData",
     [] { return changed([](auto& b) { b.graph().mutable_initializer(0)->set_data_location(onnx::TensorProto::EXTERNAL); }); },
     {"external", "no folder"}},
    {"WeightGivenTwice", [] { return changed([](auto& b) { b.weight("w", {1}, {1}); }); }, {"given twice"}},
    {"SparseWeight", [] { return changed([](auto& b) { b.graph().add_sparse_initializer(); }); }, {"sparse"}},
    {"WeightOfWrongSize",
     [] {
       return changed([](auto& b) {
         b.graph().clear_initializer();
         b.weight("w", {3, 2}, std::vector<double>(6, 1));
       });
     },
     {"takes 3 inputs", "2 features"}},
    {"WeightDependsOnImage",
     [] { return behind_dense([](auto& b) {
            b.node("MatMul", {"x", "h"}, "y", "bad");
          }); },
     {"'bad'", "depends on the image"}},
    {"Cycle",
     [] {
       return behind_dense([](auto& b) {
         b.node("Add", {"h", "b"}, "a");
         b.node("Relu", {"a"}, "b");
         b.node("Relu", {"b"}, "y");
       });
     },
     {"cyclic"}},
    {"ReadsItself", [] { return behind_dense([](auto& b) { b.node("Relu", {"y"}, "y"); }); }, {"cyclic"}},
    {"Disconnected",
     [] {
       return behind_dense([](auto& b) {
         b.node("Relu", {"h"}, "lost", "lost_node");
         b.node("Relu", {"h"}, "y", "kept");
       });
     },
     {"'lost_node'", "disconnected"}},
    {"NoMatrix",
     [] {
       OnnxBuilder b({-1, 2});
       b.node("Relu", {"x"}, "y");
       return b.bytes();
     },
     {"nothing to put on arrays"}},
    {"NameUsedTwice", [] { return behind_dense([](auto& b) { b.node("Relu", {"h"}, "x"); }); }, {"'x' has the name of another value"}},
};

class OnnxFault : public ::testing::TestWithParam<Fault> {};

TEST_P(OnnxFault, IsAnInputErrorWithPlaceAndRemedy) {
  test::expect_input_error(GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, OnnxFault, ::testing::ValuesIn(faults), [](const auto& fault) { return std::string(fault.param.name); });

TEST(OnnxImport, MissingFileAndFolder) {
  EXPECT_THROW(import_onnx("/nonexistent/model.onnx"), InputError);
  EXPECT_THROW(import_onnx(::testing::TempDir()), InputError);
}

TEST(OnnxImport, ListsItsOperators) {
  const auto names = onnx_operator_names();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_THAT(names, ::testing::IsSupersetOf({"Conv", "Gemm", "MatMul", "MaxPool", "Relu"}));
}

}  // namespace
}  // namespace memcosim
