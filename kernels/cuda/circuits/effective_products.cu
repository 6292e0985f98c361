// SPDX-License-Identifier: Apache-2.0
#include <cuda_pipeline_primitives.h>
#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/cuda/circuits/effective_products.cuh"
#include "memcosim/kernels/cuda/circuits/effective_products.hpp"
#include "memcosim/kernels/cuda/circuits/tensor_product.cuh"
#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/gpu/stream.cuh"

namespace memcosim::cuda {

namespace {

// Small tiles: with few currents per thread block, the product of one array already has enough blocks for the whole GPU.
constexpr unsigned threads = 128;
constexpr unsigned tile_inputs = 32;
constexpr unsigned tile_columns = 16;
constexpr unsigned depth = 64;  ///< rows per stage of the pipeline
constexpr unsigned stages = 4;
constexpr unsigned volts_stride = depth + 4;  ///< padded, so that lanes that read fragments use different memory banks
constexpr unsigned siemens_stride = tile_columns + 4;
constexpr unsigned stage_doubles = tile_inputs * volts_stride + depth * siemens_stride;
constexpr std::size_t shared_bytes = stages * stage_doubles * sizeof(double);

/// `values`: doubles per asynchronous copy, of which rows and columns are multiples.
template <unsigned values>
__global__ void __launch_bounds__(threads) product_kernel(EffectiveProduct product) {
  extern __shared__ double shared[];
  const unsigned first_input = blockIdx.y * tile_inputs;
  const unsigned first_column = blockIdx.x * tile_columns;
  const double* siemens = product.siemens + std::size_t{blockIdx.z} * product.rows * product.columns;
  const double* volts = product.volts + std::size_t{blockIdx.z} * product.inputs * product.rows;
  const unsigned thread = threadIdx.x;
  const auto copy = [](double* to, const double* from, bool inside) {
    __pipeline_memcpy_async(to, from, values * sizeof(double), inside ? 0 : values * sizeof(double));
  };
  const auto load = [&](unsigned stage) {
    double* to = shared + stage % stages * stage_doubles;
    const unsigned first = stage * depth;
    for (unsigned index = thread; index < tile_inputs * depth / values; index += threads) {
      const unsigned input = index / (depth / values);
      const unsigned row = index % (depth / values) * values;
      const bool inside = first_input + input < product.inputs && first + row < product.rows;
      copy(to + input * volts_stride + row, inside ? volts + std::size_t{first_input + input} * product.rows + first + row : volts, inside);
    }
    to += tile_inputs * volts_stride;
    for (unsigned index = thread; index < depth * tile_columns / values; index += threads) {
      const unsigned row = index / (tile_columns / values);
      const unsigned column = index % (tile_columns / values) * values;
      const bool inside = first + row < product.rows && first_column + column < product.columns;
      copy(to + row * siemens_stride + column,
           inside ? siemens + std::size_t{first + row} * product.columns + first_column + column : siemens, inside);
    }
  };
  const unsigned last = (product.rows + depth - 1) / depth;
  for (unsigned stage = 0; stage + 1 < stages; ++stage) {
    if (stage < last) load(stage);
    __pipeline_commit();
  }
  const unsigned group = thread % 32 / 4;
  const unsigned member = thread % 4;
  const unsigned input = thread / 64 * 16 + group;
  const unsigned column = thread / 32 % 2 * 8;
  double sums[4] = {};
  for (unsigned stage = 0; stage < last; ++stage) {
    __pipeline_wait_prior(stages - 2);
    __syncthreads();
    if (stage + stages - 1 < last) load(stage + stages - 1);
    __pipeline_commit();
    const double* of_volts = shared + stage % stages * stage_doubles + input * volts_stride + member;
    const double* of_siemens =
        shared + stage % stages * stage_doubles + tile_inputs * volts_stride + member * siemens_stride + column + group;
#pragma unroll
    for (unsigned row = 0; row < depth; row += 8) {
      const double left[4] = {of_volts[row], of_volts[row + 8 * volts_stride], of_volts[row + 4], of_volts[row + 8 * volts_stride + 4]};
      const double right[2] = {of_siemens[row * siemens_stride], of_siemens[(row + 4) * siemens_stride]};
      add_tensor_product(sums, left, right);
    }
  }
  __pipeline_wait_prior(0);
  double* currents = product.currents + std::size_t{blockIdx.z} * product.inputs * product.columns;
#pragma unroll
  for (unsigned part = 0; part < 4; ++part) {
    const unsigned to_input = first_input + input + part / 2 * 8;
    const unsigned to_column = first_column + column + 2 * member + part % 2;
    if (to_input < product.inputs && to_column < product.columns)
      currents[std::size_t{to_input} * product.columns + to_column] = sums[part];
  }
}

__global__ void __launch_bounds__(threads)
    update_kernel(double* siemens, unsigned rows, unsigned columns, const double* of_rows, const double* of_columns, double factor) {
  const unsigned column = blockIdx.x * threads + threadIdx.x;
  const unsigned row = blockIdx.y;
  if (row < rows && column < columns) siemens[std::size_t{row} * columns + column] += factor * of_rows[row] * of_columns[column];
}

}  // namespace

void prepare_effective_products() {
  for (const auto kernel : {product_kernel<1>, product_kernel<2>}) {
    succeed(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shared_bytes)),
            "reserve shared memory");
  }
}

