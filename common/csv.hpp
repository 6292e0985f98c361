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

/// Rows of a CSV text with a header line, one after the other. Fields may be quoted as RFC 4180 says (within a line), spaces around them do
/// not count, empty lines and lines that start with '#' are skipped; a byte order mark and carriage returns are taken off. Everything that
/// is wrong is an InputError with file:line.
///
/// Fields are separated by commas; where the first line has none, by semicolons, else by tabs, else by blanks if the first two lines then
/// have equally many fields.
class CsvReader {
 public:
  /// Reads the header; `name` stands for the file in messages.
  CsvReader(std::string text, std::string name);
  static CsvReader from_file(const std::filesystem::path& file);
  /// Rows alone: its columns are called "column 0", "column 1", ... in messages.
  static CsvReader without_header(std::string text, std::string name);
  /// The first line is a header unless all of its fields are numbers.
  static CsvReader with_or_without_header(std::string text, std::string name);

  bool has_header() const { return has_header_; }

  const std::vector<std::string>& header() const { return header_; }
  /// Where a column stands; it must be there once. `needed` tells the reader of the message what the file should have.
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

  /// Line of the present row, from 1, as an editor shows it; after the end: of the last line.
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
  bool at_first_row_ = false;  ///< of a file without header: read already, not yet given out
};

}  // namespace memcosim
