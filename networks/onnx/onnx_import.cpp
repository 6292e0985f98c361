// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/onnx/onnx_import.hpp"

#include <limits>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/networks/onnx/onnx_graph.hpp"

namespace memcosim {

Network parse_onnx(std::string_view content, const std::string& name, const std::filesystem::path& folder) {
  if (content.empty()) throw InputError(name + ": the file is empty; expected an ONNX model");
  if (content.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw InputError(name + ": the file is above 2 GiB, the limit of the ONNX format");
  }
  onnx::ModelProto model;
  bool parsed = false;
  {
    const google::protobuf::LogSilencer silence;  // the fault is reported below, once
    parsed = model.ParseFromArray(content.data(), static_cast<int>(content.size()));
  }
  if (!parsed)
    throw InputError(name + ": it is no ONNX model, or it is truncated or damaged (protobuf cannot read it); export the model again");
  return OnnxGraph(model, name, folder).build();
}

Network import_onnx(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path();
  return parse_onnx(read_file(file), file.string(), folder.empty() ? "." : folder);
}

}  // namespace memcosim
