// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/products/mvm_work.cuh"
#include "memcosim/kernels/products/column_draw.hpp"
#include "memcosim/kernels/products/exact_inverse.hpp"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim::cuda {

// From the value of a column to its code and its part of the output, one thread per conversion. An item is a vector and a slice. In double
// precision the bits of ReferenceMvm, in single precision those of the cpu backend.

/// Parameters of the converters for a kernel.
template <typename Real>
struct Conversion {
  std::uint32_t columns;  ///< converted
  std::uint32_t counted;  ///< of them, those whose conversions count as clipped
  ColumnPairing pairing;
  AdcTransfer adc;
  float inverse_step;       ///< single precision: 1 / step where that is exact, else 0
  const Real* transitions;  ///< where each code begins; null: a linear converter
  bool has_read_noise;
  unsigned slices;
  unsigned dac_bits;
  std::uint64_t seed;
  std::uint32_t stream;
};

/// One slice of one vector of a batch.
struct Item {
  std::size_t vector;
  unsigned slice;
  std::uint64_t event;
};

template <typename Real>
__device__ Item item_of(const Conversion<Real>& conversion, const MvmWork& work, std::size_t index) {
  const std::size_t vector = index / conversion.slices;
  return {vector, static_cast<unsigned>(index % conversion.slices), work.first_event + vector * work.event_stride};
}

/// DAC code of a row.
template <typename Real>
__device__ unsigned code_of(const Conversion<Real>& conversion, const MvmWork& work, const Item& item, std::uint32_t row) {
  const unsigned input = work.inputs[item.vector * work.input_stride + row];
  return (input >> (item.slice * conversion.dac_bits)) & ((1u << conversion.dac_bits) - 1u);
}

/// Noise of one conversion in LSB: of the converter, and of the cells, whose variances in the column add up to `variance`. Rounded and
/// added as the backend of the same precision does it.
template <typename Real>
__device__ Real noise_lsb(const Conversion<Real>& conversion, const Item& item, std::uint32_t column, double variance) {
  const auto slice = static_cast<std::uint16_t>(item.slice);
  Real noise = 0;
  if (conversion.adc.noise_lsb > 0.0) {
    const DrawAddress address{Purpose::adc_noise, conversion.stream, column, item.event, slice};
    noise = static_cast<Real>(conversion.adc.noise_lsb * column_normal(conversion.seed, address));
  }
  if (conversion.has_read_noise) {
    const DrawAddress address{Purpose::read_noise, conversion.stream, column, item.event, slice};
    noise += static_cast<Real>(::sqrt(variance) / conversion.adc.step() * column_normal(conversion.seed, address));
  }
  return noise;
}

__device__ inline std::int32_t code_of_value(const Conversion<double>& conversion, double value, double noise, ClipCounts& clipped) {
  return conversion.adc.convert(value, noise, clipped, conversion.transitions);
}

__device__ inline std::int32_t code_of_value(const Conversion<float>& conversion, float value, float noise, ClipCounts& clipped) {
  const AdcTransfer& adc = conversion.adc;
  float code = conversion.inverse_step != 0.0f ? value * conversion.inverse_step : value / static_cast<float>(adc.step());
  code = code + noise + static_cast<float>(adc.origin());
  const auto low = static_cast<float>(adc.code_min());
  const auto high = static_cast<float>(adc.code_max());
  if (code < low) ++clipped.low;
  if (code >= high + 1.0f) ++clipped.high;
  if (conversion.transitions != nullptr) return code_between(code, conversion.transitions, adc.code_min(), adc.code_max());
  code = code < low ? low : (code > high ? high : code);
  return static_cast<std::int32_t>(::floorf(code));
}

/// Converts a column of an item and adds its code to the output; `variance`: of the read noise, levels squared.
template <typename Real>
__device__ void convert(const Conversion<Real>& conversion, const MvmWork& work, std::size_t index, std::uint32_t column, Real value,
                        double variance) {
  const Item item = item_of(conversion, work, index);
  ClipCounts clipped{};
  const std::int32_t code = code_of_value(conversion, value, noise_lsb(conversion, item, column, variance), clipped);
  if (column < conversion.counted) {
    if (clipped.low != 0) atomicAdd(&work.clipped[item.vector].low, clipped.low);
    if (clipped.high != 0) atomicAdd(&work.clipped[item.vector].high, clipped.high);
  }
  if (work.codes != nullptr) work.codes[index * conversion.columns + column] = code;
  if (work.values != nullptr) work.values[index * conversion.columns + column] = static_cast<double>(value);
  const std::int32_t weighted = code * (std::int32_t{1} << (item.slice * conversion.dac_bits));
  if (conversion.pairing == ColumnPairing::differential_digital) {
    atomicAdd(work.sums + item.vector * (conversion.columns / 2) + column / 2, column % 2 == 0 ? weighted : -weighted);
  } else {
    atomicAdd(work.sums + item.vector * conversion.columns + column, weighted);
  }
}

/// Variances of the cells' read noise for each converted column, rows x columns, levels squared; empty without read noise.
inline std::vector<double> column_variances(const LevelMatrix& matrix, ColumnPairing pairing) {
  std::vector<double> variances;
  if (matrix.read_variance.empty()) return variances;
  const std::size_t columns = converted_columns(pairing, matrix.columns);
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    const float* cell = matrix.read_variance.data() + row * matrix.columns;
    for (std::size_t column = 0; column < columns; ++column) {
      variances.push_back(pairing == ColumnPairing::differential_analog
                              ? static_cast<double>(cell[2 * column]) + static_cast<double>(cell[2 * column + 1])
                              : static_cast<double>(cell[column]));
    }
  }
  return variances;
}

/// The converters of an array, with what they need in the memory of the current GPU.
template <typename Real>
class ColumnConversion {
 public:
  ColumnConversion(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed, std::uint32_t stream,
                   std::uint32_t used_columns)
      : outputs_(output_columns(readout.pairing, matrix.columns)) {
    conversion_.columns = converted_columns(readout.pairing, matrix.columns);
    conversion_.counted = counted_columns(readout.pairing, matrix.columns, used_columns);
    conversion_.pairing = readout.pairing;
    conversion_.adc = readout.adc;
    conversion_.inverse_step = exact_inverse(static_cast<float>(readout.adc.step()));
    if (readout.adc_transitions) {
      transitions_ = DeviceArray<Real>(std::vector<Real>(readout.adc_transitions->begin(), readout.adc_transitions->end()));
      conversion_.transitions = transitions_.data();
    }
    conversion_.has_read_noise = !matrix.read_variance.empty();
    conversion_.slices = readout.slices();
    conversion_.dac_bits = readout.dac.bits;
    conversion_.seed = seed;
    conversion_.stream = stream;
  }

  const Conversion<Real>& get() const { return conversion_; }
  /// Conversions add to these.
  void clear_results(const MvmWork& work, cudaStream_t stream) const {
    succeed(cudaMemsetAsync(work.sums, 0, work.count * outputs_ * sizeof *work.sums, stream), "clear sums");
    succeed(cudaMemsetAsync(work.clipped, 0, work.count * sizeof *work.clipped, stream), "clear counts");
  }

 private:
  DeviceArray<Real> transitions_;
  std::uint32_t outputs_;
  Conversion<Real> conversion_{};
};

}  // namespace memcosim::cuda
