// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/fits/measured_columns.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

namespace memcosim {

namespace {

struct Words {
  MeasuredQuantity quantity;
  char base;         ///< of the unit; 0: none
  const char* name;  ///< for messages
  std::vector<std::string_view> words;
};

const std::vector<Words>& known_words() {
  static const std::vector<Words> words = {
      {MeasuredQuantity::device, 0, "device", {"device", "dev", "deviceid", "cell"}},
      {MeasuredQuantity::cycle, 0, "cycle", {"cycle", "run", "repetition", "train"}},
      {MeasuredQuantity::pulse,
       0,
       "pulse",
       {"pulse", "pulses", "pulseno", "pulsenumber", "pulsenum", "pulseindex", "number", "no", "n", "index"}},
      {MeasuredQuantity::voltage, 'V', "voltage", {"voltage", "v", "volt", "volts", "bias", "pulsevoltage", "vpulse"}},
      {MeasuredQuantity::current, 'A', "current", {"current", "i", "amps", "ampere", "amperes"}},
      {MeasuredQuantity::conductance, 'S', "conductance", {"conductance", "g", "cond", "siemens"}},
      {MeasuredQuantity::resistance, 'm', "resistance", {"resistance", "r", "resistanceohm", "ohm", "ohms", "rohm"}},
      {MeasuredQuantity::duration, 's', "duration", {"duration", "width", "pulsewidth", "pw"}},
      {MeasuredQuantity::time, 's', "time", {"time", "t"}},
      {MeasuredQuantity::raising, 'S', "raising conductance", {"ltp", "set", "potentiation"}},
      {MeasuredQuantity::lowering, 'S', "lowering conductance", {"ltd", "reset", "depression"}},
  };
  return words;
}

char lower(char letter) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
}

/// Letters and digits of a text in lower case, without digits at its end.
std::string bare(std::string_view text) {
  std::string word;
  for (const char letter : text) {
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0) word += lower(letter);
  }
  const std::size_t last = word.find_last_not_of("0123456789");
  return last == std::string::npos ? std::string() : word.substr(0, last + 1);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

const Words* find_words(const std::string& word) {
  for (const Words& one : known_words()) {
    if (std::find(one.words.begin(), one.words.end(), word) != one.words.end()) return &one;
  }
  return nullptr;
}

}  // namespace

std::optional<double> unit_factor(std::string_view unit, char base) {
  // Units written out in words.
  constexpr std::pair<std::string_view, char> whole_words[] = {{"siemens", 'S'}, {"amps", 'A'},     {"amp", 'A'},         {"ampere", 'A'},
                                                               {"volts", 'V'},   {"volt", 'V'},     {"sec", 's'},         {"seconds", 's'},
                                                               {"ohms", 'm'},    {"\xce\xa9", 'm'}, {"\xe2\x84\xa6", 'm'}};
  std::string small;
  for (const char c : unit)
    small += lower(c);
  for (const auto& [word, of] : whole_words) {
    if (small == word && of == base) return 1.0;
  }
  const std::string_view symbol = base == 'm' ? std::string_view("ohm") : std::string_view(&base, 1);
  if (unit.size() < symbol.size()) return std::nullopt;
  const std::string_view prefix = unit.substr(0, unit.size() - symbol.size());
  if (!std::equal(symbol.begin(), symbol.end(), unit.begin() + static_cast<std::ptrdiff_t>(prefix.size()),
                  [](char a, char b) { return lower(a) == lower(b); })) {
    return std::nullopt;
  }
  if (prefix.empty()) return 1.0;
  constexpr std::pair<std::string_view, double> prefixes[] = {{"f", 1e-15}, {"p", 1e-12}, {"n", 1e-9},        {"u", 1e-6},
                                                              {"U", 1e-6},  {"m", 1e-3},  {"\xc2\xb5", 1e-6}, {"\xce\xbc", 1e-6},
                                                              {"N", 1e-9},  {"k", 1e3},   {"M", 1e6}};
  for (const auto& [text, factor] : prefixes) {
    if (prefix == text) return factor;
  }
  return std::nullopt;
}

MeasuredColumn measured_column(std::string_view title) {
  if (title.find('|') != std::string_view::npos) return {};  // a magnitude such as |I|: another column has the signed values
  std::string_view name = title;
  std::string_view unit;
  const std::size_t open = title.find_first_of("([");
  if (open != std::string_view::npos) {
    name = title.substr(0, open);
    const std::size_t close = title.find_first_of(")]", open);
    unit = trimmed(title.substr(open + 1, close == std::string_view::npos ? std::string_view::npos : close - open - 1));
  } else if (find_words(bare(title)) == nullptr) {
    const std::size_t cut = title.find_last_of("_ ");
    if (cut != std::string_view::npos) {
      name = title.substr(0, cut);
      unit = title.substr(cut + 1);
    }
  }
  const Words* words = find_words(bare(name));
  if (words == nullptr) return {};
  MeasuredColumn column{words->quantity, 1.0, false};
  if (unit.empty()) return column;
  if (words->base == 0) return {};
  const std::optional<double> factor = unit_factor(unit, words->base);
  if (!factor) {
    if (open == std::string_view::npos) return {};  // no unit in brackets: another word of the title
    return {MeasuredQuantity::other, 1.0, false, true};
  }
  return {words->quantity, *factor, true};
}

MeasuredColumns::MeasuredColumns(const CsvReader& rows) : rows_(rows) {
  for (const std::string& title : rows.header()) {
    columns_.push_back(rows.has_header() ? measured_column(title) : MeasuredColumn{});
    if (columns_.back().unknown_unit) {
      rows.refuse(
          fmt::format("column '{}': its unit is not known; expected S, A, V, s or ohm, with a prefix or none, such as (uS)", title));
    }
  }
}

std::optional<std::size_t> MeasuredColumns::find(MeasuredQuantity quantity) const {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].quantity != quantity) continue;
    if (found) {
      const auto words =
          std::find_if(known_words().begin(), known_words().end(), [&](const Words& one) { return one.quantity == quantity; });
      rows_.refuse(fmt::format("the header '{}' has more than one column {}", fmt::join(rows_.header(), ","), words->name));
    }
    found = i;
  }
  return found;
}

std::vector<std::size_t> MeasuredColumns::others() const {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].quantity == MeasuredQuantity::other) columns.push_back(i);
  }
  return columns;
}

}  // namespace memcosim
