// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_plot.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "memcosim/runs/report/report_text.hpp"

namespace memcosim {
namespace {

using report::coordinate;
using report::escape_html;

constexpr double width = 720.0;
constexpr double right = 700.0;
constexpr double top = 16.0;
constexpr double bottom = 344.0;
constexpr double height_without_legend = 388.0;
constexpr double legend_line = 18.0;
constexpr double letter_width = 6.8;  ///< upper estimate, pixels, for tick labels and legend entries of 12 px
constexpr double title_width = 28.0;  ///< pixels, of the title of the vertical axis
constexpr double tick_gap = 8.0;
constexpr double longest_in_seconds = 1000.0;  ///< longer time axes have ticks at minutes, hours, days and years
constexpr int vertical_intervals = 5;
constexpr double seen_line_px = 0.2;
constexpr double seen_background_px = 0.6;  ///< of thin lines, which lie behind the others

struct Point {
  double x;
  double y;
};

/// Ticks of a logarithmic axis of ages.
std::vector<double> age_ticks(double low, double high) {
  constexpr double minute = 60.0;
  constexpr double hour = 3600.0;
  constexpr double day = 86400.0;
  constexpr double year = 365.25 * day;
  std::vector<double> ticks;
  for (double tick = 1e-15; tick < 0.5; tick *= 1e3)
    ticks.push_back(tick);
  ticks.insert(ticks.end(),
               {1.0, 10.0, minute, 10.0 * minute, hour, 10.0 * hour, day, 10.0 * day, 100.0 * day, year, 10.0 * year, 100.0 * year});
  const auto outside = [&](double tick) { return tick < low * (1.0 - 1e-9) || tick > high * (1.0 + 1e-9); };
  ticks.erase(std::remove_if(ticks.begin(), ticks.end(), outside), ticks.end());
  constexpr std::size_t most = 9;
  const std::size_t stride = (ticks.size() + most - 1) / most;
  std::vector<double> kept;
  for (std::size_t i = 0; i < ticks.size(); i += stride)
    kept.push_back(ticks[i]);
  return kept;
}

/// From values to pixels along one axis.
class Scale {
 public:
  Scale(const PlotAxis& axis, double low, double high, double from_px, double to_px) : axis_(axis), from_px_(from_px), to_px_(to_px) {
    if (axis.logarithmic) {
      low_ = low;
      high_ = high;
      if (!(low_ > 0.0)) low_ = high_ = 1.0;  // nothing to draw
      if (high_ < low_ * 1.5) {
        low_ /= 1.3;
        high_ *= 1.3;
      }
      return;
    }
    const double span = high - low;
    const double least = 1e-9 * std::max(std::fabs(low), std::fabs(high));
    const double margin = span > least ? 0.03 * span : (high == 0.0 ? 1.0 : 0.1 * std::fabs(high));
    low_ = low - margin;
    high_ = high + margin;
    if (low >= 0.0 && low_ < 0.0) low_ = 0.0;  // no margin below zero for values that are never negative
  }

  bool shows(double value) const { return !axis_.logarithmic || value > 0.0; }
  double px(double value) const {
    const double share = axis_.logarithmic ? std::log(value / low_) / std::log(high_ / low_) : (value - low_) / (high_ - low_);
    return from_px_ + share * (to_px_ - from_px_);
  }
  std::vector<double> ticks(int intervals) const {
    if (!axis_.logarithmic) return linear_ticks(low_, high_, intervals);
    return axis_.dimension == Dimension::time && high_ > longest_in_seconds ? age_ticks(low_, high_) : logarithmic_ticks(low_, high_);
  }