void multiply(const EffectiveProduct& product, cudaStream_t stream) {
  if (product.inputs == 0 || product.arrays == 0) return;
  const dim3 grid((product.columns + tile_columns - 1) / tile_columns, (product.inputs + tile_inputs - 1) / tile_inputs, product.arrays);
  if (product.rows % 2 == 0 && product.columns % 2 == 0) {
    product_kernel<2><<<grid, threads, shared_bytes, stream>>>(product);
  } else {
    product_kernel<1><<<grid, threads, shared_bytes, stream>>>(product);
  }
  succeed_launch("multiply voltages by effective conductances");
}

struct EffectiveProducts::Parts {
  Parts(std::size_t row_count, std::size_t column_count, const std::vector<double>& given)
      : rows(row_count), columns(column_count), siemens(given) {}

  std::size_t rows, columns;
  DeviceArray<double> siemens;
  DeviceArray<double> volts;
  DeviceArray<double> currents;
  DeviceArray<double> of_rows;
  DeviceArray<double> of_columns;
  Stream stream;
};

EffectiveProducts::EffectiveProducts(std::size_t rows, std::size_t columns, const std::vector<double>& siemens) {
  if (siemens.size() != rows * columns)
    throw InputError(fmt::format("{} effective conductances for {} x {} lines", siemens.size(), rows, columns));
  prepare_effective_products();
  parts_ = std::make_unique<Parts>(rows, columns, siemens);
}
EffectiveProducts::~EffectiveProducts() = default;
EffectiveProducts::EffectiveProducts(EffectiveProducts&&) noexcept = default;
EffectiveProducts& EffectiveProducts::operator=(EffectiveProducts&&) noexcept = default;

std::vector<double> EffectiveProducts::column_currents(const std::vector<double>& word_line_volts, std::size_t inputs) {
  Parts& parts = *parts_;
  if (word_line_volts.size() != inputs * parts.rows) {
    throw InputError(fmt::format("{} inputs of a circuit with {} word lines are {} voltages, but {} were given", inputs, parts.rows,
                                 inputs * parts.rows, word_line_volts.size()));
  }
  constexpr std::size_t most_at_once = 32768;  // below the limits of a launch
  std::vector<double> currents(inputs * parts.columns);
  for (std::size_t first = 0; first < inputs; first += most_at_once) {
    const std::size_t count = std::min(most_at_once, inputs - first);
    parts.volts.reserve(count * parts.rows);
    parts.currents.reserve(count * parts.columns);
    parts.volts.upload(word_line_volts.data() + first * parts.rows, count * parts.rows, parts.stream.get());
    multiply({parts.siemens.data(), parts.volts.data(), parts.currents.data(), static_cast<unsigned>(parts.rows),
              static_cast<unsigned>(parts.columns), static_cast<unsigned>(count), 1},
             parts.stream.get());
    parts.currents.download(currents.data() + first * parts.columns, count * parts.columns, parts.stream.get());
    parts.stream.wait();
  }
  return currents;
}

void EffectiveProducts::update(const std::vector<double>& of_rows, const std::vector<double>& of_columns, double factor) {
  Parts& parts = *parts_;
  if (of_rows.size() != parts.rows || of_columns.size() != parts.columns) {
    throw InputError(fmt::format("a change of {} x {} effective conductances with {} entries for rows and {} for columns", parts.rows,
                                 parts.columns, of_rows.size(), of_columns.size()));
  }
  parts.of_rows.reserve(parts.rows);
  parts.of_columns.reserve(parts.columns);
  parts.of_rows.upload(of_rows.data(), parts.rows, parts.stream.get());
  parts.of_columns.upload(of_columns.data(), parts.columns, parts.stream.get());
  const dim3 grid((static_cast<unsigned>(parts.columns) + threads - 1) / threads, static_cast<unsigned>(parts.rows));
  update_kernel<<<grid, threads, 0, parts.stream.get()>>>(parts.siemens.data(), static_cast<unsigned>(parts.rows),
                                                          static_cast<unsigned>(parts.columns), parts.of_rows.data(),
                                                          parts.of_columns.data(), factor);
  succeed_launch("update effective conductances");
  parts.stream.wait();
}

std::vector<double> EffectiveProducts::conductance() const {
  return parts_->siemens.host();
}

}  // namespace memcosim::cuda
