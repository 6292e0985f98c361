// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "memcosim/common/error.hpp"

#include "onnx_builder.hpp"

namespace memcosim::test {

/// A model with one thing wrong.
struct Fault {
  const char* name;
  std::function<std::string()> bytes;
  std::vector<const char*> expected;  ///< parts of the message
};

inline std::ostream& operator<<(std::ostream& out, const Fault& fault) {
  return out << fault.name;
}

/// Passes when importing the model throws an InputError that names the file and holds all expected parts.
inline void expect_input_error(const Fault& fault) {
  try {
    parse_onnx(fault.bytes(), "test.onnx");
    FAIL() << "the model was accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("test.onnx: "));
    for (const char* part : fault.expected)
      EXPECT_THAT(error.what(), ::testing::HasSubstr(part));
  }
}

/// [batch, 2] -> MatMul -> h -> `op` -> y.
inline std::string behind_dense(const std::function<void(OnnxBuilder&)>& add) {
  OnnxBuilder builder({-1, 2});
  builder.weight("w", {2, 2}, {1, 2, 3, 4});
  builder.node("MatMul", {"x", "w"}, "h", "first");
  add(builder);
  return builder.bytes();
}

}  // namespace memcosim::test
