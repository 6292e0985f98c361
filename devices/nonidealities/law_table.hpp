// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

class ConfigNode;

/// A measured curve as plain data for device code: one rising abscissa and up to two ordinates, linear between the rows, constant beyond
/// the first and the last.
struct LawTable {
  static constexpr int max_rows = 32;

  int rows = 0;
  double x[max_rows] = {};       ///< rising
  double first[max_rows] = {};   ///< ordinate
  double second[max_rows] = {};  ///< ordinate, zero where the table has only one

  MEMCOSIM_HD double first_at(double at) const { return interpolate(first, at); }
  MEMCOSIM_HD double second_at(double at) const { return interpolate(second, at); }

 private:
  MEMCOSIM_HD double interpolate(const double* y, double at) const {
    if (rows == 0) return 0.0;
    if (!(at > x[0])) return y[0];
    for (int i = 1; i < rows; ++i) {
      if (at <= x[i]) return ::fma((at - x[i - 1]) / (x[i] - x[i - 1]), y[i] - y[i - 1], y[i - 1]);
    }
    return y[rows - 1];
  }
};

/// Columns of the CSV file under `key` (common/csv.hpp). The header must be `x`,`first` or, when `second` is not empty,
/// `x`,`first`,`second`, of which the last may be missing if `second_optional`. Faults are recorded at `node`; the table is then empty.
struct LawTableColumns {
  std::string x;
  std::string first;
  std::string second;
  bool second_optional = false;
};
LawTable read_law_table(const ConfigNode& node, const std::string& key, const LawTableColumns& columns, double least_x);

}  // namespace memcosim
