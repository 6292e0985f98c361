// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "memcosim/architecture/stage_values.hpp"
#include "memcosim/networks/values/batch_pass.hpp"
#include "memcosim/networks/values/read_epochs.hpp"

namespace memcosim {

/// All values of consecutive images, as AheadValues plays them out.
struct ValueChunk {
  std::uint64_t first = 0;                              ///< first image
  std::size_t count = 0;                                ///< images
  std::vector<StageInputs> inputs;                      ///< for each stage
  std::vector<std::vector<ProductResult>> results;      ///< for each stage, for each of its tiles
  std::vector<std::vector<std::uint32_t>> driven_rows;  ///< for each stage, vectors x row blocks
  std::vector<std::vector<double>> logits;              ///< for each image
  std::vector<std::vector<std::uint64_t>> clipped;      ///< for each image, for each stage

  std::uint64_t end() const { return first + count; }
  /// Values of the tile at `place` among those of a stage, for image first + slot.
  TileValues values(std::size_t stage, std::size_t place, std::size_t slot, const MappingPlan& plan) const;
};

/// Bytes of a chunk for each of its images; `slices` and `keep_codes` as the products are read out.
std::size_t chunk_bytes_per_image(const MappingPlan& plan, unsigned slices, bool keep_codes);

/// Computes a chunk stage by stage. Between two calls of advance() the backend computes the products of a stage, while the host works on
/// another chunk. The backend must outlive the pass and have no other caller.
class ChunkPass {
 public:
  struct Options {
    bool keep_codes = false;
    ReadEpochs* reads = nullptr;  ///< counts the products; the pass that ends an epoch moves the cells of each stage
  };
  /// Computes the first inputs and submits their products. Reuses the memory of `chunk`, whatever its content.
  ChunkPass(const DigitalSide& digital, const ImageSet& images, Backend& backend, cpu::ThreadPool& workers, const Options& options,
            std::uint64_t first, std::size_t count, std::unique_ptr<ValueChunk> chunk);
  /// Waits for products that the backend still computes, since it reads the inputs.
  ~ChunkPass();
  ChunkPass(const ChunkPass&) = delete;
  ChunkPass& operator=(const ChunkPass&) = delete;

  /// Waits for the products, does the digital work that follows, and submits the products of the next stage. False after the last stage:
  /// the chunk is complete, take() it.
  bool advance();
  /// Stage whose products the backend computes.
  std::size_t stage() const { return stage_; }
  std::unique_ptr<ValueChunk> take() { return std::move(chunk_); }

 private:
  void submit();
  void count_driven_rows();
  void count_reads();

  Backend& backend_;
  const DigitalSide& digital_;
  const Options options_;
  BatchPass pass_;
  std::unique_ptr<ValueChunk> chunk_;
  std::size_t stage_ = 0;  ///< stage whose products the backend computes
  std::deque<Ticket> tickets_;
};

}  // namespace memcosim
