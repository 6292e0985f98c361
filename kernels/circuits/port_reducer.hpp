// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/conductance_front.hpp"
#include "memcosim/kernels/circuits/dissection.hpp"
#include "memcosim/kernels/circuits/front_kernels.hpp"
#include "memcosim/kernels/circuits/lane_tiles.hpp"
#include "memcosim/kernels/circuits/work_memory.hpp"

namespace memcosim {

/// Response of a circuit, all of whose terminals are at 0 V, to a current of 1 A through a cell's terminals, into the word line and out of
/// the bit line.
struct CellResponse {
  std::vector<double> port_currents;  ///< out of the circuit at each terminal, A
  double ohms = 0.0;                  ///< voltage across the cell, the cell itself conducting, per ampere

  /// For the nodes that are removed in the tiles around the cell, from the leaf to the whole array: the product of one cell's `arrived` and
  /// another's `passed`, summed over the tiles that contain both cells, is the voltage across the one per ampere through the other.
  std::vector<Dissection::Tile> tiles;
  std::vector<std::size_t> first;  ///< per tile: its first node in the following
  std::vector<double> arrived;     ///< A
  std::vector<double> passed;      ///< arrived currents divided by the sum of the conductances that carry them on, V
};
/// Voltage across a cell per ampere through another one.
double transfer_ohms(const CellResponse& cell, const CellResponse& other);

/// Reduces a circuit to the conductances between its terminals: eliminates the nodes of a dissection.
class PortReducer {
 public:
  explicit PortReducer(const CircuitEquations& equations, const FrontKernel& kernel = *available_front_kernels().front());

  const Dissection& nodes() const { return nodes_; }

  /// S, ports x ports, symmetric: conductance between terminals; the diagonal is 0. Throws RunError when one leaves the range of double
  /// precision.
  std::vector<double> reduce();
  /// The same, and keeps the elimination for respond_to().
  std::vector<double> reduce_and_keep();
  /// After reduce_and_keep(). The cell's lines must have paths to terminals.
  CellResponse respond_to(std::size_t row, std::size_t column);

 private:
  using Tile = Dissection::Tile;
  /// A tile without its inner nodes. Its entries are above all others in `values_` when it is made.
  struct ReducedTile {
    std::vector<int> nodes;  ///< ascending
    ConductanceFront front;
    std::size_t elimination = 0;
  };
  /// The elimination in a tile.
  struct Elimination {
    std::vector<int> nodes;  ///< removed nodes, then kept ones
    std::size_t removed = 0;
    FrontFactors factors;
    std::size_t halves[2] = {0, 0};  ///< indices of the eliminations in its halves
  };

  std::size_t entries_needed(const Tile& tile) const;

  ReducedTile reduce(const Tile& tile, std::size_t depth);
  ReducedTile reduce_cells(const Tile& tile, std::size_t depth, Elimination* kept = nullptr);
  ReducedTile take_from_lanes(const Tile& tile, std::size_t depth);
  ConductanceFront make_front(const std::vector<int>& nodes, std::size_t depth) const;
  ConductanceFront sort_into_front(ReducedTile& result, std::size_t depth);
  void add_branch(ConductanceFront& front, int a, int b, double siemens) const;
  void finish(ConductanceFront& front, ReducedTile& result, double* place, Elimination* kept = nullptr);
  void pass_on(const Tile& tile, const Elimination& elimination, CellResponse& response);
  void respond(const Tile& tile, std::size_t depth, std::size_t elimination, std::size_t row, std::size_t column, CellResponse& response);
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
  WorkMemory values_;  ///< entries of all tiles that are still needed, one above the other
  double* top_ = nullptr;
  std::vector<double> zeros_;
  std::vector<Elimination> eliminations_;  ///< of tiles that are no leaves, when kept
  bool keeps_ = false;
  std::vector<double> currents_;    ///< per node; 0 except while responding
  std::vector<std::size_t> place_;  ///< of a node in the front at work
};

}  // namespace memcosim
