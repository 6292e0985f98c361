// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/kernels/circuits/line_chains.hpp"

namespace memcosim {

/// All lines of one kind with their cells' far sides at 0 V: the tridiagonal nodal matrices K = A + G of the lines, factorised.
///
/// A line is a ladder. From its end inwards each cell's conductance is added to that of the rest, Y_k = G_k + Y_k+1 / (1 + r_k+1 Y_k+1);
/// nothing is ever subtracted, so no ratio of resistances costs digits, and zero resistances, open ends and open cells need no special
/// treatment. Lines are solved in blocks, in a packed layout [cell][lane].
class LineLadders {
 public:
  static constexpr std::size_t lanes = 16;  ///< lines of a block

  explicit LineLadders(const LineChains& chains);

  std::size_t blocks() const { return blocks_; }
  /// Number of lines of a block; further lanes are idle.
  std::size_t lines_of(std::size_t block) const;

  /// Conductances of a block's cells, packed; 0 in idle lanes.
  void factorise(std::size_t block, const double* siemens);
  /// Replaces the currents into the nodes of a block's lines (A) by the nodes' voltages (V). A floating line without conducting cells
  /// stays at 0 V.
  void solve(std::size_t block, double* packed) const;
  /// residual -= step * image; then image = the solution for the residual, whose products with it are added to `sums` lane by lane.
  void precondition(std::size_t block, double step, double* residual, double* image, double* sums) const;

 private:
  struct Block {
    std::size_t cells;
    const double* ohms;
    const double* passed;
    const double* start_impedance;
  };
  Block at(std::size_t block) const;
  template <bool shared>
  static void solve_block(const Block& block, double* packed);
  template <bool shared>
  static void precondition_block(const Block& block, double step, double* residual, double* image, double* sums);
  static void solve_shared(const Block& block, double* packed);
  static void solve_own(const Block& block, double* packed);
  static void precondition_shared(const Block& block, double step, double* residual, double* image, double* sums);
  static void precondition_own(const Block& block, double step, double* residual, double* image, double* sums);

  std::size_t lines_;
  std::size_t cells_;
  std::size_t blocks_;
  bool shared_;                          ///< all lines have the same segments: `ohms_` is written once
  std::vector<double> ohms_;             ///< before each cell: [cell], or [block][cell][lane]; that of cell 0 is not used
  std::vector<double> start_;            ///< [block][lane]: terminals' resistances
  std::vector<double> end_;              ///< [block][lane]
  std::vector<double> passed_;           ///< [block][cell][lane]: 1 / (1 + r Y), the share of a current that passes on to the cell before
  std::vector<double> start_impedance_;  ///< [block][lane]: ohm of the first node against the terminal at the start and all behind it
};

}  // namespace memcosim
