// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/kernels/arrays/cell_store.hpp"
#include "memcosim/networks/mapping/compiled_network.hpp"
#include "memcosim/networks/values/digital_side.hpp"

namespace memcosim {

/// Digital correction of drift that is common to many cells: the sums of a stage are scaled by the ratio of its weights after programming
/// to its present weights (Joshi et al., Nat. Commun. 11:2473, 2020, "global drift compensation").
enum class DriftCompensation {
  none,
  global,      ///< one factor for each stage
  per_column,  ///< one factor for each output of a stage
};

/// Result of a calibration read of every row, one at a time: for each stage and output, the sum over rows of the magnitude of the weight in
/// siemens (difference of the pair; the conductance itself for single lines). The read is modelled without noise, and its time and energy
/// are not counted.
using WeightMagnitudes = std::vector<std::vector<double>>;
WeightMagnitudes weight_magnitudes(const CompiledNetwork& compiled, const CellStore& cells);

/// Factors from the magnitudes right after programming and now: one for each stage, or one for each of its outputs. A stage or output whose
/// weights have all vanished keeps the factor 1.
std::vector<std::vector<double>> compensation_factors(DriftCompensation kind, const WeightMagnitudes& before, const WeightMagnitudes& now);

}  // namespace memcosim
