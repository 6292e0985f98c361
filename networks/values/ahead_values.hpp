// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/networks/values/network_values.hpp"

namespace memcosim {

class ValuePipeline;

/// Values of a network that are computed ahead, in chunks of consecutive images: a separate thread runs the next chunks through all stages
/// on the backend in large batches while the timing of the present one is simulated; begin() waits only for a chunk that is not ready yet.
/// The memory of a chunk is released when all its images are finished, so it does not grow with the number of images. Images begin in
/// order. From the first begin() to end() that thread owns the backend: no other code may call it or change the arrays. The values depend
/// neither on the chunks nor on the threads.
class AheadValues : public NetworkValues {
 public:
  struct Options {
    std::size_t chunk = 0;    ///< images computed together; 0: as many as the backend needs for full speed, limited by memory
    bool keep_codes = false;  ///< also keep the code of each conversion
    unsigned threads = 1;     ///< of the digital side; 0: one per core
  };
  AheadValues(const CompiledNetwork& compiled, const ImageSet& images, Backend& backend, Options options);
  ~AheadValues() override;

  /// Rethrows an exception of the computation of the image's chunk.
  void begin(std::uint64_t image) override;
  gsl::span<const TileValues> ahead(std::uint32_t stage, std::uint64_t image) override;
  /// Must not be called, since ahead() returns all inputs (std::logic_error).
  gsl::span<const InputCode> inputs(const MvmPosition& position) override;
  /// Always throws RunError: the macro returned other sums than those from which the later stages were computed.
  void deliver(const MvmPosition& position, gsl::span<const std::int32_t> sums) override;
  void finish(std::uint32_t stage, std::uint64_t image) override;
  void end() override;
  double waited_s() const override { return waited_s_; }

  /// Images of a full chunk.
  std::size_t chunk() const { return options_.chunk; }

 private:
  struct Playing;
  Playing& chunk_of(std::uint64_t image);
  void take_next_chunk();

  Backend& backend_;
  Options options_;
  std::unique_ptr<ValuePipeline> pipeline_;      ///< from the first begin() to end()
  std::deque<std::unique_ptr<Playing>> chunks_;  ///< in order
  std::vector<std::vector<TileValues>> open_;    ///< for each stage: of the image that it plays, for each of its tiles
  double waited_s_ = 0.0;
};

}  // namespace memcosim
