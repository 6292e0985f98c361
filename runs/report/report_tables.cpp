// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "memcosim/runs/report/report_summary.hpp"
#include "memcosim/runs/report/report_text.hpp"

namespace memcosim::report {
namespace {

constexpr std::size_t compared_columns = 6;  ///< largest number of groups side by side on a page

/// The value with all digits, for copying; empty if the displayed text already has them.
std::string exact(const Statistic& statistic) {
  const auto* value = std::get_if<double>(&statistic.value);
  if (value == nullptr) return {};
  std::string text = exact_quantity(*value, statistic.dimension);
  return text == display_value(statistic) ? std::string() : text;
}

std::string_view value_class(const Statistic& statistic) {
  return std::holds_alternative<std::string>(statistic.value) ? "text" : "number";
}

std::string plain_table(const StatisticGroup& group) {
  std::string html =
      "<div class=\"wide\"><table class=\"statistics plain\">\n<thead><tr><th class=\"name\">Name</th><th class=\"number shown\">Value</th>"
      "<th class=\"number exact\">All digits, SI</th><th>Meaning</th></tr></thead>\n<tbody>\n";
  for (const Statistic& statistic : group.statistics()) {
    fmt::format_to(std::back_inserter(html),
                   "<tr><th scope=\"row\">{}</th><td class=\"{}\">{}</td><td class=\"number exact\">{}</td><td>{}</td></tr>\n",
                   escape_html(statistic.name), value_class(statistic), escape_html(display_value(statistic)),
                   escape_html(exact(statistic)), escape_html(statistic.meaning));
  }
  return html + "</tbody>\n</table></div>\n";
}

bool same_shape(const StatisticGroup& a, const StatisticGroup& b) {
  const auto same = [](const Statistic& left, const Statistic& right) {
    return left.name == right.name && left.dimension == right.dimension && left.meaning == right.meaning;
  };
  return a.groups().empty() && b.groups().empty() && !a.statistics().empty() &&
         std::equal(a.statistics().begin(), a.statistics().end(), b.statistics().begin(), b.statistics().end(), same);
}

using GroupPlace = std::vector<std::unique_ptr<StatisticGroup>>::const_iterator;

std::string compared_table(GroupPlace first, GroupPlace last) {
  std::string html = "<div class=\"wide\"><table class=\"statistics\">\n<thead><tr><th>Name</th>";
  const auto out = std::back_inserter(html);
  for (auto group = first; group != last; ++group)
    fmt::format_to(out, "<th class=\"number\">{}</th>", escape_html((*group)->name()));
  html += "<th>Meaning</th></tr></thead>\n<tbody>\n";
  const std::vector<Statistic>& rows = (*first)->statistics();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    fmt::format_to(out, "<tr><th scope=\"row\">{}</th>", escape_html(rows[i].name));
    for (auto group = first; group != last; ++group) {
      const Statistic& statistic = (*group)->statistics()[i];
      fmt::format_to(out, "<td class=\"{}\" title=\"{}\">{}</td>", value_class(statistic), escape_html(exact(statistic)),
                     escape_html(display_value(statistic)));
    }
    fmt::format_to(out, "<td>{}</td></tr>\n", escape_html(rows[i].meaning));
  }
  return html + "</tbody>\n</table></div>\n";
}

std::string tables_of(const StatisticGroup& group, const std::string& path) {
  std::string html;
  if (!group.statistics().empty()) html += plain_table(group);
  const auto& children = group.groups();
  for (auto child = children.begin(); child != children.end();) {
    const auto end = std::find_if(child, children.end(), [&](const auto& other) { return !same_shape(**child, *other); });
    if (end - child >= 2) {
      while (child != end) {
        const auto stop = child + std::min<std::ptrdiff_t>(end - child, compared_columns);
        html += compared_table(child, stop);
        child = stop;
      }
      continue;
    }
    const std::string child_path = path + "." + (*child)->name();
    const std::string tables = tables_of(**child, child_path);
    if (!tables.empty()) html += fmt::format("<h4>{}</h4>\n{}", escape_html(child_path), tables);
    ++child;
  }
  return html;
}

std::string block(std::string_view name, const std::string& tables) {
  if (tables.empty()) return {};
  return fmt::format("<details class=\"panel group\" open=\"\">\n<summary>{}</summary>\n{}</details>\n", escape_html(name), tables);
}

}  // namespace

std::string statistic_tables(const StatisticGroup& summary) {
  std::string html;
  if (!summary.statistics().empty()) html += block("general", plain_table(summary));
  for (const auto& group : summary.groups())
    html += block(group->name(), tables_of(*group, group->name()));
  return html;
}

}  // namespace memcosim::report
