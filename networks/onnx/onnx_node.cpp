// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/onnx/onnx_node.hpp"

#include <cmath>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "memcosim/common/error.hpp"

namespace memcosim {

OnnxNode::OnnxNode(const onnx::NodeProto& node, int index, const std::string& file)
    : node_(node), file_(file), name_(node.name().empty() ? fmt::format("{}_{}", node.op_type(), index) : node.name()) {}

const std::string& OnnxNode::op() const {
  return node_.op_type();
}

std::string OnnxNode::place() const {
  return fmt::format("{}: node '{}' ({})", file_, name_, node_.op_type());
}

void OnnxNode::fail(const std::string& message) const {
  throw InputError(place() + ": " + message);
}

int OnnxNode::input_count() const {
  return node_.input_size();
}

std::string OnnxNode::input(int index) const {
  return index < node_.input_size() ? node_.input(index) : std::string();
}

std::string OnnxNode::required_input(int index, const char* meaning) const {
  const std::string name = input(index);
  if (name.empty()) fail(fmt::format("input {} ({}) is missing", index, meaning));
  return name;
}

void OnnxNode::expect_inputs(int low, int high) const {
  if (node_.input_size() < low || node_.input_size() > high) {
    fail(fmt::format("it has {} inputs, expected {}", node_.input_size(),
                     low == high ? fmt::format("{}", low) : fmt::format("{} to {}", low, high)));
  }
}

const std::string& OnnxNode::output() const {
  if (node_.output_size() < 1 || node_.output(0).empty()) fail("it has no output");
  return node_.output(0);
}

const onnx::AttributeProto* OnnxNode::find(const char* attribute, int type, const char* type_name) {
  known_.insert(attribute);
  const onnx::AttributeProto* found = nullptr;
  for (const auto& candidate : node_.attribute()) {
    if (candidate.name() != attribute) continue;
    if (found != nullptr) fail(fmt::format("attribute '{}' is given twice", attribute));
    found = &candidate;
  }
  if (found != nullptr && found->type() != type) fail(fmt::format("attribute '{}' is not {}", attribute, type_name));
  return found;
}

bool OnnxNode::has(const char* attribute) const {
  for (const auto& candidate : node_.attribute()) {
    if (candidate.name() == attribute) return true;
  }
  return false;
}

std::int64_t OnnxNode::integer(const char* attribute, std::int64_t fallback) {
  const auto* found = find(attribute, onnx::AttributeProto::INT, "an integer");
  return found == nullptr ? fallback : found->i();
}

double OnnxNode::number(const char* attribute, double fallback) {
  const auto* found = find(attribute, onnx::AttributeProto::FLOAT, "a number");
  if (found == nullptr) return fallback;
  if (!std::isfinite(found->f())) fail(fmt::format("attribute '{}' is not finite", attribute));
  return found->f();
}

std::string OnnxNode::text(const char* attribute, const std::string& fallback) {
  const auto* found = find(attribute, onnx::AttributeProto::STRING, "a text");
  return found == nullptr ? fallback : found->s();
}

std::vector<std::int64_t> OnnxNode::integers(const char* attribute) {
  const auto* found = find(attribute, onnx::AttributeProto::INTS, "a list of integers");
  return found == nullptr ? std::vector<std::int64_t>() : std::vector<std::int64_t>(found->ints().begin(), found->ints().end());
}

std::vector<double> OnnxNode::numbers(const char* attribute) {
  const auto* found = find(attribute, onnx::AttributeProto::FLOATS, "a list of numbers");
  if (found == nullptr) return {};
  for (const float value : found->floats()) {
    if (!std::isfinite(value)) fail(fmt::format("attribute '{}' has a value that is not finite", attribute));
  }
  return {found->floats().begin(), found->floats().end()};
}

const onnx::TensorProto* OnnxNode::tensor(const char* attribute) {
  const auto* found = find(attribute, onnx::AttributeProto::TENSOR, "a tensor");
  return found == nullptr ? nullptr : &found->t();
}

void OnnxNode::finish() const {
  for (const auto& attribute : node_.attribute()) {
    if (known_.count(attribute.name()) == 0) {
      fail(fmt::format("attribute '{}' is not supported; remove it or export the model for an earlier opset", attribute.name()));
    }
  }
}

}  // namespace memcosim
