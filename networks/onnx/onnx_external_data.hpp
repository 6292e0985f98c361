// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace onnx {
class TensorProto;
}

namespace memcosim {

/// Reads the `bytes` bytes of a tensor that is stored in a file beside the model (ONNX external data: location, offset, length). The file
/// must lie in `folder`, the folder of the model, or below it: an absolute location, one with "..", and a symbolic link that leads out of
/// the folder are refused, as is anything but a regular file. Throws InputError starting with `place`.
std::string read_external_data(const onnx::TensorProto& tensor, std::int64_t bytes, const std::filesystem::path& folder,
                               const std::string& place);

}  // namespace memcosim
