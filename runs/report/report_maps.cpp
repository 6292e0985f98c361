// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/report/report_maps.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "memcosim/common/moments.hpp"
#include "memcosim/runs/report/report_text.hpp"

namespace memcosim::report {
namespace {

constexpr std::uint32_t most_pixels = 256;  ///< per side
/// Colours of a palette: enough for the eye, and files of noisy maps are a third smaller than with 256.
constexpr std::size_t palette_steps = 64;
/// Share of the cells whose deviations lie within the colour scale, so that a few stuck cells do not hide the differences of the others.
constexpr double deviation_share = 0.99;
/// Ratio of the extremes of the two signs (smaller over larger) above which a scale is centred at zero.
constexpr double smaller_side = 0.1;

constexpr std::array<Colour, 11> viridis{{{68, 1, 84},
                                          {72, 36, 117},
                                          {65, 68, 135},
                                          {53, 95, 141},
                                          {42, 120, 142},
                                          {33, 145, 140},
                                          {34, 168, 132},
                                          {68, 191, 112},
                                          {122, 209, 81},
                                          {189, 223, 38},
                                          {253, 231, 37}}};
constexpr std::array<Colour, 7> blue_to_red{
    {{23, 64, 128}, {66, 133, 190}, {160, 202, 226}, {245, 245, 243}, {246, 178, 146}, {206, 84, 70}, {122, 15, 38}}};

template <std::size_t N>
Colour interpolated(const std::array<Colour, N>& samples, double position) {
  const double at = std::clamp(position, 0.0, 1.0) * (N - 1);
  const std::size_t low = std::min(static_cast<std::size_t>(at), N - 2);
  const double weight = at - static_cast<double>(low);
  Colour colour{};
  for (std::size_t part = 0; part < colour.size(); ++part) {
    const double mixed = (1.0 - weight) * samples[low][part] + weight * samples[low + 1][part];
    colour[part] = static_cast<std::uint8_t>(std::lround(mixed));
  }
  return colour;
}

template <typename ColourOf>
std::vector<Colour> palette_of(ColourOf colour_of) {
  std::vector<Colour> palette;
  for (std::size_t i = 0; i < palette_steps; ++i)
    palette.push_back(colour_of(static_cast<double>(i) / (palette_steps - 1)));
  return palette;
}

struct Scale {
  double low;
  double high;
  std::vector<Colour> palette;

