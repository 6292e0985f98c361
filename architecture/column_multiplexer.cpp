// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/column_multiplexer.hpp"

#include <algorithm>

namespace memcosim {

namespace {

std::uint32_t ceil_div(std::uint32_t amount, std::uint32_t per_unit) {
  return amount == 0 ? 0 : (amount - 1) / per_unit + 1;
}

}  // namespace

std::uint32_t ColumnMultiplexer::converters() const {
  return ceil_div(columns, columns_per_adc);
}

std::uint32_t ColumnMultiplexer::busy_converters(std::uint32_t used) const {
  if (used == 0) return 0;
  return sharing == AdcSharing::interleaved ? std::min(used, converters()) : ceil_div(used, groups());
}

std::uint32_t ColumnMultiplexer::groups(std::uint32_t used) const {
  if (used == 0) return 0;
  const std::uint32_t spread = ceil_div(used, converters());
  return sharing == AdcSharing::interleaved ? spread : std::min(used, ceil_div(columns, converters()));
}

std::uint32_t ColumnMultiplexer::converter_of(std::uint32_t column) const {
  return sharing == AdcSharing::interleaved ? column % converters() : column / groups();
}

std::uint32_t ColumnMultiplexer::group_of(std::uint32_t column) const {
  return sharing == AdcSharing::interleaved ? column / converters() : column % groups();
}

ColumnGroup ColumnMultiplexer::columns_of(std::uint32_t group, std::uint32_t used) const {
  if (sharing == AdcSharing::blocked) return {group, used, groups()};
  const std::uint32_t first = group * converters();
  return {first, std::min(first + converters(), used), 1};
}

}  // namespace memcosim
