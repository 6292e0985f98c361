// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"
#include "memcosim/kernels/circuits/dissection.hpp"

namespace memcosim::cuda {

/// Plan, as tables for a GPU, of the steps that reduce circuits with the same lines to the conductances between their terminals. It depends
/// on the lines alone: one plan serves any conductances of the cells, and many arrays at once.
///
/// The dissection is that of PortReducer. Each of its tiles has a front: the conductances between the nodes of the tile, the sum of those
/// kept by its halves. The front's first nodes are removed, and the conductances between its other nodes are kept until the parent tile is
/// reduced. Values lie in a workspace, one block of doubles per array, at places that the plan gives.
struct FrontPlan {
  static constexpr std::uint32_t none = 0xffffffffu;
  static constexpr std::uint32_t edge = 64;  ///< rows and columns of the blocks in which large fronts are worked on
  static constexpr std::uint32_t leaf_edge = Dissection::lane_edge;
  static constexpr std::uint32_t leaf_nodes = 4 * leaf_edge;
  static constexpr std::uint32_t most_small_removed = 32;
  static constexpr std::uint32_t most_small_kept = 256;

  /// Conductances between kept nodes a > b lie at kept_at + b kept_stride + a.
  struct Front {
    std::uint32_t removed, kept;
    std::uint32_t first_node;  ///< of its removed and then its kept nodes in `nodes`
    std::uint32_t kept_stride;
    std::uint64_t kept_at;
    std::uint64_t half_at[2];  ///< what the halves kept
    std::uint32_t half_stride[2];
    std::uint32_t first_branch, branches;  ///< in `branches`
    // Large fronts only: removed nodes filled up to `padded`, kept ones to whole blocks.
    std::uint32_t padded;
    std::uint32_t blocks;        ///< of rows: removed nodes, then kept ones
    std::uint64_t panel_at;      ///< conductances [removed node][node], blocks * edge nodes
    std::uint64_t sums_at;       ///< of half a block's rows of the panel: [half block][removed node]
    std::uint64_t transform_at;  ///< edge x edge: what removing one block of nodes does to a row of the panel
    std::uint64_t inverse_at;    ///< per removed node: 1 / (sum of its conductances)
  };
  /// Number of a node among those that the first and the second half kept; `none`: not there.
  struct Node {
    std::uint32_t in_half[2];
  };
  /// Between places a > b of a front (removed nodes, then kept ones): a cell, or a part of a line.
  struct Branch {
    std::uint32_t a, b;
    std::uint32_t cell;  ///< `none`: `siemens`
    double siemens;
  };
  /// A square tile of leaf_edge with its first cell. Its four sides: word lines before it, its last nodes of word lines; bit lines before
  /// it, its last nodes of bit lines. sides[k]: which of them comes k-th in what it keeps, which lies at `at`, leaf_nodes apart.
  struct Leaf {
    std::uint32_t row, column;
    std::uint64_t at;
    unsigned char sides[4];
  };
  /// A block of a large front's work.
  struct Block {
    std::uint32_t front;
    std::uint16_t row, column;
  };
  enum class Work {
    leaves,     ///< leaves
    small,      ///< fronts, wholly; `width`: the removed nodes are filled up to so many
    gather,     ///< blocks of the panel's first nodes: sums of what the halves kept
    update,     ///< blocks of the panel's nodes in block `width`: the same, and what the nodes before them leave
    factor,     ///< fronts: removes the nodes of block `width` from the block itself
    transform,  ///< blocks of rows: the same for rows below it
    keep,       ///< blocks of what is kept
  };
  /// Work that can be done at the same time, after all of the step before.
  struct Step {
    Work work;
    std::uint32_t width;
    std::uint32_t first, count;  ///< in `leaves`, `fronts` or `blocks`
    std::uint32_t most_kept;     ///< of small fronts
    bool plain;                  ///< fronts are sums of their halves, which have their nodes in the fronts' order
  };

  std::uint32_t rows = 0, columns = 0;
  std::vector<Front> fronts;  ///< halves before wholes; the last one is the whole array
  std::vector<Node> nodes;
  std::vector<Branch> branches;
  std::vector<Leaf> leaves;
  std::vector<Block> blocks;
  std::vector<Step> steps;
  std::vector<double> word_siemens;  ///< rows x columns: of the word line before each cell; 0 without a path
  std::vector<double> bit_siemens;
  std::uint32_t ports = 0;
  std::vector<std::uint32_t> port_place;  ///< per terminal: its number among the nodes that the whole array keeps, or `none`
  std::vector<LinePorts> word_lines, bit_lines;
  std::size_t workspace = 0;  ///< doubles per array
  double operations = 0.0;    ///< additions and multiplications of one array
};

/// The reason why circuits with such lines cannot be reduced by a plan; empty: they can.
std::string why_no_front_plan(const CrossbarCircuit& circuit);

/// Makes the plan for the circuit's lines, whatever its cells' conductances. Throws InputError for an impossible circuit or one without a
/// plan.
FrontPlan make_front_plan(const CrossbarCircuit& circuit);

}  // namespace memcosim::cuda
