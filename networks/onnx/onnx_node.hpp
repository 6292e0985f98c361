// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace onnx {
class AttributeProto;
class NodeProto;
class TensorProto;
}  // namespace onnx

namespace memcosim {

/// One node while it is imported: typed attributes and errors that name file, node and operator. An attribute that nobody read is an error
/// at finish(): it could change what the node means.
class OnnxNode {
 public:
  OnnxNode(const onnx::NodeProto& node, int index, const std::string& file);

  /// Name in the file, else "Conv_3".
  const std::string& name() const { return name_; }
  const std::string& op() const;
  /// "model.onnx: node 'conv1' (Conv)".
  std::string place() const;
  [[noreturn]] void fail(const std::string& message) const;

  int input_count() const;
  /// Name of an input; empty when it is absent.
  std::string input(int index) const;
  /// Name of a required input.
  std::string required_input(int index, const char* meaning) const;
  /// Fails unless the number of inputs is within the bounds.
  void expect_inputs(int low, int high) const;
  const std::string& output() const;

  std::int64_t integer(const char* attribute, std::int64_t fallback);
  double number(const char* attribute, double fallback);
  std::string text(const char* attribute, const std::string& fallback);
  /// Empty when absent.
  std::vector<std::int64_t> integers(const char* attribute);
  std::vector<double> numbers(const char* attribute);
  const onnx::TensorProto* tensor(const char* attribute);
  bool has(const char* attribute) const;
  /// Accepts an attribute that has no influence on inference.
  void ignore(const char* attribute) { known_.insert(attribute); }
  void finish() const;

 private:
  const onnx::AttributeProto* find(const char* attribute, int type, const char* type_name);

  const onnx::NodeProto& node_;
  std::string file_;
  std::string name_;
  std::set<std::string> known_;
};

}  // namespace memcosim
