// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace memcosim {

/// Which columns share a converter.
enum class AdcSharing {
  interleaved,  ///< column c on converter c mod A, in group c div A: columns in use are spread over all converters
  blocked,      ///< neighbouring columns on one converter: column c on converter c div G, in group c mod G
};

/// Columns that are converted at the same time: first, first + stride, ... below `end`.
struct ColumnGroup {
  std::uint32_t first;
  std::uint32_t end;
  std::uint32_t stride;

  std::uint32_t count() const { return first < end ? (end - first - 1) / stride + 1 : 0; }
};

/// The column multiplexers of one array as arithmetic: which converter takes a converted column, and in which of its turns (groups).
/// Timing, counts, verify reads, area, report and RTL all use this table. The used columns are those from column 0 on.
/// A = converters() = ceil(columns / columns_per_adc); G = groups() = ceil(columns / A), the turns of a product that uses every column.
struct ColumnMultiplexer {
  std::uint32_t columns = 0;          ///< converted columns of the array
  std::uint32_t columns_per_adc = 1;  ///< most columns on one converter, at least 1
  AdcSharing sharing = AdcSharing::interleaved;

  std::uint32_t converters() const;
  /// Converters with a used column; the others are idle.
  std::uint32_t busy_converters(std::uint32_t used) const;
  std::uint32_t groups() const { return groups(columns); }
  /// Turns of a product that uses `used` columns: the largest number of used columns on one converter.
  std::uint32_t groups(std::uint32_t used) const;
  std::uint32_t converter_of(std::uint32_t column) const;
  std::uint32_t group_of(std::uint32_t column) const;
  /// The used columns of one group; none if the group is beyond the last turn in which a converter has a used column.
  ColumnGroup columns_of(std::uint32_t group, std::uint32_t used) const;
};

}  // namespace memcosim
