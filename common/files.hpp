// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace memcosim {

/// Writes the file whole or not at all: temporary file in the same folder, fsync, rename. The folder must exist; a symbolic link is written
/// through; a device or pipe is refused. Throws RunError naming the file and the reason.
void write_file(const std::filesystem::path& file, std::string_view content);

/// Whole content of a regular file (reading a device or pipe might never end, or never begin). Throws InputError naming the file and the
/// reason, also for a file above `limit_bytes`.
std::string read_file(const std::filesystem::path& file, std::size_t limit_bytes = std::size_t{1} << 36);

/// Content of a regular gzip or plain file, decompressed. Throws InputError for a damaged or truncated file, or one above `limit_bytes`.
std::string read_gzip_file(const std::filesystem::path& file, std::size_t limit_bytes = std::size_t{1} << 31);
/// The first `bytes` of that content, or all if there are fewer. What follows them is neither read nor checked.
std::string read_gzip_start(const std::filesystem::path& file, std::size_t bytes);

/// Rows of text and numbers as CSV with a header line: quoted as RFC 4180 says, lines ended by a bare line feed, as text tools expect.
/// Numbers print as the shortest text that reads back equal; a non-finite one is a std::logic_error.
class CsvTable {
 public:
  explicit CsvTable(std::vector<std::string> header);
  CsvTable& row();  ///< starts a row; a row with too few or too many cells is a std::logic_error at the next row() or str()
  CsvTable& cell(std::string_view text);
  CsvTable& cell(double number);
  CsvTable& cell(std::uint64_t number);
  std::string str() const;

 private:
  std::size_t columns_;
  std::size_t filled_ = 0;
  std::string text_;
};

/// A .npy file whose header was read; its elements are still as they are in the file.
struct NpyContent {
  std::vector<std::size_t> shape;
  std::string type;  ///< NumPy's description: "|u1" bytes, "<f4" float32, ...
  bool fortran = false;
  std::string file;  ///< the whole of it
  std::size_t first_byte = 0;
  std::string_view data() const { return std::string_view(file).substr(first_byte); }
};
bool is_npy(std::string_view content);
/// Checks the header of a .npy file and its size (`file` stands for it in messages), for the element types of read_npy(). Throws
/// InputError.
NpyContent read_npy_content(std::string content, const std::filesystem::path& file);

/// A NumPy array of float64, C order.
struct NpyArray {
  std::vector<std::size_t> shape;
  std::vector<double> values;
};
/// Reads .npy version 1-3 of little-endian float32, float64 or integer types, C or Fortran order. Throws InputError, also for an integer
/// that no double represents exactly. NaN and infinity are returned as they are: a caller that needs finite values checks them.
NpyArray read_npy(const std::filesystem::path& file);
std::string to_npy(const NpyArray& array);

}  // namespace memcosim
