// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/architecture/mapping_plan.hpp"
#include "memcosim/networks/layers/network.hpp"
#include "memcosim/networks/quantisation/quantised_network.hpp"

namespace memcosim {

/// Fills in what follows from the connections of the stages: predecessors, bytes and digital work of each stage (see map_network()).
void add_digital_work(const Network& network, const QuantisedNetwork& quantised, MappingPlan& plan);

}  // namespace memcosim
