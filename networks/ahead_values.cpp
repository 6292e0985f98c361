// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/ahead_values.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/networks/detail/batch_pass.hpp"

namespace memcosim {

struct AheadValues::Chunk {
  std::uint64_t first = 0;
  std::vector<StageInputs> inputs;                  ///< for each stage
  std::vector<std::vector<MvmResult>> results;      ///< for each stage, for each of its tiles
  std::vector<std::vector<double>> logits;          ///< for each image
  std::vector<std::vector<std::uint64_t>> clipped;  ///< for each image, for each stage
  std::vector<char> begun;
  std::vector<std::size_t> finished_stages;  ///< for each image
  std::size_t finished_images = 0;
};

AheadValues::AheadValues(const CompiledNetwork& compiled, const ImageSet& images, Backend& backend, Options options)
    : NetworkValues(compiled, images, backend), backend_(backend), options_(options) {
  if (options.chunk == 0) throw std::logic_error("AheadValues: a chunk has at least one image");
}

AheadValues::~AheadValues() = default;

std::unique_ptr<AheadValues::Chunk> AheadValues::compute(std::uint64_t first) {
  auto chunk = std::make_unique<Chunk>();
  chunk->first = first;
  BatchPass pass(digital_, images_, first, std::min<std::size_t>(options_.chunk, images_.count - first));
  for (std::size_t stage = 0; stage < compiled_.plan.stages.size(); ++stage) {
    chunk->inputs.push_back(pass.inputs(stage));
    chunk->results.push_back(pass.multiply(backend_, stage, chunk->inputs.back(), options_.keep_codes));
    pass.finish(stage, chunk->inputs.back(), pass.add_tiles(stage, chunk->results.back()));
  }
  for (std::size_t slot = 0; slot < pass.count(); ++slot) {
    const auto logits = digital_.logits(pass.values(slot));
    chunk->logits.emplace_back(logits.begin(), logits.end());
    chunk->clipped.push_back(pass.values(slot).clipped_inputs);
  }
  chunk->begun.assign(pass.count(), 0);
  chunk->finished_stages.assign(pass.count(), 0);
  return chunk;
}

void AheadValues::begin(std::uint64_t image) {
  if (image >= images_.count) throw std::logic_error("AheadValues: an image beyond the image set is begun");
  if (finished(image)) throw std::logic_error("AheadValues: an image is begun twice");
  const std::uint64_t number = image / options_.chunk;
  auto found = chunks_.find(number);
  if (found == chunks_.end()) found = chunks_.emplace(number, compute(number * options_.chunk)).first;
  char& begun = found->second->begun[image - found->second->first];
  if (begun != 0) throw std::logic_error("AheadValues: an image is begun twice");
  begun = 1;
}

AheadValues::Chunk& AheadValues::chunk_of(std::uint64_t image) {
  const auto found = chunks_.find(image / options_.chunk);
  if (found == chunks_.end() || found->second->begun.at(image - found->second->first) == 0) {
    throw std::logic_error("AheadValues: an image is used that is not in flight");
  }
  return *found->second;
}

std::size_t AheadValues::vector_of(const Chunk& chunk, const MvmPosition& position) const {
  return (position.image - chunk.first) * digital_.windows(position.stage) + position.window;
}

const MvmResult& AheadValues::result_of(const Chunk& chunk, const MvmPosition& position) const {
  // The tiles of a stage follow each other in the plan.
  return chunk.results[position.stage].at(position.tile - compiled_.plan.stages[position.stage].tiles.front());
}

gsl::span<const InputCode> AheadValues::inputs(const MvmPosition& position) {
  const Chunk& chunk = chunk_of(position.image);
  const StageInputs& inputs = chunk.inputs[position.stage];
  const TilePlan& tile = compiled_.plan.tiles[position.tile];
  return {inputs.codes.data() + vector_of(chunk, position) * inputs.stride + tile.first_row, tile.rows};
}

std::optional<MvmOutcome> AheadValues::ahead(const MvmPosition& position) {
  const Chunk& chunk = chunk_of(position.image);
  const MvmResult& result = result_of(chunk, position);
  const std::size_t vector = vector_of(chunk, position);
  const std::size_t vectors = result.clipped.size();
  const auto row = [&](const auto& values) {
    const std::size_t width = values.size() / vectors;
    return gsl::make_span(values.data() + vector * width, width);
  };
  return MvmOutcome{row(result.sums), row(result.drive_siemens), result.clipped[vector], row(result.codes)};
}

void AheadValues::deliver(const MvmPosition& position, gsl::span<const std::int32_t> sums) {
  const TilePlan& tile = compiled_.plan.tiles[position.tile];
  if (sums.size() != tile.outputs) throw std::logic_error("AheadValues: a tile must deliver the sums of its used outputs");
  const auto expected = ahead(position)->sums.first(tile.outputs);
  if (!std::equal(sums.begin(), sums.end(), expected.begin())) {
    throw RunError(
        fmt::format("stage '{}', tile {}, image {}, window {}: the macro returned other sums than were computed ahead; "
                    "compute the values at their events instead",
                    compiled_.plan.stages[position.stage].name, position.tile, position.image, position.window));
  }
}

void AheadValues::finish(std::uint32_t stage, std::uint64_t image) {
  Chunk& chunk = chunk_of(image);
  const std::size_t slot = image - chunk.first;
  if (stage >= compiled_.plan.stages.size() || ++chunk.finished_stages[slot] > compiled_.plan.stages.size()) {
    throw std::logic_error("AheadValues: more stages are finished than there are");
  }
  if (chunk.finished_stages[slot] < compiled_.plan.stages.size()) return;
  record(image, chunk.logits[slot], chunk.clipped[slot]);
  if (++chunk.finished_images == chunk.begun.size()) chunks_.erase(image / options_.chunk);
}

}  // namespace memcosim
