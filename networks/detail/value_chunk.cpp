// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/detail/value_chunk.hpp"

#include <exception>
#include <type_traits>
#include <utility>

namespace memcosim {

TileValues ValueChunk::values(std::size_t stage, std::size_t place, std::size_t slot, const MappingPlan& plan) const {
  const TilePlan& tile = plan.tiles[plan.stages[stage].tiles[place]];
  const StageInputs& codes = inputs[stage];
  const MvmResult& result = results[stage][place];
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
          rows(result.codes)};
}

std::size_t chunk_bytes_per_image(const MappingPlan& plan, unsigned slices, bool keep_codes) {
  const std::size_t outputs = output_columns(plan.pairing, plan.array_columns);
  const std::size_t codes = keep_codes ? std::size_t{slices} * converted_columns(plan.pairing, plan.array_columns) : 0;
  const std::size_t product = (outputs + codes) * sizeof(std::int32_t) + slices * sizeof(double) + sizeof(std::uint32_t);
  std::size_t bytes = 0;
  for (const StagePlan& stage : plan.stages) {
    const std::size_t inputs = std::size_t{stage.row_blocks} * plan.array_rows * sizeof(InputCode) + sizeof(std::int64_t);
    bytes += stage.windows * (inputs + stage.tiles.size() * product);
  }
  return bytes;
}

ChunkPass::ChunkPass(const DigitalSide& digital, const ImageSet& images, Backend& backend, cpu::ThreadPool& workers, bool keep_codes,
                     std::uint64_t first, std::size_t count, std::unique_ptr<ValueChunk> chunk)
    : backend_(backend),
      digital_(digital),
      keep_codes_(keep_codes),
      pass_(digital, images, first, count, &workers),
      chunk_(std::move(chunk)) {
  const std::size_t stages = digital.compiled().plan.stages.size();
  chunk_->first = first;
  chunk_->count = count;
  chunk_->inputs.resize(stages);
  chunk_->results.resize(stages);
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
      backend_.collect(ticket);
    } catch (const std::exception&) {  // whoever waits for the chunk hears of the first fault
    }
  }
}

void ChunkPass::submit() {
  pass_.submit(backend_, stage_, chunk_->inputs[stage_], keep_codes_, chunk_->results[stage_], tickets_);
}

bool ChunkPass::advance() {
  chunk_->results[stage_] = BatchPass::collect(backend_, tickets_);
  const StageInputs& inputs = chunk_->inputs[stage_];
  const std::vector<MvmResult>& results = chunk_->results[stage_];
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
