// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <vector>

#include <cuda_runtime.h>

#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/gpu/stream.cuh"

#include "gpu_int8_limit.cuh"

namespace memcosim {

namespace {

constexpr int chains = 8;  ///< independent sums in a warp
constexpr int rounds = 2000;

__global__ void multiply(std::int32_t* results, std::uint32_t seed) {
  std::int32_t sums[chains][4] = {};
  std::uint32_t codes[4];
  std::uint32_t levels[2];
  for (int i = 0; i < 4; ++i)
    codes[i] = seed * 2654435761u + threadIdx.x * 40503u + static_cast<std::uint32_t>(i) * 97u;
  levels[0] = codes[0] ^ 0x5a5a1234u;
  levels[1] = codes[1] ^ 0x13579bdfu;
  for (int round = 0; round < rounds; ++round) {
#pragma unroll
    for (int chain = 0; chain < chains; ++chain) {
      asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                   : "+r"(sums[chain][0]), "+r"(sums[chain][1]), "+r"(sums[chain][2]), "+r"(sums[chain][3])
                   : "r"(codes[0]), "r"(codes[1]), "r"(codes[2]), "r"(codes[3]), "r"(levels[0]), "r"(levels[1]));
    }
  }
  std::int32_t total = 0;
  for (int chain = 0; chain < chains; ++chain)
    total ^= sums[chain][0] ^ sums[chain][1] ^ sums[chain][2] ^ sums[chain][3];
  results[blockIdx.x * blockDim.x + threadIdx.x] = total;
}

}  // namespace

double int8_limit_tmacs() {
  int gpu = 0;
  int multiprocessors = 0;
  cuda::succeed(cudaGetDevice(&gpu), "ask for the current GPU");
  cuda::succeed(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, gpu), "ask for the size of the GPU");
  constexpr unsigned threads = 512;
  cuda::DeviceArray<std::int32_t> results(static_cast<std::size_t>(multiprocessors) * threads);
  std::vector<float> times;
  for (std::uint32_t repeat = 0; repeat < 7; ++repeat) {
    cuda::Event begin(true);
    cuda::Event end(true);
    begin.record(nullptr);
    multiply<<<static_cast<unsigned>(multiprocessors), threads>>>(results.data(), repeat);
    cuda::succeed_launch("bare products");
    end.record(nullptr);
    end.wait();
    times.push_back(end.milliseconds_since(begin));
  }
  std::sort(times.begin(), times.end());
  const double products = 16.0 * 8.0 * 32.0 * chains * rounds * (threads / 32.0) * multiprocessors;
  return 1e-9 * products / times[times.size() / 2];
}

}  // namespace memcosim
