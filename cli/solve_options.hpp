// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>

namespace memcosim {

/// Options of `memcosim solve` as the user wrote them: quantities are texts with units, empty ones take the default.
struct SolveOptions {
  std::filesystem::path conductance;
  std::filesystem::path input;
  std::filesystem::path bit_line_input;  ///< empty: 0 V
  std::filesystem::path out;
  std::filesystem::path spice;       ///< empty: no netlist
  std::string wire_resistance;       ///< for both kinds of lines
  std::string word_line_resistance;  ///< a quantity or a file
  std::string bit_line_resistance;
  std::string source_resistance;
  std::string sense_resistance;
  std::string wire_capacitance;  ///< empty: no settling time
  std::string drive = "one_end";
  std::string sense = "one_end";
  std::string cell = "linear";
  std::string method = "auto";
  double tolerance = 1e-12;
  std::uint64_t show = 0;
  bool voltages = false;
  bool force = false;
  bool quiet = false;
  std::string command_line;  ///< for the report
};

/// Adds `memcosim solve` to the program's commands; what the user gives goes to `options`.
CLI::App* add_solve(CLI::App& app, SolveOptions& options);

/// Returns the exit code of the process; bad input is thrown as InputError.
int solve_command(const SolveOptions& options);

}  // namespace memcosim
