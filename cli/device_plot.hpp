// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "memcosim/common/units.hpp"

namespace memcosim {

/// One axis of a plot. Points whose value on a logarithmic axis is not positive are not drawn.
struct PlotAxis {
  std::string label;
  Dimension dimension = Dimension::dimensionless;
  bool logarithmic = false;
};

/// One thing drawn: a line through points, separate dots, or a band between two curves.
struct PlotSeries {
  enum class Kind { line, thin_line, dashed_line, dots, band };
  Kind kind = Kind::line;
  int colour = 0;     ///< 0 to 7: one of the plot's colours
  std::string label;  ///< empty: not in the legend
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> y_high = {};  ///< of a band, whose lower curve is y
};

/// A plot with its curves; values are SI.
struct Plot {
  std::string title;
  std::string caption;
  PlotAxis x;
  PlotAxis y;
  std::vector<PlotSeries> series;  ///< drawn in this order, the last on top
};

/// CSS of the drawings for a page that contains them, with colours for light and dark mode.
std::string_view plot_style();

/// An <svg> element for a page that has plot_style() and the report's style sheet. Same bytes for same data. Lines are simplified: points
/// nearer than 0.2 pixels (thin lines: 0.6) to the line without them are left out; of more than `max_dots` dots every n-th is drawn. Values
/// that are not finite are programming errors (std::logic_error).
std::string render_plot(const Plot& plot);
inline constexpr std::size_t max_dots = 3000;

/// A stand-alone SVG file: title, drawing, style, XML namespace.
std::string render_plot_file(const Plot& plot);

/// The drawing as an HTML <figure> with title and caption.
std::string render_plot_figure(const Plot& plot);

/// Tick values within [low, high] of a linear axis, about `intervals` round steps apart in all. Empty if low is not below high.
std::vector<double> linear_ticks(double low, double high, int intervals);
/// Tick values of a logarithmic axis: decades, and 2 and 5 times them if there are few decades. Requires 0 < low < high.
std::vector<double> logarithmic_ticks(double low, double high);

}  // namespace memcosim
