// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "memcosim/networks/layers/network.hpp"

namespace memcosim {

/// Reads an ONNX file (opset 7 or later) for inference, with its external data (docs/networks.md). Identity, Dropout, Constant, Softmax,
/// LogSoftmax and ArgMax leave no layer, nor does a node whose inputs are all constants: it is evaluated. BatchNormalization, and Add, Sub,
/// Mul or Div with a constant, are folded into the matrix layer before them, or at the input into Network::normalisation; every other node
/// becomes one layer. Throws InputError naming file, node, operator and remedy for a damaged, unsupported or inconsistent model.
Network import_onnx(const std::filesystem::path& file);
/// The same from the content of a file; `name` stands for it in messages. External data lies in `folder`; empty: it is refused.
Network parse_onnx(std::string_view content, const std::string& name, const std::filesystem::path& folder = {});

}  // namespace memcosim
