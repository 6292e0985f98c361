// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "memcosim/common/units.hpp"

namespace memcosim {

/// Reads a CSV text with a header line row by row. Fields may be quoted as in RFC 4180 (within a line); spaces around fields are ignored;
/// empty lines and lines that start with '#' are skipped; a byte order mark and carriage returns are removed. Every fault is an InputError
/// with file:line.
///
/// Fields are separated by commas; where the first line has none, by semicolons, else by tabs, else by blanks if the first two lines then
/// have equally many fields.
class CsvReader {
 public:
  /// Reads the header; `name` stands for the file in messages.
  CsvReader(std::string text, std::string name);
  static CsvReader from_file(const std::filesystem::path& file);
  /// A text without header line: its columns are called "column 0", "column 1", ... in messages.
  static CsvReader without_header(std::string text, std::string name);
  /// The first line is a header unless all of its fields are numbers.
  static CsvReader with_or_without_header(std::string text, std::string name);

  bool has_header() const { return has_header_; }

  const std::vector<std::string>& header() const { return header_; }
  /// Index of a column, which must exist exactly once. `needed`: columns that the file should have, for the message.
  std::size_t column(std::string_view title, std::string_view needed) const;

  /// Goes to the next row, which must have as many fields as the header or the first row; false at the end.
  bool next();
  const std::vector<std::string>& fields() const { return fields_; }
  const std::string& text(std::size_t column) const { return fields_[column]; }
  /// A finite number without unit.
  double number(std::size_t column) const;
  std::int64_t whole_number(std::size_t column) const;
  /// A number that may have a unit.
  double quantity(std::size_t column, Dimension dimension) const;

  /// Line number of the present row, from 1; after the end, of the last line.
  std::size_t line() const { return line_; }
  [[noreturn]] void refuse(std::string_view message) const { refuse_line(line_, message); }
  [[noreturn]] void refuse_line(std::size_t line, std::string_view message) const;
  const std::string& name() const { return name_; }

 private:
  CsvReader(std::string text, std::string name, bool has_header);
  bool read_line(std::vector<std::string>& fields);
  bool next_line(std::string_view& line);
  char find_separator();
  void split(std::string_view line, std::vector<std::string>& fields) const;
  std::string quoted_field(std::string_view line, std::size_t& at) const;

  std::string text_;
  std::string name_;
  char separator_ = ',';
  std::size_t place_ = 0;
  std::size_t line_ = 0;
  std::vector<std::string> header_;
  std::vector<std::string> fields_;
  bool has_header_ = true;
  bool at_first_row_ = false;  ///< the first row of a file without header is read but not yet returned by next()
};

}  // namespace memcosim
