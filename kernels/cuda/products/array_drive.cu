// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "memcosim/kernels/cuda/products/array_drive.cuh"
#include "memcosim/kernels/encodings/code_energy.hpp"

namespace memcosim::cuda {

namespace {

constexpr unsigned threads = 128;
constexpr unsigned rows_at_once = 64;
constexpr std::size_t plain_shared_bytes = 48u << 10;

/// One thread per vector and slice. The codes of the vectors of a block are staged in shared memory, for coalesced reads.
__global__ void __launch_bounds__(threads) sum_drive(MvmWork work, std::uint32_t rows, unsigned slices, unsigned dac_bits,
                                                     CodeWeights weights, bool by_code, const double* row_siemens) {
  __shared__ std::uint16_t inputs[threads][rows_at_once + 1];
  const unsigned vectors = blockDim.x / slices;
  const std::size_t first = std::size_t{blockIdx.x} * vectors;
  const unsigned own = threadIdx.x / slices;
  const unsigned slice = threadIdx.x % slices;
  const unsigned mask = (1u << dac_bits) - 1u;
  double sum = 0.0;
  for (std::uint32_t begin = 0; begin < rows; begin += rows_at_once) {
    const std::uint32_t here = rows - begin < rows_at_once ? rows - begin : rows_at_once;
    __syncthreads();
    for (unsigned i = threadIdx.x; i < vectors * here; i += blockDim.x) {
      const std::size_t vector = first + i / here;
      if (vector < work.count) inputs[i / here][i % here] = work.inputs[vector * work.input_stride + begin + i % here];
    }
    __syncthreads();
    if (own >= vectors || first + own >= work.count) continue;
    for (std::uint32_t k = 0; k < here; ++k) {
      const unsigned whole = (static_cast<unsigned>(inputs[own][k]) >> (slice * dac_bits)) & mask;
      const double code = whole;
      const std::size_t row = begin + k;
      const double siemens = by_code && whole > 1 ? row_siemens[std::size_t{whole - 1} * rows + row] : row_siemens[row];
      sum = ::fma(own_energy(weights, code), siemens, sum);
    }
  }
  if (own >= vectors || first + own >= work.count) return;
  work.drive_siemens[(first + own) * slices + slice] = sum / own_energy(weights, mask);
}

/// One block per vector and slice: the sum of coupled_drive(), in the same order.
__global__ void __launch_bounds__(threads)
    subtract_coupled(MvmWork work, std::uint32_t rows, unsigned slices, unsigned dac_bits, CodeWeights weights, const double* coupling) {
  extern __shared__ double sums[];
  const std::size_t vector = blockIdx.x / slices;
  const unsigned slice = blockIdx.x % slices;
  const unsigned mask = (1u << dac_bits) - 1u;
  const std::uint16_t* inputs = work.inputs + vector * work.input_stride;
  const auto code_of_row = [&](std::uint32_t row) { return (static_cast<unsigned>(inputs[row]) >> (slice * dac_bits)) & mask; };
  for (std::uint32_t column = threadIdx.x; column < rows; column += blockDim.x) {
    double sum = 0.0;
    for (std::uint32_t row = 0; row < rows; ++row) {
      const unsigned code = code_of_row(row);
      // With square weights the code of the column is a factor of the whole sum.
      const double weight = weights.square ? static_cast<double>(code) : shared_energy(weights, code, code_of_row(column));
      if (code != 0) sum += weight * coupling[std::size_t{row} * rows + column];
    }
    sums[column] = sum;
  }
  __syncthreads();
  if (threadIdx.x != 0) return;
  double drive = 0.0;
  for (std::uint32_t row = 0; row < rows; ++row)
    drive += weights.square ? static_cast<double>(code_of_row(row)) * sums[row] : sums[row];
  work.drive_siemens[vector * slices + slice] -= drive / own_energy(weights, mask);
}

}  // namespace

ArrayDrive::ArrayDrive(const LevelMatrix& matrix, const ReadoutConfig& readout)
    : rows_(matrix.rows),
      slices_(readout.slices()),
      dac_bits_(readout.dac.bits),
      weights_(readout.coding->weights),
      by_code_(!matrix.codes.empty()),
      coupling_(matrix.row_coupling) {
  if (by_code_) {
    std::vector<double> all;
    for (const LevelMatrix& at_code : matrix.codes)
      all.insert(all.end(), at_code.row_siemens.begin(), at_code.row_siemens.end());
    row_siemens_ = DeviceArray<double>(all);
  } else {
    row_siemens_ = DeviceArray<double>(matrix.row_siemens);
  }
  const std::size_t shared_bytes = rows_ * sizeof(double);
  if (coupling_.empty() || shared_bytes <= plain_shared_bytes) return;
  int device = 0;
  int most = 0;
  succeed(cudaGetDevice(&device), "ask for the device");
  succeed(cudaDeviceGetAttribute(&most, cudaDevAttrMaxSharedMemoryPerBlockOptin, device), "ask for the shared memory of a block");
  if (shared_bytes > static_cast<std::size_t>(most)) {
    throw RunError(fmt::format("GPU: an array with resistive lines has {} rows, at most {} are possible here: use simulation.backend: cpu",
                               rows_, static_cast<std::size_t>(most) / sizeof(double)));
  }
  succeed(cudaFuncSetAttribute(subtract_coupled, cudaFuncAttributeMaxDynamicSharedMemorySize, most), "ask for more shared memory");
}

void ArrayDrive::run(const MvmWork& work, cudaStream_t stream) const {
  const unsigned vectors = threads / slices_;
  const auto blocks = static_cast<unsigned>((work.count + vectors - 1) / vectors);
  sum_drive<<<blocks, threads, 0, stream>>>(work, rows_, slices_, dac_bits_, weights_, by_code_, row_siemens_.data());
  succeed_launch("sum the drive of rows");
  if (coupling_.empty()) return;
  subtract_coupled<<<static_cast<unsigned>(work.count * slices_), threads, rows_ * sizeof(double), stream>>>(
      work, rows_, slices_, dac_bits_, weights_, coupling_.data());
  succeed_launch("sum the drive between rows");
}

}  // namespace memcosim::cuda
