// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>

namespace memcosim {

/// Options of `memcosim solve` as the user wrote them: quantities are texts with units; an empty text selects the default.
struct SolveOptions {
  std::filesystem::path conductance;     ///< rows x columns
  std::filesystem::path input;           ///< inputs x rows, voltages of the word lines
  std::filesystem::path bit_line_input;  ///< inputs x columns, voltages of the bit lines; empty: 0 V
  std::filesystem::path out;             ///< result folder
  std::filesystem::path spice;           ///< empty: no netlist
  std::string wire_resistance;           ///< of a segment, for both kinds of lines
  std::string word_line_resistance;      ///< a quantity or a file
  std::string bit_line_resistance;
  std::string source_resistance;
  std::string sense_resistance;
  std::string wire_capacitance;  ///< empty: no settling time
  std::string drive = "one_end";
  std::string sense = "one_end";
  std::string cell = "linear";  ///< or sinh:V0
  std::string method = "auto";
  double tolerance = 1e-12;  ///< of iterative methods: residual relative to the right-hand side
  std::uint64_t show = 0;    ///< input whose voltages are written and drawn
  bool voltages = false;     ///< write cell_voltages.npy
  bool force = false;        ///< replace what another command left in the result folder
  bool quiet = false;
  std::string command_line;  ///< for the report
};

/// Adds `memcosim solve` to the commands of the program; parsing stores the values in `options`, which must outlive `app`.
CLI::App* add_solve(CLI::App& app, SolveOptions& options);

/// Returns the exit code of the process; bad input is thrown as InputError.
int solve_command(const SolveOptions& options);

}  // namespace memcosim
