// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <type_traits>
#include <vector>

#include "memcosim/devices/converters/column_curve.hpp"
#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/products/mvm_work.cuh"
#include "memcosim/kernels/products/column_draw.hpp"
#include "memcosim/kernels/products/conversion_lines.hpp"
#include "memcosim/kernels/products/exact_inverse.hpp"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim::cuda {

// From the value of a column to its code and its part of the output, one thread per conversion. An item is a vector and a slice. In double
// precision the bits of ReferenceMvm, in single precision those of the cpu backend.

/// What noise needs to know of one converter.
struct ConverterNoise {
  double step;       ///< ConverterCurve::step()
  double noise_lsb;  ///< ConverterCurve::noise_lsb
};

/// Parameters of the converters for a kernel.
template <typename Real>
struct Conversion {
  std::uint32_t columns;  ///< conversions
  std::uint32_t counted;  ///< of them, those that count as clipped
  std::uint32_t outputs;
  const OutputTable::Target* targets;  ///< see OutputTable
  const std::uint32_t* target_ends;
  const ColumnCurve<Real>* curves;    ///< of the converters
  const ConverterNoise* noise;        ///< of the converters
  const std::uint16_t* converter_of;  ///< converter of each conversion; null: the first takes all
  bool converters_are_noisy;
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

template <typename Real>
__device__ unsigned converter_of(const Conversion<Real>& conversion, std::uint32_t column) {
  return conversion.converter_of != nullptr ? conversion.converter_of[column] : 0u;
}

/// Noise of one conversion in LSB: of the converter, and of the cells, whose variances in the column add up to `variance`. Rounded and
/// added as the backend of the same precision does it.
template <typename Real>
__device__ Real noise_lsb(const Conversion<Real>& conversion, const Item& item, std::uint32_t column, double variance) {
  const auto slice = static_cast<std::uint16_t>(item.slice);
  Real noise = 0;
  if (!conversion.converters_are_noisy && !conversion.has_read_noise) return noise;
  const ConverterNoise& converter = conversion.noise[converter_of(conversion, column)];
  if (converter.noise_lsb > 0.0) {
    const DrawAddress address{Purpose::adc_noise, conversion.stream, column, item.event, slice};
    noise = static_cast<Real>(converter.noise_lsb * column_normal(conversion.seed, address));
  }
  if (conversion.has_read_noise) {
    const DrawAddress address{Purpose::read_noise, conversion.stream, column, item.event, slice};
    noise += static_cast<Real>(::sqrt(variance) / converter.step * column_normal(conversion.seed, address));
  }
  return noise;
}

/// Converts a column of an item and adds its code to the output; `variance`: of the read noise, levels squared.
template <typename Real>
__device__ void convert(const Conversion<Real>& conversion, const MvmWork& work, std::size_t index, std::uint32_t column, Real value,
                        double variance) {
  const Item item = item_of(conversion, work, index);
  ClipCounts clipped{};
  const std::int32_t code =
      memcosim::code_of(conversion.curves[converter_of(conversion, column)], value, noise_lsb(conversion, item, column, variance), clipped);
  if (column < conversion.counted) {
    if (clipped.low != 0) atomicAdd(&work.clipped[item.vector].low, clipped.low);
    if (clipped.high != 0) atomicAdd(&work.clipped[item.vector].high, clipped.high);
  }
  if (work.codes != nullptr) work.codes[index * conversion.columns + column] = code;
  if (work.values != nullptr) work.values[index * conversion.columns + column] = static_cast<double>(value);
  const std::int32_t weighted = code * (std::int32_t{1} << (item.slice * conversion.dac_bits));
  std::int32_t* sums = work.sums + item.vector * conversion.outputs;
  for (std::uint32_t i = conversion.target_ends[column]; i < conversion.target_ends[column + 1]; ++i)
    atomicAdd(sums + conversion.targets[i].output, weighted * conversion.targets[i].weight);
}

/// The converters of an array, with what they need in the memory of the current GPU.
template <typename Real>
class ColumnConversion {
 public:
  ColumnConversion(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed, std::uint32_t stream,
                   std::uint32_t used_outputs)
      : outputs_(readout.outputs(matrix.columns)) {
    const OutputTable table(*readout.encoding, matrix.columns);
    targets_ = DeviceArray<OutputTable::Target>(table.targets);
    target_ends_ = DeviceArray<std::uint32_t>(table.ends);
    conversion_.columns = readout.conversions(matrix.columns);
    conversion_.counted = used_outputs == 0 ? conversion_.columns : readout.encoding->conversions_of(used_outputs);
    conversion_.outputs = outputs_;
    conversion_.targets = targets_.data();
    conversion_.target_ends = target_ends_.data();
    take_curves(readout);
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
  void take_curves(const ReadoutConfig& readout) {
    std::vector<ColumnCurve<Real>> curves;
    std::vector<ConverterNoise> noise;
    for (const ConverterCurve& curve : readout.curves) {
      const Real* table = nullptr;
      if (curve.transitions) {
        transitions_.emplace_back(std::vector<Real>(curve.transitions->begin(), curve.transitions->end()));
        table = transitions_.back().data();
      }
      const double step = curve.step(readout.adc);
      const Real inverse = std::is_same_v<Real, float> ? static_cast<Real>(exact_inverse(static_cast<float>(step))) : Real{0};
      curves.push_back(
          {static_cast<Real>(step), inverse, static_cast<Real>(curve.origin()), readout.adc.code_min(), readout.adc.code_max(), table});
      noise.push_back({step, curve.noise_lsb});
    }
    curves_ = DeviceArray<ColumnCurve<Real>>(curves);
    noise_ = DeviceArray<ConverterNoise>(noise);
    converter_of_ = DeviceArray<std::uint16_t>(readout.converter_of);
    conversion_.curves = curves_.data();
    conversion_.noise = noise_.data();
    conversion_.converter_of = readout.converter_of.empty() ? nullptr : converter_of_.data();
    conversion_.converters_are_noisy = readout.converters_are_noisy();
  }

  DeviceArray<OutputTable::Target> targets_;
  DeviceArray<std::uint32_t> target_ends_;
  std::deque<DeviceArray<Real>> transitions_;  ///< of the converters that have a table
  DeviceArray<ColumnCurve<Real>> curves_;
  DeviceArray<ConverterNoise> noise_;
  DeviceArray<std::uint16_t> converter_of_;
  std::uint32_t outputs_;
  Conversion<Real> conversion_{};
};

}  // namespace memcosim::cuda
