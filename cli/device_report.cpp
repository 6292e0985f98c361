// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_report.hpp"

#include <iterator>

#include <fmt/format.h>

#include "memcosim/runs/report/report_style.hpp"
#include "memcosim/runs/report/report_summary.hpp"
#include "memcosim/runs/report/report_text.hpp"

namespace memcosim {
namespace {

using report::escape_html;

constexpr std::string_view head_format =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"/>\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<link rel=\"icon\" href=\"data:,\"/>\n"
    "<title>{0}</title>\n<style>{1}{2}</style>\n</head>\n<body>\n"
    "<header>\n<p class=\"eyebrow\">memcosim device</p>\n<h1>{0}</h1>\n";

std::string remarks_html(const std::vector<std::string>& lines) {
  std::string html;
  for (const std::string& line : lines)
    fmt::format_to(std::back_inserter(html), "<li>{}</li>\n", escape_html(line));
  return html;
}

}  // namespace

std::string render_device_page(const DevicePage& page) {
  std::string html;
  const auto out = std::back_inserter(html);
  fmt::format_to(out, head_format, escape_html(page.title), report::style_sheet(), plot_style());
  if (!page.command.empty()) fmt::format_to(out, "<code class=\"command\">{}</code>\n", escape_html(page.command));
  fmt::format_to(out, "</header>\n<main>\n<section id=\"plots\">\n<h2>{}</h2>\n<div class=\"panels\">\n", escape_html(page.heading));
  for (const Plot& plot : page.plots)
    html += render_plot_figure(plot);
  html += "</div>\n</section>\n";
  if (!page.remarks.empty()) {
    fmt::format_to(out, "<section id=\"notes\">\n<h2>Remarks</h2>\n<div class=\"panel notes\"><ul>\n{}</ul></div>\n</section>\n",
                   remarks_html(page.remarks));
  }
  if (page.summary != nullptr) {
    fmt::format_to(out, "<section id=\"statistics\">\n<h2>Numbers</h2>\n{}</section>\n", report::statistic_tables(*page.summary));
  }
  if (!page.config.empty()) {
    fmt::format_to(out,
                   "<section id=\"configuration\">\n<h2>Effective configuration</h2>\n<details class=\"panel config\">\n"
                   "<summary>{}</summary>\n<pre><code>{}</code></pre>\n</details>\n</section>\n",
                   escape_html(page.config_name), escape_html(page.config));
  }
  html += "</main>\n<footer>Made by memcosim.</footer>\n</body>\n</html>\n";
  return html;
}

}  // namespace memcosim
