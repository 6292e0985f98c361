// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "memcosim/kernels/products/backend.hpp"

namespace memcosim {

/// The backend to compare others against: plain loops in double precision, one thread, each product computed at submit().
std::unique_ptr<Backend> reference_backend(const BackendOptions& options);

}  // namespace memcosim
