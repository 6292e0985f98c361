// SPDX-License-Identifier: Apache-2.0
#include <cuda_runtime.h>
#include <fmt/format.h>

#include "memcosim/kernels/cuda/gpus.hpp"

namespace memcosim::cuda {

namespace {

constexpr int least_major = 8;  ///< oldest architecture that kernels are compiled for

std::string version_text(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

}  // namespace

Installation installation() {
  Installation found;
  found.built = true;
  found.architectures = MEMCOSIM_CUDA_ARCHITECTURES;
  cudaRuntimeGetVersion(&found.runtime_version);
  cudaDriverGetVersion(&found.driver_version);
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (found.driver_version == 0) {
    found.why_none = "no NVIDIA driver is installed";
  } else if (status == cudaErrorInsufficientDriver) {
    found.why_none = fmt::format("the NVIDIA driver supports CUDA up to {}, this build needs {}: install a newer driver",
                                 version_text(found.driver_version), version_text(found.runtime_version));
  } else if (status != cudaSuccess || count == 0) {
    found.why_none = fmt::format("the NVIDIA driver shows no GPU ({})", cudaGetErrorString(status));
  }
  cudaGetLastError();  // a failed question is not the error of a later call
  if (!found.why_none.empty()) return found;
  std::string too_old;
  for (int index = 0; index < count; ++index) {
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, index) != cudaSuccess) continue;
    if (properties.major < least_major) {
      too_old = fmt::format("{} has compute capability {}.{}, at least {}.0 is needed", properties.name, properties.major, properties.minor,
                            least_major);
      continue;
    }
    Gpu gpu{index, properties.name, properties.major, properties.minor, properties.multiProcessorCount, properties.totalGlobalMem, 0};
    int present = 0;
    std::size_t total = 0;
    if (cudaGetDevice(&present) == cudaSuccess && cudaSetDevice(index) == cudaSuccess) {
      cudaMemGetInfo(&gpu.free_bytes, &total);
      cudaSetDevice(present);
    }
    found.gpus.push_back(gpu);
  }
  cudaGetLastError();
  if (found.gpus.empty()) found.why_none = too_old.empty() ? "the GPUs of this machine do not answer" : too_old;
  return found;
}

}  // namespace memcosim::cuda
