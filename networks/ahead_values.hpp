// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "memcosim/networks/network_values.hpp"

namespace memcosim {

/// Values of a network computed before their time, in chunks of consecutive images: when the first image of a chunk begins, the chunk runs
/// through all stages on the backend in large batches, and what the macros would have computed is kept until it is played out. A chunk is
/// dropped when all its images are finished, so memory grows with the chunk, not with the number of images. The arrays must not change
/// while images are in flight.
class AheadValues : public NetworkValues {
 public:
  struct Options {
    std::size_t chunk = 32;   ///< images computed together
    bool keep_codes = false;  ///< also keep the code of each conversion
  };
  AheadValues(const CompiledNetwork& compiled, const ImageSet& images, Backend& backend, Options options);
  ~AheadValues() override;

  void begin(std::uint64_t image) override;
  gsl::span<const InputCode> inputs(const MvmPosition& position) override;
  std::optional<MvmOutcome> ahead(const MvmPosition& position) override;
  /// Checks that the macro returned what was computed ahead; RunError otherwise, since all that follows was computed from it.
  void deliver(const MvmPosition& position, gsl::span<const std::int32_t> sums) override;
  void finish(std::uint32_t stage, std::uint64_t image) override;

 private:
  struct Chunk;
  std::unique_ptr<Chunk> compute(std::uint64_t first);
  Chunk& chunk_of(std::uint64_t image);
  /// Row of the position in the chunk's vectors of its stage.
  std::size_t vector_of(const Chunk& chunk, const MvmPosition& position) const;
  const MvmResult& result_of(const Chunk& chunk, const MvmPosition& position) const;

  Backend& backend_;
  Options options_;
  std::map<std::uint64_t, std::unique_ptr<Chunk>> chunks_;  ///< by image / options.chunk
};

}  // namespace memcosim
