// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/kernels/products/readout.hpp"

namespace memcosim {

/// One physical array and the part of a stage's weight matrix that it holds.
struct TilePlan {
  std::uint32_t stage = 0;
  std::uint32_t row_block = 0;        ///< number of the row partition within the stage
  std::uint32_t column_block = 0;     ///< number of the block of outputs within the stage
  std::uint32_t first_row = 0;        ///< first row of the unrolled weight matrix
  std::uint32_t rows = 0;             ///< used word lines, from line 0
  std::uint32_t first_output = 0;     ///< first output of the stage
  std::uint32_t outputs = 0;          ///< outputs of the tile
  std::uint32_t columns = 0;          ///< used physical bit lines, from line 0
  std::vector<std::uint16_t> levels;  ///< target levels, rows x columns, row-major
  /// Codes of the target registers, the same shape; empty: the levels. The two differ for predistorted targets.
  std::vector<std::uint16_t> target_codes;
  /// Target conductances of all cells of the array, S; empty: those of the levels.
  std::vector<double> cell_targets_s;
};

/// Digital work behind the arrays, counted per image: for time, energy and area of the digital side.
struct DigitalWork {
  std::uint64_t additions = 0;    ///< partial sums over row blocks, bias, residual adds, average pooling
  std::uint64_t activations = 0;  ///< ReLU and requantisation
  std::uint64_t comparisons = 0;  ///< max pooling
};

/// One matrix product of the network with the digital work that follows it: the unit that the chip pipelines.
struct StagePlan {
  std::string name;                        ///< name of the ONNX node
  std::vector<std::int32_t> predecessors;  ///< stages whose results this one needs; -1: the network input
  std::uint32_t windows = 1;               ///< MVMs per image and array (output pixels of a convolution)
  std::uint32_t rows = 0;                  ///< K of the unrolled matrix
  std::uint32_t outputs = 0;               ///< N
  std::uint32_t row_blocks = 0;            ///< row partitions
  std::vector<std::uint32_t> tiles;        ///< indices in MappingPlan::tiles, row block fastest
  /// For each output, the ratio of its effective weights to those of the levels, by which the digital side divides. Empty: 1.
  std::vector<double> output_gains;
  /// How the arrays of the stage are read out; none: not chosen yet.
  std::optional<ReadoutConfig> readout;
  DigitalWork digital;
  std::uint64_t input_bytes = 0;   ///< activations read per image
  std::uint64_t output_bytes = 0;  ///< activations written per image
};

/// A network mapped onto arrays: all that the hardware side needs to know of it. Made by networks/, used by sc_models/.
struct MappingPlan {
  std::uint32_t array_rows = 0;
  std::uint32_t array_columns = 0;
  const WeightEncoding* encoding = &encodings::differential_digital;
  ConductanceWindow window;
  std::vector<StagePlan> stages;  ///< in an order in which predecessors come first
  std::vector<TilePlan> tiles;    ///< tile t lives in array t of the backend

  /// Used cells over all cells.
  double utilisation() const;
};

/// The readout of a stage; std::logic_error where none is chosen.
const ReadoutConfig& readout_of(const MappingPlan& plan, std::size_t stage);

}  // namespace memcosim
