// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "memcosim/common/detail/unit_expression.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {
namespace {

struct DimensionRow {
  Dimension dimension;
  std::string_view name;
  std::string_view symbol;
  std::string_view prefixed;  ///< part of the symbol that takes the prefix in output; empty: no prefixes
  std::string_view rest;      ///< rest of the symbol
  int prefix_power;           ///< "um^2" is (1e-6 m)^2
  std::string_view example;
};

constexpr std::array<DimensionRow, 25> dimension_rows{{
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
    {Dimension::temperature, "temperature", "K", "", "", 1, "300 K"},
    {Dimension::inverse_temperature, "inverse temperature", "1/K", "", "", 1, "0.003 1/K"},
    {Dimension::inverse_voltage, "inverse voltage", "1/V", "", "", 1, "2.8 1/V"},
    {Dimension::inverse_square_voltage, "inverse square voltage", "1/V^2", "", "", 1, "0.5 1/V^2"},
    {Dimension::electric_field, "electric field", "V/m", "V", "/m", 1, "14 MV/cm"},
    {Dimension::mobility, "mobility", "m^2/(V s)", "", "", 1, "1e-10 cm^2/(V s)"},
    {Dimension::thermal_resistance, "thermal resistance", "K/W", "", "", 1, "2100 K/W"},
    {Dimension::resistance_area, "resistance-area product", "ohm um^2", "ohm", " um^2", 1, "10 ohm um^2"},
    {Dimension::resistance_per_voltage, "resistance per voltage", "ohm/V", "ohm", "/V", 1, "24 kohm/V"},
    {Dimension::resistance_per_square_voltage, "resistance per square voltage", "ohm/V^2", "ohm", "/V^2", 1, "2 kohm/V^2"},
    {Dimension::resistance_rate, "rate of a resistance", "ohm/s", "ohm", "/s", 1, "740 ohm/s"},
    {Dimension::conductance_rate, "rate of a conductance", "S/s", "S", "/s", 1, "600 1/(ohm s)"},
}};

struct Prefix {
  std::string_view symbol;
  int exponent;
};
/// In descending order: output takes the first one that fits.
constexpr std::array<Prefix, 11> prefixes{{
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

/// The unit of a dimension, which bare numbers have.
const detail::Unit& unit_of(const DimensionRow& row) {
  static const std::array<detail::Unit, dimension_rows.size()> units = [] {
    std::array<detail::Unit, dimension_rows.size()> list;
    for (std::size_t i = 0; i < list.size(); ++i)
      list[i] = dimension_rows[i].symbol.empty() ? detail::Unit{} : detail::parse_unit(dimension_rows[i].symbol).value();
    return list;
  }();
  return units[static_cast<std::size_t>(row.dimension)];
}

std::string expectation(const DimensionRow& row) {
  if (row.dimension == Dimension::dimensionless) return "expected a bare number, such as 0.5";
  return fmt::format("expected {} in {}, such as {}", with_article(row.name), row.symbol, row.example);
}

/// "s with a prefix (f, p, ...), min, h, ...".
std::string known_units(const DimensionRow& row) {
  const auto others = detail::symbols_without_prefix(unit_of(row).powers);
  if (row.symbol.empty()) return fmt::format("{}", fmt::join(others, ", "));
  return fmt::format("{} with {} ({}){}{}", row.symbol, row.symbol.size() > 3 ? "prefixes" : "a prefix", detail::prefix_list(),
                     others.empty() ? "" : ", ", fmt::join(others, ", "));
}

std::string unit_fault(std::string_view text, std::string_view unit, const DimensionRow& wanted) {
  if (const auto known = detail::parse_unit(unit)) {
    for (const DimensionRow& row : dimension_rows) {
      if (unit_of(row).powers == known->powers) return fmt::format("\"{}\" is {}: {}", text, with_article(row.name), expectation(wanted));
    }
  } else if (wanted.dimension != Dimension::dimensionless) {
    for (const Prefix& prefix : prefixes) {
      if (unit == prefix.symbol) return fmt::format("\"{}\" has a prefix but no unit: {}", text, expectation(wanted));
    }
  }
  return fmt::format("\"{}\" has the unknown unit \"{}\": {}; known: {}", text, unit, expectation(wanted), known_units(wanted));
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
  const std::string_view text_unit = trimmed(whole.substr(decimal.length));
  if (text_unit.empty()) return to_double(decimal, 0, whole);
  const auto unit = detail::parse_unit(text_unit);
  const detail::Unit& own = unit_of(row);
  if (!unit || unit->powers != own.powers) throw InputError(unit_fault(whole, text_unit, row));
  const double number = to_double(decimal, unit->exponent - own.exponent, whole);
  if (unit->factor == 1.0 && unit->offset == 0.0) return number;
  const double value = number * unit->factor + unit->offset;
  if (!std::isfinite(value)) throw InputError(fmt::format("\"{}\" is outside of what a double can hold", whole));
  return value;
}

namespace {

/// Unit in which a long time is shown (minutes to years); null: seconds.
struct LongTime {
  std::string_view one;
  std::string_view many;
  double seconds;
};
const LongTime* long_time(double seconds) {
  static constexpr LongTime units[] = {
      {"year", "years", 365.25 * 86400.0}, {"day", "days", 86400.0}, {"h", "h", 3600.0}, {"min", "min", 60.0}};
  constexpr double least_seconds[] = {2.0 * 365.25 * 86400.0, 2.0 * 86400.0, 2.0 * 3600.0, 2.0 * 60.0};
  constexpr double most_seconds = 1e6 * 365.25 * 86400.0;
  for (std::size_t i = 0; seconds < most_seconds && i < std::size(units); ++i) {
    if (seconds >= least_seconds[i] || seconds == units[i].seconds) return &units[i];
  }
  return nullptr;
}

}  // namespace

std::string format_quantity(double value, Dimension dimension, int digits) {
  const DimensionRow& row = row_of(dimension);
  if (const LongTime* unit = dimension == Dimension::time ? long_time(std::abs(value)) : nullptr; unit != nullptr) {
    const std::string number = format_quantity(value / unit->seconds, Dimension::dimensionless, digits);
    return fmt::format("{} {}", number, std::abs(value) == unit->seconds ? unit->one : unit->many);
  }
  const std::string_view space = row.symbol.empty() ? "" : " ";
  if (!std::isfinite(value) || value == 0.0) return fmt::format("{}{}{}", value, space, row.symbol);
  const int precision = std::clamp(digits, 1, 17) - 1;
  // Round before choosing the prefix: 999.96 ns with four digits is 1 us.
  const std::string rounded = fmt::format("{:.{}e}", std::abs(value), precision);
  const auto mark = rounded.find('e');
  int exponent = 0;
  const char* power = rounded.data() + mark + (rounded[mark + 1] == '+' ? 2 : 1);
  std::from_chars(power, rounded.data() + rounded.size(), exponent);
  std::string figures = rounded.substr(0, mark);
  figures.erase(std::remove(figures.begin(), figures.end(), '.'), figures.end());

  const Prefix* chosen = nullptr;
  // Prefixes of squares are six decades apart, so values below one are shown too: 0.166 um^2 rather than 166000 nm^2.
  const int below_one = row.prefix_power == 1 ? 0 : 2;
  for (const Prefix& prefix : prefixes) {
    const bool usable = prefix.symbol.empty() || !row.prefixed.empty();
    if (usable && prefix.exponent * row.prefix_power - below_one <= exponent) {
      chosen = &prefix;
      break;
    }
  }
  // The smallest prefix is used for three more decades below it: 0.977 fJ.
  const Prefix& last = prefixes.back();
  if (chosen == nullptr && !row.prefixed.empty() && last.exponent * row.prefix_power - 3 <= exponent) chosen = &last;
  const bool far = chosen == nullptr || exponent - chosen->exponent * row.prefix_power > 5;
  if (far) return fmt::format("{:.{}g}{}{}", value, precision + 1, space, row.symbol);

  int decades = exponent - chosen->exponent * row.prefix_power;
  if (decades < 0) {
    figures.insert(0, static_cast<std::size_t>(-decades), '0');
    decades = 0;
  }
  const auto whole = static_cast<std::size_t>(decades + 1);
  if (figures.size() < whole) figures.append(whole - figures.size(), '0');
  std::string text = figures.substr(0, whole);
  std::string fraction = figures.substr(whole);
  while (!fraction.empty() && fraction.back() == '0')
    fraction.pop_back();
  if (!fraction.empty()) text += "." + fraction;
  const std::string unit = row.prefixed.empty() ? std::string(row.symbol) : fmt::format("{}{}{}", chosen->symbol, row.prefixed, row.rest);
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
