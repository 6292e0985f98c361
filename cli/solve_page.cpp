// SPDX-License-Identifier: Apache-2.0
// The page of `memcosim solve` (declared in solve_results.hpp).
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "memcosim/cli/device_plot.hpp"
#include "memcosim/cli/solve_results.hpp"
#include "memcosim/runs/report/report_maps.hpp"
#include "memcosim/runs/report/report_style.hpp"
#include "memcosim/runs/report/report_summary.hpp"
#include "memcosim/runs/report/report_text.hpp"

namespace memcosim {
namespace {

using report::escape_html;
using Kind = PlotSeries::Kind;

/// Largest number of rows in the table of currents; all are in currents.csv.
constexpr std::size_t most_table_rows = 256;
/// Tables with more rows are folded at first.
constexpr std::size_t most_open_rows = 16;
/// Largest number of columns for which the plot of currents has dots.
constexpr std::size_t most_dotted = 64;

constexpr std::string_view head_format =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"/>\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<link rel=\"icon\" href=\"data:,\"/>\n"
    "<title>{0}</title>\n<style>{1}{2}</style>\n</head>\n<body>\n"
    "<header>\n<p class=\"eyebrow\">memcosim solve</p>\n<h1>{0}</h1>\n";

std::string section(const char* id, const std::string& heading, const std::string& body) {
  return fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", id, escape_html(heading), body);
}

std::vector<double> numbers(std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(static_cast<double>(i));
  return values;
}

Plot current_plot(const SolveProblem& problem, const SolveOptions& options, const SolveResult& result) {
  Plot plot;
  plot.title = "Column currents";
  plot.caption = fmt::format("input {}", options.show);
  plot.x = {"column", Dimension::dimensionless, false};
  plot.y = {"current", Dimension::current, false};
  const std::vector<double> ideal = ideal_column_currents(problem, options.show);
  if (!ideal.empty()) plot.series.push_back({Kind::dashed_line, 5, "lines without resistance", numbers(ideal.size()), ideal});
  plot.series.push_back({Kind::line, 0, "solved", numbers(problem.circuit.columns), result.shown.column_currents});
  if (problem.circuit.columns <= most_dotted) {
    plot.series.push_back({Kind::dots, 0, "", numbers(problem.circuit.columns), result.shown.column_currents});
  }
  return plot;
}

/// Plots the voltages along the first, the middle and the last word line (or bit line).
Plot line_plot(const SolveProblem& problem, const CrossbarSolution& shown, bool word_lines) {
  const std::size_t rows = problem.circuit.rows;
  const std::size_t columns = problem.circuit.columns;
  const std::size_t lines = word_lines ? rows : columns;
  const std::size_t cells = word_lines ? columns : rows;
  Plot plot;
  plot.title = word_lines ? "Along the word lines" : "Along the bit lines";
  const bool both_ends = (word_lines ? problem.circuit.word_lines.end : problem.circuit.bit_lines.start).front() != no_terminal;
  plot.caption = fmt::format("{} at {}", word_lines ? "driven" : "sensed",
                             both_ends    ? "both ends"
                             : word_lines ? "column 0"
                                          : "the last row");
  plot.x = {word_lines ? "column" : "row", Dimension::dimensionless, false};
  plot.y = {"voltage", Dimension::voltage, false};
  std::vector<std::size_t> drawn = {0};
  if (lines > 2) drawn.push_back(lines / 2);
  if (lines > 1) drawn.push_back(lines - 1);
  for (std::size_t index = 0; index < drawn.size(); ++index) {
    std::vector<double> volts;
    for (std::size_t cell = 0; cell < cells; ++cell) {
      volts.push_back(word_lines ? shown.word_line_volts[drawn[index] * columns + cell]
                                 : shown.bit_line_volts[cell * columns + drawn[index]]);
    }
    plot.series.push_back({cells > 1 ? Kind::line : Kind::dots, static_cast<int>(index),
                           fmt::format("{} {}", word_lines ? "row" : "column", drawn[index]), numbers(cells), std::move(volts)});
  }
  return plot;
}

std::string current_table(const SolveProblem& problem, const SolveOptions& options, const SolveResult& result) {
  const std::vector<double>& currents = result.shown.column_currents;
  const std::vector<double> ideal = ideal_column_currents(problem, options.show);
  const std::size_t shown = std::min(currents.size(), most_table_rows);
  std::string html;
  const auto out = std::back_inserter(html);
  fmt::format_to(
      out,
      "<details class=\"panel group\"{}>\n<summary>Column by column</summary>\n<div class=\"wide\"><table class=\"statistics\">\n"
      "<thead><tr><th>Column</th><th class=\"number\">Current</th>",
      currents.size() <= most_open_rows ? " open=\"\"" : "");
  if (!ideal.empty()) html += "<th class=\"number\">Lines without resistance</th><th class=\"number\">Difference</th>";
  html += "<th>All digits, A</th></tr></thead>\n<tbody>\n";
  for (std::size_t column = 0; column < shown; ++column) {
    fmt::format_to(out, "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td>", column,
                   escape_html(report::display_quantity(currents[column], Dimension::current)));
    if (!ideal.empty()) {
      fmt::format_to(out, "<td class=\"number\">{}</td><td class=\"number\">{}</td>",
                     escape_html(report::display_quantity(ideal[column], Dimension::current)),
                     escape_html(report::display_quantity(currents[column] - ideal[column], Dimension::current)));
    }
    fmt::format_to(out, "<td>{}</td></tr>\n", exact_number(currents[column]));
  }
  html += "</tbody>\n</table></div>\n";
  if (shown < currents.size()) {
    fmt::format_to(out, "<p class=\"remark\">The first {} of {} columns; all are in currents.csv.</p>\n", shown, currents.size());
  }
  return html + "</details>\n";
}

std::string notes(const std::vector<std::string>& lines) {
  std::string html = "<div class=\"panel notes\"><ul>\n";
  for (const std::string& line : lines)
    fmt::format_to(std::back_inserter(html), "<li>{}</li>\n", escape_html(line));
  return html + "</ul></div>\n";
}

}  // namespace

std::string render_solve_page(const SolveProblem& problem, const SolveOptions& options, const SolveResult& result,
                              const StatisticGroup& summary) {
  const CrossbarSolution& shown = result.shown;
  const std::uint32_t rows = problem.circuit.rows;
  const std::uint32_t columns = problem.circuit.columns;
  const std::string title = fmt::format("{}: {} \u00d7 {} cells", options.conductance.stem().string(), rows, columns);
  std::string html;
  const auto out = std::back_inserter(html);
  fmt::format_to(out, head_format, escape_html(title), report::style_sheet(), plot_style());
  if (!options.command_line.empty()) fmt::format_to(out, "<code class=\"command\">{}</code>\n", escape_html(options.command_line));
  html += "</header>\n<main>\n";
  html += section("overview", "At a glance", report::headline_cards(summary));
  const std::string of_input = problem.inputs() == 1 ? "" : fmt::format(", input {} (0 to {})", options.show, problem.inputs() - 1);
  html += section("voltages", "Voltages" + of_input,
                  report::scaled_maps({{{"Across the cells", rows, columns, shown.cell_volts}, Dimension::voltage},
                                       {{"Word lines at the cells", rows, columns, shown.word_line_volts}, Dimension::voltage},
                                       {{"Bit lines at the cells", rows, columns, shown.bit_line_volts}, Dimension::voltage}}));
  html += section("lines", "Lines" + of_input,
                  "<div class=\"panels\">\n" + render_plot_figure(line_plot(problem, shown, true)) +
                      render_plot_figure(line_plot(problem, shown, false)) + "</div>\n");
  html += section("currents", "Currents" + of_input,
                  render_plot_figure(current_plot(problem, options, result)) + current_table(problem, options, result));
  html += section("notes", "Remarks", notes(solve_remarks(problem, options, result)));
  html += section("statistics", "All statistics", report::statistic_tables(summary));
  return html + "</main>\n<footer>Made by memcosim. Every number is also in summary.json.</footer>\n</body>\n</html>\n";
}

}  // namespace memcosim
