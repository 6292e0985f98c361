// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/product_spec.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "memcosim/kernels/products/readout.hpp"
#include "memcosim/kernels/products/reference/reference_mvm.hpp"

namespace memcosim {

namespace {

bool share_outputs(const ProductSpec& spec, const ProductArray& a, const ProductArray& b) {
  return a.first_output < b.first_output + spec.outputs_of(b) && b.first_output < a.first_output + spec.outputs_of(a);
}

}  // namespace

void check_product_spec(const ProductSpec& spec) {
  if (spec.arrays.empty()) throw std::logic_error("a product without arrays");
  for (const ProductArray& array : spec.arrays) {
    if (array.levels == nullptr) throw std::logic_error("an array of a product has no levels");
    if (std::uint64_t{array.first_row} + array.levels->rows > spec.rows)
      throw std::logic_error("an array of a product has rows beyond its inputs");
    if (std::uint64_t{array.first_output} + spec.outputs_of(array) > spec.outputs)
      throw std::logic_error("an array of a product has columns beyond its outputs");
    for (const ProductArray& other : spec.arrays) {
      const bool same = array.first_output == other.first_output && array.levels->columns == other.levels->columns;
      if (!same && share_outputs(spec, array, other)) throw std::logic_error("arrays of a product share some of their outputs, not all");
    }
  }
  if (largest_product_sum(spec) > 2147483647.0)
    throw std::logic_error("sums of a product could leave 32 bits: use fewer bits, slices or arrays");
}

double largest_product_sum(const ProductSpec& spec) {
  double largest = 0.0;
  for (const ProductArray& array : spec.arrays) {
    double weights = 0.0;
    for (const ProductArray& other : spec.arrays) {
      if (share_outputs(spec, array, other)) weights += std::ldexp(1.0, static_cast<int>(other.weight_shift));
    }
    largest = std::max(largest, weights);
  }
  return largest * largest_output(spec.readout);
}

ProductSums run_reference_product(const ProductSpec& spec, const ProductVectors& batch) {
  check_product_spec(spec);
  const std::size_t stride = batch.input_stride > 0 ? batch.input_stride : spec.rows;
  ProductSums result;
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
  if (spec.arrays.size() == 1) {
    const std::size_t conversions = spec.readout.slices() * std::size_t{spec.readout.conversions(spec.arrays.front().levels->columns)};
    own.codes.assign(batch.count * conversions, 0);
    own.values.assign(batch.count * conversions, 0.0);
  }
  for (const ProductArray& array : spec.arrays) {
    PartWork part;
    part.place.first_row = array.first_row;
    part.place.first_output = array.first_output;
    part.place.shift = static_cast<std::uint8_t>(array.weight_shift);
    part.place.used_outputs = array.used_outputs;
    part.known = known;
    part.levels = LevelHandle(LevelHandle(), array.levels);  // not owned
    part.stream = array.stream;
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
