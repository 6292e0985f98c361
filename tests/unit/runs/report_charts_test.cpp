// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/report/report_charts.hpp"

#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/runs/report/report_confusion.hpp"
#include "memcosim/runs/report/report_style.hpp"

#include "html_check.hpp"

namespace memcosim::report {
namespace {

using test::captures;
using test::contains;
using test::markup_fault;
using test::occurrences;

constexpr BarStyle energy_style{"Energy", "per image", "Part", "energy", Dimension::energy, BarOrder::largest_first};
constexpr BarStyle latency_style{"Latency", "per image", "Stage", "latency", Dimension::time, BarOrder::as_given};

std::vector<double> bar_widths(const std::string& html) {
  std::vector<double> widths;
  for (const std::string& text : captures(html, "<rect class=\"bar\" x=\"0\" y=\"5\" width=\"([0-9.]+)%\""))
    widths.push_back(std::stod(text));
  return widths;
}

TEST(BarChart, BarsAreProportionalToTheirValues) {
  const std::vector<double> values{9e-9, 6e-9, 3e-9, 1e-9, 1e-12, 0.0};
  std::vector<ReportPart> parts;
  for (const double value : values)
    parts.push_back({"part", value});
  const std::vector<double> widths = bar_widths(bar_chart(energy_style, parts));
  ASSERT_EQ(widths.size(), values.size());
  EXPECT_LE(widths[0], 100.0);
  EXPECT_GT(widths[0], 75.0);
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(widths[i], widths[0] * values[i] / values[0], 1e-3) << i;
}

TEST(BarChart, ShowsValuesSharesAndSum) {
  const std::string html = bar_chart(energy_style, {{"Cells", 4e-9}, {"ADC", 12e-9}, {"Leakage", 1e-13}});
  EXPECT_EQ(markup_fault(html), "");
  for (const char* text : {">4 nJ<", ">25.0 %<", ">12 nJ<", ">75.0 %<", ">100 fJ<", ">&lt; 0.1 %<", ">16 nJ per image<"}) {
    EXPECT_TRUE(contains(html, text)) << text;
  }
  EXPECT_THAT(captures(html, "text-anchor=\"[a-z]+\">([^<]+)<"), testing::ElementsAre("0", "5 nJ", "10 nJ", "15 nJ"));
}

TEST(BarChart, SortsOnlyWhereTheOrderHasNoMeaning) {
  const std::vector<ReportPart> parts{{"first", 1e-9}, {"second", 3e-9}, {"third", 2e-9}};
  const std::string label = "<th scope=\"row\"><span>([a-z]+)</span></th>";
  EXPECT_THAT(captures(bar_chart(energy_style, parts), label), testing::ElementsAre("second", "third", "first"));
  EXPECT_THAT(captures(bar_chart(latency_style, parts), label), testing::ElementsAre("first", "second", "third"));
}

TEST(BarChart, CopesWithNothingAndRefusesNonsense) {
  EXPECT_EQ(bar_chart(energy_style, {}), "");
  const std::string zeros = bar_chart(energy_style, {{"none", 0.0}});
  EXPECT_EQ(markup_fault(zeros), "");
  EXPECT_THAT(bar_widths(zeros), testing::ElementsAre(0.0));
  EXPECT_FALSE(contains(zeros, "nan"));
  EXPECT_THROW(bar_chart(energy_style, {{"bad", -1e-9}}), std::logic_error);
  EXPECT_THROW(bar_chart(energy_style, {{"bad", std::numeric_limits<double>::quiet_NaN()}}), std::logic_error);
  EXPECT_THROW(bar_chart(energy_style, {{"bad", std::numeric_limits<double>::infinity()}}), std::logic_error);
}

TEST(PulseChart, SummarisesAndDrawsEveryCount) {
  const std::string html = pulse_chart({0, 50, 30, 15, 4, 1, 0, 0});
  EXPECT_EQ(markup_fault(html), "");
  EXPECT_TRUE(contains(html, "100 cells \u00b7 mean 1.76 \u00b7 half within 1 \u00b7 99 % within 4 \u00b7 most 5"));
  EXPECT_THAT(captures(html, "<title>([^<]+)</title>"),
              testing::ElementsAre("0 pulses: 0 cells (0.00 %)", "1 pulses: 50 cells (50.00 %)", "2 pulses: 30 cells (30.00 %)",
                                   "3 pulses: 15 cells (15.00 %)", "4 pulses: 4 cells (4.00 %)", "5 pulses: 1 cells (1.00 %)"));
  const auto heights = captures(html, "<rect class=\"bar\"[^>]* height=\"([0-9.]+)\"");
  ASSERT_EQ(heights.size(), 6u);
  EXPECT_EQ(heights[0], "0");
  EXPECT_NEAR(std::stod(heights[2]) / std::stod(heights[1]), 0.6, 1e-4);
}

TEST(PulseChart, NeighboursShareABarWhereThereAreMany) {
  std::vector<std::uint64_t> cells(1001, 0);
  cells[7] = 1000000;
  cells[1000] = 1;  // one stubborn cell stays visible
  const std::string html = pulse_chart(cells);
  EXPECT_LE(occurrences(html, "<rect"), 40u);
  EXPECT_TRUE(contains(html, "<title>0\u201325 pulses: 1\u202f000\u202f000 cells (100.00 %)</title>"));
  EXPECT_TRUE(contains(html, "height=\"1\"><title>988\u20131000 pulses: 1 cells (&lt; 0.01 %)</title>"));
  EXPECT_EQ(pulse_chart({}), "");
  EXPECT_EQ(pulse_chart({0, 0}), "");
  EXPECT_EQ(markup_fault(pulse_chart({12})), "");
}

TEST(BarChart, LeavesOutLabelsThatWouldTouch) {
  const auto labels = [](double joules) {
    return captures(bar_chart(energy_style, {{"adc", joules}}), "<text class=\"tick\"[^>]*>([^<]*)<");
  };
  EXPECT_THAT(labels(6.6e-7), testing::ElementsAre("0", "400 nJ", "800 nJ"));
  EXPECT_THAT(labels(3.9), testing::ElementsAre("0", "1 J", "2 J", "3 J", "4 J"));
}

TEST(Timeline, PlacesPhasesOnTheirLanes) {
  const std::string html = timeline_chart(
      {{"Rows", "slice 0", "drive", 0.0, 2e-8}, {"ADC", "slice 0", "convert 0", 2e-8, 6e-8}, {"ADC", "slice 1", "convert 1", 6e-8, 1e-7}});
  EXPECT_EQ(markup_fault(html), "");
  EXPECT_THAT(captures(html, "<th scope=\"row\"><span>([A-Za-z]+)</span>"), testing::ElementsAre("Rows", "ADC"));
  EXPECT_TRUE(contains(html, "c0\" x=\"0%\" y=\"3\" width=\"20%\" height=\"20\"><title>drive: 0 s to 20 ns (20 ns)</title>"));
  EXPECT_TRUE(contains(html, "c0\" x=\"20%\" y=\"3\" width=\"40%\" height=\"20\"><title>convert 0: 20 ns to 60 ns (40 ns)</title>"));
  EXPECT_TRUE(contains(html, "c1\" x=\"60%\"")) << "another series has another colour, on every lane";
  EXPECT_TRUE(contains(html, "100 ns from start to result"));
  EXPECT_EQ(occurrences(html, "<li>"), 2u);
  EXPECT_TRUE(contains(html, "slice 0</li>"));
  EXPECT_TRUE(contains(html, ">20 ns</text>"));
}

TEST(Timeline, SixteenSlicesHaveSixteenColoursAndAnEntryEach) {
  std::vector<ReportPhase> phases;
  for (int slice = 0; slice < 16; ++slice)
    phases.push_back({"ADC", "slice " + std::to_string(slice), "convert", slice * 1e-8, (slice + 1) * 1e-8});
  const std::string html = timeline_chart(phases);
  for (int slice = 0; slice < 16; ++slice) {
    const std::string colour = "class=\"c" + std::to_string(slice) + "\"";
    EXPECT_EQ(occurrences(html, colour), 1u) << "one entry in the key";
    EXPECT_TRUE(contains(style_sheet(), ".c" + std::to_string(slice) + " {")) << "a colour in the style sheet";
  }
}

TEST(Timeline, StacksPhasesThatOverlap) {
  const std::string html = timeline_chart({{"bus", "b", "b", 5e-7, 1.5e-6}, {"bus", "a", "a", 0.0, 1e-6}, {"bus", "c", "c", 1e-6, 2e-6}});
  EXPECT_TRUE(contains(html, "height=\"52\" role"));
  EXPECT_TRUE(contains(html, "x=\"0%\" y=\"3\""));
  EXPECT_TRUE(contains(html, "x=\"25%\" y=\"29\""));
  EXPECT_TRUE(contains(html, "x=\"50%\" y=\"3\""));
}

TEST(Timeline, StaysSmallWithManyThinPhases) {
  std::vector<ReportPhase> phases;
  for (int i = 0; i < 100000; ++i)
    phases.push_back({"ADC", "convert", "convert " + std::to_string(i), i * 1e-9, (i + 1) * 1e-9});
  const std::string html = timeline_chart(phases);
  EXPECT_LT(html.size(), 20000u);
  EXPECT_TRUE(contains(html, "100000 \u00d7 convert: 0 s to 100 \u00b5s"));
}

TEST(Timeline, CopesWithNothingAndRefusesNonsense) {
  EXPECT_EQ(timeline_chart({}), "");
  EXPECT_EQ(timeline_chart({{"ADC", "slice 0", "convert", 0.0, 0.0}}), "");
  EXPECT_THROW(timeline_chart({{"ADC", "slice 0", "convert", 2e-8, 1e-8}}), std::logic_error);
  EXPECT_THROW(timeline_chart({{"ADC", "slice 0", "convert", -1e-8, 1e-8}}), std::logic_error);
  EXPECT_THROW(timeline_chart({{"ADC", "slice 0", "convert", 0.0, std::numeric_limits<double>::infinity()}}), std::logic_error);
}

TEST(Confusion, ShowsCountsRecallPrecisionAndMistakes) {
  const std::string html = confusion_table({"cat", "dog", "owl"}, {80, 20, 0, 5, 95, 0, 0, 12345, 0});
  EXPECT_EQ(markup_fault(html), "");
  EXPECT_TRUE(contains(html, "175 of 12\u202f545 images right"));
  EXPECT_THAT(captures(html, "<td class=\"(?:right|wrong|none)\"[^>]*>([^<]+)</td>"),
              testing::ElementsAre("80", "20", "0", "5", "95", "0", "0", "12\u202f345", "0"));
  EXPECT_THAT(captures(html, "<td class=\"ratio\">([^<]+)</td>"), testing::ElementsAre("80.0", "95.0", "0.0", "94.1", "0.8", "\u2013"));
  EXPECT_TRUE(contains(html, "title=\"cat taken for dog: 20.0 %\""));
  EXPECT_THAT(captures(html, "<tr><td>([a-z]+)</td>"), testing::ElementsAre("owl", "cat", "dog"));
}

TEST(Confusion, ShadesMoreWhereMoreImagesAre) {
  const std::string html = confusion_table({}, {80, 20, 5, 95});
  const auto shades = captures(html, "--shade:([0-9.]+)");
  ASSERT_EQ(shades.size(), 4u);
  EXPECT_GT(std::stod(shades[3]), std::stod(shades[0]));
  EXPECT_GT(std::stod(shades[1]), std::stod(shades[2]));
  EXPECT_TRUE(contains(html, "<th scope=\"row\">1</th>")) << "classes without a name are numbered";
}

TEST(Confusion, ListsOnlyMistakesOfManyClasses) {
  std::vector<std::uint64_t> counts(100 * 100, 1);
  counts[7] = 50;
  const std::string html = confusion_table({}, counts);
  EXPECT_EQ(markup_fault(html), "");
  EXPECT_LT(html.size(), 5000u);
  EXPECT_TRUE(contains(html, "<tr><td>0</td><td>7</td><td class=\"number\">50</td>"));
  EXPECT_THROW(confusion_table({}, {1, 2, 3}), std::logic_error);
  EXPECT_EQ(confusion_table({"cat"}, {}), "");
  EXPECT_FALSE(contains(confusion_table({}, {3, 0, 0, 4}), "mistakes"));
}

}  // namespace
}  // namespace memcosim::report
