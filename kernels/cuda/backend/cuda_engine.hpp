// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "memcosim/kernels/cuda/backend/cuda_cells.hpp"
#include "memcosim/kernels/products/backend.hpp"

namespace memcosim::cuda {

/// The engine of cuda_backend(), array a on GPU a mod the number of GPUs. Store and accelerator must outlive it.
std::unique_ptr<ProductEngine> make_cuda_engine(const BackendOptions& options, std::vector<Gpu> gpus, CellStore& cells,
                                                CudaCells& accelerator);

}  // namespace memcosim::cuda
