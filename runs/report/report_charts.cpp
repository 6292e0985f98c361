// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/report/report_charts.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include <fmt/format.h>

#include "memcosim/runs/report/report_text.hpp"

namespace memcosim::report {
namespace {

/// Largest number of bars of the pulse chart: more would be too thin at half the width of a page.
constexpr std::size_t most_pulse_bars = 40;

std::string grid_lines(const std::vector<double>& ticks) {
  std::string lines;
  for (const double tick : ticks) {
    lines += fmt::format("<line class=\"grid\" x1=\"{0}%\" x2=\"{0}%\" y1=\"0\" y2=\"100%\"/>", coordinate(100.0 * tick / ticks.back()));
  }
  return lines;
}

/// True if the labels do not overlap at half the width of a page when every `stride`-th one is shown.
bool labels_fit(const std::vector<std::string>& labels, std::size_t stride) {
  constexpr double narrowest_track = 150.0;  // pixels
  constexpr double letter_width = 6.2;       // of the 11 px of a tick
  constexpr double gap = 3.0;
  const std::size_t last = labels.size() - 1;
  double end = -gap;
  for (std::size_t i = 0; i <= last; i += stride) {
    const double width = letter_width * static_cast<double>(printed_length(labels[i]));
    const double at = narrowest_track * static_cast<double>(i) / static_cast<double>(last);
    const double begin = i == 0 ? 0.0 : i == last ? at - width : at - 0.5 * width;
    if (begin < end + gap) return false;
    end = begin + width;
  }
  return true;
}

/// Labels of the axis, leaving out as many as needed so that they do not touch.
std::string axis_labels(const std::vector<double>& ticks, Dimension dimension) {
  std::vector<std::string> labels;
  for (const double tick : ticks)
    labels.push_back(display_tick(tick, dimension));
  std::size_t stride = 1;
  while (stride < labels.size() && !labels_fit(labels, stride))
    ++stride;
  std::string html;
  for (std::size_t i = 0; i < ticks.size(); i += stride) {
    const std::string_view anchor = i == 0 ? "start" : i + 1 == ticks.size() ? "end" : "middle";
    html += fmt::format("<text class=\"tick\" x=\"{}%\" y=\"13\" text-anchor=\"{}\">{}</text>", coordinate(100.0 * ticks[i] / ticks.back()),
                        anchor, escape_html(labels[i]));
  }
  return html;
}

struct PulseBar {
  std::size_t first;
  std::size_t last;
  std::uint64_t cells;
};

std::vector<PulseBar> pulse_bars(const std::vector<std::uint64_t>& cells_by_pulses, std::size_t used) {
  const std::size_t width = (used + most_pulse_bars - 1) / most_pulse_bars;
  std::vector<PulseBar> bars;
  for (std::size_t first = 0; first < used; first += width) {
    const std::size_t end = std::min(first + width, used);
    const auto begin = cells_by_pulses.begin();
    const auto cells =
        std::accumulate(begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(end), std::uint64_t{0});
    bars.push_back({first, end - 1, cells});
  }
  return bars;
}

std::string pulse_range(const PulseBar& bar) {
  return bar.first == bar.last ? std::to_string(bar.first) : fmt::format("{}\u2013{}", bar.first, bar.last);
}

/// Number of bars per label: 1, 2, 5 or 10.
std::size_t label_stride(std::size_t bars) {
  constexpr std::size_t most_labels = 14;
  for (const std::size_t stride : {1, 2, 5}) {
    if (bars <= stride * most_labels) return stride;
  }
  return 10;
}

/// The smallest number of pulses within which this share of the cells was programmed.
std::size_t pulses_within(const std::vector<std::uint64_t>& cells_by_pulses, std::uint64_t cells, double share) {
  std::uint64_t seen = 0;
  for (std::size_t pulses = 0; pulses < cells_by_pulses.size(); ++pulses) {
    seen += cells_by_pulses[pulses];
    if (static_cast<double>(seen) >= share * static_cast<double>(cells)) return pulses;
  }
  return cells_by_pulses.size() - 1;
}

std::string pulse_caption(const std::vector<std::uint64_t>& cells_by_pulses, std::uint64_t cells, std::size_t used) {
  double pulses = 0.0;
  for (std::size_t i = 0; i < used; ++i)
    pulses += static_cast<double>(i) * static_cast<double>(cells_by_pulses[i]);
  return fmt::format("{} cells \u00b7 mean {} \u00b7 half within {} \u00b7 99 % within {} \u00b7 most {}", display_count(cells),
                     display_quantity(pulses / static_cast<double>(cells), Dimension::dimensionless, 3),
                     pulses_within(cells_by_pulses, cells, 0.5), pulses_within(cells_by_pulses, cells, 0.99), used - 1);
}

}  // namespace

std::string bar_chart(const BarStyle& style, std::vector<ReportPart> parts) {
  if (parts.empty()) return {};
  double sum = 0.0;
  double largest = 0.0;
  for (const ReportPart& part : parts) {
    require_not_negative(part.value, part.label);
    sum += part.value;
    largest = std::max(largest, part.value);
  }
  if (style.order == BarOrder::largest_first) {
    std::stable_sort(parts.begin(), parts.end(), [](const ReportPart& a, const ReportPart& b) { return a.value > b.value; });
  }
  const std::vector<double> ticks = round_ticks(largest, 4);
  const double end = largest > 0.0 ? ticks.back() : 1.0;
  const std::string grid = largest > 0.0 ? grid_lines(ticks) : std::string();

  std::string html;
  const auto out = std::back_inserter(html);
  fmt::format_to(out, "<figure class=\"panel {}\">\n<figcaption><b>{}</b><span>{} {}</span></figcaption>\n", style.colour,
                 escape_html(style.title), escape_html(display_quantity(sum, style.dimension)), escape_html(style.total));
  fmt::format_to(
      out,
      "<table class=\"bars\">\n<thead class=\"unseen\"><tr><th>{}</th><th>Bar</th><th>Value</th><th>Share</th></tr></thead>\n<tbody>\n",
      escape_html(style.label_head));
  for (const ReportPart& part : parts) {
    fmt::format_to(out,
                   "<tr><th scope=\"row\"><span>{}</span></th><td class=\"track\"><svg width=\"100%\" height=\"26\" aria-hidden=\"true\">{}"
                   "<rect class=\"bar\" x=\"0\" y=\"5\" width=\"{}%\" height=\"16\"/></svg></td>"
                   "<td class=\"number\">{}</td><td class=\"number share\">{}</td></tr>\n",
                   escape_html(part.label), grid, coordinate(100.0 * part.value / end),
                   escape_html(display_quantity(part.value, style.dimension)),
                   escape_html(display_percent(sum > 0.0 ? part.value / sum : 0.0, 1)));
  }
  fmt::format_to(out, "</tbody>\n<tfoot aria-hidden=\"true\"><tr><td></td><td class=\"track\"><svg width=\"100%\" height=\"18\">");
  if (largest > 0.0) html += axis_labels(ticks, style.dimension);
  html += "</svg></td><td></td><td></td></tr></tfoot>\n</table>\n</figure>\n";
  return html;
}

std::string pulse_chart(const std::vector<std::uint64_t>& cells_by_pulses) {
  const auto last = std::find_if(cells_by_pulses.rbegin(), cells_by_pulses.rend(), [](std::uint64_t cells) { return cells != 0; });
  const auto used = static_cast<std::size_t>(std::distance(last, cells_by_pulses.rend()));
  if (used == 0) return {};
  const std::vector<PulseBar> bars = pulse_bars(cells_by_pulses, used);
  std::uint64_t cells = 0;
  std::uint64_t highest = 0;
  for (const PulseBar& bar : bars) {
    cells += bar.cells;
    highest = std::max(highest, bar.cells);
  }
  const std::vector<double> ticks = round_ticks(static_cast<double>(highest), 4);
  constexpr double top = 18.0;
  constexpr double base = 212.0;
  const auto height_of = [&](double value) { return (base - top) * value / ticks.back(); };

  std::string html;
  const auto out = std::back_inserter(html);
  fmt::format_to(out, "<figure class=\"panel pulses\">\n<figcaption><b>Write pulses per cell</b><span>{}</span></figcaption>\n",
                 pulse_caption(cells_by_pulses, cells, used));
  html += "<div class=\"plot\">\n<svg class=\"scale\" width=\"64\" height=\"250\" aria-hidden=\"true\">";
  for (const double tick : ticks) {
    if (tick != static_cast<double>(static_cast<std::uint64_t>(tick))) continue;  // counts of cells are integers
    fmt::format_to(out, "<text class=\"tick\" x=\"58\" y=\"{}\" text-anchor=\"end\">{}</text>", coordinate(base - height_of(tick) + 4.0),
                   display_count(static_cast<std::uint64_t>(tick)));
  }
  html += "</svg>\n<svg width=\"100%\" height=\"250\" role=\"img\" aria-label=\"Cells by number of write pulses\">";
  for (const double tick : ticks) {
    fmt::format_to(out, "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{0}\" y2=\"{0}\"/>", coordinate(base - height_of(tick)));
  }
  const double pitch = 100.0 / static_cast<double>(bars.size());
  const std::size_t labelled = label_stride(bars.size());
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const PulseBar& bar = bars[i];
    const double left = pitch * static_cast<double>(i);
    // At least one pixel, so that a single cell stays visible.
    const double height = bar.cells == 0 ? 0.0 : std::max(1.0, height_of(static_cast<double>(bar.cells)));
    fmt::format_to(out, "<rect class=\"bar\" x=\"{}%\" y=\"{}\" width=\"{}%\" height=\"{}\"><title>{} pulses: {} cells ({})</title></rect>",
                   coordinate(left + 0.1 * pitch), coordinate(base - height), coordinate(0.8 * pitch), coordinate(height), pulse_range(bar),
                   display_count(bar.cells), escape_html(display_percent(static_cast<double>(bar.cells) / static_cast<double>(cells), 2)));
    if (i % labelled == 0) {
      fmt::format_to(out, "<text class=\"tick\" x=\"{}%\" y=\"228\" text-anchor=\"middle\">{}</text>", coordinate(left + 0.5 * pitch),
                     pulse_range(bar));
    }
  }
  html += "<text class=\"tick\" x=\"50%\" y=\"246\" text-anchor=\"middle\">pulses until the cell was accepted or given up</text>";
  html += "</svg>\n</div>\n</figure>\n";
  return html;
}

}  // namespace memcosim::report
