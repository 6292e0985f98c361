// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/solve_options.hpp"

namespace memcosim {

CLI::App* add_solve(CLI::App& app, SolveOptions& options) {
  CLI::App* solve = app.add_subcommand("solve", "currents and voltages of one crossbar with resistive lines, solved exactly");
  solve->add_option("--conductance", options.conductance, "conductances of the cells: M x N matrix, S, .csv (no header line) or .npy")
      ->required();
  solve
      ->add_option("--input", options.input,
                   "voltages of the word lines: M values, or K x M for K inputs, V, .csv or .npy; 'open' in a CSV: the line floats")
      ->required();
  solve->add_option("--bit-line-input", options.bit_line_input,
                    "voltages of the bit lines: N values, or K x N, likewise (default: 0 V, sensed)");
  solve->add_option("--out", options.out, "result folder")->required();
  CLI::Option* wire =
      solve->add_option("--wire-resistance", options.wire_resistance, "of each segment between neighbouring cells (default: 0 ohm)");
  solve
      ->add_option("--word-line-resistance", options.word_line_resistance,
                   "word lines alone: for all segments, or a file with one per line or M x (N - 1)")
      ->excludes(wire);
  solve->add_option("--bit-line-resistance", options.bit_line_resistance, "bit lines alone: likewise, N x (M - 1)")->excludes(wire);
  solve->add_option("--source-resistance", options.source_resistance, "at each end of a word line that is driven (default: 0 ohm)");
  solve->add_option("--sense-resistance", options.sense_resistance, "at each end of a bit line that is sensed (default: 0 ohm)");
  solve->add_option("--wire-capacitance", options.wire_capacitance,
                    "of each line at each cell to ground: adds the settling time of a step of all voltages from 0 V (default: none)");
  solve->add_option("--drive", options.drive, "one_end: word lines at column 0; or both_ends")
      ->capture_default_str()
      ->check(CLI::IsMember({"one_end", "both_ends"}));
  solve->add_option("--sense", options.sense, "one_end: bit lines at the last row; or both_ends")
      ->capture_default_str()
      ->check(CLI::IsMember({"one_end", "both_ends"}));
  solve->add_option("--cell", options.cell, "linear: I = G V; sinh:V0, such as sinh:0.25V: I = G V0 sinh(V / V0)")->capture_default_str();
  solve
      ->add_option("--method", options.method,
                   "auto, superlu, device_space_cg, schur_line_cg, port_reduction; newton for cells that are not linear")
      ->capture_default_str()
      ->check(CLI::IsMember({"auto", "superlu", "device_space_cg", "schur_line_cg", "port_reduction", "newton"}));
  solve->add_option("--tolerance", options.tolerance, "of iterative methods: residual relative to the right-hand side")
      ->capture_default_str();
  solve->add_option("--show", options.show, "input whose voltages are written, drawn and exported, from 0")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}));
  solve->add_flag("--voltages", options.voltages, "cell_voltages.npy with the cells' voltages at every input, K x M x N");
  solve->add_option("--spice", options.spice, "write the shown input's circuit as a netlist for ngspice");
  solve->add_flag("--force", options.force, "replace what another command of memcosim left in the result folder");
  solve->add_flag("--quiet", options.quiet, "no progress bar and no summary: only errors");
  solve->footer(
      "Word line i enters at column 0, bit line j is sensed behind the last row. Quantities take units (2 ohm, 0.3 V); a bare number is "
      "SI.\n"
      "Examples:\n"
      "  memcosim solve --conductance G.csv --input V.csv --wire-resistance 2ohm --out results/read\n"
      "  memcosim solve --conductance G.csv --input V.csv --wire-resistance 2ohm --cell sinh:0.25V --out results/sinh\n"
      "  memcosim solve --conductance G.npy --input V.npy --wire-resistance 1ohm --source-resistance 100ohm --drive both_ends "
      "--spice read.cir --out results/read");
  return solve;
}

}  // namespace memcosim
