// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/networks/mapping/compiled_network.hpp"

namespace memcosim {

/// Logits of images, and counts of clipped values.
struct Evaluation {
  std::vector<double> logits;                      ///< images x classes
  std::uint64_t clipped_conversions = 0;           ///< by the ADCs, of used columns
  std::vector<std::uint64_t> clipped_activations;  ///< for each stage: activations beyond the input codes
};

/// Runs all images on programmed arrays (tile t in array t) without hardware timing: the same values as a timed run with the same event
/// numbers in which reads move no cells. Memory grows with `chunk`, not with the number of images.
Evaluation evaluate(const CompiledNetwork& compiled, Backend& backend, const ImageSet& images, std::size_t chunk = 32);
/// Runs the quantised network with exact products, without arrays: the result of ideal arrays with lossless converters.
Evaluation evaluate_exactly(const CompiledNetwork& compiled, const ImageSet& images, std::size_t chunk = 32);

}  // namespace memcosim
