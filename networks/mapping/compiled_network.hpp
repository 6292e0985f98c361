// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/architecture/mapping_plan.hpp"
#include "memcosim/common/progress.hpp"
#include "memcosim/networks/images/image_set.hpp"
#include "memcosim/networks/layers/network.hpp"
#include "memcosim/networks/mapping/mapping.hpp"
#include "memcosim/networks/quantisation/quantised_network.hpp"

namespace memcosim {

/// A network ready for arrays: the float network, its quantised form, and the mapping of its weights. Stage s is quantised.stages[s] and
/// plan.stages[s]. Immutable after compile_network(); objects that run it keep a reference.
struct CompiledNetwork {
  Network network;
  QuantisedNetwork quantised;
  MappingPlan plan;

  const Layer& layer_of(std::size_t stage) const { return network.layers[quantised.stages[stage].layer]; }
};

/// Quantises the network with all images of `calibration`, which `on_progress` counts, and maps it. Throws InputError.
CompiledNetwork compile_network(Network network, const QuantisationSpec& spec, const ArrayGeometry& geometry, const ImageSet& calibration,
                                const OnProgress& on_progress = {});

}  // namespace memcosim
