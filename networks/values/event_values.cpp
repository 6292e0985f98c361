// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/values/event_values.hpp"

#include <stdexcept>

namespace memcosim {

/// One stage of one image between its first input and its end.
struct EventValues::Stage {
  StageInputs inputs;
  std::vector<std::int64_t> sums;  ///< windows x outputs
  std::size_t delivered = 0;       ///< products, of windows x tiles
};

struct EventValues::Image {
  std::uint64_t number = 0;
  ImageValues values;
  std::vector<std::unique_ptr<Stage>> stages;
  std::size_t finished_stages = 0;
};

EventValues::EventValues(const CompiledNetwork& compiled, const ImageSet& images)
    : NetworkValues(compiled, images), next_images_(compiled.plan.stages.size(), 0) {}

EventValues::~EventValues() = default;

void EventValues::begin(std::uint64_t image) {
  if (image >= images_.count) throw std::logic_error("EventValues: an image beyond the image set is begun");
  auto entry = std::make_unique<Image>();
  entry->number = image;
  entry->values = digital_.start(images_, image);
  entry->stages.resize(compiled_.plan.stages.size());
  if (finished(image) || !images_in_flight_.emplace(image, std::move(entry)).second)
    throw std::logic_error("EventValues: an image is begun twice");
}

EventValues::Image& EventValues::in_flight(std::uint64_t image) {
  const auto found = images_in_flight_.find(image);
  if (found == images_in_flight_.end()) throw std::logic_error("EventValues: an image is used that is not in flight");
  return *found->second;
}

EventValues::Stage& EventValues::open_stage(Image& image, std::uint32_t stage) {
  auto& entry = image.stages.at(stage);
  if (entry == nullptr) {
    entry = std::make_unique<Stage>();
    digital_.prepare_inputs(stage, 1, entry->inputs);
    digital_.write_inputs(image.values, stage, entry->inputs, 0);
    if (reads_ != nullptr && image.number != next_images_[stage]++)
      throw std::logic_error("EventValues: where reads move cells a stage takes its images in order");
    if (reads_ != nullptr) reads_->add(stage, entry->inputs.codes.data(), entry->inputs.vectors(), entry->inputs.stride);
    entry->sums.assign(digital_.windows(stage) * compiled_.plan.stages[stage].outputs, 0);
  }
  return *entry;
}

gsl::span<const InputCode> EventValues::inputs(const MvmPosition& position) {
  const Stage& stage = open_stage(in_flight(position.image), position.stage);
  const TilePlan& tile = compiled_.plan.tiles[position.tile];
  return {stage.inputs.codes.data() + position.window * stage.inputs.stride + tile.first_row, tile.rows};
}

void EventValues::deliver(const MvmPosition& position, gsl::span<const std::int32_t> sums) {
  Stage& stage = open_stage(in_flight(position.image), position.stage);
  const TilePlan& tile = compiled_.plan.tiles[position.tile];
  if (sums.size() != tile.outputs) throw std::logic_error("EventValues: a tile must deliver the sums of its used outputs");
  std::int64_t* target =
      stage.sums.data() + std::size_t{position.window} * compiled_.plan.stages[position.stage].outputs + tile.first_output;
  for (std::size_t output = 0; output < tile.outputs; ++output)
    target[output] += sums[output];
  ++stage.delivered;
}

void EventValues::finish(std::uint32_t stage, std::uint64_t image) {
  Image& entry = in_flight(image);
  const Stage& open = open_stage(entry, stage);
  const StagePlan& plan = compiled_.plan.stages[stage];
  if (open.delivered != plan.windows * plan.tiles.size())
    throw std::logic_error("EventValues: stage '" + plan.name + "' is finished before all its sums are delivered");
  digital_.finish_stage(entry.values, stage, open.sums, open.inputs.sums);
  if (reads_ != nullptr && reads_->ends_with(image)) reads_->end(stage);
  entry.stages[stage].reset();
  if (++entry.finished_stages < compiled_.plan.stages.size()) return;
  record(image, digital_.logits(entry.values), entry.values.clipped_inputs);
  images_in_flight_.erase(image);
}

}  // namespace memcosim
