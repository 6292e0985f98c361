// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace memcosim {

class OnnxGraph;
class OnnxNode;

/// One row of the table of supported operators; adding one takes a function and a row.
struct OnnxOperator {
  const char* name;
  void (*read)(OnnxGraph& graph, OnnxNode& node);
};

/// Null for an operator that is not supported.
const OnnxOperator* find_onnx_operator(const std::string& name);
/// Sorted.
std::vector<std::string> onnx_operator_names();

// Operators with weights (onnx_matrix_operators.cpp).
void read_gemm(OnnxGraph& graph, OnnxNode& node);
void read_matmul(OnnxGraph& graph, OnnxNode& node);
void read_conv(OnnxGraph& graph, OnnxNode& node);
void read_batch_normalization(OnnxGraph& graph, OnnxNode& node);
void read_add(OnnxGraph& graph, OnnxNode& node);
void read_sub(OnnxGraph& graph, OnnxNode& node);
void read_mul(OnnxGraph& graph, OnnxNode& node);
void read_div(OnnxGraph& graph, OnnxNode& node);
// Pooling (onnx_pool_operators.cpp).
void read_max_pool(OnnxGraph& graph, OnnxNode& node);
void read_average_pool(OnnxGraph& graph, OnnxNode& node);
void read_global_average_pool(OnnxGraph& graph, OnnxNode& node);
void read_reduce_mean(OnnxGraph& graph, OnnxNode& node);
// All others (onnx_operators.cpp).
void read_relu(OnnxGraph& graph, OnnxNode& node);
void read_flatten(OnnxGraph& graph, OnnxNode& node);
void read_reshape(OnnxGraph& graph, OnnxNode& node);
void read_softmax(OnnxGraph& graph, OnnxNode& node);
void read_argmax(OnnxGraph& graph, OnnxNode& node);
void read_identity(OnnxGraph& graph, OnnxNode& node);
void read_cast(OnnxGraph& graph, OnnxNode& node);
void read_clip(OnnxGraph& graph, OnnxNode& node);
void read_shape(OnnxGraph& graph, OnnxNode& node);
void read_size(OnnxGraph& graph, OnnxNode& node);
void read_squeeze(OnnxGraph& graph, OnnxNode& node);
void read_unsqueeze(OnnxGraph& graph, OnnxNode& node);
void read_dropout(OnnxGraph& graph, OnnxNode& node);
void read_constant(OnnxGraph& graph, OnnxNode& node);

}  // namespace memcosim
