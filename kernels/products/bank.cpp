// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/bank.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "memcosim/kernels/products/readout.hpp"
#include "memcosim/kernels/products/reference/reference_mvm.hpp"

namespace memcosim {

namespace {

std::uint32_t outputs_of(const BankSpec& spec, const BankTile& tile) {
  return spec.readout.outputs(tile.levels->columns);
}

bool share_outputs(const BankSpec& spec, const BankTile& a, const BankTile& b) {
  return a.first_output < b.first_output + outputs_of(spec, b) && b.first_output < a.first_output + outputs_of(spec, a);
}

}  // namespace

void check_bank(const BankSpec& spec) {
  if (spec.tiles.empty()) throw std::logic_error("a bank without arrays");
  for (const BankTile& tile : spec.tiles) {
    if (tile.levels == nullptr) throw std::logic_error("an array of a bank has no levels");
    if (std::uint64_t{tile.first_row} + tile.levels->rows > spec.rows)
      throw std::logic_error("an array of a bank has rows beyond its inputs");
    if (std::uint64_t{tile.first_output} + outputs_of(spec, tile) > spec.outputs)
      throw std::logic_error("an array of a bank has columns beyond its outputs");
    for (const BankTile& other : spec.tiles) {
      const bool same = tile.first_output == other.first_output && tile.levels->columns == other.levels->columns;
      if (!same && share_outputs(spec, tile, other)) throw std::logic_error("arrays of a bank share some of their outputs, not all");
    }
  }
  if (largest_bank_sum(spec) > 2147483647.0) throw std::logic_error("sums of a bank could leave 32 bits: use fewer bits, slices or arrays");
}

double largest_bank_sum(const BankSpec& spec) {
  double largest = 0.0;
  for (const BankTile& tile : spec.tiles) {
    double arrays = 0.0;
    for (const BankTile& other : spec.tiles) {
      if (share_outputs(spec, tile, other)) arrays += std::ldexp(1.0, static_cast<int>(other.weight_shift));
    }
    largest = std::max(largest, arrays);
  }
  return largest * largest_output(spec.readout);
}

BankResult run_reference_bank(const BankSpec& spec, const BankBatch& batch) {
  check_bank(spec);
  const std::size_t stride = batch.input_stride > 0 ? batch.input_stride : spec.rows;
  BankResult result;
  ProductWork work;
  work.rows = spec.rows;
  work.outputs = spec.outputs;
  work.count = batch.count;
  work.inputs = batch.inputs;
  work.input_stride = stride;
  work.first_event = batch.first_event;
  work.event_stride = batch.event_stride;
  const auto known = std::make_shared<const KnownReadout>(KnownReadout{spec.readout, {}});
  ProductResult own;
  own.sums.assign(batch.count * spec.outputs, 0);
  own.clipped.assign(batch.count, {});
  if (spec.tiles.size() == 1) {
    const std::size_t conversions = spec.readout.slices() * std::size_t{spec.readout.conversions(spec.tiles.front().levels->columns)};
    own.codes.assign(batch.count * conversions, 0);
    own.values.assign(batch.count * conversions, 0.0);
  }
  for (const BankTile& tile : spec.tiles) {
    PartWork part;
    part.place.first_row = tile.first_row;
    part.place.first_output = tile.first_output;
    part.place.shift = static_cast<std::uint8_t>(tile.weight_shift);
    part.place.used_outputs = tile.used_outputs;
    part.known = known;
    part.levels = LevelHandle(LevelHandle(), tile.levels);  // not owned
    part.stream = tile.stream;
    ReferenceMvm mvm(part, spec.seed);
    for (std::size_t vector = 0; vector < batch.count; ++vector)
      mvm.run(work, vector, own);
  }
  result.sums = std::move(own.sums);
  result.clipped = std::move(own.clipped);
  result.codes = std::move(own.codes);
  result.values = std::move(own.values);
  return result;
}

}  // namespace memcosim
