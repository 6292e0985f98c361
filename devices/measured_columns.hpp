// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "memcosim/common/csv.hpp"

namespace memcosim {

/// What a column of a measured file holds.
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

/// A column as its title says it: `conductance_s`, `G (uS)`, `voltage [mV]`, `V1`, `LTP`. Capitals, digits at the end and signs do not
/// count.
struct MeasuredColumn {
  MeasuredQuantity quantity = MeasuredQuantity::other;
  double unit = 1.0;      ///< factor to SI
  bool has_unit = false;  ///< the title names it
};

MeasuredColumn measured_column(std::string_view title);

/// Factor to SI of a unit with a prefix, such as uS of base `S` (`m`: ohm); nothing for any other text. Capitals do not count, except that
/// M is mega.
std::optional<double> unit_factor(std::string_view unit, char base);

/// All columns of a file.
class MeasuredColumns {
 public:
  explicit MeasuredColumns(const CsvReader& rows);

  /// Where the quantity stands; nothing if no column has it. Two columns that have it are refused.
  std::optional<std::size_t> find(MeasuredQuantity quantity) const;
  /// Columns whose title says nothing.
  std::vector<std::size_t> others() const;
  const MeasuredColumn& operator[](std::size_t column) const { return columns_[column]; }
  MeasuredColumn& operator[](std::size_t column) { return columns_[column]; }
  std::size_t size() const { return columns_.size(); }

 private:
  const CsvReader& rows_;
  std::vector<MeasuredColumn> columns_;
};

}  // namespace memcosim
