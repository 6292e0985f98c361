// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <type_traits>
#include <vector>

#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/products/array_drive.cuh"
#include "memcosim/kernels/cuda/products/plain/plain_conversion.cuh"
#include "memcosim/kernels/cuda/products/plain/plain_mvm.cuh"

namespace memcosim::cuda {

namespace {

constexpr unsigned tile = 64;  ///< items and columns of a block
constexpr unsigned side = 16;  ///< threads along each side; each has (tile / side)^2 sums
constexpr unsigned each = tile / side;
constexpr unsigned depth = 16;  ///< rows at once

/// Data of an array for the kernels, besides the input vectors.
template <typename Real>
struct Matrix {
  const Real* levels;       ///< rows x columns; by code: for code c, from (c - 1) * rows * columns
  const double* variances;  ///< rows x columns, levels squared; null: no read noise
  std::uint32_t rows;
  double offset;  ///< 0 where it cancels
  Conversion<Real> conversion;
};

/// Value of a column including the contribution of g_min in all driven rows.
__device__ double with_offset(double sum, double offset, std::int32_t codes) {
  return sum + offset * static_cast<double>(codes);
}
__device__ float with_offset(float sum, double offset, std::int32_t codes) {
  return ::fmaf(static_cast<float>(offset), static_cast<float>(codes), sum);
}

template <typename Real>
__device__ void finish(const Matrix<Real>& matrix, const MvmWork& work, std::size_t index, std::uint32_t column, Real sum,
                       std::int32_t codes, double variance) {
  const Real value = matrix.offset != 0.0 ? with_offset(sum, matrix.offset, codes) : sum;
  convert(matrix.conversion, work, index, column, value, variance);
}

template <typename Real, bool noisy>
__global__ void __launch_bounds__(side* side) multiply(Matrix<Real> matrix, MvmWork work) {
  __shared__ Real codes[depth][tile + 1];
  __shared__ Real levels[depth][tile];
  __shared__ double variances[noisy ? depth : 1][noisy ? tile : 1];
  __shared__ std::int32_t code_sums[tile];
  const unsigned thread = threadIdx.y * side + threadIdx.x;
  const Conversion<Real>& conversion = matrix.conversion;
  const std::uint32_t columns = conversion.columns;
  const std::size_t items = work.count * conversion.slices;
  const std::size_t first_item = std::size_t{blockIdx.x} * tile;
  const std::uint32_t first_column = blockIdx.y * tile;
  if (thread < tile) code_sums[thread] = 0;
  Real sum[each][each] = {};
  double variance[noisy ? each : 1][noisy ? each : 1] = {};
  for (std::uint32_t begin = 0; begin < matrix.rows; begin += depth) {
    __syncthreads();
    for (unsigned i = thread; i < tile * depth; i += side * side) {
      const std::size_t index = first_item + i / depth;
      const std::uint32_t row = begin + i % depth;
      const unsigned code = index < items && row < matrix.rows ? code_of(conversion, work, item_of(conversion, work, index), row) : 0;
      codes[i % depth][i / depth] = static_cast<Real>(code);
      if (matrix.offset != 0.0 && code != 0) atomicAdd(code_sums + i / depth, static_cast<std::int32_t>(code));
      const std::uint32_t column = first_column + i % tile;
      const std::uint32_t level_row = begin + i / tile;
      const bool there = column < columns && level_row < matrix.rows;
      const std::size_t cell = std::size_t{level_row} * columns + column;
      levels[i / tile][i % tile] = there ? matrix.levels[cell] : Real{0};
      if constexpr (noisy) variances[i / tile][i % tile] = there ? matrix.variances[cell] : 0.0;
    }
    __syncthreads();
    for (unsigned k = 0; k < depth; ++k) {
#pragma unroll
      for (unsigned i = 0; i < each; ++i) {
        const Real code = codes[k][threadIdx.y * each + i];
#pragma unroll
        for (unsigned j = 0; j < each; ++j) {
          sum[i][j] = ::fma(code, levels[k][j * side + threadIdx.x], sum[i][j]);
          if constexpr (noisy) {
            const double square = static_cast<double>(code) * static_cast<double>(code);
            variance[i][j] += square * variances[k][j * side + threadIdx.x];
          }
        }
      }
    }
  }
  __syncthreads();
  for (unsigned i = 0; i < each; ++i) {
    for (unsigned j = 0; j < each; ++j) {
      const std::size_t index = first_item + threadIdx.y * each + i;
      const std::uint32_t column = first_column + j * side + threadIdx.x;
      if (index >= items || column >= columns) continue;
      double of_column = 0.0;
      if constexpr (noisy) of_column = variance[i][j];
      finish(matrix, work, index, column, sum[i][j], code_sums[threadIdx.y * each + i], of_column);
    }
  }
}

/// Cells that conduct differently at each DAC code: one thread per conversion.
__global__ void __launch_bounds__(128) multiply_by_code(Matrix<double> matrix, MvmWork work) {
  const Conversion<double>& conversion = matrix.conversion;
  const std::uint32_t columns = conversion.columns;
  const std::size_t place = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x;
  if (place >= work.count * conversion.slices * columns) return;
  const std::size_t index = place / columns;
  const auto column = static_cast<std::uint32_t>(place % columns);
  const Item item = item_of(conversion, work, index);
  const std::size_t cells = std::size_t{matrix.rows} * columns;
  double sum = 0.0;
  double variance = 0.0;
  std::int32_t codes = 0;
  for (std::uint32_t row = 0; row < matrix.rows; ++row) {
    const unsigned code = code_of(conversion, work, item, row);
    if (code == 0) continue;
    codes += static_cast<std::int32_t>(code);
    const double factor = code;
    const std::size_t cell = std::size_t{row} * columns + column;
    sum = ::fma(factor, matrix.levels[(code - 1) * cells + cell], sum);
    if (matrix.variances != nullptr) variance += factor * factor * matrix.variances[cell];
  }
  finish(matrix, work, index, column, sum, codes, variance);
}

/// Appends the levels of the conversions; in double precision the differences of lines are exact.
template <typename Real>
void add_levels(const LevelMatrix& matrix, const ConversionLines& lines, std::vector<Real>& levels) {
  for (const double level : conversion_levels(matrix, lines))
    levels.push_back(static_cast<Real>(level));
}

template <typename Real>
class PlainMvm final : public ArrayMvm {
 public:
  PlainMvm(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed, std::uint32_t stream, std::uint32_t used_outputs)
      : by_code_(!matrix.codes.empty()),
        drive_(matrix, readout),
        variances_(conversion_variances(matrix, ConversionLines(*readout.encoding, matrix.columns))),
        conversion_(matrix, readout, seed, stream, used_outputs) {
    const ConversionLines lines(*readout.encoding, matrix.columns);
    std::vector<Real> levels;
    if (by_code_) {
      for (const LevelMatrix& at_code : matrix.codes)
        add_levels(at_code, lines, levels);
    } else {
      add_levels(matrix, lines, levels);
    }
    levels_ = DeviceArray<Real>(levels);
    matrix_ = {levels_.data(), variances_.data(), matrix.rows, readout.encoding->net_lines() * matrix.offset, conversion_.get()};
  }

