// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/matrix_file.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "memcosim/common/csv.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {
namespace {

std::string expectation(const MatrixContent& content) {
  return fmt::format("expected {}{}, finite{}{}", with_article(dimension_name(content.dimension)),
                     content.not_negative ? " of at least 0" : "", unit_symbol(content.dimension).empty() ? "" : " and in ",
                     unit_symbol(content.dimension));
}

bool is_allowed(double value, const MatrixContent& content) {
  return std::isfinite(value) && !(content.not_negative && value < 0.0);
}

Matrix read_csv(const std::filesystem::path& file, const MatrixContent& content) {
  CsvReader reader = CsvReader::without_header(read_file(file), file.string());
  Matrix matrix;
  matrix.columns = reader.header().size();
  while (reader.next()) {
    for (std::size_t column = 0; column < matrix.columns; ++column) {
      if (content.may_be_open && reader.text(column) == "open") {
        matrix.values.push_back(std::numeric_limits<double>::quiet_NaN());
        continue;
      }
      const double value = reader.quantity(column, content.dimension);
      if (!is_allowed(value, content)) {
        reader.refuse(fmt::format("{} is {}: {}", reader.header()[column], reader.text(column), expectation(content)));
      }
      matrix.values.push_back(value);
    }
    ++matrix.rows;
  }
  return matrix;
}

Matrix read_array(const std::filesystem::path& file, const MatrixContent& content) {
  NpyArray array = read_npy(file);
  if (array.values.empty() || array.shape.empty() || array.shape.size() > 2) {
    throw InputError(
        fmt::format("{}: its shape is ({}), expected one or two axes with some values", file.string(), fmt::join(array.shape, ", ")));
  }
  Matrix matrix{array.shape.size() == 2 ? array.shape[0] : 1, array.shape.back(), std::move(array.values)};
  for (std::size_t index = 0; index < matrix.values.size(); ++index) {
    if (is_allowed(matrix.values[index], content)) continue;
    throw InputError(fmt::format("{}: value [{}, {}] is {}: {}", file.string(), index / matrix.columns, index % matrix.columns,
                                 matrix.values[index], expectation(content)));
  }
  return matrix;
}

}  // namespace

Matrix read_matrix(const std::filesystem::path& file, const MatrixContent& content) {
  const std::string extension = file.extension().string();
  if (extension == ".csv") return read_csv(file, content);
  if (extension == ".npy") return read_array(file, content);
  throw InputError(fmt::format("{}: expected a file of numbers that ends in .csv or .npy", file.string()));
}

}  // namespace memcosim
