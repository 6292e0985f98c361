// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/values/ahead_values.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/networks/values/value_pipeline.hpp"

namespace memcosim {
namespace {

constexpr std::size_t chunk_memory_bytes = std::size_t{256} << 20;  ///< of a chunk; about three exist at a time

std::size_t automatic_chunk(const MappingPlan& plan, Backend& backend, bool keep_codes) {
  const std::size_t bytes = chunk_bytes_per_image(plan, readout_of(plan, 0).slices(), keep_codes);
  return std::clamp<std::size_t>(chunk_memory_bytes / bytes, 1, backend.products().preferred_vectors());
}

}  // namespace

/// A chunk whose images are in the chip at present.
struct AheadValues::Playing {
  explicit Playing(std::unique_ptr<ValueChunk> computed)
      : chunk(std::move(computed)), begun(chunk->count, 0), finished_stages(chunk->count, 0) {}
  bool has(std::uint64_t image) const { return image - chunk->first < chunk->count; }

  std::unique_ptr<ValueChunk> chunk;
  std::vector<char> begun;                   ///< for each image
  std::vector<std::size_t> finished_stages;  ///< for each image
  std::size_t finished_images = 0;
};

AheadValues::AheadValues(const CompiledNetwork& compiled, const ImageSet& images, Backend& backend, Options options)
    : NetworkValues(compiled, images), backend_(backend), options_(options), open_(compiled.plan.stages.size()) {
  if (options_.chunk == 0) options_.chunk = automatic_chunk(compiled.plan, backend, options.keep_codes);
}

AheadValues::~AheadValues() = default;

void AheadValues::end() {
  pipeline_.reset();
}

void AheadValues::begin(std::uint64_t image) {
  if (image >= images_.count) throw std::logic_error("AheadValues: an image beyond the image set is begun");
  if (finished(image)) throw std::logic_error("AheadValues: an image is begun twice");
  if (pipeline_ == nullptr) {
    if (finished_images() != 0 || !chunks_.empty()) throw std::logic_error("AheadValues: an image is begun after the end");
    pipeline_ = std::make_unique<ValuePipeline>(
        digital_, images_, backend_, ValuePipeline::Options{options_.chunk, options_.keep_codes, options_.threads, reads_.get()});
  }
  while (chunks_.empty() || chunks_.back()->chunk->end() <= image)
    take_next_chunk();
  const auto found = std::find_if(chunks_.rbegin(), chunks_.rend(), [&](const auto& playing) { return playing->has(image); });
  if (found == chunks_.rend()) throw std::logic_error("AheadValues: an image is begun out of order");
  char& begun = (*found)->begun[image - (*found)->chunk->first];
  if (begun != 0) throw std::logic_error("AheadValues: an image is begun twice");
  begun = 1;
}

void AheadValues::take_next_chunk() {
  const auto asked = std::chrono::steady_clock::now();
  std::unique_ptr<ValueChunk> chunk = pipeline_->next();
  waited_s_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - asked).count();
  chunks_.push_back(std::make_unique<Playing>(std::move(chunk)));
}

AheadValues::Playing& AheadValues::chunk_of(std::uint64_t image) {
  const auto found = std::find_if(chunks_.begin(), chunks_.end(), [&](const auto& playing) { return playing->has(image); });
  if (found == chunks_.end() || (*found)->begun[image - (*found)->chunk->first] == 0) {
    throw std::logic_error("AheadValues: an image is used that is not in flight");
  }
  return **found;
}

gsl::span<const TileValues> AheadValues::ahead(std::uint32_t stage, std::uint64_t image) {
  const ValueChunk& chunk = *chunk_of(image).chunk;
  std::vector<TileValues>& tiles = open_.at(stage);
  tiles.clear();
  for (std::size_t place = 0; place < compiled_.plan.stages[stage].tiles.size(); ++place)
    tiles.push_back(chunk.values(stage, place, image - chunk.first, compiled_.plan));
  return tiles;
}

gsl::span<const InputCode> AheadValues::inputs(const MvmPosition&) {
  throw std::logic_error("AheadValues: inputs are asked for where all is known ahead");
}

void AheadValues::deliver(const MvmPosition& position, gsl::span<const std::int32_t>) {
  throw RunError(
      fmt::format("stage '{}', tile {}, image {}, window {}: the macro returned other sums than were computed ahead; "
                  "compute the values at their events instead",
                  compiled_.plan.stages[position.stage].name, position.tile, position.image, position.window));
}

void AheadValues::finish(std::uint32_t stage, std::uint64_t image) {
  Playing& playing = chunk_of(image);
  const std::size_t slot = image - playing.chunk->first;
  if (stage >= compiled_.plan.stages.size() || ++playing.finished_stages[slot] > compiled_.plan.stages.size()) {
    throw std::logic_error("AheadValues: more stages are finished than there are");
  }
  if (playing.finished_stages[slot] < compiled_.plan.stages.size()) return;
  record(image, playing.chunk->logits[slot], playing.chunk->clipped[slot]);
  if (++playing.finished_images < playing.chunk->count) return;
  if (pipeline_ != nullptr) pipeline_->recycle(std::move(playing.chunk));
  chunks_.erase(std::find_if(chunks_.begin(), chunks_.end(), [&](const auto& entry) { return entry.get() == &playing; }));
}

}  // namespace memcosim
