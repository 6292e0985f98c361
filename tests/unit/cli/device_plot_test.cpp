// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_plot.hpp"

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "html_check.hpp"

namespace memcosim::test {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::SizeIs;

Plot loop() {
  Plot plot{"<loop> & \"more\"", "caption", {"voltage", Dimension::voltage}, {"current", Dimension::current}, {}};
  PlotSeries line{PlotSeries::Kind::line, 0, "cell", {}, {}};
  for (int i = 0; i <= 20000; ++i) {
    const double phase = 2e-4 * M_PI * i;
    line.x.push_back(1.3 * std::sin(phase));
    line.y.push_back(1e-6 * std::sin(2.0 * phase));
  }
  plot.series.push_back(line);
  return plot;
}

std::vector<double> numbers_of(const std::string& path) {
  std::vector<double> numbers;
  for (const std::string& text : captures(path, "(-?[0-9]+(?:\\.[0-9]+)?)"))
    numbers.push_back(std::stod(text));
  return numbers;
}

TEST(DevicePlot, TicksAreRoundAndInside) {
  EXPECT_THAT(linear_ticks(-1.1, 1.3, 5), ElementsAre(-1.0, -0.5, DoubleEq(0.0), 0.5, 1.0));
  EXPECT_THAT(linear_ticks(3.0, 3.0, 5), SizeIs(0));
  EXPECT_THAT(logarithmic_ticks(1.5e-6, 8e-5), ElementsAre(DoubleEq(2e-6), DoubleEq(5e-6), DoubleEq(1e-5), DoubleEq(2e-5), DoubleEq(5e-5)));
  EXPECT_THAT(logarithmic_ticks(1.0, 1e4), ElementsAre(1.0, DoubleEq(10.0), DoubleEq(100.0), DoubleEq(1e3), DoubleEq(1e4)));
  EXPECT_LE(logarithmic_ticks(1e-12, 1e12).size(), 9u);
}

TEST(DevicePlot, MarkupIsSoundAndTheSameEachTime) {
  const Plot plot = loop();
  EXPECT_EQ(markup_fault(render_plot(plot)), "");
  EXPECT_EQ(markup_fault(render_plot_figure(plot)), "");
  EXPECT_EQ(markup_fault(render_plot_file(plot)), "");
  EXPECT_EQ(render_plot_file(plot), render_plot_file(plot));
  EXPECT_TRUE(contains(render_plot_file(plot), "prefers-color-scheme: dark"));
}

// What is left out of a line is nowhere farther from the drawn one than a fifth of a pixel (and a tenth for the rounding of coordinates).
TEST(DevicePlot, ThinnedLinesLookTheSame) {
  const Plot plot = loop();
  const std::string svg = render_plot(plot);
  EXPECT_LT(svg.size(), 8000u);
  const auto paths = captures(svg, "class=\"curve k0\" d=\"([^\"]*)\"");
  ASSERT_GE(paths.size(), 1u);
  const std::vector<double> drawn = numbers_of(paths.front());
  ASSERT_GT(drawn.size(), 100u);
  // Axis: 84 to 700 px for -1.3 to 1.3 V and 3 % margin on both sides; 344 to 16 px for the current.
  const auto x_px = [](double volts) { return 84.0 + 616.0 * (volts + 1.3 * 1.06) / (2.6 * 1.06); };
  const auto y_px = [](double amperes) { return 344.0 - 328.0 * (amperes + 1.06e-6) / 2.12e-6; };
  double worst = 0.0;
  for (std::size_t i = 0; i < plot.series[0].x.size(); i += 7) {
    const double px = x_px(plot.series[0].x[i]);
    const double py = y_px(plot.series[0].y[i]);
    double nearest = 1e9;
    for (std::size_t k = 0; k + 3 < drawn.size(); k += 2) {
      const double dx = drawn[k + 2] - drawn[k];
      const double dy = drawn[k + 3] - drawn[k + 1];
      const double length = dx * dx + dy * dy;
      const double along = length == 0.0 ? 0.0 : std::fmin(1.0, std::fmax(0.0, ((px - drawn[k]) * dx + (py - drawn[k + 1]) * dy) / length));
      nearest = std::fmin(nearest, std::hypot(px - drawn[k] - along * dx, py - drawn[k + 1] - along * dy));
    }
    worst = std::fmax(worst, nearest);
  }
  EXPECT_LT(worst, 0.4);
}

TEST(DevicePlot, LogarithmicAxesLeaveOutWhatHasNoLogarithm) {
  Plot plot{"t", "", {"time", Dimension::time, true}, {"g", Dimension::conductance}, {}};
  plot.series.push_back({PlotSeries::Kind::dots, 0, "", {0.0, 1.0, 10.0}, {1.0, 2.0, 3.0}});
  EXPECT_EQ(occurrences(render_plot(plot), "h0"), 2u);
  plot.series[0].x = {0.0, 0.0, 0.0};
  EXPECT_TRUE(contains(render_plot(plot), "nothing to show"));
  EXPECT_EQ(markup_fault(render_plot(plot)), "");
}

TEST(DevicePlot, ConstantsAndSinglePointsHaveAxes) {
  Plot plot{"t", "", {"time", Dimension::time}, {"g", Dimension::conductance}, {}};
  plot.series.push_back({PlotSeries::Kind::line, 0, "", {0.0, 1.0}, {1e-6, 1e-6}});
  EXPECT_EQ(markup_fault(render_plot(plot)), "");
  EXPECT_FALSE(contains(render_plot(plot), "nan"));
  plot.series[0] = {PlotSeries::Kind::dots, 0, "", {0.0}, {0.0}};
  EXPECT_FALSE(contains(render_plot(plot), "nan"));
}

TEST(DevicePlot, ManyDotsAreThinned) {
  Plot plot{"t", "", {"x"}, {"y"}, {}};
  PlotSeries dots{PlotSeries::Kind::dots, 0, "", {}, {}};
  for (int i = 0; i < 100000; ++i) {
    dots.x.push_back(i);
    dots.y.push_back(i % 1000);
  }
  plot.series.push_back(dots);
  EXPECT_LE(occurrences(render_plot(plot), "h0"), max_dots);
  EXPECT_GE(occurrences(render_plot(plot), "h0"), max_dots / 2);
}

TEST(DevicePlot, WhatIsNotFiniteIsAProgrammingError) {
  Plot plot = loop();
  plot.series[0].y[5] = std::nan("");
  EXPECT_THROW(render_plot(plot), std::logic_error);
}

// The title of the vertical axis is turned and 13 px high around x = 15.
TEST(DevicePlot, TicksLeaveRoomForTheTitleOfTheirAxis) {
  Plot plot{"nearly equal", "", {"pulse"}, {"conductance", Dimension::conductance}, {}};
  plot.series.push_back({PlotSeries::Kind::line, 0, "", {0.0, 1.0, 2.0}, {1.2345678e-5, 1.2345681e-5, 1.2345679e-5}});
  const std::string svg = render_plot(plot);
  const auto ends = captures(svg, "class=\"mark\" x=\"([0-9.]+)\" y=\"[0-9.]+\" text-anchor=\"end\"");
  const auto texts = captures(svg, "text-anchor=\"end\">([^<]*)<");
  ASSERT_EQ(ends.size(), texts.size());
  ASSERT_GE(texts.size(), 3u);
  for (std::size_t i = 0; i < texts.size(); ++i)
    EXPECT_GT(std::stod(ends[i]) - 6.5 * static_cast<double>(texts[i].size() - 1), 22.0) << texts[i];  // "\u00b5" has two bytes
}

TEST(DevicePlot, ALongLegendTakesSeveralLinesWithinTheDrawing) {
  Plot plot{"many", "", {"x"}, {"y"}, {}};
  for (int i = 0; i < 21; ++i)
    plot.series.push_back({PlotSeries::Kind::line, i, "from " + std::to_string(i) + " uS", {0.0, 1.0}, {0.0, static_cast<double>(i)}});
  const std::string svg = render_plot(plot);
  const double height = std::stod(captures(svg, "viewBox=\"0 0 720 ([0-9.]+)\"").front());
  const auto xs = captures(svg, "class=\"mark\" x=\"([0-9.]+)\" y=\"[0-9.]+\">from");
  const auto ys = captures(svg, "class=\"mark\" x=\"[0-9.]+\" y=\"([0-9.]+)\">from");
  ASSERT_EQ(xs.size(), 21u);
  EXPECT_GT(std::stod(ys.back()), std::stod(ys.front()) + 20.0);
  for (std::size_t i = 0; i < xs.size(); ++i) {
    EXPECT_LT(std::stod(xs[i]) + 6.5 * 10, 720.0);
    EXPECT_LT(std::stod(ys[i]), height);
  }
}

}  // namespace
}  // namespace memcosim::test
