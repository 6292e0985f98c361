// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/law_table.hpp"

#include <cmath>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {

namespace {

std::string trimmed(const std::string& text) {
  const char* space = " \t\r";
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t begin = 0;
  while (begin <= line.size()) {
    const std::size_t comma = std::min(line.find(',', begin), line.size());
    cells.push_back(trimmed(line.substr(begin, comma - begin)));
    begin = comma + 1;
  }
  return cells;
}

std::optional<double> finite_number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value)) return std::nullopt;
  return value;
}

LawTable law_table(const std::filesystem::path& file, const LawTableColumns& columns, double least_x) {
  const TextTable text = read_text_table(file);
  std::vector<std::string> expected{columns.x, columns.first};
  if (!columns.second.empty()) expected.push_back(columns.second);
  const std::vector<std::string> shorter{columns.x, columns.first};
  if (text.header != expected && !(columns.second_optional && text.header == shorter)) {
    throw InputError(
        fmt::format("{}:1: the header is '{}', expected '{}'", file.string(), fmt::join(text.header, ","), fmt::join(expected, ",")));
  }
  if (text.rows.empty() || text.rows.size() > LawTable::max_rows) {
    throw InputError(fmt::format("{}: {} rows, expected 1 to {}", file.string(), text.rows.size(), LawTable::max_rows));
  }
  LawTable table;
  for (std::size_t i = 0; i < text.rows.size(); ++i) {
    double values[3] = {0.0, 0.0, 0.0};
    for (std::size_t c = 0; c < text.header.size(); ++c) {
      const auto number = finite_number(text.rows[i][c]);
      const bool legal = number && *number >= (c == 0 ? least_x : 0.0);
      if (!legal) {
        throw InputError(fmt::format("{}:{}: '{}' in column {} is not a number from {} up", file.string(), text.lines[i], text.rows[i][c],
                                     text.header[c], c == 0 ? least_x : 0.0));
      }
      values[c] = *number;
    }
    if (i > 0 && !(values[0] > table.x[i - 1])) {
      throw InputError(fmt::format("{}:{}: {} must rise from row to row", file.string(), text.lines[i], columns.x));
    }
    table.x[i] = values[0];
    table.first[i] = values[1];
    table.second[i] = values[2];
    ++table.rows;
  }
  return table;
}

}  // namespace

TextTable read_text_table(const std::filesystem::path& file) {
  const std::string content = read_file(file);
  TextTable table;
  std::size_t number = 0;
  std::size_t begin = 0;
  while (begin < content.size()) {
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    const std::string line = trimmed(content.substr(begin, end - begin));
    begin = end + 1;
    ++number;
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> cells = cells_of(line);
    if (table.header.empty()) {
      table.header = std::move(cells);
      continue;
    }
    if (cells.size() != table.header.size()) {
      throw InputError(fmt::format("{}:{}: {} cells, the header has {}", file.string(), number, cells.size(), table.header.size()));
    }
    table.rows.push_back(std::move(cells));
    table.lines.push_back(number);
  }
  if (table.header.empty()) throw InputError(fmt::format("{}: needs a header line", file.string()));
  return table;
}

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
