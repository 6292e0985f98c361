// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/architecture/mapping_plan.hpp"
#include "memcosim/networks/layers/network.hpp"
#include "memcosim/networks/quantisation/quantised_network.hpp"

namespace memcosim {

/// The arrays that a network is mapped to.
struct ArrayGeometry {
  std::uint32_t rows = 128;
  std::uint32_t columns = 128;  ///< physical bit lines; as many as the encoding fits (WeightEncoding::fits())
  const WeightEncoding* encoding = &encodings::differential_digital;
  double g_min_s = 0.0;  ///< conductance of level 0
  double g_max_s = 0.0;  ///< conductance of the highest level
};

/// Splits the weight matrix of each stage into tiles of the array's size, the last ones smaller.
/// The encoding says which level of a weight lies on which bit line.
/// Throws InputError for a geometry that cannot hold weights.
///
/// Bytes count each activation once (line buffers hold what windows share): stage inputs and what later stages read as codes of input_bits,
/// logits and operands of a later residual add as 4-byte words. Digital work is assigned to the last stage that it depends on.
MappingPlan map_network(const Network& network, const QuantisedNetwork& quantised, const ArrayGeometry& geometry);

/// Conductances of the levels of a tile, for the whole array, rows x columns, S; unused cells at g_min.
std::vector<double> level_conductances(const MappingPlan& plan, std::uint32_t tile);
/// Target conductances of a tile: TilePlan::cell_targets_s if the plan has them, else level_conductances().
std::vector<double> target_conductances(const MappingPlan& plan, std::uint32_t tile);

}  // namespace memcosim
