// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "memcosim/common/csv.hpp"

namespace memcosim {

/// Quantity in a column of a measured file.
enum class MeasuredQuantity {
  device,
  cycle,
  pulse,
  voltage,
  current,
  conductance,
  resistance,
  duration,
  time,
  raising,   ///< conductances of a train that raises them: LTP, set, potentiation
  lowering,  ///< LTD, reset, depression
  other
};

/// Quantity and unit of a column, from its title: `conductance_s`, `G (uS)`, `voltage [mV]`, `V1`, `LTP`. Capitals, trailing digits and
/// punctuation are ignored.
struct MeasuredColumn {
  MeasuredQuantity quantity = MeasuredQuantity::other;
  double unit = 1.0;          ///< factor to SI
  bool has_unit = false;      ///< the title names it
  bool unknown_unit = false;  ///< the title has a known quantity in a unit that is not: `R (kohms)`
};

MeasuredColumn measured_column(std::string_view title);

/// Factor to SI of a unit with a prefix, such as uS of base `S` (`m`: ohm); nothing for any other text. Capitals do not count, except that
/// M is mega.
std::optional<double> unit_factor(std::string_view unit, char base);

/// All columns of a file.
class MeasuredColumns {
 public:
  explicit MeasuredColumns(const CsvReader& rows);

  /// Index of the column with this quantity; nothing if there is none. Throws for two such columns.
  std::optional<std::size_t> find(MeasuredQuantity quantity) const;
  /// Columns with an unknown title.
  std::vector<std::size_t> others() const;
  const MeasuredColumn& operator[](std::size_t column) const { return columns_[column]; }
  MeasuredColumn& operator[](std::size_t column) { return columns_[column]; }
  std::size_t size() const { return columns_.size(); }

 private:
  const CsvReader& rows_;
  std::vector<MeasuredColumn> columns_;
};

}  // namespace memcosim
