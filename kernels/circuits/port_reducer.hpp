// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/conductance_front.hpp"
#include "memcosim/kernels/circuits/dissection.hpp"
#include "memcosim/kernels/circuits/front_kernels.hpp"
#include "memcosim/kernels/circuits/lane_tiles.hpp"

namespace memcosim {

/// Reduces a circuit to the conductances between its terminals: eliminates the nodes of a dissection.
class PortReducer {
 public:
  explicit PortReducer(const CircuitEquations& equations, const FrontKernel& kernel = *available_front_kernels().front());

  const Dissection& nodes() const { return nodes_; }

  /// S, ports x ports, symmetric: conductance between terminals; the diagonal is 0. Throws RunError when one leaves the range of double
  /// precision.
  std::vector<double> reduce();

 private:
  using Tile = Dissection::Tile;
  /// A tile without its inner nodes. Its entries are the topmost in `values_` when it is made.
  struct ReducedTile {
    std::vector<int> nodes;  ///< ascending
    ConductanceFront front;
  };

  std::size_t values_needed(const Tile& tile) const;

  ReducedTile reduce(const Tile& tile, std::size_t depth);
  ReducedTile reduce_cells(const Tile& tile, std::size_t depth);
  ReducedTile take_from_lanes(const Tile& tile, std::size_t depth);
  ConductanceFront make_front(const std::vector<int>& nodes, std::size_t depth) const;
  ConductanceFront sort_into_front(ReducedTile& result, std::size_t depth);
  void add_branch(ConductanceFront& front, int a, int b, double siemens) const;
  void finish(ConductanceFront& front, ReducedTile& result, double* place);
  ReducedTile join(const ReducedTile& a, const ReducedTile& b, std::size_t depth, double* place);
  void fill_lanes(const Tile& tile);
  void collect_regular(const Tile& tile, std::vector<Tile>& tiles) const;

  template <class Use>
  void for_each_wire(const LineChains& chains, const LinePorts& ports, std::size_t line, std::size_t cell, int before, int here,
                     Use use) const;
  template <class Use>
  void for_each_branch(std::size_t row, std::size_t column, Use use) const;

  const CircuitEquations& equations_;
  Dissection nodes_;
  FrontReducer fronts_;
  LaneTiles lanes_;
  std::vector<Tile> tiles_in_lanes_;
  bool lanes_filled_ = false;
  std::unique_ptr<double[]> values_;  ///< entries of all tiles that are still needed, one above the other
  double* top_ = nullptr;
  std::vector<std::size_t> place_;  ///< of a node in the front at work
};

}  // namespace memcosim
