// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/architecture/mapping_plan.hpp"
#include "memcosim/kernels/arrays/cell_store.hpp"
#include "memcosim/kernels/products/read_epoch.hpp"

namespace memcosim {

/// Movement of a network's cells by reads (read_disturb.law: rate): within an epoch of `every` images the cells are constant; when the last
/// image of an epoch has passed a stage, the cells of the stage's arrays move by the reads of all its images. Values therefore do not
/// depend on whether they are computed ahead or at their event, nor on chunks and threads.
class ReadEpochs {
 public:
  /// Tile t lives in array t; the plan's readouts are chosen. `slice_s`: time for which a slice drives its rows, s; `images`: of the
  /// run.
  ReadEpochs(const MappingPlan& plan, CellStore& cells, double slice_s, std::uint64_t images);

  /// False if no cell of any array moves, so that nothing needs to be counted.
  bool moves() const { return moves_; }
  std::uint64_t every() const { return every_; }
  /// Number of images from this one to the end of its epoch.
  std::uint64_t images_left(std::uint64_t image) const { return every_ - image % every_; }
  bool ends_with(std::uint64_t image) const { return images_left(image) == 1; }

  /// Counts products of a stage: input codes of all its rows, `vectors` times, `stride` elements apart.
  void add(std::size_t stage, const InputCode* codes, std::size_t vectors, std::size_t stride);
  /// Moves the cells of a stage after all its products of an epoch.
  void end(std::size_t stage);

  /// Largest movement of a cell in one of the epochs completed by `images` images, as a share of the range of its state.
  double largest_movement(std::uint64_t images) const;

 private:
  const MappingPlan& plan_;
  CellStore& cells_;
  double slice_s_;
  bool moves_ = false;
  std::uint64_t every_ = 1;
  std::vector<std::vector<ReadEpoch>> stages_;  ///< per stage, of its arrays that move
  std::vector<double> movements_;               ///< per epoch
};

}  // namespace memcosim
