// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/detail/batch_pass.hpp"

#include <Eigen/Core>

namespace memcosim {

BatchPass::BatchPass(const DigitalSide& digital, const ImageSet& images, std::uint64_t first, std::size_t count)
    : digital_(digital), first_(first) {
  values_.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    values_.push_back(digital.start(images.image(first + i)));
}

StageInputs BatchPass::inputs(std::size_t stage) {
  StageInputs inputs = digital_.make_inputs(stage, count());
  for (std::size_t slot = 0; slot < count(); ++slot)
    digital_.write_inputs(values_[slot], stage, inputs, slot);
  return inputs;
}

std::vector<MvmResult> BatchPass::multiply(Backend& backend, std::size_t stage, const StageInputs& inputs, bool keep_codes) const {
  const MappingPlan& plan = digital_.compiled().plan;
  std::vector<Ticket> tickets;
  for (const std::uint32_t tile : plan.stages[stage].tiles) {
    MvmBatch batch;
    batch.array = tile;
    batch.version = backend.version(tile);
    batch.count = inputs.sums.size();
    batch.inputs = inputs.codes.data() + plan.tiles[tile].first_row;
    batch.input_stride = inputs.stride;
    batch.first_event = first_event(stage);
    batch.keep_codes = keep_codes;
    tickets.push_back(backend.submit(batch));
  }
  std::vector<MvmResult> results;
  for (const Ticket ticket : tickets)
    results.push_back(backend.collect(ticket));
  return results;
}

std::vector<std::int64_t> BatchPass::multiply_exactly(std::size_t stage, const StageInputs& inputs) const {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const StagePlan& plan = digital_.compiled().plan.stages[stage];
  const auto vectors = static_cast<Eigen::Index>(inputs.sums.size());
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

std::vector<std::int64_t> BatchPass::add_tiles(std::size_t stage, const std::vector<MvmResult>& tiles) const {
  const MappingPlan& plan = digital_.compiled().plan;
  const std::size_t outputs = plan.stages[stage].outputs;
  const std::size_t array_outputs = output_columns(plan.pairing, plan.array_columns);
  const std::size_t vectors = count() * digital_.windows(stage);
  std::vector<std::int64_t> sums(vectors * outputs, 0);
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    const TilePlan& tile = plan.tiles[plan.stages[stage].tiles[t]];
    for (std::size_t vector = 0; vector < vectors; ++vector) {
      const std::int32_t* from = tiles[t].sums.data() + vector * array_outputs;
      std::int64_t* to = sums.data() + vector * outputs + tile.first_output;
      for (std::size_t output = 0; output < tile.outputs; ++output)
        to[output] += from[output];
    }
  }
  return sums;
}

void BatchPass::finish(std::size_t stage, const StageInputs& inputs, const std::vector<std::int64_t>& sums) {
  const std::size_t windows = digital_.windows(stage);
  const std::size_t elements = windows * digital_.compiled().plan.stages[stage].outputs;
  for (std::size_t slot = 0; slot < count(); ++slot) {
    digital_.finish_stage(values_[slot], stage, {sums.data() + slot * elements, elements}, {inputs.sums.data() + slot * windows, windows});
  }
}

}  // namespace memcosim
