// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/bank.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "memcosim/kernels/products/array_checks.hpp"
#include "memcosim/kernels/products/reference/reference_mvm.hpp"

namespace memcosim {

namespace {

std::uint32_t outputs_of(const BankSpec& spec, const BankTile& tile) {
  return output_columns(spec.readout.pairing, tile.levels->columns);
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
  result.sums.assign(batch.count * spec.outputs, 0);
  result.clipped.assign(batch.count, {});
  for (const BankTile& tile : spec.tiles) {
    const std::size_t outputs = outputs_of(spec, tile);
    const std::size_t conversions = spec.readout.slices() * std::size_t{converted_columns(spec.readout.pairing, tile.levels->columns)};
    MvmResult own;
    own.sums.assign(batch.count * outputs, 0);
    own.clipped.assign(batch.count, {});
    own.drive_siemens.assign(batch.count * spec.readout.slices(), 0.0);
    own.codes.assign(batch.count * conversions, 0);
    own.values.assign(batch.count * conversions, 0.0);
    ReferenceMvm mvm(*tile.levels, spec.readout, spec.seed, tile.stream, tile.used_columns);
    for (std::size_t vector = 0; vector < batch.count; ++vector) {
      mvm.run(batch.inputs + vector * stride + tile.first_row, batch.first_event + vector * batch.event_stride, vector, own);
      for (std::size_t output = 0; output < outputs; ++output)
        result.sums[vector * spec.outputs + tile.first_output + output] += own.sums[vector * outputs + output] * (1 << tile.weight_shift);
      result.clipped[vector] += own.clipped[vector];
    }
    if (spec.tiles.size() == 1) {
      result.codes = std::move(own.codes);
      result.values = std::move(own.values);
    }
  }
  return result;
}

}  // namespace memcosim
