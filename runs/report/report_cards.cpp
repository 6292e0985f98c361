// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "memcosim/runs/report/report_summary.hpp"
#include "memcosim/runs/report/report_text.hpp"

namespace memcosim::report {
namespace {

enum class Form {
  plain,       ///< with the unit of its dimension
  ratio,       ///< a share, in percent
  meter,       ///< a share, in percent and as a bar
  images_rate  ///< per second
};

struct Line {
  std::string_view label;
  std::string_view path;  ///< empty: no line
  Form form;
};

struct CardRow {
  Line headline;
  std::array<Line, 3> details;
  std::string_view baseline;  ///< ratio that the headline is compared with, in percentage points
};

constexpr Line no_line{"", "", Form::plain};

constexpr std::array<CardRow, 14> card_rows{{
    {{"Accuracy on hardware", "accuracy.analog", Form::ratio},
     {{{"software", "accuracy.software", Form::ratio}, {"images", "run.images", Form::plain}, no_line}},
     "accuracy.software"},
    {{"Agreement", "accuracy.agreement", Form::ratio}, {{no_line, no_line, no_line}}, ""},
    {{"Latency per image", "timing.latency_per_image", Form::plain}, {{no_line, no_line, no_line}}, ""},
    {{"Throughput", "timing.throughput", Form::images_rate}, {{no_line, no_line, no_line}}, ""},
    {{"Energy per image", "energy.per_image", Form::plain}, {{no_line, no_line, no_line}}, ""},
    {{"TOPS", "performance.tops", Form::plain},
     {{{"TOPS/W", "performance.tops_per_watt", Form::plain},
       {"TOPS/mm\xC2\xB2", "performance.tops_per_mm2", Form::plain},
       {"mean power", "performance.mean_power", Form::plain}}},
     ""},
    {{"Area", "area.total", Form::plain}, {{no_line, no_line, no_line}}, ""},
    {{"Array utilisation", "mapping.utilisation", Form::meter}, {{no_line, no_line, no_line}}, ""},
    {{"Write pulses per cell", "programming.pulses_per_cell", Form::plain},
     {{{"failed cells", "programming.failed_cells", Form::plain},
       {"time", "programming.time", Form::plain},
       {"energy", "programming.energy", Form::plain}}},
     ""},
    {{"ADC saturation", "adc.saturation_high", Form::ratio},
     {{{"at the lowest code", "adc.saturation_low", Form::ratio}, {"conversions", "adc.conversions", Form::plain}, no_line}},
     ""},
    {{"Highest column current", "shown_input.highest_column_current", Form::plain},
     {{{"lowest", "shown_input.lowest_column_current", Form::plain}, no_line, no_line}},
     ""},
    {{"Off ideal lines", "shown_input.deviation_from_ideal", Form::ratio}, {{no_line, no_line, no_line}}, ""},
    {{"Power", "shown_input.source_power", Form::plain},
     {{{"cells", "shown_input.cell_power", Form::plain}, {"lines", "shown_input.wire_power", Form::plain}, no_line}},
     ""},
    {{"Kirchhoff residual", "solution.residual", Form::plain},
     {{{"method", "solution.method", Form::plain},
       {"iterations", "solution.iterations", Form::plain},
       {"currents within", "solution.current_error_bound", Form::plain}}},
     ""},
}};

std::optional<double> number_of(const Statistic* statistic) {
  if (statistic == nullptr) return std::nullopt;
  if (const auto* value = std::get_if<double>(&statistic->value)) return *value;
  if (const auto* count = std::get_if<std::uint64_t>(&statistic->value)) return static_cast<double>(*count);
  return std::nullopt;
}

std::string percent(double fraction) {
  return display_quantity(100.0 * fraction, Dimension::dimensionless) + " %";
}

std::string shown(const Statistic& statistic, Form form) {
  const std::optional<double> value = number_of(&statistic);
  if (!value || form == Form::plain) return display_value(statistic);
  if (form != Form::images_rate) return percent(*value);
  // Formatted as a frequency for its SI prefix; then Hz is replaced by images/s.
  std::string text = display_quantity(*value, Dimension::frequency);
  return text.replace(text.size() - 2, 2, text[text.size() - 3] == ' ' ? "images/s" : " images/s");
}

/// The headline with a large number and a small unit.
std::string headline_value(const std::string& text) {
  const auto space = text.find(' ');
  if (space == std::string::npos) return escape_html(text);
  return fmt::format("{}<small> {}</small>", escape_html(text.substr(0, space)), escape_html(text.substr(space + 1)));
}

std::string card(const CardRow& row, const Statistic& headline, const StatisticGroup& summary) {
  std::string html;
  const auto out = std::back_inserter(html);
  fmt::format_to(out, "<div class=\"card\">\n<h3>{}</h3>\n<p class=\"value\">{}</p>\n", escape_html(row.headline.label),
                 headline_value(shown(headline, row.headline.form)));
  const std::optional<double> value = number_of(&headline);
  if (row.headline.form == Form::meter && value) {
    fmt::format_to(
        out,
        "<svg class=\"meter\" width=\"100%\" height=\"6\" aria-hidden=\"true\"><rect class=\"rail\" width=\"100%\" height=\"6\"/>"
        "<rect class=\"bar\" width=\"{}%\" height=\"6\"/></svg>\n",
        coordinate(100.0 * std::clamp(*value, 0.0, 1.0)));
  }
  bool detailed = false;
  const std::optional<double> baseline = row.baseline.empty() ? std::nullopt : number_of(summary.find(row.baseline));
  if (value && baseline) {
    const double points = 100.0 * (*value - *baseline);
    fmt::format_to(out, "<p class=\"detail\">{}{} points against software</p>\n", points > 0.0 ? "+" : "",
                   display_quantity(std::round(100.0 * points) / 100.0, Dimension::dimensionless));
    detailed = true;
  }
  for (const Line& line : row.details) {
    const Statistic* statistic = line.path.empty() ? nullptr : summary.find(line.path);
    if (statistic == nullptr) continue;
    fmt::format_to(out, "<p class=\"detail\"><span>{}</span> {}</p>\n", escape_html(line.label), escape_html(shown(*statistic, line.form)));
    detailed = true;
  }
  if (!detailed) fmt::format_to(out, "<p class=\"detail\">{}</p>\n", escape_html(headline.meaning));
  return html + "</div>\n";
}

}  // namespace

std::string headline_cards(const StatisticGroup& summary) {
  std::string cards;
  for (const CardRow& row : card_rows) {
    if (const Statistic* headline = summary.find(row.headline.path)) cards += card(row, *headline, summary);
  }
  return cards.empty() ? cards : "<div class=\"cards\">\n" + cards + "</div>\n";
}

}  // namespace memcosim::report
