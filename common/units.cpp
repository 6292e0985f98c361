// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"

namespace memcosim {
namespace {

struct DimensionRow {
  Dimension dimension;
  std::string_view name;
  std::string_view symbol;
  std::string_view prefixed;  ///< what a prefix goes in front of; empty: no prefixes
  std::string_view rest;      ///< what follows it
  int prefix_power;           ///< "um^2" is (1e-6 m)^2
  std::string_view example;
};

constexpr std::array<DimensionRow, 14> dimension_rows{{
    {Dimension::dimensionless, "bare number", "", "", "", 1, "0.5"},
    {Dimension::time, "time", "s", "s", "", 1, "100 ns"},
    {Dimension::voltage, "voltage", "V", "V", "", 1, "0.2 V"},
    {Dimension::current, "current", "A", "A", "", 1, "10 uA"},
    {Dimension::resistance, "resistance", "ohm", "ohm", "", 1, "10 kohm"},
    {Dimension::conductance, "conductance", "S", "S", "", 1, "25 uS"},
    {Dimension::capacitance, "capacitance", "F", "F", "", 1, "50 fF"},
    {Dimension::energy, "energy", "J", "J", "", 1, "2 pJ"},
    {Dimension::power, "power", "W", "W", "", 1, "3 mW"},
    {Dimension::frequency, "frequency", "Hz", "Hz", "", 1, "100 MHz"},
    {Dimension::length, "length", "m", "m", "", 1, "40 nm"},
    {Dimension::area, "area", "m^2", "m", "^2", 2, "60 um^2"},
    {Dimension::velocity, "velocity", "m/s", "m", "/s", 1, "10 m/s"},
    {Dimension::temperature, "temperature", "K", "K", "", 1, "300 K"},
}};

struct Prefix {
  std::string_view symbol;
  int exponent;
};
// In falling order; the last two are the micro sign and the Greek mu.
constexpr std::array<Prefix, 13> prefixes{{
    {"P", 15},
    {"T", 12},
    {"G", 9},
    {"M", 6},
    {"k", 3},
    {"", 0},
    {"m", -3},
    {"u", -6},
    {"n", -9},
    {"p", -12},
    {"f", -15},
    {"\u00b5", -6},
    {"\u03bc", -6},
}};

/// Units that are no power of ten of the SI unit: value = number * factor + offset.
struct OtherUnit {
  std::string_view symbol;
  Dimension dimension;
  double factor;
  double offset;
};
constexpr std::array<OtherUnit, 11> other_units{{
    {"min", Dimension::time, 60.0, 0.0},
    {"h", Dimension::time, 3600.0, 0.0},
    {"day", Dimension::time, 86400.0, 0.0},
    {"days", Dimension::time, 86400.0, 0.0},
    {"year", Dimension::time, 365.25 * 86400.0, 0.0},
    {"years", Dimension::time, 365.25 * 86400.0, 0.0},
    {"eV", Dimension::energy, 1.602176634e-19, 0.0},
    {"meV", Dimension::energy, 1.602176634e-22, 0.0},
    {"keV", Dimension::energy, 1.602176634e-16, 0.0},
    {"degC", Dimension::temperature, 1.0, 273.15},
    {"\u00b0C", Dimension::temperature, 1.0, 273.15},
}};

const DimensionRow& row_of(Dimension dimension) {
  return dimension_rows[static_cast<std::size_t>(dimension)];
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A decimal number at the start of a text, cut in mantissa and exponent, so that a prefix only moves the exponent: "100 ns" is then the
/// double nearest to 100e-9, with one rounding.
struct Decimal {
  std::string_view mantissa;
  int exponent = 0;
  std::size_t length = 0;  ///< characters consumed; 0: no number here
};

Decimal scan_decimal(std::string_view text) {
  Decimal found;
  std::size_t at = 0;
  const bool plus = !text.empty() && text[0] == '+';
  if (plus || (!text.empty() && text[0] == '-')) ++at;
  const std::size_t first = at;
  std::size_t digits = 0;
  for (; at < text.size() && is_digit(text[at]); ++at)
    ++digits;
  if (at < text.size() && text[at] == '.') {
    for (++at; at < text.size() && is_digit(text[at]); ++at)
      ++digits;
  }
  if (digits == 0) return found;
  found.mantissa = plus ? text.substr(first, at - first) : text.substr(0, at);
  found.length = at;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t power = at + 1;
    bool negative = false;
    if (power < text.size() && (text[power] == '+' || text[power] == '-')) negative = text[power++] == '-';
    const std::size_t start = power;
    int value = 0;
    for (; power < text.size() && is_digit(text[power]); ++power)
      value = std::min(value * 10 + (text[power] - '0'), 1000000);
    if (power > start) {
      found.exponent = negative ? -value : value;
      found.length = power;
    }
  }
  return found;
}

double to_double(const Decimal& decimal, int shift, std::string_view text) {
  const std::string digits = fmt::format("{}e{}", decimal.mantissa, decimal.exponent + shift);
  double value = 0.0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    throw InputError(fmt::format("\"{}\" is outside of what a double can hold", text));
  }
  return value;
}

/// Decimal exponent of a prefixed unit of this dimension, or nothing.
std::optional<int> prefixed_exponent(std::string_view unit, const DimensionRow& row) {
  if (unit == row.symbol) return 0;
  if (row.prefixed.empty()) return std::nullopt;
  const std::string tail = fmt::format("{}{}", row.prefixed, row.rest);
  if (unit.size() <= tail.size() || unit.substr(unit.size() - tail.size()) != tail) return std::nullopt;
  const std::string_view prefix = unit.substr(0, unit.size() - tail.size());
  for (const Prefix& known : prefixes) {
    if (known.symbol == prefix) return known.exponent * row.prefix_power;
  }
  return std::nullopt;
}

/// Other spellings of the same unit, brought to ours: the ohm signs and superscript two.
std::string canonical_unit(std::string_view unit) {
  std::string text(unit);
  const std::array<std::pair<std::string_view, std::string_view>, 4> spellings{
      {{"\u03a9", "ohm"}, {"\u2126", "ohm"}, {"Ohm", "ohm"}, {"\u00b2", "^2"}}};
  for (const auto& [from, to] : spellings) {
    if (const auto at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
  }
  return text;
}

std::string expectation(const DimensionRow& row) {
  if (row.dimension == Dimension::dimensionless) return "expected a bare number, such as 0.5";
  return fmt::format("expected {} in {}, such as {}", with_article(row.name), row.symbol, row.example);
}

std::string unit_fault(std::string_view text, std::string_view unit, const DimensionRow& wanted) {
  for (const DimensionRow& row : dimension_rows) {
    const bool other = std::any_of(other_units.begin(), other_units.end(),
                                   [&](const OtherUnit& one) { return one.symbol == unit && one.dimension == row.dimension; });
    if (row.dimension != wanted.dimension && row.dimension != Dimension::dimensionless && (other || prefixed_exponent(unit, row))) {
      return fmt::format("\"{}\" is {}: {}", text, with_article(row.name), expectation(wanted));
    }
  }
  if (wanted.dimension != Dimension::dimensionless) {
    for (const Prefix& prefix : prefixes) {
      if (unit == prefix.symbol) return fmt::format("\"{}\" has a prefix but no unit: {}", text, expectation(wanted));
    }
  }
  return fmt::format("\"{}\" has the unknown unit \"{}\": {}", text, unit, expectation(wanted));
}

}  // namespace

std::string_view unit_symbol(Dimension dimension) {
  return row_of(dimension).symbol;
}

std::string_view dimension_name(Dimension dimension) {
  return row_of(dimension).name;
}

std::string_view quantity_example(Dimension dimension) {
  return row_of(dimension).example;
}

std::string with_article(std::string_view noun) {
  const bool vowel = !noun.empty() && std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return fmt::format("{} {}", vowel ? "an" : "a", noun);
}

double parse_quantity(std::string_view text, Dimension dimension) {
  const DimensionRow& row = row_of(dimension);
  const std::string_view whole = trimmed(text);
  const Decimal decimal = scan_decimal(whole);
  if (decimal.length == 0) throw InputError(fmt::format("\"{}\" is no number: {}", whole, expectation(row)));
  const std::string unit = canonical_unit(trimmed(whole.substr(decimal.length)));
  if (unit.empty()) return to_double(decimal, 0, whole);
  if (dimension == Dimension::dimensionless && unit == "%") return to_double(decimal, -2, whole);
  if (const auto exponent = prefixed_exponent(unit, row)) return to_double(decimal, *exponent, whole);
  for (const OtherUnit& other : other_units) {
    if (other.dimension != dimension || other.symbol != unit) continue;
    const double value = to_double(decimal, 0, whole) * other.factor + other.offset;
    if (!std::isfinite(value)) throw InputError(fmt::format("\"{}\" is outside of what a double can hold", whole));
    return value;
  }
  throw InputError(unit_fault(whole, unit, row));
}

std::string format_quantity(double value, Dimension dimension, int digits) {
  const DimensionRow& row = row_of(dimension);
  const std::string_view space = row.symbol.empty() ? "" : " ";
  if (!std::isfinite(value) || value == 0.0) return fmt::format("{}{}{}", value, space, row.symbol);
  const int precision = std::clamp(digits, 1, 17) - 1;
  // Rounded first, in decimal: 999.96 ns with four digits is 1 us.
  const std::string rounded = fmt::format("{:.{}e}", std::abs(value), precision);
  const auto mark = rounded.find('e');
  int exponent = 0;
  const char* power = rounded.data() + mark + (rounded[mark + 1] == '+' ? 2 : 1);
  std::from_chars(power, rounded.data() + rounded.size(), exponent);
  std::string figures = rounded.substr(0, mark);
  figures.erase(std::remove(figures.begin(), figures.end(), '.'), figures.end());

  const Prefix* chosen = nullptr;
  for (const Prefix& prefix : prefixes) {
    const bool usable = prefix.symbol.empty() || (!row.prefixed.empty() && dimension != Dimension::temperature);
    if (usable && prefix.exponent * row.prefix_power <= exponent) {
      chosen = &prefix;
      break;
    }
  }
  const bool far = chosen == nullptr || exponent - chosen->exponent * row.prefix_power > 5;
  if (far) return fmt::format("{:.{}g}{}{}", value, precision + 1, space, row.symbol);

  const auto whole = static_cast<std::size_t>(exponent - chosen->exponent * row.prefix_power + 1);
  if (figures.size() < whole) figures.append(whole - figures.size(), '0');
  std::string text = figures.substr(0, whole);
  std::string fraction = figures.substr(whole);
  while (!fraction.empty() && fraction.back() == '0')
    fraction.pop_back();
  if (!fraction.empty()) text += "." + fraction;
  const std::string unit = row.prefixed.empty() ? std::string() : fmt::format("{}{}{}", chosen->symbol, row.prefixed, row.rest);
  return fmt::format("{}{}{}{}", value < 0.0 ? "-" : "", text, space, unit);
}

std::string exact_number(double value) {
  if (!std::isfinite(value)) throw std::logic_error("a number that is not finite has no exact text");
  std::array<char, 32> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value);
  return std::string(text.data(), result.ptr);
}

std::string exact_quantity(double value, Dimension dimension) {
  const std::string_view symbol = row_of(dimension).symbol;
  return symbol.empty() ? exact_number(value) : fmt::format("{} {}", exact_number(value), symbol);
}

}  // namespace memcosim
