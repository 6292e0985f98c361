// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/report/report.hpp"

#include <cmath>
#include <functional>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/runs/report/report_summary.hpp"
#include "memcosim/runs/report/report_text.hpp"

#include "html_check.hpp"

namespace memcosim {
namespace {

using test::captures;
using test::contains;
using test::markup_fault;
using test::occurrences;

StatisticGroup sample_summary() {
  StatisticGroup summary;
  summary.group("run").add_count("images", 10000, "images that were classified");
  summary.group("accuracy").add("software", 0.8912, Dimension::dimensionless, "right in software");
  summary.group("accuracy").add("analog", 0.8847, Dimension::dimensionless, "right in hardware");
  summary.group("accuracy").add("agreement", 0.9613, Dimension::dimensionless, "same class in both");
  summary.group("timing").add("latency_per_image", 3.842e-6, Dimension::time, "first input to last output");
  summary.group("timing").add("throughput", 412300.0, Dimension::frequency, "images per second");
  summary.group("energy").add("per_image", 18.42e-9, Dimension::energy, "all parts of the data path");
  summary.group("area").add("total", 2.318e-7, Dimension::area, "all macros");
  summary.group("mapping").add("utilisation", 0.734, Dimension::dimensionless, "cells that hold a weight");
  StatisticGroup& programming = summary.group("programming");
  programming.add("pulses_per_cell", 6.37, Dimension::dimensionless, "mean of all written cells");
  programming.add_count("failed_cells", 317, "cells outside of the band");
  programming.add("time", 0.2841, Dimension::time, "all arrays");
  programming.add("energy", 3.12e-5, Dimension::energy, "pulses and verify reads");
  summary.group("adc").add("saturation_high", 0.00042, Dimension::dimensionless, "conversions that clipped");
  return summary;
}

ReportData sample_data(const StatisticGroup& summary) {
  ReportData data;
  data.title = "Sample run";
  data.command = "memcosim run sample.yaml";
  data.notes = {"The supply is ideal."};
  data.summary = &summary;
  data.energy_per_image_j = {{"Cells", 4e-9}, {"ADC", 12e-9}};
  data.area_m2 = {{"Cells", 1e-8}, {"ADC", 3e-8}};
  data.latency_s = {{"fc1", 2e-6}, {"fc2", 1e-6}};
  const ReportMap target{"Target of fc1", 2, 2, {1e-6, 5e-5, 1e-4, 1e-6}};
  const ReportMap programmed{"fc1 as programmed", 2, 2, {1.2e-6, 4.9e-5, 9.9e-5, 1e-6}};
  data.conductance = {{target, programmed}};
  data.pulse_histogram = {0, 5, 3, 1};
  data.class_names = {"cat", "dog"};
  data.confusion = {90, 10, 5, 95};
  data.mvm_timeline = {{"Rows", "slice 0", "drive", 0.0, 2e-8}, {"ADC", "slice 0", "convert", 2e-8, 6e-8}};
  data.effective_config = "seed: 1\n";
  return data;
}

TEST(Report, IsWellFormedAndSelfContained) {
  const StatisticGroup summary = sample_summary();
  const std::string html = render_report(sample_data(summary));
  EXPECT_EQ(html.rfind("<!DOCTYPE html>\n<html lang=\"en\">", 0), 0u);
  EXPECT_TRUE(contains(html, "<meta charset=\"utf-8\"/>"));
  EXPECT_EQ(markup_fault(html), "");
  for (const char* foreign : {"http:", "https:", "<script", "@import", "url(", "<link rel=\"stylesheet\""}) {
    EXPECT_FALSE(contains(html, foreign)) << foreign;
  }
}

TEST(MarkupCheck, SeesFaults) {
  EXPECT_EQ(markup_fault("<p class=\"a\">1 &lt; 2<br/></p>"), "");
  for (const char* broken : {"<p>", "</p>", "<p><b></p></b>", "<p class=a></p>", "<p a=\"1\" a=\"2\"></p>", "<p>a & b</p>",
                             "<p title=\"&\"></p>", "<p>a > b</p>", "a < b", "<p id=\"x\"/><p id=\"x\"/>", "<P></P>"}) {
    EXPECT_NE(markup_fault(broken), "") << broken;
  }
}

TEST(Report, NavigationReachesEverySection) {
  const StatisticGroup summary = sample_summary();
  const std::string html = render_report(sample_data(summary));
  const auto sections = captures(html, "<section id=\"([a-z]+)\">");
  EXPECT_THAT(sections, testing::ElementsAre("overview", "cost", "timeline", "arrays", "programming", "classification", "notes",
                                             "statistics", "configuration"));
  EXPECT_EQ(captures(html, "<a href=\"#([a-z]+)\">"), sections);
}

TEST(Report, SameDataGivesSameBytes) {
  const StatisticGroup first = sample_summary();
  const StatisticGroup second = sample_summary();
  EXPECT_EQ(render_report(sample_data(first)), render_report(sample_data(second)));
}

TEST(Report, EmptyDataGivesAnEmptyPage) {
  const std::string html = render_report({});
  EXPECT_EQ(markup_fault(html), "");
  EXPECT_TRUE(contains(html, "<h1>memcosim run</h1>"));
  for (const char* part : {"<section", "<nav", "<svg", "<table", "<figure", "<details", "class=\"command\""}) {
    EXPECT_FALSE(contains(html, part)) << part;
  }
}

TEST(Report, EmptySummaryHasNeitherCardsNorTables) {
  StatisticGroup summary;
  summary.group("energy");
  ReportData data;
  data.summary = &summary;
  EXPECT_FALSE(contains(render_report(data), "<section"));
}

TEST(Report, LeavesOutEachEmptyPart) {
  struct Case {
    const char* id;
    std::function<void(ReportData&)> clear;
  };
  const std::vector<Case> cases{
      {"timeline", [](ReportData& data) { data.mvm_timeline.clear(); }},
      {"arrays", [](ReportData& data) { data.conductance.clear(); }},
      {"programming", [](ReportData& data) { data.pulse_histogram.clear(); }},
      {"programming",
       [](ReportData& data) {
         data.pulse_histogram = {0, 0, 0};
       }},
      {"classification", [](ReportData& data) { data.confusion.clear(); }},
      {"notes", [](ReportData& data) { data.notes.clear(); }},
      {"configuration", [](ReportData& data) { data.effective_config.clear(); }},
  };
  const StatisticGroup summary = sample_summary();
  for (const Case& one : cases) {
    ReportData data = sample_data(summary);
    one.clear(data);
    const std::string html = render_report(data);
    EXPECT_EQ(markup_fault(html), "") << one.id;
    EXPECT_EQ(occurrences(html, "<section "), 8u) << one.id;
    EXPECT_FALSE(contains(html, std::string("id=\"") + one.id + "\"")) << one.id;
  }
}

TEST(Report, EscapesTextFromEverywhere) {
  const std::string evil = "<b id=\"x\">&'";
  const std::string safe = "&lt;b id=&quot;x&quot;&gt;&amp;&#39;";
  StatisticGroup summary;
  summary.group(evil).add_text(evil, evil, evil);
  StatisticGroup& pair = summary.group("pair");
  pair.group(evil).add("same", 1.0, Dimension::time, evil);
  pair.group("other").add("same", 1.0, Dimension::time, evil);
  ReportData data = sample_data(summary);
  data.title = data.command = data.effective_config = evil;
  data.notes = {evil};
  data.energy_per_image_j[0].label = data.area_m2[0].label = data.latency_s[0].label = evil;
  data.conductance[0].first.title = data.conductance[0].second.title = evil;
  data.class_names = {evil, evil};
  data.mvm_timeline[0].lane = data.mvm_timeline[0].series = data.mvm_timeline[0].name = evil;
  const std::string html = render_report(data);
  EXPECT_EQ(markup_fault(html), "");
  EXPECT_FALSE(contains(html, "<b id"));
  EXPECT_GE(occurrences(html, safe), 25u);
}

TEST(Report, MarksBytesThatAreNoText) {
  EXPECT_EQ(report::escape_html("a\xFFz"), "a\uFFFDz");
  EXPECT_EQ(report::escape_html("\xC0\x80"), "\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(report::escape_html("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");  // surrogate
  EXPECT_EQ(report::escape_html("\xE2\x82"), "\uFFFD\uFFFD");            // cut off
  EXPECT_EQ(report::escape_html(std::string_view("\0\x1B", 2)), "\uFFFD\uFFFD");
  EXPECT_EQ(report::escape_html("\u00e9\u20ac\U0001F4A1\tline\r\nnext"), "\u00e9\u20ac\U0001F4A1\tline\nnext");
}

TEST(ReportText, ShowsQuantitiesAsPrinted) {
  EXPECT_EQ(report::display_quantity(3.842e-6, Dimension::time), "3.842 \u00b5s");
  EXPECT_EQ(report::display_quantity(-1e4, Dimension::resistance), "\u221210 k\u03a9");
  EXPECT_EQ(report::display_quantity(6e-11, Dimension::area), "60 \u00b5m\u00b2");
  EXPECT_EQ(report::display_count(1234567), "1\u202f234\u202f567");
  EXPECT_EQ(report::display_count(1234), "1234");
  EXPECT_THAT(report::display_ticks({0.0, 0.25, 0.5}, Dimension::voltage), ::testing::ElementsAre("0", "250 mV", "500 mV"));
  EXPECT_THAT(report::display_ticks({0.23069, 0.23071, 0.23073}, Dimension::voltage),
              ::testing::ElementsAre("230.69 mV", "230.71 mV", "230.73 mV"));
  EXPECT_EQ(report::display_percent(0.5, 1), "50.0 %");
  EXPECT_EQ(report::display_percent(1e-6, 1), "< 0.1 %");
  EXPECT_EQ(report::display_percent(0.0, 1), "0.0 %");
}

TEST(ReportText, TicksAreRoundAndCoverTheData) {
  for (const double largest : {1.0, 3.7e-12, 0.99, 1024.0, 6.02e23}) {
    const std::vector<double> ticks = report::round_ticks(largest, 4);
    ASSERT_GE(ticks.size(), 3u);
    EXPECT_EQ(ticks.front(), 0.0);
    EXPECT_GE(ticks.back(), largest * (1.0 - 1e-9));
    EXPECT_LT(ticks[ticks.size() - 2], largest);
    const double mantissa = ticks[1] / std::pow(10.0, std::floor(std::log10(ticks[1]) + 1e-9));
    EXPECT_THAT(mantissa, testing::AnyOf(testing::DoubleNear(1.0, 1e-6), testing::DoubleNear(2.0, 1e-6), testing::DoubleNear(2.5, 1e-6),
                                         testing::DoubleNear(5.0, 1e-6)));
  }
  EXPECT_THAT(report::round_ticks(0.0, 4), testing::ElementsAre(0.0));
}

TEST(ReportCards, ShowTheHeadlines) {
  const StatisticGroup summary = sample_summary();
  const std::string html = report::headline_cards(summary);
  EXPECT_EQ(occurrences(html, "<div class=\"card\">"), 9u);
  for (const char* value : {"88.47<small> %", "96.13<small> %", "3.842<small> \u00b5s", "412.3<small> k images/s", "18.42<small> nJ",
                            "0.2318<small> mm\u00b2", "73.4<small> %", ">6.37</p>", "0.042<small> %"}) {
    EXPECT_TRUE(contains(html, value)) << value;
  }
  for (const char* detail : {"\u22120.65 points against software", "</span> 89.12 %", "</span> 10\u202f000", "</span> 317",
                             "</span> 284.1 ms", "</span> 31.2 \u00b5J", "first input to last output"}) {
    EXPECT_TRUE(contains(html, detail)) << detail;
  }
  EXPECT_TRUE(contains(html, "<rect class=\"bar\" width=\"73.4%\""));
}

TEST(ReportCards, AMissingNumberHasNoCard) {
  StatisticGroup summary;
  summary.group("accuracy").add("software", 0.9, Dimension::dimensionless, "right in software");
  EXPECT_EQ(report::headline_cards(summary), "");
  summary.group("timing").add("throughput", 350.0, Dimension::dimensionless, "images per second");
  summary.group("programming").add_count("pulses_per_cell", 4, "pulses");
  const std::string html = report::headline_cards(summary);
  EXPECT_EQ(occurrences(html, "<div class=\"card\">"), 2u);
  EXPECT_TRUE(contains(html, "350<small> images/s"));
  EXPECT_TRUE(contains(html, ">4</p>"));
}

TEST(ReportTables, ShowEveryStatistic) {
  StatisticGroup summary = sample_summary();
  summary.add_text("version", "1.2.3", "what made it");
  summary.group("timing").group("bus").add("wait", 1.23456789e-9, Dimension::time, "waiting for the bus");
  const std::string html = report::statistic_tables(summary);
  EXPECT_EQ(markup_fault(html), "");
  const std::function<void(const StatisticGroup&)> check = [&](const StatisticGroup& group) {
    for (const Statistic& statistic : group.statistics()) {
      EXPECT_TRUE(contains(html, "<th scope=\"row\">" + statistic.name + "</th>")) << statistic.name;
      EXPECT_TRUE(contains(html, "<td>" + statistic.meaning + "</td>")) << statistic.name;
    }
    for (const auto& child : group.groups())
      check(*child);
  };
  check(summary);
  for (const char* text : {"<summary>general</summary>", "<summary>timing</summary>", "<h4>timing.bus</h4>", ">1.2.3<", ">1.235 ns<",
                           ">1.23456789e-09 s<", ">10\u202f000<"}) {
    EXPECT_TRUE(contains(html, text)) << text;
  }
}

TEST(ReportTables, GroupsOfOneShapeStandSideBySide) {
  StatisticGroup summary;
  for (int layer = 0; layer < 8; ++layer) {
    summary.group("layers").group("fc" + std::to_string(layer)).add("energy", 1e-9 * (layer + 1), Dimension::energy, "of the layer");
  }
  summary.group("layers").group("odd").add("other", 1.0, Dimension::time, "another shape");
  const std::string html = report::statistic_tables(summary);
  EXPECT_EQ(markup_fault(html), "");
  EXPECT_EQ(occurrences(html, "<table"), 3u);  // six and two columns, and the odd one
  EXPECT_TRUE(contains(html, "title=\"1e-09 J\">1 nJ</td><td"));
  EXPECT_TRUE(contains(html, ">8 nJ</td>"));
  EXPECT_TRUE(contains(html, "<h4>layers.odd</h4>"));
}

}  // namespace
}  // namespace memcosim
