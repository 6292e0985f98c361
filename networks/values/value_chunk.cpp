// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/values/value_chunk.hpp"

#include <algorithm>
#include <exception>
#include <type_traits>
#include <utility>

#include "memcosim/architecture/stage_values.hpp"
#include "memcosim/kernels/products/driven_rows.hpp"

namespace memcosim {

TileValues ValueChunk::values(std::size_t stage, std::size_t place, std::size_t slot, const MappingPlan& plan) const {
  const TilePlan& tile = plan.tiles[plan.stages[stage].tiles[place]];
  const StageInputs& codes = inputs[stage];
  const ProductResult& result = results[stage][place];
  const std::size_t blocks = plan.stages[stage].row_blocks;
  const std::size_t vector = slot * plan.stages[stage].windows;
  const auto rows = [&](const auto& matrix) {
    const std::size_t elements = matrix.size() / codes.vectors();
    return ElementRows<std::decay_t<decltype(matrix[0])>>{matrix.data() + vector * elements, elements, elements};
  };
  return {{codes.codes.data() + vector * codes.stride + tile.first_row, codes.stride, tile.rows},
          rows(result.sums),
          tile.outputs,
          rows(result.drive_siemens),
          result.clipped.data() + vector,
          rows(result.codes),
          {driven_rows[stage].data() + vector * blocks + tile.first_row / plan.array_rows, blocks, 1}};
}

std::size_t chunk_bytes_per_image(const MappingPlan& plan, unsigned slices, bool keep_codes) {
  const std::size_t outputs = plan.encoding->outputs_of(plan.array_columns);
  const std::size_t codes = keep_codes ? std::size_t{slices} * plan.encoding->conversions_in(plan.array_columns) : 0;
  const std::size_t product = (outputs + codes) * sizeof(std::int32_t) + slices * sizeof(double) + sizeof(ClipCounts);
  std::size_t bytes = 0;
  for (const StagePlan& stage : plan.stages) {
    const std::size_t block = plan.array_rows * sizeof(InputCode) + sizeof(std::uint32_t);
    const std::size_t inputs = stage.row_blocks * block + sizeof(std::int64_t);
    bytes += stage.windows * (inputs + stage.tiles.size() * product);
  }
  return bytes;
}

ChunkPass::ChunkPass(const DigitalSide& digital, const ImageSet& images, Backend& backend, cpu::ThreadPool& workers, const Options& options,
                     std::uint64_t first, std::size_t count, std::unique_ptr<ValueChunk> chunk)
    : backend_(backend), digital_(digital), options_(options), pass_(digital, images, first, count, &workers), chunk_(std::move(chunk)) {
  const std::size_t stages = digital.compiled().plan.stages.size();
  chunk_->first = first;
  chunk_->count = count;
  chunk_->inputs.resize(stages);
  chunk_->results.resize(stages);
  chunk_->driven_rows.resize(stages);
  chunk_->logits.resize(count);
  chunk_->clipped.resize(count);
  pass_.prepare(stage_, chunk_->inputs[stage_]);
  submit();
}

ChunkPass::~ChunkPass() {
  while (!tickets_.empty()) {
    const Ticket ticket = tickets_.front();
    tickets_.pop_front();
    try {
      backend_.products().collect(ticket);
    } catch (const std::exception&) {  // the first fault is reported to the caller that waits for the chunk
    }
  }
}

void ChunkPass::submit() {
  pass_.submit(backend_, stage_, chunk_->inputs[stage_], options_.keep_codes, chunk_->results[stage_], tickets_);
  count_driven_rows();
  count_reads();
}

void ChunkPass::count_reads() {
  if (options_.reads == nullptr) return;
  const StageInputs& inputs = chunk_->inputs[stage_];
  options_.reads->add(stage_, inputs.codes.data(), inputs.vectors(), inputs.stride);
}

/// Counts driven rows while the backend computes: the counts are needed only when the images begin in the simulation.
void ChunkPass::count_driven_rows() {
  const MappingPlan& plan = digital_.compiled().plan;
  const StagePlan& stage = plan.stages[stage_];
  const unsigned dac_bits = readout_of(digital_.compiled().plan, stage_).dac.bits;
  const StageInputs& inputs = chunk_->inputs[stage_];
  std::vector<std::uint32_t>& counts = chunk_->driven_rows[stage_];
  counts.resize(inputs.vectors() * stage.row_blocks);
  pass_.for_each_image([&](std::size_t slot) {
    for (std::size_t vector = slot * stage.windows; vector < (slot + 1) * stage.windows; ++vector) {
      for (std::uint32_t block = 0; block < stage.row_blocks; ++block) {
        const std::uint32_t first = block * plan.array_rows;
        const std::uint64_t rows =
            driven_rows(inputs.codes.data() + vector * inputs.stride + first, std::min(plan.array_rows, stage.rows - first), dac_bits);
        counts[vector * stage.row_blocks + block] = static_cast<std::uint32_t>(rows);
      }
    }
  });
}

bool ChunkPass::advance() {
  chunk_->results[stage_] = BatchPass::collect(backend_, tickets_);
  const StageInputs& inputs = chunk_->inputs[stage_];
  const std::vector<ProductResult>& results = chunk_->results[stage_];
  if (options_.reads != nullptr && options_.reads->ends_with(chunk_->end() - 1)) options_.reads->end(stage_);
  if (++stage_ < chunk_->inputs.size()) {
    pass_.finish_and_prepare(stage_ - 1, inputs, results, chunk_->inputs[stage_]);
    submit();
    return true;
  }
  pass_.finish(stage_ - 1, inputs, results);
  for (std::size_t slot = 0; slot < chunk_->count; ++slot) {
    const auto logits = digital_.logits(pass_.values(slot));
    chunk_->logits[slot].assign(logits.begin(), logits.end());
    chunk_->clipped[slot] = pass_.values(slot).clipped_inputs;
  }
  return false;
}

}  // namespace memcosim
