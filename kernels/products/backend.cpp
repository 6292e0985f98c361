// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/backend.hpp"

namespace memcosim {

std::uint32_t converted_columns(ColumnPairing pairing, std::uint32_t physical_columns) {
  return pairing == ColumnPairing::differential_analog ? physical_columns / 2 : physical_columns;
}

std::uint32_t output_columns(ColumnPairing pairing, std::uint32_t physical_columns) {
  return pairing == ColumnPairing::single ? physical_columns : physical_columns / 2;
}

std::uint32_t physical_columns(ColumnPairing pairing, std::uint32_t outputs) {
  return pairing == ColumnPairing::single ? outputs : 2 * outputs;
}

std::uint32_t counted_columns(ColumnPairing pairing, std::uint32_t physical_columns, std::uint32_t used_columns) {
  return converted_columns(pairing, used_columns == 0 ? physical_columns : used_columns);
}

}  // namespace memcosim
