// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/report/report.hpp"

#include <iterator>

#include <fmt/format.h>

#include "memcosim/runs/report/report_charts.hpp"
#include "memcosim/runs/report/report_confusion.hpp"
#include "memcosim/runs/report/report_maps.hpp"
#include "memcosim/runs/report/report_style.hpp"
#include "memcosim/runs/report/report_summary.hpp"
#include "memcosim/runs/report/report_text.hpp"

namespace memcosim {
namespace {

using report::BarOrder;
using report::BarStyle;
using report::escape_html;

struct Section {
  std::string_view id;
  std::string_view link;  ///< short name for the navigation
  std::string_view heading;
  std::string body;  ///< HTML; empty: the section is left out
};

std::string panels(const std::string& figures) {
  return figures.empty() ? figures : "<div class=\"panels\">\n" + figures + "</div>\n";
}

std::string breakdowns(const ReportData& data) {
  const BarStyle energy{"Energy", "per image", "Part", "energy", Dimension::energy, BarOrder::largest_first};
  const BarStyle area{"Area", "in total", "Part", "area", Dimension::area, BarOrder::largest_first};
  // Stages keep the order in which an image passes them.
  const BarStyle latency{"Latency by stage", "per image", "Stage", "latency", Dimension::time, BarOrder::as_given};
  return panels(report::bar_chart(energy, data.energy_per_image_j) + report::bar_chart(area, data.area_m2) +
                report::bar_chart(latency, data.latency_s));
}

std::string notes(const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string html = "<div class=\"panel notes\"><ul>\n";
  for (const std::string& line : lines)
    fmt::format_to(std::back_inserter(html), "<li>{}</li>\n", escape_html(line));
  return html + "</ul></div>\n";
}

std::string configuration(const std::string& yaml) {
  if (yaml.empty()) return {};
  return fmt::format("<details class=\"panel config\">\n<summary>effective_config.yaml</summary>\n<pre><code>{}</code></pre>\n</details>\n",
                     escape_html(yaml));
}

std::vector<Section> sections_of(const ReportData& data) {
  const StatisticGroup* summary = data.summary;
  return {
      {"overview", "Overview", "At a glance", summary == nullptr ? std::string() : report::headline_cards(*summary)},
      {"cost", "Cost", "Where energy, area and time go", breakdowns(data)},
      {"timeline", "Timeline", "Timeline", report::timeline_chart(data.mvm_timeline)},
      {"arrays", "Arrays", "Programmed arrays", report::conductance_maps(data.conductance)},
      {"programming", "Programming", "Programming", report::pulse_chart(data.pulse_histogram)},
      {"classification", "Classes", "Classification", report::confusion_table(data.class_names, data.confusion)},
      {"notes", "Limits", "Limits of these numbers", notes(data.notes)},
      {"statistics", "Statistics", "All statistics", summary == nullptr ? std::string() : report::statistic_tables(*summary)},
      {"configuration", "Configuration", "Effective configuration", configuration(data.effective_config)},
  };
}

/// No request leaves the page, not even for an icon; the policy makes the browser enforce it.
constexpr std::string_view head_format =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"/>\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<link rel=\"icon\" href=\"data:,\"/>\n"
    "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n";

}  // namespace

std::string render_report(const ReportData& data) {
  const std::string title = data.title.empty() ? "memcosim run" : escape_html(data.title);
  std::string html;
  const auto out = std::back_inserter(html);
  fmt::format_to(out, head_format, title, report::style_sheet());
  fmt::format_to(out, "<header>\n<p class=\"eyebrow\">memcosim report</p>\n<h1>{}</h1>\n", title);
  if (!data.command.empty()) fmt::format_to(out, "<code class=\"command\">{}</code>\n", escape_html(data.command));
  html += "</header>\n";

  std::string links;
  std::string body;
  for (const Section& section : sections_of(data)) {
    if (section.body.empty()) continue;
    fmt::format_to(std::back_inserter(links), "<a href=\"#{}\">{}</a>\n", section.id, section.link);
    fmt::format_to(std::back_inserter(body), "<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", section.id, section.heading, section.body);
  }
  if (!links.empty()) html += "<nav aria-label=\"Sections\"><div>\n" + links + "</div></nav>\n";
  html += "<main>\n" + body + "</main>\n<footer>Made by memcosim. Every number is also in summary.json.</footer>\n</body>\n</html>\n";
  return html;
}

}  // namespace memcosim
