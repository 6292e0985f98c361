// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/values/batch_pass.hpp"

#include <algorithm>
#include <cstddef>

#include <Eigen/Core>

#include "memcosim/architecture/stage_values.hpp"

namespace memcosim {
namespace {

constexpr std::size_t tasks_per_thread = 4;  ///< above 1 to balance the load: threads do not start at the same time
constexpr std::size_t windows_early = 16;    ///< how many windows before their use sums are prefetched

}  // namespace

BatchPass::BatchPass(const DigitalSide& digital, const ImageSet& images, std::uint64_t first, std::size_t count, cpu::ThreadPool* workers)
    : digital_(digital), first_(first), workers_(workers), values_(count) {
  for_each_image([&](std::size_t slot) { values_[slot] = digital.start(images, first + slot); });
}

void BatchPass::for_each_image(const std::function<void(std::size_t)>& work) const {
  if (workers_ == nullptr) {
    for (std::size_t slot = 0; slot < count(); ++slot)
      work(slot);
    return;
  }
  const std::size_t each = (count() - 1) / (tasks_per_thread * workers_->threads()) + 1;
  workers_->wait(workers_->start((count() + each - 1) / each, [&](std::size_t task, unsigned) {
    for (std::size_t slot = task * each; slot < std::min((task + 1) * each, count()); ++slot)
      work(slot);
  }));
}

void BatchPass::prepare(std::size_t stage, StageInputs& inputs) {
  digital_.prepare_inputs(stage, count(), inputs);
  for_each_image([&](std::size_t slot) { digital_.write_inputs(values_[slot], stage, inputs, slot); });
}

StageInputs BatchPass::inputs(std::size_t stage) {
  StageInputs inputs;
  prepare(stage, inputs);
  return inputs;
}

void BatchPass::submit(Backend& backend, std::size_t stage, const StageInputs& inputs, bool keep_codes, std::vector<ProductResult>& memory,
                       std::deque<Ticket>& tickets) const {
  const MappingPlan& plan = digital_.compiled().plan;
  const ReadoutId readout = backend.products().add(readout_of(plan, stage));
  for (std::size_t t = 0; t < plan.stages[stage].tiles.size(); ++t) {
    const std::uint32_t tile = plan.stages[stage].tiles[t];
    ProductPart part;
    part.array = tile;
    part.version = backend.cells().version(tile);
    part.readout = readout;
    part.used_outputs = plan.tiles[tile].outputs;
    ProductBatch batch;
    batch.parts = {&part, 1};
    batch.memory = t < memory.size() ? &memory[t] : nullptr;
    batch.count = inputs.vectors();
    batch.inputs = inputs.codes.data() + plan.tiles[tile].first_row;
    batch.input_stride = inputs.stride;
    batch.first_event = first_event(stage);
    batch.keep_codes = keep_codes;
    tickets.push_back(backend.products().submit(batch));
  }
}

std::vector<ProductResult> BatchPass::collect(Backend& backend, std::deque<Ticket>& tickets) {
  std::vector<ProductResult> results;
  results.reserve(tickets.size());
  while (!tickets.empty()) {
    const Ticket ticket = tickets.front();
    tickets.pop_front();
    results.push_back(backend.products().collect(ticket));
  }
  return results;
}

std::vector<std::int64_t> BatchPass::multiply(Backend& backend, std::size_t stage, const StageInputs& inputs,
                                              std::uint64_t& clipped) const {
  const MappingPlan& plan = digital_.compiled().plan;
  ProductBatch batch;
  const ReadoutId readout = backend.products().add(readout_of(plan, stage));
  std::vector<ProductPart> parts;
  for (const std::uint32_t tile : plan.stages[stage].tiles) {
    ProductPart& part = parts.emplace_back();
    part.array = tile;
    part.version = backend.cells().version(tile);
    part.readout = readout;
    part.first_row = plan.tiles[tile].first_row;
    part.first_output = plan.tiles[tile].first_output;
    part.used_outputs = plan.tiles[tile].outputs;
    batch.outputs = std::max(batch.outputs, part.first_output + plan.encoding->outputs_of(plan.array_columns));
  }
  batch.parts = parts;
  batch.count = inputs.vectors();
  batch.inputs = inputs.codes.data();
  batch.input_stride = inputs.stride;
  batch.first_event = first_event(stage);
  const ProductResult product = backend.products().collect(backend.products().submit(batch));
  for (const ClipCounts& counts : product.clipped)
    clipped += std::uint64_t{counts.low} + counts.high;
  const std::size_t outputs = plan.stages[stage].outputs;  // the product also has the unused outputs of the last arrays
  std::vector<std::int64_t> sums;
  sums.reserve(batch.count * outputs);
  for (std::size_t vector = 0; vector < batch.count; ++vector) {
    const auto first = product.sums.begin() + static_cast<std::ptrdiff_t>(vector * batch.outputs);
    sums.insert(sums.end(), first, first + static_cast<std::ptrdiff_t>(outputs));
  }
  return sums;
}

std::vector<std::int64_t> BatchPass::multiply_exactly(std::size_t stage, const StageInputs& inputs) const {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const StagePlan& plan = digital_.compiled().plan.stages[stage];
  const auto vectors = static_cast<Eigen::Index>(inputs.vectors());
  const Eigen::Map<const Eigen::Matrix<InputCode, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>, 0, Eigen::OuterStride<>> codes(
      inputs.codes.data(), vectors, plan.rows, Eigen::OuterStride<>(static_cast<Eigen::Index>(inputs.stride)));
  const Eigen::Map<const Eigen::Matrix<std::int32_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>> weights(
      digital_.compiled().quantised.stages[stage].weights.data(), plan.rows, plan.outputs);
  // Every partial sum is an integer far below 2^53 (2^16 * 2^15 * 2^20 at most), so the product in double is exact in any order.
  const RowMajor product = codes.cast<double>() * weights.cast<double>();
  std::vector<std::int64_t> sums(static_cast<std::size_t>(product.size()));
  for (std::size_t i = 0; i < sums.size(); ++i)
    sums[i] = static_cast<std::int64_t>(product.data()[i]);
  return sums;
}

/// Adds the sums of the tiles for one image: windows x outputs. They lie in memory or in caches of other cores, so they are prefetched.
void BatchPass::add_tiles(std::size_t stage, std::size_t slot, const std::vector<ProductResult>& tiles,
                          std::vector<std::int64_t>& sums) const {
  const MappingPlan& plan = digital_.compiled().plan;
  const std::size_t outputs = plan.stages[stage].outputs;
  const std::size_t array_outputs = plan.encoding->outputs_of(plan.array_columns);
  const std::size_t windows = digital_.windows(stage);
  const auto tile_plan = [&](std::size_t t) -> const TilePlan& { return plan.tiles[plan.stages[stage].tiles[t]]; };
  const auto tile_sums = [&](std::size_t t, std::size_t window) {
    return tiles[t].sums.data() + (slot * windows + window) * array_outputs;
  };
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    for (std::size_t window = 0; window < std::min(windows_early, windows); ++window)
      prefetch_lines(tile_sums(t, window), tile_plan(t).outputs);
  }
  sums.assign(windows * outputs, 0);
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    const TilePlan& tile = tile_plan(t);
    for (std::size_t window = 0; window < windows; ++window) {
      if (window + windows_early < windows) prefetch_lines(tile_sums(t, window + windows_early), tile.outputs);
      const std::int32_t* from = tile_sums(t, window);
      std::int64_t* to = sums.data() + window * outputs + tile.first_output;
      for (std::size_t output = 0; output < tile.outputs; ++output)
        to[output] += from[output];
    }
  }
}

