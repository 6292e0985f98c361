// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "memcosim/kernels/products/backend.hpp"

namespace memcosim {

/// Throws InputError, with the reason and the remedy, when this machine or build lacks the backend or the backend lacks the precision.
std::unique_ptr<Backend> make_backend(const BackendOptions& options);
/// A name that BackendOptions takes, and a one-line description.
struct BackendInfo {
  const char* name;
  const char* summary;
};
/// All backends, whether or not this machine can run them (make_backend() checks that).
const std::vector<BackendInfo>& backends();
/// Instruction sets of the cpu backend that this machine can run, best first.
std::vector<std::string> cpu_instruction_sets();

}  // namespace memcosim
