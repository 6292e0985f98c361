// SPDX-License-Identifier: Apache-2.0
#include <cuda_runtime.h>
#include <fmt/format.h>

#include "memcosim/kernels/cuda/gpu/gpus.hpp"

namespace memcosim::cuda {

namespace {

constexpr int least_major = 8;  ///< compute capability of the oldest architecture that kernels are compiled for

std::string version_text(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

__global__ void any_kernel() {}

/// Makes the GPU the current one; returns why it cannot run the kernels of this build, or an empty text.
std::string why_unfit(int index, const cudaDeviceProp& properties) {
  if (properties.major < least_major) {
    return fmt::format("{} has compute capability {}.{}, at least {}.0 is needed", properties.name, properties.major, properties.minor,
                       least_major);
  }
  cudaFuncAttributes attributes{};
  cudaError_t status = cudaSetDevice(index);
  if (status == cudaSuccess) status = cudaFuncGetAttributes(&attributes, any_kernel);
  if (status == cudaSuccess) return {};
  if (status == cudaErrorNoKernelImageForDevice || status == cudaErrorInvalidDeviceFunction) {
    return fmt::format("{} has compute capability {}.{}, this build was compiled for {}: build with -DCMAKE_CUDA_ARCHITECTURES={}{}",
                       properties.name, properties.major, properties.minor, MEMCOSIM_CUDA_ARCHITECTURES, properties.major,
                       properties.minor);
  }
  return fmt::format("{} does not answer ({})", properties.name, cudaGetErrorString(status));
}

}  // namespace

Installation installation(std::size_t most_gpus) {
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
  cudaGetLastError();  // clears the error, which a later call would report
  if (!found.why_none.empty()) return found;
  int present = 0;
  cudaGetDevice(&present);
  std::string unfit;
  for (int index = 0; index < count && (most_gpus == 0 || found.gpus.size() < most_gpus); ++index) {
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, index) != cudaSuccess) continue;
    const std::string reason = why_unfit(index, properties);
    if (!reason.empty()) {
      unfit = reason;
      continue;
    }
    Gpu gpu{index, properties.name, properties.major, properties.minor, properties.multiProcessorCount, properties.totalGlobalMem, 0};
    std::size_t total = 0;
    cudaMemGetInfo(&gpu.free_bytes, &total);
    found.gpus.push_back(gpu);
  }
  cudaSetDevice(present);
  cudaGetLastError();
  if (found.gpus.empty()) found.why_none = unfit.empty() ? "the GPUs of this machine do not answer" : unfit;
  return found;
}

}  // namespace memcosim::cuda
