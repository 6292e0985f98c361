// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/solve_problem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/units.hpp"

namespace memcosim {
namespace {

constexpr MatrixContent conductances{Dimension::conductance, true, false};
constexpr MatrixContent resistances{Dimension::resistance, true, false};
constexpr MatrixContent voltages_or_open{Dimension::voltage, false, true};

double resistance(const std::string& text, const char* option) {
  if (text.empty()) return 0.0;
  double ohms = 0.0;
  try {
    ohms = parse_quantity(text, Dimension::resistance);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{} {}: {}", option, text, error.what()));
  }
  if (!(ohms >= 0.0 && std::isfinite(ohms))) throw InputError(fmt::format("{} {}: expected a resistance of at least 0 ohm", option, text));
  return ohms;
}

/// Voltage V0 of --cell sinh:V0; 0 for linear cells.
double sinh_volts_of(const std::string& cell) {
  constexpr std::string_view prefix = "sinh:";
  if (cell == "linear") return 0.0;
  double volts = 0.0;
  if (cell.substr(0, prefix.size()) != prefix) {
    throw InputError(fmt::format("--cell {}: expected linear, or sinh: and a voltage, such as sinh:0.25V", cell));
  }
  try {
    volts = parse_quantity(cell.substr(prefix.size()), Dimension::voltage);
  } catch (const InputError& error) {
    throw InputError(fmt::format("--cell {}: {}", cell, error.what()));
  }
  if (!(volts > 0.0 && std::isfinite(volts))) throw InputError(fmt::format("--cell {}: expected a voltage above 0 V", cell));
  return volts;
}

double node_farads_of(const SolveOptions& options) {
  const std::string& text = options.wire_capacitance;
  if (text.empty()) return 0.0;
  if (options.cell != "linear") {
    throw InputError("--wire-capacitance: the settling time is known for linear cells alone: leave it out, or use --cell linear");
  }
  double farads = 0.0;
  try {
    farads = parse_quantity(text, Dimension::capacitance);
  } catch (const InputError& error) {
    throw InputError(fmt::format("--wire-capacitance {}: {}", text, error.what()));
  }
  if (!(farads > 0.0 && std::isfinite(farads))) {
    throw InputError(fmt::format("--wire-capacitance {}: expected a capacitance above 0 F", text));
  }
  return farads;
}

bool is_resistance_file(const std::string& text) {
  const std::string extension = std::filesystem::path(text).extension().string();
  return extension == ".csv" || extension == ".npy";
}

/// Resistances of the segments: one value for all, or from a file, one per line or lines x (cells - 1).
std::vector<double> segments(const std::string& text, const char* option, std::size_t lines, std::size_t cells) {
  if (!is_resistance_file(text)) return {resistance(text, option)};
  Matrix matrix = read_matrix(text, resistances);
  const bool per_line = matrix.values.size() == lines && (matrix.rows == 1 || matrix.columns == 1);
  const bool per_segment = matrix.rows == lines && matrix.columns == cells - 1;
  if (!per_line && !per_segment) {
    throw InputError(fmt::format("{}: {} x {} values for {}: expected one for each of the {} lines, or {} x {}, one for each segment", text,
                                 matrix.rows, matrix.columns, option, lines, lines, cells - 1));
  }
  return std::move(matrix.values);
}

/// Reads inputs x lines; a single column with one value per line is also accepted as one input.
Matrix read_inputs(const std::filesystem::path& file, const char* option, std::size_t lines, const char* kind) {
  Matrix matrix = read_matrix(file, voltages_or_open);
  if (matrix.columns == 1 && matrix.rows == lines) std::swap(matrix.rows, matrix.columns);
  if (matrix.columns != lines) {
    throw InputError(fmt::format("{}: {} x {} values for {}: expected {} voltages, one for each {} line, per input", file.string(),
                                 matrix.rows, matrix.columns, option, lines, kind));
  }
  return matrix;
}

/// Repeats the only row of a matrix for every input.
void repeat(Matrix& matrix, std::size_t inputs) {
  const std::vector<double> row = matrix.values;
  for (; matrix.rows < inputs; ++matrix.rows)
    matrix.values.insert(matrix.values.end(), row.begin(), row.end());
}

std::vector<double> volts_of(const Matrix& matrix, std::size_t input) {
  std::vector<double> volts;
  for (std::size_t line = 0; line < matrix.columns; ++line) {
    const double value = matrix.values[input * matrix.columns + line];
    volts.push_back(std::isnan(value) ? 0.0 : value);
  }
  return volts;
}

/// Terminal resistances of an input: `terminal` for all lines, none for open ones.
std::vector<double> where_closed(const Matrix& matrix, std::size_t input, double terminal) {
  std::vector<double> ohms;
  for (std::size_t line = 0; line < matrix.columns; ++line)
    ohms.push_back(std::isnan(matrix.values[input * matrix.columns + line]) ? no_terminal : terminal);
  return ohms;
}

bool has_open(const Matrix& matrix, std::size_t input) {
  const auto first = matrix.values.begin() + static_cast<std::ptrdiff_t>(input * matrix.columns);
  return std::any_of(first, first + static_cast<std::ptrdiff_t>(matrix.columns), [](double value) { return std::isnan(value); });
}

}  // namespace

TerminalVoltages SolveProblem::voltages(std::size_t input) const {
  TerminalVoltages volts;
  volts.word_line_start = volts_of(word_line_volts, input);
  if (circuit.word_lines.end.front() != no_terminal) volts.word_line_end = volts.word_line_start;
  volts.bit_line_end = volts_of(bit_line_volts, input);
  if (circuit.bit_lines.start.front() != no_terminal) volts.bit_line_start = volts.bit_line_end;
  return volts;
}

CrossbarCircuit SolveProblem::circuit_of(std::size_t input) const {
  CrossbarCircuit result = circuit;
  for (std::vector<double>* ohms : {&result.word_lines.start, &result.word_lines.end})
    *ohms = where_closed(word_line_volts, input, ohms->front());
  for (std::vector<double>* ohms : {&result.bit_lines.start, &result.bit_lines.end})
    *ohms = where_closed(bit_line_volts, input, ohms->front());
  return result;
}

bool SolveProblem::has_open_lines(std::size_t input) const {
  return has_open(word_line_volts, input) || has_open(bit_line_volts, input);
}

SolveProblem read_solve_problem(const SolveOptions& options) {
  SolveProblem problem;
  Matrix matrix = read_matrix(options.conductance, conductances);
  CrossbarCircuit& circuit = problem.circuit;
  circuit.rows = static_cast<std::uint32_t>(std::min<std::size_t>(matrix.rows, std::numeric_limits<std::uint32_t>::max()));
  circuit.columns = static_cast<std::uint32_t>(std::min<std::size_t>(matrix.columns, std::numeric_limits<std::uint32_t>::max()));
  circuit.conductance = std::move(matrix.values);

  const bool both_kinds = !options.wire_resistance.empty();
  circuit.word_lines.segment = both_kinds ? std::vector<double>{resistance(options.wire_resistance, "--wire-resistance")}
                                          : segments(options.word_line_resistance, "--word-line-resistance", matrix.rows, matrix.columns);
  circuit.bit_lines.segment =
      both_kinds ? circuit.word_lines.segment : segments(options.bit_line_resistance, "--bit-line-resistance", matrix.columns, matrix.rows);
  const double source = resistance(options.source_resistance, "--source-resistance");
  const double sense = resistance(options.sense_resistance, "--sense-resistance");
  circuit.word_lines.start = {source};
  if (options.drive == "both_ends") circuit.word_lines.end = {source};
  circuit.bit_lines.end = {sense};
  if (options.sense == "both_ends") circuit.bit_lines.start = {sense};
  check(circuit);
  problem.sinh_volts = sinh_volts_of(options.cell);
  problem.node_farads = node_farads_of(options);

  problem.word_line_volts = read_inputs(options.input, "--input", circuit.rows, "word");
  problem.bit_line_volts = options.bit_line_input.empty() ? Matrix{1, circuit.columns, std::vector<double>(circuit.columns, 0.0)}
                                                          : read_inputs(options.bit_line_input, "--bit-line-input", circuit.columns, "bit");
  const std::size_t inputs = std::max(problem.word_line_volts.rows, problem.bit_line_volts.rows);
  for (Matrix* volts : {&problem.word_line_volts, &problem.bit_line_volts}) {
    if (volts->rows != 1 && volts->rows != inputs) {
      throw InputError(fmt::format("--input has {} inputs, --bit-line-input {}: expected as many, or one for all",
                                   problem.word_line_volts.rows, problem.bit_line_volts.rows));
    }
    repeat(*volts, inputs);
  }
  if (options.show >= inputs) {
    throw InputError(fmt::format("--show {}: there {} {} input{}, counted from 0", options.show, inputs == 1 ? "is" : "are", inputs,
                                 inputs == 1 ? "" : "s"));
  }
  problem.files = {{"the conductances", options.conductance}, {"--input", options.input}, {"--bit-line-input", options.bit_line_input}};
  for (const auto& [option, text] : {std::pair{"--word-line-resistance", &options.word_line_resistance},
                                     std::pair{"--bit-line-resistance", &options.bit_line_resistance}}) {
    if (is_resistance_file(*text)) problem.files.push_back({option, *text});
  }
  return problem;
}

std::vector<std::vector<std::size_t>> inputs_by_circuit(const SolveProblem& problem) {
  std::map<std::vector<bool>, std::size_t> places;
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t input = 0; input < problem.inputs(); ++input) {
    std::vector<bool> open;
    for (const Matrix* volts : {&problem.word_line_volts, &problem.bit_line_volts}) {
      for (std::size_t line = 0; line < volts->columns; ++line)
        open.push_back(std::isnan(volts->values[input * volts->columns + line]));
    }
    const auto [place, is_new] = places.emplace(std::move(open), groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(input);
  }
  return groups;
}

}  // namespace memcosim