 private:
  PlotAxis axis_;
  double low_ = 0.0;
  double high_ = 1.0;
  double from_px_;
  double to_px_;
};

struct Bounds {
  double low = HUGE_VAL;
  double high = -HUGE_VAL;
  void add(double value, const PlotAxis& axis) {
    report::require_finite(value, axis.label);
    if (axis.logarithmic && !(value > 0.0)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return low > high; }
};

double distance_to_line(const Point& p, const Point& a, const Point& b) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double length = std::hypot(dx, dy);
  if (length == 0.0) return std::hypot(p.x - a.x, p.y - a.y);
  // Distance to the segment, not to the infinite line: a hysteresis loop runs back on itself.
  const double along = ((p.x - a.x) * dx + (p.y - a.y) * dy) / length;
  if (along < 0.0) return std::hypot(p.x - a.x, p.y - a.y);
  if (along > length) return std::hypot(p.x - b.x, p.y - b.y);
  return std::fabs((p.x - a.x) * dy - (p.y - a.y) * dx) / length;
}

/// Douglas-Peucker with an explicit stack instead of recursion, since a waveform may have millions of points.
std::vector<Point> thinned(const std::vector<Point>& points, double seen_px = seen_line_px) {
  if (points.size() < 3) return points;
  std::vector<bool> keep(points.size(), false);
  keep.front() = keep.back() = true;
  std::vector<std::pair<std::size_t, std::size_t>> open = {{0, points.size() - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    double farthest = seen_px;
    std::size_t at = first;
    for (std::size_t i = first + 1; i < last; ++i) {
      const double distance = distance_to_line(points[i], points[first], points[last]);
      if (distance > farthest) {
        farthest = distance;
        at = i;
      }
    }
    if (at == first) continue;
    keep[at] = true;
    open.emplace_back(first, at);
    open.emplace_back(at, last);
  }
  std::vector<Point> kept;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (keep[i]) kept.push_back(points[i]);
  }
  return kept;
}

/// Merges consecutive points much nearer than a pixel, since the cost of Douglas-Peucker can grow with the square of their number.
std::vector<Point> without_repeats(const std::vector<Point>& points) {
  std::vector<Point> kept;
  for (const Point& point : points) {
    if (!kept.empty() && std::hypot(point.x - kept.back().x, point.y - kept.back().y) < 0.5 * seen_line_px) continue;
    kept.push_back(point);
  }
  return kept;
}

/// A coordinate rounded to 0.1 pixel, which is fine enough to look at and keeps files small.
std::string px_text(double value) {
  return coordinate(std::round(10.0 * value) / 10.0);
}

std::string path_text(const std::vector<Point>& points) {
  std::string text;
  for (std::size_t i = 0; i < points.size(); ++i)
    text += fmt::format("{}{} {}", i == 0 ? "M" : (i == 1 ? "L" : " "), px_text(points[i].x), px_text(points[i].y));
  return text;
}

std::vector<Point> to_px(const std::vector<double>& xs, const std::vector<double>& ys, const Scale& x, const Scale& y) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < xs.size() && i < ys.size(); ++i) {
    if (x.shows(xs[i]) && y.shows(ys[i])) points.push_back({x.px(xs[i]), y.px(ys[i])});
  }
  return points;
}

std::string band_text(const PlotSeries& series, const Scale& x, const Scale& y) {
  std::vector<Point> outline = thinned(without_repeats(to_px(series.x, series.y, x, y)));
  std::vector<Point> upper = thinned(without_repeats(to_px(series.x, series.y_high, x, y)));
  outline.insert(outline.end(), upper.rbegin(), upper.rend());
  return outline.empty() ? std::string() : path_text(outline) + "Z";
}

std::string dots_text(const PlotSeries& series, const Scale& x, const Scale& y) {
  const std::vector<Point> points = to_px(series.x, series.y, x, y);
  const std::size_t stride = (points.size() + max_dots - 1) / max_dots;
  std::string text;
  for (std::size_t i = 0; i < points.size(); i += std::max<std::size_t>(stride, 1))
    text += fmt::format("M{} {}h0", px_text(points[i].x), px_text(points[i].y));
  return text;
}

const char* class_of(PlotSeries::Kind kind) {
  switch (kind) {
    case PlotSeries::Kind::line:
      return "curve";
    case PlotSeries::Kind::thin_line:
      return "curve thin";
    case PlotSeries::Kind::dashed_line:
      return "curve dashed";
    case PlotSeries::Kind::dots:
      return "dots";
    case PlotSeries::Kind::band:
      return "band";
  }
  return "";
}

std::string series_text(const PlotSeries& series, const Scale& x, const Scale& y) {
  std::string path;
  if (series.kind == PlotSeries::Kind::band) {
    path = band_text(series, x, y);
  } else if (series.kind == PlotSeries::Kind::dots) {
    path = dots_text(series, x, y);
  } else {
    const double seen_px = series.kind == PlotSeries::Kind::thin_line ? seen_background_px : seen_line_px;
    path = path_text(thinned(without_repeats(to_px(series.x, series.y, x, y)), seen_px));
  }
  if (path.empty()) return {};
  return fmt::format("<path class=\"{} k{}\" d=\"{}\"/>\n", class_of(series.kind), series.colour % 8, path);
}

