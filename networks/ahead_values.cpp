// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/ahead_values.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/networks/detail/value_pipeline.hpp"

namespace memcosim {
namespace {

constexpr std::size_t chunk_memory_bytes = std::size_t{256} << 20;  ///< of one of the chunks that are there at a time: about three
constexpr std::size_t windows_early = 4;                            ///< that values are asked for before they are played

std::size_t automatic_chunk(const MappingPlan& plan, const Backend& backend, bool keep_codes) {
  const std::size_t bytes = chunk_bytes_per_image(plan, backend.readout(plan.stages.front().tiles.front()).slices(), keep_codes);
  return std::clamp<std::size_t>(chunk_memory_bytes / bytes, 1, backend.preferred_vectors());
}

/// Asks for all lines of some elements. Always inlined: a function that only prefetches has no effect that gcc sees, and it drops the call.
template <typename Element>
[[gnu::always_inline]] inline void prefetch_lines(const Element* first, std::size_t count) {
  for (std::size_t i = 0; i < count; i += 64 / sizeof(Element))
    __builtin_prefetch(first + i);
  __builtin_prefetch(first + count - 1);  // the elements need not begin at a line
}

/// The vectors of one tile in a chunk, row by row.
struct TileRows {
  /// Another core wrote these values, mostly long ago: asked for some windows early they are there when they are played.
  [[gnu::always_inline]] void prefetch(std::size_t vector) const {
    if (vector >= vectors) return;
    prefetch_lines(inputs + vector * input_stride, rows);
    prefetch_lines(result->sums.data() + vector * outputs, used_outputs);
    prefetch_lines(result->drive_siemens.data() + vector * slices, slices);
  }

  std::size_t vectors;
  const InputCode* inputs;
  std::size_t input_stride;
  std::size_t rows;
  const MvmResult* result;
  std::size_t outputs;
  std::size_t used_outputs;
  std::size_t slices;
  std::size_t codes;
};

}  // namespace

/// A chunk whose images are in flight.
struct AheadValues::Playing {
  Playing(std::unique_ptr<ValueChunk> computed, const MappingPlan& plan);
  const TileRows& tile(const MvmPosition& position) const { return tiles.at(position.tile); }
  bool has(std::uint64_t image) const { return image - chunk->first < chunk->count; }

  std::unique_ptr<ValueChunk> chunk;
  std::vector<TileRows> tiles;
  std::vector<char> begun;                   ///< for each image
  std::vector<std::size_t> finished_stages;  ///< for each image
  std::size_t finished_images = 0;
};

AheadValues::Playing::Playing(std::unique_ptr<ValueChunk> computed, const MappingPlan& plan)
    : chunk(std::move(computed)), tiles(plan.tiles.size()), begun(chunk->count, 0), finished_stages(chunk->count, 0) {
  for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
    const StageInputs& inputs = chunk->inputs[stage];
    const std::size_t vectors = inputs.vectors();
    for (std::size_t t = 0; t < plan.stages[stage].tiles.size(); ++t) {
      const TilePlan& tile = plan.tiles[plan.stages[stage].tiles[t]];
      const MvmResult& result = chunk->results[stage][t];
      tiles[plan.stages[stage].tiles[t]] = {vectors,
                                            inputs.codes.data() + tile.first_row,
                                            inputs.stride,
                                            tile.rows,
                                            &result,
                                            result.sums.size() / vectors,
                                            tile.outputs,
                                            result.drive_siemens.size() / vectors,
                                            result.codes.size() / vectors};
    }
  }
}

AheadValues::AheadValues(const CompiledNetwork& compiled, const ImageSet& images, Backend& backend, Options options)
    : NetworkValues(compiled, images, backend), backend_(backend), options_(options) {
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
    pipeline_ = std::make_unique<ValuePipeline>(digital_, images_, backend_,
                                                ValuePipeline::Options{options_.chunk, options_.keep_codes, options_.threads});
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
  chunks_.push_back(std::make_unique<Playing>(std::move(chunk), compiled_.plan));
}

AheadValues::Playing& AheadValues::chunk_of(std::uint64_t image) {
  if (last_used_ == nullptr || !last_used_->has(image)) {
    const auto found = std::find_if(chunks_.begin(), chunks_.end(), [&](const auto& playing) { return playing->has(image); });
    last_used_ = found == chunks_.end() ? nullptr : found->get();
  }
  if (last_used_ == nullptr || last_used_->begun[image - last_used_->chunk->first] == 0) {
    throw std::logic_error("AheadValues: an image is used that is not in flight");
  }
  return *last_used_;
}

gsl::span<const InputCode> AheadValues::inputs(const MvmPosition& position) {
  const Playing& playing = chunk_of(position.image);
  const TileRows& tile = playing.tile(position);
  const std::size_t vector = (position.image - playing.chunk->first) * digital_.windows(position.stage) + position.window;
  return {tile.inputs + vector * tile.input_stride, tile.rows};
}

std::optional<MvmOutcome> AheadValues::ahead(const MvmPosition& position) {
  const Playing& playing = chunk_of(position.image);
  const TileRows& tile = playing.tile(position);
  const std::size_t vector = (position.image - playing.chunk->first) * digital_.windows(position.stage) + position.window;
  tile.prefetch(vector + windows_early);
  return MvmOutcome{{tile.result->sums.data() + vector * tile.outputs, tile.outputs},
                    {tile.result->drive_siemens.data() + vector * tile.slices, tile.slices},
                    tile.result->clipped[vector],
                    {tile.result->codes.data() + vector * tile.codes, tile.codes}};
}

void AheadValues::deliver(const MvmPosition& position, gsl::span<const std::int32_t> sums) {
  const TilePlan& tile = compiled_.plan.tiles[position.tile];
  if (sums.size() != tile.outputs) throw std::logic_error("AheadValues: a tile must deliver the sums of its used outputs");
  const auto expected = ahead(position)->sums.first(tile.outputs);
  if (!std::equal(sums.data(), sums.data() + sums.size(), expected.data())) {
    throw RunError(
        fmt::format("stage '{}', tile {}, image {}, window {}: the macro returned other sums than were computed ahead; "
                    "compute the values at their events instead",
                    compiled_.plan.stages[position.stage].name, position.tile, position.image, position.window));
  }
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
  last_used_ = nullptr;
  chunks_.erase(std::find_if(chunks_.begin(), chunks_.end(), [&](const auto& entry) { return entry.get() == &playing; }));
}

}  // namespace memcosim
