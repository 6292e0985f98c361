// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/report/report_confusion.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include "memcosim/runs/report/report_text.hpp"

namespace memcosim::report {
namespace {

constexpr std::size_t most_classes = 24;  ///< a larger table does not fit on a page
constexpr std::size_t listed_mistakes = 10;

struct Confusion {
  std::size_t classes = 0;
  std::vector<std::string> names;
  std::vector<std::uint64_t> counts;
  std::vector<std::uint64_t> labelled;   ///< images per label
  std::vector<std::uint64_t> predicted;  ///< images per prediction

  std::uint64_t at(std::size_t label, std::size_t prediction) const { return counts[label * classes + prediction]; }
};

Confusion summed(const std::vector<std::string>& class_names, const std::vector<std::uint64_t>& counts) {
  Confusion confusion;
  confusion.classes = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(counts.size()))));
  if (confusion.classes * confusion.classes != counts.size()) {
    throw std::logic_error(fmt::format("report: {} counts are no square confusion matrix", counts.size()));
  }
  confusion.counts = counts;
  confusion.labelled.resize(confusion.classes);
  confusion.predicted.resize(confusion.classes);
  for (std::size_t label = 0; label < confusion.classes; ++label) {
    confusion.names.push_back(label < class_names.size() ? class_names[label] : std::to_string(label));
    for (std::size_t prediction = 0; prediction < confusion.classes; ++prediction) {
      confusion.labelled[label] += confusion.at(label, prediction);
      confusion.predicted[prediction] += confusion.at(label, prediction);
    }
  }
  return confusion;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Mistakes are shaded by the square root of their share, so that rare ones (1 in 50) are visible.
std::string cell(const Confusion& confusion, std::size_t label, std::size_t prediction) {
  const std::uint64_t count = confusion.at(label, prediction);
  if (count == 0) return "<td class=\"none\">0</td>";
  const double part = share(count, confusion.labelled[label]);
  const bool right = label == prediction;
  return fmt::format("<td class=\"{}\" style=\"--shade:{}\" title=\"{} taken for {}: {}\">{}</td>", right ? "right" : "wrong",
                     coordinate(0.55 * (right ? part : std::sqrt(part))), escape_html(confusion.names[label]),
                     escape_html(confusion.names[prediction]), escape_html(display_percent(part, 1)), display_count(count));
}

std::string ratio_cell(std::uint64_t part, std::uint64_t whole) {
  return fmt::format("<td class=\"ratio\">{}</td>", whole == 0 ? "\u2013" : fmt::format("{:.1f}", 100.0 * share(part, whole)));
}

std::string matrix(const Confusion& confusion) {
  std::string html;
  const auto out = std::back_inserter(html);
  html += "<div class=\"wide\"><table class=\"confusion\">\n<thead><tr><th class=\"corner\">label \u2193 &#160; predicted \u2192</th>";
  for (const std::string& name : confusion.names)
    fmt::format_to(out, "<th scope=\"col\"><span>{}</span></th>", escape_html(name));
  html += "<th scope=\"col\"><span>recall, %</span></th></tr></thead>\n<tbody>\n";
  for (std::size_t label = 0; label < confusion.classes; ++label) {
    fmt::format_to(out, "<tr><th scope=\"row\">{}</th>", escape_html(confusion.names[label]));
    for (std::size_t prediction = 0; prediction < confusion.classes; ++prediction)
      html += cell(confusion, label, prediction);
    html += ratio_cell(confusion.at(label, label), confusion.labelled[label]) + "</tr>\n";
  }
  html += "</tbody>\n<tfoot><tr><th scope=\"row\">precision, %</th>";
  for (std::size_t prediction = 0; prediction < confusion.classes; ++prediction) {
    html += ratio_cell(confusion.at(prediction, prediction), confusion.predicted[prediction]);
  }
  return html + "<td></td></tr></tfoot>\n</table></div>\n";
}

std::string mistakes(const Confusion& confusion) {
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < confusion.counts.size(); ++place) {
    if (place / confusion.classes != place % confusion.classes && confusion.counts[place] != 0) places.push_back(place);
  }
  if (places.empty()) return {};
  const std::size_t listed = std::min(listed_mistakes, places.size());
  std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(listed), places.end(), [&](std::size_t a, std::size_t b) {
    return confusion.counts[a] != confusion.counts[b] ? confusion.counts[a] > confusion.counts[b] : a < b;
  });
  std::string html;
  const auto out = std::back_inserter(html);
  html +=
      "<table class=\"mistakes\">\n<caption>Most frequent mistakes</caption>\n<thead><tr><th>Label</th><th>Predicted</th>"
      "<th class=\"number\">Images</th><th class=\"number\">Of label</th></tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < listed; ++i) {
    const std::size_t label = places[i] / confusion.classes;
    const std::uint64_t count = confusion.counts[places[i]];
    fmt::format_to(out, "<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td></tr>\n",
                   escape_html(confusion.names[label]), escape_html(confusion.names[places[i] % confusion.classes]), display_count(count),
                   escape_html(display_percent(share(count, confusion.labelled[label]), 1)));
  }
  return html + "</tbody>\n</table>\n";
}

}  // namespace

std::string confusion_table(const std::vector<std::string>& class_names, const std::vector<std::uint64_t>& counts) {
  if (counts.empty()) return {};
  const Confusion confusion = summed(class_names, counts);
  std::uint64_t images = 0;
  std::uint64_t right = 0;
  for (std::size_t label = 0; label < confusion.classes; ++label) {
    images += confusion.labelled[label];
    right += confusion.at(label, label);
  }
  std::string html =
      fmt::format("<figure class=\"panel\">\n<figcaption><b>Predictions by class</b><span>{} of {} images right</span></figcaption>\n",
                  display_count(right), display_count(images));
  html += "<div class=\"confusion-parts\">\n";
  if (confusion.classes <= most_classes) html += matrix(confusion);
  return html + mistakes(confusion) + "</div>\n</figure>\n";
}

}  // namespace memcosim::report
