// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "memcosim/runs/report/report_charts.hpp"
#include "memcosim/runs/report/report_text.hpp"

namespace memcosim::report {
namespace {

constexpr std::size_t phase_colours = 16;  ///< classes c0 to c15 of the style sheet; products have at most 16 input slices
constexpr double row_height = 26.0;
constexpr double narrowest_track = 580.0;      ///< pixels, on the narrowest page that is supported
constexpr double letter_width = 6.6;           ///< pixels, upper estimate for phase names of 11 px
constexpr double thinnest_share = 1.0 / 2000;  ///< of the time axis: less than a pixel
constexpr double outlined_percent = 1.0;       ///< of the time axis: thinner blocks have no outline, which would cover them

struct Block {
  ReportPhase phase;
  std::size_t row;
  std::size_t merged;  ///< number of phases drawn as this block
};

struct Lane {
  std::string name;
  std::vector<Block> blocks;
  std::vector<double> row_ends;
};

std::size_t index_of(std::vector<std::string>& known, const std::string& name) {
  const auto found = std::find(known.begin(), known.end(), name);
  if (found != known.end()) return static_cast<std::size_t>(std::distance(known.begin(), found));
  known.push_back(name);
  return known.size() - 1;
}

/// Extends the last block by a phase of the same series that is too short to be seen; false if it cannot. Otherwise a report of many short
/// phases, such as beside long ramp conversions, would take megabytes.
bool merge(Lane& lane, const ReportPhase& phase, double thinnest) {
  if (lane.blocks.empty() || phase.end_s - phase.begin_s > thinnest) return false;
  Block& last = lane.blocks.back();
  const double gap = phase.begin_s - last.phase.end_s;
  if (gap < 0.0 || gap > thinnest || last.phase.series != phase.series) return false;
  last.phase.end_s = phase.end_s;
  lane.row_ends[last.row] = phase.end_s;
  ++last.merged;
  return true;
}

/// Assigns phases to rows of their lanes, so that overlapping ones are stacked. Overlaps below the rounding errors of times are ignored.
std::vector<Lane> laid_out(std::vector<ReportPhase> phases, double span) {
  std::vector<std::string> names;
  for (const ReportPhase& phase : phases)
    index_of(names, phase.lane);
  std::vector<Lane> lanes;
  for (std::string& name : names)
    lanes.push_back({name, {}, {}});
  std::stable_sort(phases.begin(), phases.end(), [](const ReportPhase& a, const ReportPhase& b) { return a.begin_s < b.begin_s; });
  for (ReportPhase& phase : phases) {
    Lane& lane = lanes[index_of(names, phase.lane)];
    if (merge(lane, phase, thinnest_share * span)) continue;
    const auto free =
        std::find_if(lane.row_ends.begin(), lane.row_ends.end(), [&](double end) { return end <= phase.begin_s + 1e-9 * span; });
    const auto row = static_cast<std::size_t>(std::distance(lane.row_ends.begin(), free));
    if (free == lane.row_ends.end()) lane.row_ends.push_back(0.0);
    lane.row_ends[row] = phase.end_s;
    lane.blocks.push_back({std::move(phase), row, 1});
  }
  return lanes;
}

std::string block_svg(const Block& block, std::size_t colour, double span) {
  const ReportPhase& phase = block.phase;
  const double left = 100.0 * phase.begin_s / span;
  const double width = 100.0 * (phase.end_s - phase.begin_s) / span;
  const double top = row_height * static_cast<double>(block.row) + 3.0;
  const std::string name = escape_html(block.merged > 1 ? fmt::format("{} \u00d7 {}", block.merged, phase.series) : phase.name);
  std::string svg =
      fmt::format("<rect class=\"{}c{}\" x=\"{}%\" y=\"{}\" width=\"{}%\" height=\"{}\"><title>{}: {} to {} ({})</title></rect>",
                  width > outlined_percent ? "phase apart " : "phase ", colour, coordinate(left), coordinate(top), coordinate(width),
                  coordinate(row_height - 6.0), name, escape_html(display_quantity(phase.begin_s, Dimension::time)),
                  escape_html(display_quantity(phase.end_s, Dimension::time)),
                  escape_html(display_quantity(phase.end_s - phase.begin_s, Dimension::time)));
  if (static_cast<double>(printed_length(phase.name)) * letter_width + 8.0 < width / 100.0 * narrowest_track && block.merged == 1) {
    svg += fmt::format("<text class=\"phase-name\" x=\"{}%\" y=\"{}\" text-anchor=\"middle\">{}</text>", coordinate(left + 0.5 * width),
                       coordinate(top + 14.0), name);
  }
  return svg;
}

}  // namespace

std::string timeline_chart(const std::vector<ReportPhase>& phases) {
  double span = 0.0;
  for (const ReportPhase& phase : phases) {
    require_not_negative(phase.begin_s, phase.name);
    require_not_negative(phase.end_s - phase.begin_s, phase.name);
    span = std::max(span, phase.end_s);
  }
  if (span <= 0.0) return {};
  std::vector<std::string> series;
  for (const ReportPhase& phase : phases)
    index_of(series, phase.series);
  std::vector<double> ticks = round_ticks(span, 8);
  while (ticks.back() > span * (1.0 + 1e-9))
    ticks.pop_back();

  std::string html;
  const auto out = std::back_inserter(html);
  fmt::format_to(
      out, "<figure class=\"panel\">\n<figcaption><b>One matrix-vector product</b><span>{} from start to result</span></figcaption>\n",
      escape_html(display_quantity(span, Dimension::time)));
  html += "<table class=\"bars timeline\">\n<thead class=\"unseen\"><tr><th>Lane</th><th>Phases</th></tr></thead>\n<tbody>\n";
  for (const Lane& lane : laid_out(phases, span)) {
    fmt::format_to(out,
                   "<tr><th scope=\"row\"><span>{}</span></th><td class=\"track\"><svg width=\"100%\" height=\"{}\" role=\"img\" "
                   "aria-label=\"Phases\">",
                   escape_html(lane.name), coordinate(row_height * static_cast<double>(lane.row_ends.size())));
    for (const double tick : ticks) {
      fmt::format_to(out, "<line class=\"grid\" x1=\"{0}%\" x2=\"{0}%\" y1=\"0\" y2=\"100%\"/>", coordinate(100.0 * tick / span));
    }
    for (const Block& block : lane.blocks)
      html += block_svg(block, index_of(series, block.phase.series) % phase_colours, span);
    html += "</svg></td></tr>\n";
  }
  html += "</tbody>\n<tfoot aria-hidden=\"true\"><tr><td></td><td class=\"track\"><svg width=\"100%\" height=\"18\">";
  for (const double tick : ticks) {
    const double at = 100.0 * tick / span;
    const std::string_view anchor = tick == 0.0 ? "start" : at > 96.0 ? "end" : "middle";
    fmt::format_to(out, "<text class=\"tick\" x=\"{}%\" y=\"13\" text-anchor=\"{}\">{}</text>", coordinate(at), anchor,
                   escape_html(display_tick(tick, Dimension::time)));
  }
  html += "</svg></td></tr></tfoot>\n</table>\n<ul class=\"key\">";
  for (std::size_t i = 0; i < series.size(); ++i) {
    fmt::format_to(out,
                   "<li><svg width=\"12\" height=\"12\" aria-hidden=\"true\"><rect class=\"c{}\" width=\"12\" height=\"12\"/></svg>{}</li>",
                   i % phase_colours, escape_html(series[i]));
  }
  html += "</ul>\n</figure>\n";
  return html;
}

}  // namespace memcosim::report
