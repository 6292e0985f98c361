// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "memcosim/kernels/products/backend.hpp"

namespace memcosim {

/// Backend for the processor: single precision, vectorised over columns, threads over chunks of a batch. Results are the same bits for
/// every instruction set, number of threads and batch: each sum goes over the rows in order. With one thread submit() does the work.
std::unique_ptr<Backend> cpu_backend(const BackendOptions& options);

}  // namespace memcosim
