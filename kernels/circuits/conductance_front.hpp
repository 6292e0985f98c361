// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace memcosim {

/// Conductances between some nodes of a network. Nothing leads anywhere else, so they are the whole admittance matrix: each diagonal entry
/// is the sum of its row.
struct ConductanceFront {
  std::vector<int> nodes;
  std::vector<double> siemens;  ///< nodes x nodes, column-major; the part below the diagonal is used, and nothing there is negative

  double& between(std::size_t a, std::size_t b) { return siemens[a > b ? b * nodes.size() + a : a * nodes.size() + b]; }
};

/// What remains without the first `count` nodes; it has the same currents at the same voltages (star-mesh transform, node by node).
/// Each of the removed nodes must have a path to a remaining one. Sums have one order on every instruction set.
/// `front` is used as working memory.
ConductanceFront eliminate_first(ConductanceFront& front, std::size_t count);

}  // namespace memcosim
