// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/detail/unit_expression.hpp"

#include <charconv>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace memcosim::detail {
namespace {

constexpr UnitPowers none{0, 0, 0, 0, 0};
constexpr UnitPowers metre{1, 0, 0, 0, 0};
constexpr UnitPowers second{0, 0, 1, 0, 0};
constexpr UnitPowers joule{2, 1, -2, 0, 0};
constexpr UnitPowers kelvin{0, 0, 0, 0, 1};

constexpr double day_s = 86400.0;
constexpr double year_s = 365.25 * day_s;

struct Symbol {
  std::string_view text;
  bool takes_prefix;
  Unit unit;
};

// Within one dimension in rising order of size: this is the order of the lists in messages.
const std::array<Symbol, 34> symbols{{
    {"m", true, {metre}},
    {"s", true, {second}},
    {"A", true, {{0, 0, 0, 1, 0}}},
    {"K", true, {kelvin}},
    {"V", true, {{2, 1, -3, -1, 0}}},
    {"ohm", true, {{2, 1, -3, -2, 0}}},
    {"S", true, {{-2, -1, 3, 2, 0}}},
    {"F", true, {{-2, -1, 4, 2, 0}}},
    {"J", true, {joule}},
    {"W", true, {{2, 1, -3, 0, 0}}},
    {"Hz", true, {{0, 0, -1, 0, 0}}},
    {"%", false, {none, -2}},
    {"second", false, {second}},
    {"seconds", false, {second}},
    {"min", false, {second, 0, 60.0}},
    {"minute", false, {second, 0, 60.0}},
    {"minutes", false, {second, 0, 60.0}},
    {"h", false, {second, 0, 3600.0}},
    {"hour", false, {second, 0, 3600.0}},
    {"hours", false, {second, 0, 3600.0}},
    {"d", false, {second, 0, day_s}},
    {"day", false, {second, 0, day_s}},
    {"days", false, {second, 0, day_s}},
    {"week", false, {second, 0, 7.0 * day_s}},
    {"weeks", false, {second, 0, 7.0 * day_s}},
    {"month", false, {second, 0, year_s / 12.0}},
    {"months", false, {second, 0, year_s / 12.0}},
    {"year", false, {second, 0, year_s}},
    {"years", false, {second, 0, year_s}},
    {"meV", false, {joule, 0, 1.602176634e-22}},
    {"eV", false, {joule, 0, 1.602176634e-19}},
    {"keV", false, {joule, 0, 1.602176634e-16}},
    {"degC", false, {kelvin, 0, 1.0, 273.15}},
    {"\u00b0C", false, {kelvin, 0, 1.0, 273.15}},
}};

constexpr std::array<std::pair<std::string_view, int>, 10> prefixes{
    {{"f", -15}, {"p", -12}, {"n", -9}, {"u", -6}, {"m", -3}, {"k", 3}, {"M", 6}, {"G", 9}, {"T", 12}, {"P", 15}}};

/// Replaces other spellings by those of the tables: ohm signs, micro sign and Greek mu, superscripts, the middle dot.
std::string canonical(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> spellings{{{"\u03a9", "ohm"},
                                                                                    {"\u2126", "ohm"},
                                                                                    {"Ohm", "ohm"},
                                                                                    {"\u00b2", "^2"},
                                                                                    {"\u00b3", "^3"},
                                                                                    {"\u00b5", "u"},
                                                                                    {"\u03bc", "u"},
                                                                                    {"\u00b7", "*"}}};
  std::string result(text);
  for (const auto& [from, to] : spellings) {
    for (auto at = result.find(from); at != std::string::npos; at = result.find(from, at + to.size()))
      result.replace(at, from.size(), to);
  }
  return result;
}

std::optional<Unit> unit_of(std::string_view symbol) {
  for (const Symbol& known : symbols) {
    if (known.text == symbol) return known.unit;
  }
  const auto prefixed = [&](std::string_view prefix, int exponent, bool metres_only) -> std::optional<Unit> {
    if (symbol.substr(0, prefix.size()) != prefix) return std::nullopt;
    for (const Symbol& known : symbols) {
      if (!known.takes_prefix || known.text != symbol.substr(prefix.size()) || (metres_only && known.text != "m")) continue;
      Unit unit = known.unit;
      unit.exponent += exponent;
      return unit;
    }
    return std::nullopt;
  };
  for (const auto& [prefix, exponent] : prefixes) {
    if (const auto unit = prefixed(prefix, exponent, false)) return unit;
  }
  return prefixed("c", -2, true);
}

/// Multiplies `unit` by `by`, or divides (power -1); false for degrees Celsius, which cannot be a factor.
bool multiply(const Unit& by, int power, Unit& unit) {
  if (by.offset != 0.0) return false;
  for (std::size_t i = 0; i < unit.powers.size(); ++i)
    unit.powers[i] += power * by.powers[i];
  unit.exponent += power * by.exponent;
  unit.factor = power > 0 ? unit.factor * by.factor : unit.factor / by.factor;
  return true;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<Unit> all() {
    skip_spaces();
    if (next() == '1') {  // "1/V"
      ++at_;
      skip_spaces();
      if (next() != '/') return std::nullopt;
    }
    const auto unit = product(next() == '/');
    if (!unit || at_ != text_.size()) return std::nullopt;
    return unit;
  }

 private:
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_spaces() {
    while (next() == ' ' || next() == '\t')
      ++at_;
  }

  /// Reads factors up to the end or a closing parenthesis.
  std::optional<Unit> product(bool starts_with_division) {
    Unit unit;
    bool divided = starts_with_division;
    if (divided) ++at_;
    while (true) {
      skip_spaces();
      const auto by = factor(divided);
      if (!by || !multiply(*by, divided ? -1 : 1, unit)) return std::nullopt;
      skip_spaces();
      if (next() == '\0' || next() == ')') return unit;
      divided = next() == '/';
      if (divided || next() == '*') ++at_;
    }
  }

  /// Reads a symbol with its power, or a parenthesis after a "/".
  std::optional<Unit> factor(bool divided) {
    if (divided && next() == '(') {
      if (inside_) return std::nullopt;
      inside_ = true;
      ++at_;
      const auto unit = product(false);
      if (!unit || next() != ')') return std::nullopt;
      ++at_;
      inside_ = false;
      return unit;
    }
    const std::size_t start = at_;
    while (at_ < text_.size() && std::string_view(" \t*/^()").find(text_[at_]) == std::string_view::npos)
      ++at_;
    const auto base = unit_of(text_.substr(start, at_ - start));
    if (!base || next() != '^') return base;
    ++at_;
    int power = 0;
    const auto result = std::from_chars(text_.data() + at_, text_.data() + text_.size(), power);
    if (result.ec != std::errc() || power == 0 || power < -9 || power > 9) return std::nullopt;
    at_ = static_cast<std::size_t>(result.ptr - text_.data());
    Unit unit;
    for (int i = 0; i < (power < 0 ? -power : power); ++i) {
      if (!multiply(*base, power < 0 ? -1 : 1, unit)) return std::nullopt;
    }
    return unit;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool inside_ = false;  ///< in a parenthesis
};

}  // namespace

std::optional<Unit> parse_unit(std::string_view text) {
  const std::string spelled = canonical(text);
  // Single symbols first: only so is a unit with an offset (degC) allowed.
  for (const Symbol& known : symbols) {
    if (known.text == spelled) return known.unit;
  }
  return Parser(spelled).all();
}

std::vector<std::string_view> symbols_without_prefix(const UnitPowers& powers) {
  std::vector<std::string_view> names;
  for (const Symbol& known : symbols) {
    if (!known.takes_prefix && known.unit.powers == powers) names.push_back(known.text);
  }
  return names;
}

std::string prefix_list() {
  std::string list;
  for (const auto& [prefix, exponent] : prefixes)
    fmt::format_to(std::back_inserter(list), "{}{}", list.empty() ? "" : ", ", prefix);
  return list;
}

}  // namespace memcosim::detail
