// SPDX-License-Identifier: Apache-2.0
// Products that are spread over several arrays, computed array by array.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "memcosim/kernels/products/array_backend.hpp"
#include "memcosim/kernels/products/array_checks.hpp"

namespace memcosim {

namespace {

MvmBatch part_of(const ProductBatch& batch, const ProductPart& part) {
  MvmBatch own;
  own.array = part.array;
  own.version = part.version;
  own.count = batch.count;
  own.inputs = batch.inputs + part.first_row;
  own.input_stride = batch.input_stride == 0 ? batch.rows : batch.input_stride;
  own.first_event = batch.first_event;
  own.event_stride = batch.event_stride;
  own.used_columns = part.used_columns;
  return own;
}

}  // namespace

void ArrayBackend::check_product(const ProductBatch& batch) const {
  if (batch.parts.empty()) throw std::logic_error("a product without arrays");
  const ReadoutConfig& mode = readout(batch.parts.front().array);
  std::vector<double> largest(batch.outputs, 0.0);
  for (const ProductPart& part : batch.parts) {
    const ArrayConfig& array = config(part.array);
    const std::uint32_t outputs = output_columns(mode.pairing, array.columns);
    if (std::uint64_t{part.first_row} + array.rows > batch.rows || std::uint64_t{part.first_output} + outputs > batch.outputs) {
      throw std::logic_error(
          fmt::format("array {} reaches beyond the {} rows and {} outputs of its product", part.array, batch.rows, batch.outputs));
    }
    if (readout(part.array) != mode) throw std::logic_error("arrays of one product must have the same readout");
    const double own = std::ldexp(largest_output(mode), static_cast<int>(std::min(part.weight_shift, 64u)));
    for (std::uint32_t output = 0; output < outputs; ++output)
      largest[part.first_output + output] += own;
  }
  if (*std::max_element(largest.begin(), largest.end()) > std::numeric_limits<std::int32_t>::max()) {
    throw std::logic_error("the sums of a product could leave 32 bits: use fewer ADC bits, slices or arrays");
  }
  for (const ProductPart& part : batch.parts)
    check_batch(part_of(batch, part));
}

ProductResult ArrayBackend::multiply(const ProductBatch& batch) {
  check_product(batch);
  std::vector<Ticket> tickets;
  for (const ProductPart& part : batch.parts)
    tickets.push_back(submit(part_of(batch, part)));
  ProductResult result;
  result.sums.resize(batch.count * batch.outputs);
  result.clipped.resize(batch.count);
  for (std::size_t p = 0; p < tickets.size(); ++p) {
    const ProductPart& part = batch.parts[p];
    const MvmResult own = collect(tickets[p]);
    const std::size_t outputs = output_columns(readout(part.array).pairing, config(part.array).columns);
    for (std::size_t vector = 0; vector < batch.count; ++vector) {
      std::int32_t* to = result.sums.data() + vector * batch.outputs + part.first_output;
      for (std::size_t output = 0; output < outputs; ++output)
        to[output] += own.sums[vector * outputs + output] * (std::int32_t{1} << part.weight_shift);
      result.clipped[vector] += own.clipped[vector];
    }
  }
  return result;
}

}  // namespace memcosim
