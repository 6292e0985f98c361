// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/networks/compiled_network.hpp"

namespace memcosim {

/// Logits of images, and what was lost on the way.
struct Evaluation {
  std::vector<double> logits;                      ///< images x classes
  std::uint64_t clipped_conversions = 0;           ///< by the ADCs, of used columns
  std::vector<std::uint64_t> clipped_activations;  ///< for each stage: activations beyond the input codes
};

/// Runs all images on programmed arrays (tile t in array t) without any hardware timing: the same values as a timed run with the same event
/// numbers in which reads move no cells. Memory grows with `chunk` images, not with their number.
Evaluation evaluate(const CompiledNetwork& compiled, Backend& backend, const ImageSet& images, std::size_t chunk = 32);
/// The quantised network with exact products: what ideal arrays and converters without loss give, without arrays.
Evaluation evaluate_exactly(const CompiledNetwork& compiled, const ImageSet& images, std::size_t chunk = 32);

}  // namespace memcosim
