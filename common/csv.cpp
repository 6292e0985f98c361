// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {

namespace {

constexpr std::string_view blanks = " \t";

template <typename Number>
std::optional<Number> parse(const std::string& field) {
  Number value{};
  const char* begin = field.data();
  const char* end = begin + field.size();
  if (field.size() > 1 && *begin == '+') ++begin;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

bool are_numbers(const std::vector<std::string>& fields) {
  return std::all_of(fields.begin(), fields.end(), [](const std::string& field) { return parse<double>(field).has_value(); });
}

std::size_t begin_of_word(std::string_view line, std::size_t at) {
  return std::min(line.find_first_not_of(blanks, at), line.size());
}

}  // namespace

CsvReader::CsvReader(std::string text, std::string name) : CsvReader(std::move(text), std::move(name), true) {}

CsvReader::CsvReader(std::string text, std::string name, bool has_header)
    : text_(std::move(text)), name_(std::move(name)), has_header_(has_header), at_first_row_(!has_header) {
  if (std::string_view(text_).substr(0, 3) == "\xef\xbb\xbf") place_ = 3;
  separator_ = find_separator();
  std::vector<std::string>& first = has_header ? header_ : fields_;
  if (!read_line(first)) throw InputError(fmt::format("{}: empty, expected {}", name_, has_header ? "a header line" : "rows of numbers"));
  for (std::size_t column = 0; column < fields_.size(); ++column)
    header_.push_back(fmt::format("column {}", column));
}

CsvReader CsvReader::from_file(const std::filesystem::path& file) {
  return {read_file(file), file.string()};
}

CsvReader CsvReader::without_header(std::string text, std::string name) {
  return {std::move(text), std::move(name), false};
}

CsvReader CsvReader::with_or_without_header(std::string text, std::string name) {
  const CsvReader titles(text, name);
  const bool has_header = !are_numbers(titles.header_);
  return {std::move(text), std::move(name), has_header};
}

std::size_t CsvReader::column(std::string_view title, std::string_view needed) const {
  const auto count = std::count(header_.begin(), header_.end(), title);
  if (count != 1) {
    refuse(fmt::format("the header '{}' has {} column {}: expected {}", fmt::join(header_, ","), count == 0 ? "no" : "more than one", title,
                       needed));
  }
  return static_cast<std::size_t>(std::find(header_.begin(), header_.end(), title) - header_.begin());
}

bool CsvReader::next() {
  if (at_first_row_) {
    at_first_row_ = false;
    return true;
  }
  if (!read_line(fields_)) return false;
  if (fields_.size() != header_.size()) {
    refuse(fmt::format("{} fields, the {} has {}", fields_.size(), has_header_ ? "header" : "first row", header_.size()));
  }
  return true;
}

double CsvReader::number(std::size_t column) const {
  const auto value = parse<double>(fields_[column]);
  if (!value || !std::isfinite(*value)) {
    refuse(fmt::format("{} is '{}', expected a finite number without unit", header_[column], fields_[column]));
  }
  return *value;
}

std::int64_t CsvReader::whole_number(std::size_t column) const {
  const auto value = parse<std::int64_t>(fields_[column]);
  if (!value) refuse(fmt::format("{} is '{}', expected a whole number", header_[column], fields_[column]));
  return *value;
}

double CsvReader::quantity(std::size_t column, Dimension dimension) const {
  try {
    return parse_quantity(fields_[column], dimension);
  } catch (const InputError& error) {
    refuse(fmt::format("{}: {}", header_[column], error.what()));
  }
}

void CsvReader::refuse_line(std::size_t line, std::string_view message) const {
  throw InputError(fmt::format("{}:{}: {}", name_, line, message));
}

/// Reads the next line with content, without its line end.
bool CsvReader::next_line(std::string_view& line) {
  while (place_ < text_.size()) {
    const std::size_t end = std::min(text_.find('\n', place_), text_.size());
    line = std::string_view(text_).substr(place_, end - place_);
    place_ = end + 1;
    ++line_;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.find_first_not_of(blanks) != std::string_view::npos && line.front() != '#') return true;
  }
  return false;
}

char CsvReader::find_separator() {
  const std::size_t place = place_;
  std::string_view first;
  std::string_view second;
  const bool has_two = next_line(first) && next_line(second);
  place_ = place;
  line_ = 0;
  for (const char one : {',', ';'}) {
    if (first.find(one) != std::string_view::npos) return one;
  }
  const std::size_t begin = std::min(first.find_first_not_of(blanks), first.size());
  if (first.find('\t', begin) != std::string_view::npos) return '\t';
  const auto words_of = [](std::string_view line) {
    std::vector<std::string> words;
    for (std::size_t at = begin_of_word(line, 0); at < line.size(); at = begin_of_word(line, at + words.back().size()))
      words.emplace_back(line.substr(at, line.find_first_of(blanks, at) - at));
    return words;
  };
  const std::vector<std::string> words = words_of(first);
  if (words.size() < 2 || (has_two && words.size() != words_of(second).size())) return ',';
  // Without titles a word is a number, else it may be the unit of one.
  return has_header_ || are_numbers(words) ? ' ' : ',';
}

bool CsvReader::read_line(std::vector<std::string>& fields) {
  std::string_view line;
  if (!next_line(line)) return false;
  split(line, fields);
  return true;
}

void CsvReader::split(std::string_view line, std::vector<std::string>& fields) const {
  fields.clear();
  if (separator_ == ' ') line = line.substr(0, line.find_last_not_of(blanks) + 1);
  // A tab as separator is not skipped with the blanks around a field.
  const std::string_view skipped = separator_ == '\t' ? blanks.substr(0, 1) : blanks;
  const std::string_view ends = separator_ == ' ' ? blanks : std::string_view(&separator_, 1);
  for (std::size_t at = 0;; ++at) {  // past the separator
    at = std::min(line.find_first_not_of(skipped, at), line.size());
    if (at < line.size() && line[at] == '"') {
      fields.push_back(quoted_field(line, at));
    } else {
      const std::size_t end = std::min(line.find_first_of(ends, at), line.size());
      const std::size_t last = line.substr(at, end - at).find_last_not_of(blanks);
      fields.emplace_back(line.substr(at, last == std::string_view::npos ? 0 : last + 1));
      at = end;
    }
    if (at >= line.size()) return;
  }
}

std::string CsvReader::quoted_field(std::string_view line, std::size_t& at) const {
  std::string field;
  for (++at; at < line.size(); ++at) {
    if (line[at] != '"') {
      field += line[at];
    } else if (at + 1 < line.size() && line[at + 1] == '"') {
      field += line[++at];
    } else {
      break;
    }
  }
  if (at >= line.size()) refuse("a quoted field has no closing quote on its line");
  ++at;
  if (separator_ == ' ') return field;
  at = std::min(line.find_first_not_of(separator_ == '\t' ? blanks.substr(0, 1) : blanks, at), line.size());
  if (at < line.size() && line[at] != separator_) refuse("text after a closing quote: expected a separator");
  return field;
}

}  // namespace memcosim
