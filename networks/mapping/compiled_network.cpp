// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/mapping/compiled_network.hpp"

#include <utility>

namespace memcosim {

CompiledNetwork compile_network(Network network, const QuantisationSpec& spec, const ArrayGeometry& geometry, const ImageSet& calibration,
                                const OnProgress& on_progress) {
  CompiledNetwork compiled;
  compiled.network = std::move(network);
  compiled.quantised = quantise(compiled.network, spec, calibration, on_progress);
  compiled.plan = map_network(compiled.network, compiled.quantised, geometry);
  return compiled;
}

}  // namespace memcosim
