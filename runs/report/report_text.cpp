// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/report/report_text.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

namespace memcosim::report {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";   // U+FFFD
constexpr std::string_view narrow_space = "\xE2\x80\xAF";  // U+202F, does not break

/// Length of the well-formed UTF-8 sequence at the start of a text, 0 for none (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
  const auto tail = [&](std::size_t at) { return byte(at) >= 0x80 && byte(at) <= 0xBF; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) > 0x9F;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool too_large = lead == 0xF4 && byte(1) > 0x8F;
    return tail(1) && tail(2) && tail(3) && !overlong && !too_large ? 4 : 0;
  }
  return 0;
}

bool forbidden(char c) {
  const auto code = static_cast<unsigned char>(c);
  return (code < 0x20 && c != '\n' && c != '\t') || code == 0x7F;
}

/// Groups the integer part by three from five digits on ("185 400", but "1850").
std::string grouped(std::string_view figures) {
  const std::size_t first = !figures.empty() && figures[0] == '-' ? 1 : 0;
  const std::size_t end = std::min(figures.find_first_not_of("0123456789", first), figures.size());
  std::string text(first == 1 ? "\xE2\x88\x92" : "");  // U+2212
  for (std::size_t i = first; i < end; ++i) {
    if (i > first && (end - i) % 3 == 0 && end - first >= 5) text += narrow_space;
    text += figures[i];
  }
  text += figures.substr(end);
  return text;
}

std::string printed_unit(std::string_view unit) {
  std::string text(unit);
  if (text.size() > 1 && text[0] == 'u') text.replace(0, 1, "\xC2\xB5");
  if (const auto at = text.find("ohm"); at != std::string::npos) text.replace(at, 3, "\xCE\xA9");
  if (const auto at = text.find("^2"); at != std::string::npos) text.replace(at, 2, "\xC2\xB2");
  return text;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char c = text[0];
    if (length == 0 || forbidden(c)) {
      // Carriage returns are dropped without a mark, since texts with CRLF line ends are common.
      if (c != '\r') escaped += replacement;
      text.remove_prefix(1);
      continue;
    }
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return escaped;
}

std::string display_quantity(double value, Dimension dimension, int digits) {
  const std::string plain = format_quantity(value, dimension, digits);
  const auto space = plain.find(' ');
  if (space == std::string::npos) return grouped(plain);
  return grouped(std::string_view(plain).substr(0, space)) + " " + printed_unit(std::string_view(plain).substr(space + 1));
}

std::string display_count(std::uint64_t value) {
  return grouped(std::to_string(value));
}

std::string display_value(const Statistic& statistic) {
  if (const auto* text = std::get_if<std::string>(&statistic.value)) return *text;
  if (const auto* count = std::get_if<std::uint64_t>(&statistic.value)) return display_count(*count);
  return display_quantity(std::get<double>(statistic.value), statistic.dimension);
}

std::string display_percent(double fraction, int decimals) {
  const double smallest = std::pow(10.0, -decimals);
  const double percent = 100.0 * fraction;
  if (percent > 0.0 && percent < 0.5 * smallest) return fmt::format("< {:.{}f} %", smallest, decimals);
  return grouped(fmt::format("{:.{}f}", percent, decimals)) + " %";
}

std::string display_tick(double value, Dimension dimension) {
  return value == 0.0 ? "0" : display_quantity(value, dimension, 3);
}

std::vector<std::string> display_ticks(const std::vector<double>& values, Dimension dimension) {
  constexpr int fewest_digits = 3;
  constexpr int most_digits = 8;
  std::vector<std::string> texts;
  for (int digits = fewest_digits; digits <= most_digits; ++digits) {
    texts.clear();
    for (const double value : values)
      texts.push_back(value == 0.0 ? "0" : display_quantity(value, dimension, digits));
    if (std::adjacent_find(texts.begin(), texts.end()) == texts.end()) break;
  }
  return texts;
}

std::size_t printed_length(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string coordinate(double value) {
  std::string text = fmt::format("{:.3f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::vector<double> round_ticks(double largest, int intervals) {
  if (!(largest > 0.0)) return {0.0};
  const double rough = largest / intervals;
  const double decade = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10.0 * decade;
  for (const double candidate : {1.0, 2.0, 2.5, 5.0}) {
    if (candidate * decade >= rough * (1.0 - 1e-9)) {
      step = candidate * decade;
      break;
    }
  }
  const auto count = static_cast<int>(std::ceil(largest / step * (1.0 - 1e-9)));
  std::vector<double> ticks;
  for (int i = 0; i <= count; ++i)
    ticks.push_back(i * step);
  return ticks;
}

void require_finite(double value, std::string_view where) {
  if (!std::isfinite(value)) throw std::logic_error(fmt::format("report: {} is not finite", where));
}

void require_not_negative(double value, std::string_view where) {
  require_finite(value, where);
  if (value < 0.0) throw std::logic_error(fmt::format("report: {} is negative", where));
}

}  // namespace memcosim::report
