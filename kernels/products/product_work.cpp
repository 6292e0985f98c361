// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/product_work.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace memcosim {

namespace {

void check_part(const ProductPart& part, const CellStore& cells, const ReadoutConfig& readout) {
  const ArrayConfig& array = cells.config(part.array);
  if (part.version != cells.version(part.array)) {
    throw std::logic_error(
        fmt::format("batch for version {} of array {}, whose state is at version {}: it changed after the batch was made", part.version,
                    part.array, cells.version(part.array)));
  }
  if (part.used_outputs > readout.outputs(array.columns)) throw std::logic_error("a batch uses more outputs than its array has");
  if (part.sign != 1 && part.sign != -1) throw std::logic_error("the sign of an array in a product is 1 or -1");
}

/// Refuses products whose sums could leave 32 bits. An array alone was checked with its readout.
void check_sums(const ProductWork& work, const CellStore& cells) {
  if (work.of_one_array() && work.parts.front().place.shift == 0) return;
  std::vector<double> largest(work.outputs, 0.0);
  for (const PartWork& part : work.parts) {
    const std::uint32_t outputs = part.readout().outputs(cells.config(part.place.array).columns);
    const double own = std::ldexp(largest_output(part.readout()), part.place.shift);
    for (std::uint32_t output = 0; output < outputs; ++output)
      largest[part.place.first_output + output] += own;
  }
  if (*std::max_element(largest.begin(), largest.end()) > std::numeric_limits<std::int32_t>::max())
    throw std::logic_error("the sums of a product could leave 32 bits: use fewer ADC bits, slices or arrays");
}

/// Takes the memory of an old result, with the sizes of this one.
void shape_result(ProductWork& work, const CellStore& cells, ProductResult* old, ResultMemory memory) {
  if (old != nullptr) work.result = std::move(*old);
  std::size_t drives = 0;
  std::size_t conversions = 0;
  if (work.of_one_array()) {
    const PartWork& part = work.parts.front();
    drives = work.count * part.readout().slices();
    conversions = drives * part.readout().conversions(cells.config(part.place.array).columns);
  }
  const auto shape = [memory](auto& elements, std::size_t size) {
    if (memory == ResultMemory::cleared) elements.clear();
    elements.resize(size);
  };
  shape(work.result.sums, work.count * work.outputs);
  shape(work.result.clipped, work.count);
  shape(work.result.drive_siemens, drives);
  shape(work.result.codes, work.keep_codes ? conversions : 0);
  shape(work.result.values, work.keep_values ? conversions : 0);
}

}  // namespace

ReadoutId ReadoutTable::add(const ReadoutConfig& readout) {
  const auto known = std::find_if(readouts_.begin(), readouts_.end(), [&](const auto& entry) { return entry->config == readout; });
  const auto index = static_cast<std::uint32_t>(known - readouts_.begin());
  if (known != readouts_.end()) return {index};
  memcosim::check(readout);
  readouts_.push_back(std::make_shared<const KnownReadout>(KnownReadout{readout, relative_voltages(readout)}));
  return {index};
}

const std::shared_ptr<const KnownReadout>& ReadoutTable::at(ReadoutId id) const {
  if (id.index >= readouts_.size())
    throw std::logic_error(fmt::format("there is no readout {}: {} were added to this engine", id.index, readouts_.size()));
  return readouts_[id.index];
}

void ReadoutTable::check(const CellStore& cells, ArrayId array, ReadoutId id) {
  if (array < checked_.size() && checked_[array] == id) return;
  check_readout(cells, array, at(id)->config);
  if (checked_.size() <= array) checked_.resize(std::size_t{array} + 1);
  checked_[array] = id;
}

ProductWork prepare(const ProductBatch& batch, CellStore& cells, ReadoutTable& readouts, ResultMemory memory) {
  if (batch.parts.empty()) throw std::logic_error("a product without arrays");
  if (batch.count > 0 && batch.inputs == nullptr) throw std::logic_error("a batch without inputs");
  if ((batch.keep_codes || batch.keep_values) && batch.parts.size() != 1)
    throw std::logic_error("codes and values are kept of one array alone");
  ProductWork work;
  work.parts.reserve(batch.parts.size());
  std::uint64_t rows = 0;
  std::uint64_t outputs = 0;
  for (const ProductPart& part : batch.parts) {
    const auto& known = readouts.at(part.readout);
    check_part(part, cells, known->config);
    readouts.check(cells, part.array, part.readout);
    const ArrayConfig& array = cells.config(part.array);
    rows = std::max(rows, std::uint64_t{part.first_row} + array.rows);
    outputs = std::max(outputs, std::uint64_t{part.first_output} + known->config.outputs(array.columns));
    work.parts.push_back({part, known, nullptr, array.stream});
  }
  work.rows = batch.rows == 0 ? static_cast<std::uint32_t>(rows) : batch.rows;
  work.outputs = batch.outputs == 0 ? static_cast<std::uint32_t>(outputs) : batch.outputs;
  if (rows > work.rows || outputs > work.outputs) {
    throw std::logic_error(fmt::format("the arrays of a product reach to row {} and output {}, beyond its {} rows and {} outputs", rows,
                                       outputs, work.rows, work.outputs));
  }
  work.input_stride = batch.input_stride == 0 ? work.rows : batch.input_stride;
  if (work.input_stride < work.rows && batch.count > 1)
    throw std::logic_error("the input stride of a batch is below the rows of its product");
  work.count = batch.count;
  work.inputs = batch.inputs;
  work.first_event = batch.first_event;
  work.event_stride = batch.event_stride;
  work.keep_codes = batch.keep_codes;
  work.keep_values = batch.keep_values;
  check_sums(work, cells);
  for (PartWork& part : work.parts)
    part.levels = cells.levels(part.place.array, part.known->relative_volts);
  shape_result(work, cells, batch.memory, memory);
  return work;
}

void check_codes(const ProductWork& work, unsigned used_bits) {
  for (const PartWork& part : work.parts) {
    if (used_bits >> part.readout().input_bits != 0)
      throw std::logic_error(fmt::format("an input code does not fit {} input bits", part.readout().input_bits));
  }
}

void check_codes(const ProductWork& work) {
  unsigned used_bits = 0;
  for (std::size_t vector = 0; vector < work.count; ++vector) {
    const InputCode* codes = work.inputs + vector * work.input_stride;
    for (std::uint32_t row = 0; row < work.rows; ++row)
      used_bits |= codes[row];
  }
  check_codes(work, used_bits);
}

}  // namespace memcosim
