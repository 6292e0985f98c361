// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/law_table.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/csv.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

LawTable law_table(const std::filesystem::path& file, const LawTableColumns& columns, double least_x) {
  CsvReader rows = CsvReader::from_file(file);
  std::vector<std::string> expected{columns.x, columns.first};
  if (!columns.second.empty()) expected.push_back(columns.second);
  const std::vector<std::string> shorter{columns.x, columns.first};
  if (rows.header() != expected && !(columns.second_optional && rows.header() == shorter)) {
    rows.refuse(fmt::format("the header is '{}', expected '{}'", fmt::join(rows.header(), ","), fmt::join(expected, ",")));
  }
  LawTable table;
  while (rows.next()) {
    const int i = table.rows;
    if (i == LawTable::max_rows) rows.refuse(fmt::format("more than {} rows", LawTable::max_rows));
    double values[3] = {0.0, 0.0, 0.0};
    for (std::size_t c = 0; c < rows.header().size(); ++c) {
      values[c] = rows.number(c);
      const double least = c == 0 ? least_x : 0.0;
      if (values[c] < least) rows.refuse(fmt::format("{} is {}, expected at least {}", rows.header()[c], rows.text(c), least));
    }
    if (i > 0 && !(values[0] > table.x[i - 1])) rows.refuse(fmt::format("{} must rise from row to row", columns.x));
    table.x[i] = values[0];
    table.first[i] = values[1];
    table.second[i] = values[2];
    ++table.rows;
  }
  if (table.rows == 0) throw InputError(fmt::format("{}: no rows below the header", rows.name()));
  return table;
}

}  // namespace

LawTable read_law_table(const ConfigNode& node, const std::string& key, const LawTableColumns& columns, double least_x) {
  const std::filesystem::path file = node.existing_file(key);
  if (file.empty()) return {};
  try {
    return law_table(file, columns, least_x);
  } catch (const InputError& error) {
    node.fault(key, error.what());
    return {};
  }
}

}  // namespace memcosim