  std::uint8_t index(double value) const {
    if (!(high > low)) return static_cast<std::uint8_t>(palette_steps / 2);
    const double position = std::clamp((value - low) / (high - low), 0.0, 1.0);
    return static_cast<std::uint8_t>(std::lround(position * (palette_steps - 1)));
  }
};

void check(const ReportMap& map) {
  if (map.values.size() != std::size_t{map.rows} * map.columns) {
    throw std::logic_error(
        fmt::format("report: map \"{}\" has {} values for {} x {} cells", map.title, map.values.size(), map.rows, map.columns));
  }
  for (const double value : map.values)
    require_finite(value, map.title);
  if ((map.used_rows == 0) != (map.used_columns == 0) || map.used_rows > map.rows || map.used_columns > map.columns) {
    throw std::logic_error(
        fmt::format("report: map \"{}\" of {} x {} cells uses {} x {}", map.title, map.rows, map.columns, map.used_rows, map.used_columns));
  }
}

/// Means over blocks, so that no side has more than most_pixels.
ReportMap reduced(const ReportMap& map, std::uint32_t block_rows, std::uint32_t block_columns) {
  if (block_rows == 1 && block_columns == 1) return map;
  ReportMap small{map.title, (map.rows + block_rows - 1) / block_rows, (map.columns + block_columns - 1) / block_columns, {}};
  for (std::uint32_t top = 0; top < map.rows; top += block_rows) {
    for (std::uint32_t left = 0; left < map.columns; left += block_columns) {
      const std::uint32_t bottom = std::min(top + block_rows, map.rows);
      const std::uint32_t right = std::min(left + block_columns, map.columns);
      Moments block;
      for (std::uint32_t row = top; row < bottom; ++row) {
        for (std::uint32_t column = left; column < right; ++column)
          block.add(map.values[std::size_t{row} * map.columns + column]);
      }
      small.values.push_back(block.mean());
    }
  }
  return small;
}

/// First, middle and last index: they show the size and the direction of the axis.
std::vector<std::uint32_t> index_ticks(std::uint32_t size) {
  if (size <= 2) return size == 1 ? std::vector<std::uint32_t>{0} : std::vector<std::uint32_t>{0, 1};
  return {0, size / 2, size - 1};
}

std::string map_figure(const ReportMap& map, const Scale& scale, std::string_view note) {
  const std::uint32_t block_rows = (map.rows + most_pixels - 1) / most_pixels;
  const std::uint32_t block_columns = (map.columns + most_pixels - 1) / most_pixels;
  const ReportMap drawn = reduced(map, block_rows, block_columns);
  std::vector<std::uint8_t> pixels;
  pixels.reserve(drawn.values.size());
  for (const double value : drawn.values)
    pixels.push_back(scale.index(value));

  constexpr double left = 44.0;
  constexpr double width = 300.0;
  // Square cells, unless the map would be too flat or too tall to read.
  const double height = width * std::clamp(static_cast<double>(map.rows) / map.columns, 0.2, 1.3);
  std::string html;
  const auto out = std::back_inserter(html);
  fmt::format_to(out, "<figure class=\"map\">\n<figcaption><b>{}</b></figcaption>\n", escape_html(map.title));
  fmt::format_to(out, "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}, {} rows by {} columns\">", coordinate(left + width + 8.0),
                 coordinate(height + 36.0), escape_html(map.title), map.rows, map.columns);
  fmt::format_to(out, "<image class=\"pixels\" x=\"{}\" y=\"4\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" href=\"{}\"/>",
                 coordinate(left), coordinate(width), coordinate(height), png_data_uri(drawn.columns, drawn.rows, pixels, scale.palette));
  fmt::format_to(out, "<rect class=\"frame\" x=\"{}\" y=\"4\" width=\"{}\" height=\"{}\"/>", coordinate(left), coordinate(width),
                 coordinate(height));
  for (const std::uint32_t row : index_ticks(map.rows)) {
    fmt::format_to(out, "<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", coordinate(left - 4.0),
                   coordinate(std::clamp(4.0 + height * (row + 0.5) / map.rows + 4.0, 13.0, height + 4.0)), row);
  }
  for (const std::uint32_t column : index_ticks(map.columns)) {
    const std::string_view anchor = column == 0 ? "start" : column + 1 == map.columns ? "end" : "middle";
    const double at = column == 0 ? 0.0 : column + 1 == map.columns ? 1.0 : (column + 0.5) / map.columns;
    fmt::format_to(out, "<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>", coordinate(left + width * at),
                   coordinate(height + 17.0), anchor, column);
  }
  fmt::format_to(out, "<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">column</text>", coordinate(left + 0.5 * width),
                 coordinate(height + 31.0));
  fmt::format_to(out, "<text class=\"tick\" transform=\"translate(11 {}) rotate(-90)\" text-anchor=\"middle\">row</text></svg>\n",
                 coordinate(4.0 + 0.5 * height));
  if (!note.empty()) fmt::format_to(out, "<p class=\"remark\">{}</p>\n", escape_html(note));
  if (block_rows > 1 || block_columns > 1) {
    fmt::format_to(out, "<p class=\"remark\">Each pixel is the mean of {} \u00d7 {} cells.</p>\n", block_rows, block_columns);
  }
  return html + "</figure>\n";
}

std::string legend(const Scale& scale, std::string_view label, Dimension dimension) {
  std::vector<std::uint8_t> ramp;
  for (std::size_t i = 0; i < palette_steps; ++i)
    ramp.push_back(static_cast<std::uint8_t>(i));
  std::string html;
  const auto out = std::back_inserter(html);
  fmt::format_to(
      out, "<div class=\"legend\"><span>{}</span><div><img class=\"pixels\" alt=\"Colour scale\" src=\"{}\"/><div class=\"legend-ticks\">",
      escape_html(label), png_data_uri(palette_steps, 1, ramp, scale.palette));
  constexpr int steps = 4;
  std::vector<double> ticks;
  for (int i = 0; i <= steps; ++i)
    ticks.push_back(scale.low + (scale.high - scale.low) * i / steps);
  for (const std::string& text : display_ticks(ticks, dimension))
    fmt::format_to(out, "<span>{}</span>", escape_html(text));
  return html + "</div></div></div>\n";
}

bool is_used(const ReportMap& map, std::size_t cell) {
  return map.used_rows == 0 || (cell / map.columns < map.used_rows && cell % map.columns < map.used_columns);
}

struct Deviation {
  ReportMap map;
  std::vector<double> sizes;  ///< magnitudes of the used cells
  double rms = 0.0;
  double largest = 0.0;
};

/// Programmed minus target. Unused cells are drawn but not counted in the statistics.
Deviation deviation_of(const ReportMap& target, const ReportMap& programmed) {
  Deviation deviation{{"Deviation", target.rows, target.columns, {}, target.used_rows, target.used_columns}, {}};
  RootMeanSquare rms;
  for (std::size_t i = 0; i < target.values.size(); ++i) {
    const double difference = programmed.values[i] - target.values[i];
    deviation.map.values.push_back(difference);
    if (!is_used(target, i)) continue;
    rms.add(difference);
    deviation.sizes.push_back(std::abs(difference));
    deviation.largest = std::max(deviation.largest, std::abs(difference));
  }
  deviation.rms = rms.value();
  return deviation;
}

double deviation_limit(const std::vector<Deviation>& deviations) {
  std::vector<double> sizes;
  for (const Deviation& deviation : deviations)
    sizes.insert(sizes.end(), deviation.sizes.begin(), deviation.sizes.end());
  const auto rank = static_cast<std::size_t>(deviation_share * static_cast<double>(sizes.size() - 1));
  std::nth_element(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(rank), sizes.end());
  return sizes[rank] > 0.0 ? sizes[rank] : *std::max_element(sizes.begin(), sizes.end());
}

}  // namespace

Colour sequential_colour(double position) {
  return interpolated(viridis, position);
}

Colour diverging_colour(double position) {
  return interpolated(blue_to_red, position);
}

std::string conductance_maps(const std::vector<std::pair<ReportMap, ReportMap>>& arrays) {
  Scale scale{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), palette_of(sequential_colour)};
  std::vector<const std::pair<ReportMap, ReportMap>*> drawn;
  std::vector<Deviation> deviations;
  for (const auto& array : arrays) {
    check(array.first);
    check(array.second);
    if (array.first.rows != array.second.rows || array.first.columns != array.second.columns) {
      throw std::logic_error(fmt::format("report: maps \"{}\" and \"{}\" differ in size", array.first.title, array.second.title));
    }
    if (array.first.values.empty()) continue;
    for (const ReportMap* map : {&array.first, &array.second}) {
      const auto [low, high] = std::minmax_element(map->values.begin(), map->values.end());
      scale.low = std::min(scale.low, *low);
      scale.high = std::max(scale.high, *high);
    }
    drawn.push_back(&array);
    deviations.push_back(deviation_of(array.first, array.second));
  }
  if (drawn.empty()) return {};
  const double limit = deviation_limit(deviations);
  const Scale around_zero{-limit, limit, palette_of(diverging_colour)};