void BatchPass::finish(std::size_t stage, const StageInputs& inputs, const std::vector<ProductResult>& tiles) {
  for_each_image([&](std::size_t slot) { finish_image(stage, slot, inputs, tiles); });
}

void BatchPass::finish_and_prepare(std::size_t stage, const StageInputs& inputs, const std::vector<ProductResult>& tiles,
                                   StageInputs& next) {
  digital_.prepare_inputs(stage + 1, count(), next);
  for_each_image([&](std::size_t slot) {
    finish_image(stage, slot, inputs, tiles);
    digital_.write_inputs(values_[slot], stage + 1, next, slot);
  });
}

void BatchPass::finish_image(std::size_t stage, std::size_t slot, const StageInputs& inputs, const std::vector<ProductResult>& tiles) {
  const std::size_t windows = digital_.windows(stage);
  std::vector<std::int64_t> sums;
  add_tiles(stage, slot, tiles, sums);
  digital_.finish_stage(values_[slot], stage, sums, {inputs.sums.data() + slot * windows, windows});
}

void BatchPass::finish(std::size_t stage, const StageInputs& inputs, const std::vector<std::int64_t>& sums) {
  const std::size_t windows = digital_.windows(stage);
  const std::size_t elements = windows * digital_.compiled().plan.stages[stage].outputs;
  for_each_image([&](std::size_t slot) {
    digital_.finish_stage(values_[slot], stage, {sums.data() + slot * elements, elements}, {inputs.sums.data() + slot * windows, windows});
  });
}

}  // namespace memcosim
