// SPDX-License-Identifier: Apache-2.0
#include "ngspice_circuit.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "temporary_folder.hpp"

namespace memcosim::test {

namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

NgspiceCurrents run_ngspice(const std::string& program, const std::string& netlist, std::size_t rows, std::size_t columns) {
  const TemporaryFolder folder;
  put(folder.path() / "crossbar.cir", netlist);
  const std::string command = "cd '" + folder.path().string() + "' && '" + program + "' -b crossbar.cir > log.txt 2>&1";
  const int status = std::system(command.c_str());
  const std::string log = content(folder.path() / "log.txt");
  std::map<std::string, double> printed;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find(" = ");
    if (equals != std::string::npos && (line.rfind("row_", 0) == 0 || line.rfind("column_", 0) == 0))
      printed[line.substr(0, equals)] = std::stod(line.substr(equals + 3));
  }
  const auto currents = [&](const std::string& kind, std::size_t count) {
    std::vector<double> values;
    for (std::size_t line = 0; line < count; ++line) {
      const auto value = printed.find(kind + std::to_string(line));
      if (value == printed.end()) throw std::runtime_error("ngspice ended with status " + std::to_string(status) + ": " + log);
      values.push_back(value->second);
    }
    return values;
  };
  return {currents("row_", rows), currents("column_", columns)};
}

}  // namespace memcosim::test