  void run(const MvmWork& work, cudaStream_t stream) const override {
    conversion_.clear_results(work, stream);
    const Conversion<Real>& conversion = matrix_.conversion;
    const std::size_t items = work.count * conversion.slices;
    if (by_code_) {
      launch_by_code(work, items, stream);
    } else {
      const dim3 blocks(static_cast<unsigned>((items + tile - 1) / tile), (conversion.columns + tile - 1) / tile);
      const dim3 threads(side, side);
      if (matrix_.variances != nullptr) {
        multiply<Real, true><<<blocks, threads, 0, stream>>>(matrix_, work);
      } else {
        multiply<Real, false><<<blocks, threads, 0, stream>>>(matrix_, work);
      }
      succeed_launch("multiply and convert");
    }
    drive_.run(work, stream);
  }

 private:
  void launch_by_code(const MvmWork& work, std::size_t items, cudaStream_t stream) const {
    if constexpr (std::is_same_v<Real, double>) {
      constexpr unsigned threads = 128;
      const auto blocks = static_cast<unsigned>((items * matrix_.conversion.columns + threads - 1) / threads);
      multiply_by_code<<<blocks, threads, 0, stream>>>(matrix_, work);
      succeed_launch("multiply and convert by code");
    }
  }

  bool by_code_;
  ArrayDrive drive_;
  DeviceArray<Real> levels_;
  DeviceArray<double> variances_;
  ColumnConversion<Real> conversion_;
  Matrix<Real> matrix_{};
};

}  // namespace

std::unique_ptr<ArrayMvm> make_plain_mvm(const LevelMatrix& matrix, const ReadoutConfig& readout, bool single_precision, std::uint64_t seed,
                                         std::uint32_t stream, std::uint32_t used_outputs) {
  if (single_precision && matrix.codes.empty()) return std::make_unique<PlainMvm<float>>(matrix, readout, seed, stream, used_outputs);
  return std::make_unique<PlainMvm<double>>(matrix, readout, seed, stream, used_outputs);
}

}  // namespace memcosim::cuda