std::string axes_text(const Plot& plot, const Scale& x, const Scale& y, double left) {
  std::string svg;
  const auto out = std::back_inserter(svg);
  const std::vector<double> x_ticks = x.ticks(6);
  const std::vector<std::string> x_texts = report::display_ticks(x_ticks, plot.x.dimension);
  for (std::size_t i = 0; i < x_ticks.size(); ++i) {
    fmt::format_to(out,
                   "<path class=\"rule\" d=\"M{0} {1}V{2}\"/><text class=\"mark\" x=\"{0}\" y=\"{3}\" text-anchor=\"middle\">{4}</text>\n",
                   px_text(x.px(x_ticks[i])), px_text(top), px_text(bottom), px_text(bottom + 16.0), escape_html(x_texts[i]));
  }
  const std::vector<double> y_ticks = y.ticks(vertical_intervals);
  const std::vector<std::string> y_texts = report::display_ticks(y_ticks, plot.y.dimension);
  for (std::size_t i = 0; i < y_ticks.size(); ++i) {
    fmt::format_to(out,
                   "<path class=\"rule\" d=\"M{0} {1}H{2}\"/><text class=\"mark\" x=\"{3}\" y=\"{4}\" text-anchor=\"end\">{5}</text>\n",
                   px_text(left), px_text(y.px(y_ticks[i])), px_text(right), px_text(left - tick_gap), px_text(y.px(y_ticks[i]) + 4.0),
                   escape_html(y_texts[i]));
  }
  fmt::format_to(out, "<path class=\"frame\" d=\"M{0} {1}V{2}H{3}\"/>\n", px_text(left), px_text(top), px_text(bottom), px_text(right));
  fmt::format_to(out, "<text class=\"name\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", px_text(0.5 * (left + right)),
                 px_text(bottom + 34.0), escape_html(plot.x.label));
  fmt::format_to(out, "<text class=\"name\" transform=\"translate(15 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
                 px_text(0.5 * (top + bottom)), escape_html(plot.y.label));
  return svg;
}

/// Left edge of the plot area: room for the title of the vertical axis and its longest tick label.
double left_edge(const Plot& plot, const Scale& y) {
  std::size_t longest = 0;
  for (const std::string& text : report::display_ticks(y.ticks(vertical_intervals), plot.y.dimension))
    longest = std::max(longest, report::printed_length(text));
  return std::max(84.0, title_width + letter_width * static_cast<double>(longest) + tick_gap);
}

/// Legend with entries from left to right, wrapped into as many lines as needed.
struct Legend {
  std::string svg;
  double height = 0.0;
};

Legend legend_of(const Plot& plot, double left) {
  constexpr double mark_width = 24.0;
  constexpr double gap = 18.0;
  Legend legend;
  double x = left;
  for (const PlotSeries& series : plot.series) {
    if (series.label.empty()) continue;
    const double entry = mark_width + letter_width * static_cast<double>(report::printed_length(series.label));
    if (legend.height == 0.0 || x + entry > width) {
      legend.height += legend_line;
      x = left;
    }
    const double y = height_without_legend + legend.height;
    const bool band = series.kind == PlotSeries::Kind::band;
    legend.svg += fmt::format("<path class=\"{} k{}\" d=\"M{} {}{}\"/><text class=\"mark\" x=\"{}\" y=\"{}\">{}</text>\n",
                              class_of(series.kind), series.colour % 8, px_text(x), px_text(y - (band ? 8.0 : 4.0)),
                              band ? "h18v8h-18Z" : (series.kind == PlotSeries::Kind::dots ? "m9 0h0" : "h18"), px_text(x + mark_width),
                              px_text(y), escape_html(series.label));
    x += entry + gap;
  }
  return legend;
}

/// Contents of the <svg> element, its height and the left edge of the plot area.
struct Body {
  std::string svg;
  double height = height_without_legend;
  double left = 84.0;
};

Body body_of(const Plot& plot) {
  Bounds x_bounds;
  Bounds y_bounds;
  for (const PlotSeries& series : plot.series) {
    for (const double value : series.x)
      x_bounds.add(value, plot.x);
    for (const double value : series.y)
      y_bounds.add(value, plot.y);
    for (const double value : series.y_high)
      y_bounds.add(value, plot.y);
  }
  Body body;
  if (x_bounds.empty() || y_bounds.empty()) {
    body.svg = fmt::format("<text class=\"name\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">nothing to show on these axes</text>\n",
                           px_text(0.5 * width), px_text(0.5 * body.height));
    return body;
  }
  const Scale y(plot.y, y_bounds.low, y_bounds.high, bottom, top);
  body.left = left_edge(plot, y);
  const Scale x(plot.x, x_bounds.low, x_bounds.high, body.left, right);
  body.svg = axes_text(plot, x, y, body.left);
  for (const PlotSeries& series : plot.series)
    body.svg += series_text(series, x, y);
  const Legend legend = legend_of(plot, body.left);
  body.svg += legend.svg;
  body.height += legend.height > 0.0 ? legend.height + 6.0 : 0.0;
  return body;
}

std::string aria(const Plot& plot) {
  return escape_html(fmt::format("{}: {} over {}", plot.title, plot.y.label, plot.x.label));
}

}  // namespace

