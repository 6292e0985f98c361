// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "memcosim/networks/network.hpp"

namespace memcosim {

/// Reads an ONNX file (opset 7 or later) for inference. Identity, Dropout, Constant, Softmax and ArgMax leave no layer; a
/// BatchNormalization or a constant Add is folded into the matrix layer before it; everything else becomes one layer.
/// Throws InputError naming file, node, operator and remedy for whatever is damaged, unsupported or inconsistent.
Network import_onnx(const std::filesystem::path& file);
/// The same from the content of a file; `name` stands for it in messages.
Network parse_onnx(std::string_view content, const std::string& name);
/// Names of the supported operators, sorted.
std::vector<std::string> onnx_operators();

}  // namespace memcosim
