// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace memcosim::test {

/// Columns of a CSV file of numbers, by their names.
using Columns = std::map<std::string, std::vector<double>>;

inline Columns read_columns(const std::string& file) {
  std::ifstream text(file);
  std::string line;
  std::getline(text, line);
  std::vector<std::string> names;
  std::istringstream header(line);
  for (std::string name; std::getline(header, name, ',');)
    names.push_back(name);
  Columns columns;
  while (std::getline(text, line)) {
    std::istringstream cells(line);
    std::string cell;
    for (const std::string& name : names) {
      std::getline(cells, cell, ',');
      columns[name].push_back(std::stod(cell));
    }
  }
  return columns;
}

}  // namespace memcosim::test
