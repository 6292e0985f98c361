// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/networks/digital_side.hpp"

namespace memcosim {

/// Consecutive images on their way through a network together: for each stage in order inputs(), multiply(), finish(). The event of vector
/// v of a stage is first_image * windows + v, that is image * windows + window.
class BatchPass {
 public:
  BatchPass(const DigitalSide& digital, const ImageSet& images, std::uint64_t first, std::size_t count);

  std::size_t count() const { return values_.size(); }
  std::uint64_t first() const { return first_; }
  std::uint64_t first_event(std::size_t stage) const { return first_ * digital_.windows(stage); }

  /// Input codes of a stage for all images.
  StageInputs inputs(std::size_t stage);
  /// The products of all tiles of a stage, in the order of StagePlan::tiles. All are submitted before the first is collected.
  std::vector<MvmResult> multiply(Backend& backend, std::size_t stage, const StageInputs& inputs, bool keep_codes) const;
  /// The exact products, vectors x outputs, without arrays.
  std::vector<std::int64_t> multiply_exactly(std::size_t stage, const StageInputs& inputs) const;
  /// Adds up the tiles' sums of all row blocks: vectors x outputs.
  std::vector<std::int64_t> add_tiles(std::size_t stage, const std::vector<MvmResult>& tiles) const;
  /// Hands the sums of a stage to the digital side.
  void finish(std::size_t stage, const StageInputs& inputs, const std::vector<std::int64_t>& sums);

  const ImageValues& values(std::size_t slot) const { return values_[slot]; }

 private:
  const DigitalSide& digital_;
  std::uint64_t first_;
  std::vector<ImageValues> values_;
};

}  // namespace memcosim
