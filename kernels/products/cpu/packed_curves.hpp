// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/common/aligned_buffer.hpp"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim::cpu {

/// The curves of the converters, one element for each conversion in the order of the kernel's columns, padded like these.
struct PackedCurves {
  PackedCurves(const ReadoutConfig& readout, std::uint32_t conversions, std::size_t padded);

  AlignedBuffer<float> steps;
  AlignedBuffer<float> inverse_steps;  ///< 1 / step
  AlignedBuffer<float> origins;
  bool exact_inverses;              ///< multiplying by each inverse rounds like the division
  std::vector<double> exact_steps;  ///< ConverterCurve::step()
  std::vector<double> noise_lsb;    ///< ConverterCurve::noise_lsb; empty: no converter has noise
  std::vector<std::vector<float>> tables;
  std::vector<const float*> transitions;  ///< null for a linear converter; empty: all are linear
};

}  // namespace memcosim::cpu
