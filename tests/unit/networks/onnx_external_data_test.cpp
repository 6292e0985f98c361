// SPDX-License-Identifier: Apache-2.0
// Weights beside the model, as exporters write them by default.
#include <cstring>
#include <filesystem>

#include <gmock/gmock.h>

#include "memcosim/common/error.hpp"

#include "onnx_builder.hpp"
#include "temporary_folder.hpp"

namespace memcosim {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string bytes_of(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

struct External {
  std::string location = "m.onnx.data";
  std::string offset = "8";
  std::string length = "16";
};

class OnnxExternalData : public ::testing::Test {
 protected:
  OnnxExternalData() {
    std::filesystem::create_directory(folder_.path() / "model");
    test::put(model_.parent_path() / "m.onnx.data", bytes_of({-1, -1, 1, 2, 3, 4}));
  }

  /// A model whose 2 x 2 weight is external; empty entries are left out.
  Network import(const External& external, const std::filesystem::path& folder) const {
    test::OnnxBuilder builder({-1, 2}, 18);
    auto& weight = builder.weight("w", {2, 2}, {});
    weight.set_data_location(onnx::TensorProto::EXTERNAL);
    const auto add = [&](const char* key, const std::string& value) {
      if (value.empty()) return;
      auto& entry = *weight.add_external_data();
      entry.set_key(key);
      entry.set_value(value);
    };
    add("location", external.location);
    add("offset", external.offset);
    add("length", external.length);
    builder.node("MatMul", {"x", "w"}, "y");
    test::put(folder / "m.onnx", builder.bytes());
    return import_onnx(folder / "m.onnx");
  }
  Network import(const External& external) const { return import(external, model_.parent_path()); }

  std::string fault(const External& external) const {
    try {
      import(external);
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  }

  test::TemporaryFolder folder_;
  std::filesystem::path model_ = folder_.path() / "model" / "m.onnx";
};

TEST_F(OnnxExternalData, IsReadFromTheFileBesideTheModel) {
  EXPECT_THAT(import({}).layers[0].weights, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(import({"m.onnx.data", "", ""}).layers[0].weights, ElementsAre(-1, -1, 1, 2));
  EXPECT_THAT(import({"./m.onnx.data", "8", ""}).layers[0].weights, ElementsAre(1, 2, 3, 4));
  std::filesystem::create_directory(model_.parent_path() / "weights");
  test::put(model_.parent_path() / "weights" / "w", bytes_of({5, 6, 7, 8}));
  EXPECT_THAT(import({"weights/w", "0", "16"}).layers[0].weights, ElementsAre(5, 6, 7, 8));
  std::filesystem::create_symlink("weights/w", model_.parent_path() / "link");
  EXPECT_THAT(import({"link", "0", "16"}).layers[0].weights, ElementsAre(5, 6, 7, 8)) << "a link that stays inside";
}

TEST_F(OnnxExternalData, ARelativeModelIsFoundToo) {
  const auto before = std::filesystem::current_path();
  import({});
  std::filesystem::current_path(model_.parent_path());
  EXPECT_THAT(import_onnx("m.onnx").layers[0].weights, ElementsAre(1, 2, 3, 4));
  std::filesystem::current_path(before);
}

TEST_F(OnnxExternalData, NothingOutsideOfTheFolderIsRead) {
  test::put(folder_.path() / "secret", bytes_of({1, 2, 3, 4, 5, 6}));
  std::filesystem::create_symlink("../secret", model_.parent_path() / "out");
  std::filesystem::create_directory_symlink("..", model_.parent_path() / "up");
  EXPECT_THAT(fault({(folder_.path() / "secret").string(), "0", "16"}), HasSubstr("only a file in the folder of the model"));
  EXPECT_THAT(fault({"../secret", "0", "16"}), HasSubstr("only a file in the folder of the model"));
  EXPECT_THAT(fault({"x/../../secret", "0", "16"}), HasSubstr("only a file in the folder of the model"));
  EXPECT_THAT(fault({"out", "0", "16"}), HasSubstr("outside of the folder"));
  EXPECT_THAT(fault({"up/secret", "0", "16"}), HasSubstr("outside of the folder"));
  EXPECT_THAT(fault({"", "0", "16"}), HasSubstr("external file ''"));
  // A folder whose name begins like that of the model is another one.
  std::filesystem::create_directory(folder_.path() / "model2");
  test::put(folder_.path() / "model2" / "w", bytes_of({1, 2, 3, 4}));
  std::filesystem::create_symlink("../model2/w", model_.parent_path() / "near");
  EXPECT_THAT(fault({"near", "0", "16"}), HasSubstr("outside of the folder"));
}

TEST_F(OnnxExternalData, SizesMustAgree) {
  EXPECT_THAT(fault({"none.data", "0", "16"}), AllOf(HasSubstr("m.onnx"), HasSubstr("'none.data'"), HasSubstr("keep the two files")));
  EXPECT_THAT(fault({"m.onnx.data", "9", "16"}), AllOf(HasSubstr("from byte 9"), HasSubstr("24 bytes")));
  EXPECT_THAT(fault({"m.onnx.data", "18446744073709551615", "16"}), HasSubstr("from byte 18446744073709551615"));
  EXPECT_THAT(fault({"m.onnx.data", "8", "12"}), AllOf(HasSubstr("needs 16 bytes"), HasSubstr("has 12")));
  for (const char* bad : {"-8", "x", "8 ", "99999999999999999999999"})
    EXPECT_THAT(fault({"m.onnx.data", bad, "16"}), HasSubstr("not a number of bytes")) << bad;
  std::filesystem::create_directory(model_.parent_path() / "folder");
  EXPECT_THAT(fault({"folder", "0", "16"}), HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace memcosim