  std::string html = "<div class=\"panel maps\">\n";
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const Deviation& deviation = deviations[i];
    const std::string note = fmt::format("rms {} \u00b7 largest {}{}", display_quantity(deviation.rms, Dimension::conductance, 3),
                                         display_quantity(deviation.largest, Dimension::conductance, 3),
                                         deviation.map.used_rows == 0 ? ""
                                                                      : fmt::format(" \u00b7 of the {} \u00d7 {} used cells",
                                                                                    deviation.map.used_rows, deviation.map.used_columns));
    html += "<div class=\"map-row\">\n" + map_figure(drawn[i]->first, scale, "") + map_figure(drawn[i]->second, scale, "") +
            map_figure(deviation.map, around_zero, note) + "</div>\n";
  }
  html += "<div class=\"legends\">\n" + legend(scale, "Conductance", Dimension::conductance);
  if (limit > 0.0) {
    html +=
        legend(around_zero,
               fmt::format("Deviation, programmed \u2212 target; {:g} % of the used cells lie inside the scale", 100.0 * deviation_share),
               Dimension::conductance);
  }
  return html + "</div>\n</div>\n";
}

std::string scaled_maps(const std::vector<ScaledMap>& maps) {
  std::string html = "<div class=\"panel maps\">\n<div class=\"map-row\">\n";
  for (const ScaledMap& one : maps) {
    check(one.map);
    const auto [low, high] = std::minmax_element(one.map.values.begin(), one.map.values.end());
    const double limit = std::max(-*low, *high);
    const bool around_zero = std::min(-*low, *high) > smaller_side * limit;
    const Scale scale =
        around_zero ? Scale{-limit, limit, palette_of(diverging_colour)} : Scale{*low, *high, palette_of(sequential_colour)};
    const std::string note = *low < *high ? std::string() : fmt::format("{} everywhere", display_quantity(*low, one.dimension));
    html += "<div>\n" + map_figure(one.map, scale, note);
    if (*low < *high) html += legend(scale, "", one.dimension);
    html += "</div>\n";
  }
  return html + "</div>\n</div>\n";
}

}  // namespace memcosim::report
