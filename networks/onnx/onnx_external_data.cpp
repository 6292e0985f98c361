// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/onnx/onnx_external_data.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "memcosim/common/error.hpp"

namespace memcosim {
namespace {

[[noreturn]] void fail(const std::string& place, const std::string& message) {
  throw InputError(place + ": " + message);
}

struct Entry {
  std::string location;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool has_length = false;
};

std::uint64_t whole_number(const std::string& key, const std::string& text, const std::string& place) {
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    fail(place, fmt::format("the {} '{}' of its external data is not a number of bytes; export the model again", key, text));
  }
  return value;
}

Entry read_entry(const onnx::TensorProto& tensor, const std::string& place) {
  Entry entry;
  for (const auto& pair : tensor.external_data()) {
    if (pair.key() == "location") {
      entry.location = pair.value();
    } else if (pair.key() == "offset") {
      entry.offset = whole_number("offset", pair.value(), place);
    } else if (pair.key() == "length") {
      entry.length = whole_number("length", pair.value(), place);
      entry.has_length = true;
    }  // a checksum is optional and not checked
  }
  return entry;
}

/// The file of a location that is known to lie inside of the folder.
std::filesystem::path file_of(const std::string& location, const std::filesystem::path& folder, const std::string& place) {
  const std::filesystem::path relative(location);
  const bool climbs = std::find(relative.begin(), relative.end(), "..") != relative.end();
  if (location.empty() || relative.is_absolute() || climbs || location.find('\0') != std::string::npos) {
    fail(place, fmt::format("its data is in the external file '{}'; only a file in the folder of the model is read: save the model again "
                            "with its data beside it",
                            location));
  }
  std::error_code error;
  const std::filesystem::path root = std::filesystem::canonical(folder, error);
  if (error) fail(place, fmt::format("the folder '{}' of its external data cannot be read: {}", folder.string(), error.message()));
  const std::filesystem::path file = std::filesystem::canonical(root / relative, error);
  if (error) {
    fail(place, fmt::format("its data is in the external file '{}', which cannot be read in {} ({}); keep the two files of the model "
                            "together, or save it as one (torch.onnx.export(..., external_data=False))",
                            location, root.string(), error.message()));
  }
  const auto [end_of_root, unused] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
  if (end_of_root != root.end()) {
    fail(place, fmt::format("its external file '{}' is a link to {}, outside of the folder of the model; copy the file there", location,
                            file.string()));
  }
  if (!std::filesystem::is_regular_file(file, error)) fail(place, fmt::format("its external file '{}' is not a regular file", location));
  return file;
}

}  // namespace

std::string read_external_data(const onnx::TensorProto& tensor, std::int64_t bytes, const std::filesystem::path& folder,
                               const std::string& place) {
  const Entry entry = read_entry(tensor, place);
  if (folder.empty()) fail(place, fmt::format("its data is in the external file '{}', but the model has no folder", entry.location));
  const std::filesystem::path file = file_of(entry.location, folder, place);
  const auto wanted = static_cast<std::uint64_t>(bytes);
  if (entry.has_length && entry.length != wanted) {
    fail(place, fmt::format("its shape needs {} bytes, but its external data has {}; the file is damaged, export the model again", wanted,
                            entry.length));
  }
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(file, error);
  if (error) fail(place, fmt::format("the external file '{}' cannot be read: {}", entry.location, error.message()));
  if (entry.offset > size || wanted > size - entry.offset) {
    fail(place, fmt::format("it needs {} bytes from byte {} on of the external file '{}', which holds {} bytes; it is truncated or belongs "
                            "to another model",
                            wanted, entry.offset, entry.location, size));
  }
  std::string data(wanted, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(entry.offset));
  stream.read(data.data(), static_cast<std::streamsize>(wanted));
  if (!stream) fail(place, fmt::format("the external file '{}' cannot be read", entry.location));
  return data;
}

}  // namespace memcosim
