// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "memcosim/kernels/circuits/front_kernel.hpp"
#include "memcosim/kernels/circuits/work_memory.hpp"

namespace memcosim {

/// Conductances between some nodes of a network. The nodes have no other connection, so these conductances are the whole admittance matrix:
/// each diagonal entry is the sum of its row.
///
/// Places 0 to `removed` are nodes to be removed, the others are kept; both are padded to multiples of eight with unconnected nodes.
/// Column-major: the part below the diagonal is used, and no entry there is negative.
struct ConductanceFront {
  double* siemens = nullptr;  ///< `size` columns of `stride`
  std::size_t removed = 0;
  std::size_t kept = 0;
  std::size_t stride = 0;

  static std::size_t filled(std::size_t count) {
    return (count + FrontKernel::panel_rows - 1) / FrontKernel::panel_rows * FrontKernel::panel_rows;
  }
  std::size_t first_kept() const { return filled(removed); }
  std::size_t size() const { return first_kept() + filled(kept); }
  /// Place of node number `index`, counting removed nodes first, then kept ones, without padding.
  std::size_t place(std::size_t index) const { return index < removed ? index : index - removed + first_kept(); }
  double& between(std::size_t a, std::size_t b) { return a > b ? siemens[b * stride + a] : siemens[a * stride + b]; }
  /// View of the conductances between the kept nodes.
  ConductanceFront rest() const { return {siemens + first_kept() * (stride + 1), 0, kept, stride}; }
};

/// Distribution of the currents of removed nodes to the remaining ones. Places as in the front.
class FrontFactors {
 public:
  /// currents (one per place): on entry the current fed into each node; on return, for removed nodes the current that arrived before it was
  /// passed on, for kept nodes the total current.
  void pass_on(double* currents) const;
  /// Per removed place: 1 / (sum of the conductances to nodes that were left); 0 for padding.
  const std::vector<double>& inverse() const { return inverse_; }

 private:
  friend class FrontReducer;

  std::size_t size_ = 0;
  std::vector<double> inverse_;
  std::vector<double> shares_;  ///< [block of removed nodes][panel of rows from the block on][node of the block][row of the panel]
};

/// Removes nodes from fronts; holds working memory.
class FrontReducer {
 public:
  explicit FrontReducer(const FrontKernel& kernel) : kernel_(kernel) {}

  /// Afterwards `front.rest()` has the same currents at the same voltages (star-mesh transform). Each of the removed nodes must have a path
  /// to a remaining one. Nothing is subtracted. Sums have the same order on every instruction set. Overwrites the columns of removed nodes
  /// and the part above the diagonal. `factors`, if given, receive the elimination.
  void remove(ConductanceFront& front, FrontFactors* factors = nullptr);

 private:
  void reserve(std::size_t size);
  void remove_panel(ConductanceFront& front, std::size_t panel, std::size_t block, FrontFactors* kept);
  void add_products(ConductanceFront& front, std::size_t panel, std::size_t depth);

  const FrontKernel& kernel_;
  std::size_t capacity_ = 0;  ///< rows
  WorkMemory tiles_;          ///< columns of the block at work, packed by tiles
  WorkMemory panels_;         ///< the same, divided by the pivots, packed by panels
  std::vector<double*> targets_;
};

}  // namespace memcosim
