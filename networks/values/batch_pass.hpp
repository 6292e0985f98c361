// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "memcosim/common/thread_pool.hpp"
#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/networks/values/digital_side.hpp"

namespace memcosim {

/// Consecutive images on their way through a network together: for each stage in order prepare(), multiply() (or submit() and collect()),
/// finish(). The event of vector v of a stage is first_image * windows + v, that is image * windows + window.
/// The digital work runs image by image in the threads of `workers`, which outlives the pass; in the caller's without.
class BatchPass {
 public:
  BatchPass(const DigitalSide& digital, const ImageSet& images, std::uint64_t first, std::size_t count, cpu::ThreadPool* workers = nullptr);

  std::size_t count() const { return values_.size(); }
  std::uint64_t first() const { return first_; }
  std::uint64_t first_event(std::size_t stage) const { return first_ * digital_.windows(stage); }

  /// Calls work(slot) for each image, in the threads of the workers.
  void for_each_image(const std::function<void(std::size_t slot)>& work) const;
  /// Input codes of a stage for all images; reuses the memory of `inputs`.
  void prepare(std::size_t stage, StageInputs& inputs);
  StageInputs inputs(std::size_t stage);
  /// Submits the products of all tiles of a stage, in the order of StagePlan::tiles, and appends their tickets. `inputs` must stay until
  /// all are collected. `memory`: old results whose memory is reused, at most one for each tile.
  void submit(Backend& backend, std::size_t stage, const StageInputs& inputs, bool keep_codes, std::vector<ProductResult>& memory,
              std::deque<Ticket>& tickets) const;
  /// Collects all tickets; removes each from the list before collecting it, so that none is collected twice after an exception.
  static std::vector<ProductResult> collect(Backend& backend, std::deque<Ticket>& tickets);
  /// Sums alone, without energies: those of all tiles of a stage, vectors x outputs. Adds the clipped conversions to `clipped`.
  std::vector<std::int64_t> multiply(Backend& backend, std::size_t stage, const StageInputs& inputs, std::uint64_t& clipped) const;
  /// The exact products, vectors x outputs, without arrays.
  std::vector<std::int64_t> multiply_exactly(std::size_t stage, const StageInputs& inputs) const;
  /// Adds up the tiles' sums of all row partitions and passes them to the digital side.
  void finish(std::size_t stage, const StageInputs& inputs, const std::vector<ProductResult>& tiles);
  /// finish() and prepare() for the next stage, image by image, so that the values written by the one are still in the cache for the other.
  void finish_and_prepare(std::size_t stage, const StageInputs& inputs, const std::vector<ProductResult>& tiles, StageInputs& next);
  /// finish() with sums over all tiles, vectors x outputs.
  void finish(std::size_t stage, const StageInputs& inputs, const std::vector<std::int64_t>& sums);

  const ImageValues& values(std::size_t slot) const { return values_[slot]; }

 private:
  void finish_image(std::size_t stage, std::size_t slot, const StageInputs& inputs, const std::vector<ProductResult>& tiles);
  void add_tiles(std::size_t stage, std::size_t slot, const std::vector<ProductResult>& tiles, std::vector<std::int64_t>& sums) const;

  const DigitalSide& digital_;
  std::uint64_t first_;
  cpu::ThreadPool* workers_;
  std::vector<ImageValues> values_;
};

}  // namespace memcosim
