// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "memcosim/kernels/cuda/backend/cuda_backend.hpp"
#include "memcosim/kernels/cuda/backend/cuda_cells.hpp"
#include "memcosim/kernels/cuda/backend/cuda_engine.hpp"

namespace memcosim {

std::unique_ptr<Backend> cuda_backend(const BackendOptions& options, const std::vector<cuda::Gpu>& gpus) {
  if (gpus.empty()) throw std::logic_error("a cuda backend needs at least one GPU");
  std::vector<cuda::Gpu> used;
  std::string names;
  for (std::size_t i = 0; i < (options.gpus == 0 ? gpus.size() : options.gpus); ++i) {
    used.push_back(gpus[i % gpus.size()]);
    names += (names.empty() ? "" : ", ") + used.back().name;
  }
  const char* precision = options.precision == Precision::single_precision ? "single" : "double";
  auto accelerator = std::make_unique<cuda::CudaCells>(used);
  cuda::CudaCells& gpu_cells = *accelerator;
  auto cells = std::make_unique<CellStore>(options.seed, options.stop, std::move(accelerator));
  auto engine = cuda::make_cuda_engine(options, std::move(used), *cells, gpu_cells);
  return std::make_unique<Backend>(fmt::format("cuda ({}, {} precision)", names, precision), std::move(cells), std::move(engine));
}

}  // namespace memcosim