std::vector<double> linear_ticks(double low, double high, int intervals) {
  if (!(low < high)) return {};
  const double step = report::round_ticks(high - low, intervals)[1];
  std::vector<double> ticks;
  for (double i = std::ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i += 1.0)
    ticks.push_back(i * step + 0.0);  // + 0.0 turns -0 into 0
  return ticks;
}

std::vector<double> logarithmic_ticks(double low, double high) {
  const int first = static_cast<int>(std::floor(std::log10(low) + 1e-9));
  const int last = static_cast<int>(std::ceil(std::log10(high) - 1e-9));
  const int decades = last - first;
  const int stride = std::max(1, (decades + 7) / 8);
  std::vector<double> ticks;
  for (int decade = first; decade <= last; ++decade) {
    if ((decade - first) % stride != 0) continue;
    for (const double part : {1.0, 2.0, 5.0}) {
      if (part != 1.0 && decades > 2) continue;
      const double tick = part * std::pow(10.0, decade);
      if (tick >= low * (1.0 - 1e-9) && tick <= high * (1.0 + 1e-9)) ticks.push_back(tick);
    }
  }
  return ticks;
}

std::string_view plot_style() {
  return R"css(
:root { --k0: #2563a8; --k1: #c1621a; --k2: #1f8064; --k3: #8457ad; --k4: #b23d5c; --k5: #5d6b7c; --k6: #1c7f92; --k7: #857417; }
@media screen and (prefers-color-scheme: dark) {
  :root { --k0: #76aeea; --k1: #e59a52; --k2: #4dbb97; --k3: #b08fd8; --k4: #e0758f; --k5: #97a4b3; --k6: #4fb6ca; --k7: #c2ae46; }
}
.k0 { stroke: var(--k0); fill: var(--k0); } .k1 { stroke: var(--k1); fill: var(--k1); } .k2 { stroke: var(--k2); fill: var(--k2); }
.k3 { stroke: var(--k3); fill: var(--k3); } .k4 { stroke: var(--k4); fill: var(--k4); } .k5 { stroke: var(--k5); fill: var(--k5); }
.k6 { stroke: var(--k6); fill: var(--k6); } .k7 { stroke: var(--k7); fill: var(--k7); }
.chart { width: 100%; height: auto; max-height: 450px; }
.chart .curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.chart .thin { stroke-width: 1; stroke-opacity: .45; }
.chart .dashed { stroke-dasharray: 6 4; }
.chart .band { stroke: none; fill-opacity: .2; }
.chart .dots { fill: none; stroke-width: 5; stroke-linecap: round; stroke-opacity: .75; }
.chart .rule { stroke: var(--grid); fill: none; }
.chart .frame { stroke: var(--muted); fill: none; }
.chart .mark { fill: var(--muted); font-size: 12px; }
.chart .name { fill: var(--muted); font-size: 13px; }
.chart .heading { fill: var(--ink); font-size: 15px; font-weight: 600; }
)css";
}

std::string render_plot(const Plot& plot) {
  const Body body = body_of(plot);
  return fmt::format("<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n{}</svg>\n", width, body.height,
                     aria(plot), body.svg);
}

std::string render_plot_file(const Plot& plot) {
  constexpr double head = 30.0;
  const Body body = body_of(plot);
  std::string svg;
  const auto out = std::back_inserter(svg);
  fmt::format_to(out,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" width=\"{0}\" height=\"{1}\" viewBox=\"0 -{2} {0} {1}\" "
                 "role=\"img\" aria-label=\"{3}\">\n",
                 width, body.height + head, head, aria(plot));
  fmt::format_to(out, "<style>\n{}{}</style>\n",
                 ":root { color-scheme: light dark; --page: #ffffff; --ink: #18212c; --muted: #5a6675; --grid: #e6eaef; }\n"
                 "@media screen and (prefers-color-scheme: dark) {\n"
                 "  :root { --page: #0f1419; --ink: #e3e8ee; --muted: #97a4b3; --grid: #27303b; }\n}\n"
                 ".chart { font-family: system-ui, \"Segoe UI\", Roboto, \"Noto Sans\", \"DejaVu Sans\", sans-serif; }\n"
                 ".page { fill: var(--page); }",
                 plot_style());
  fmt::format_to(out, "<rect class=\"page\" y=\"-{}\" width=\"{}\" height=\"{}\"/>\n", head, width, body.height + head);
  fmt::format_to(out, "<text class=\"heading\" x=\"{}\" y=\"-8\">{}</text>\n", px_text(body.left), escape_html(plot.title));
  svg += body.svg + "</svg>\n";
  return svg;
}

std::string render_plot_figure(const Plot& plot) {
  return fmt::format("<figure class=\"panel\">\n<figcaption><b>{}</b><span>{}</span></figcaption>\n{}</figure>\n", escape_html(plot.title),
                     escape_html(plot.caption), render_plot(plot));
}

}  // namespace memcosim
