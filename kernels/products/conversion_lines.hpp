// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <gsl/span>

#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/encodings/weight_encoding.hpp"

namespace memcosim {

/// The bit lines of each conversion of an array, unfolded.
class ConversionLines {
 public:
  struct Line {
    std::uint32_t number;
    std::int32_t sign;
  };
  ConversionLines(const WeightEncoding& encoding, std::uint32_t bit_lines) {
    const std::uint32_t conversions = encoding.conversions_in(bit_lines);
    for (std::uint32_t conversion = 0; conversion < conversions; ++conversion) {
      encoding.for_each_line(conversion, [&](std::uint32_t number, std::int8_t sign) { lines_.push_back({number, sign}); });
      ends_.push_back(static_cast<std::uint32_t>(lines_.size()));
    }
  }

  ConversionLines() = default;

  std::uint32_t conversions() const { return static_cast<std::uint32_t>(ends_.size() - 1); }
  gsl::span<const Line> lines(std::size_t conversion) const {
    return {lines_.data() + ends_[conversion], ends_[conversion + 1] - ends_[conversion]};
  }
  /// Signed sum over the lines of a conversion of one row's values of all lines.
  template <typename Value>
  double sum(std::size_t conversion, const Value* of_lines) const {
    double sum = 0.0;
    for (const Line& line : lines(conversion))
      sum += line.sign * static_cast<double>(of_lines[line.number]);
    return sum;
  }
  /// The same without the signs, for variances.
  template <typename Value>
  double magnitude_sum(std::size_t conversion, const Value* of_lines) const {
    double sum = 0.0;
    for (const Line& line : lines(conversion))
      sum += static_cast<double>(of_lines[line.number]);
    return sum;
  }
  const std::vector<Line>& all_lines() const { return lines_; }
  /// The lines of conversion c lie from ends()[c] to ends()[c + 1].
  const std::vector<std::uint32_t>& ends() const { return ends_; }

 private:
  std::vector<Line> lines_;
  std::vector<std::uint32_t> ends_ = {0};
};

/// The outputs to which the codes of each conversion of an array are added, unfolded.
struct OutputTable {
  struct Target {
    std::uint32_t output;
    std::int32_t weight;
  };
  OutputTable(const WeightEncoding& encoding, std::uint32_t bit_lines) {
    const std::uint32_t outputs = encoding.outputs_of(bit_lines);
    for (std::uint32_t conversion = 0; conversion < encoding.conversions_in(bit_lines); ++conversion) {
      encoding.for_each_output(conversion, outputs, [&](std::uint32_t output, std::int8_t sign, std::uint8_t shift) {
        targets.push_back({output, sign * (std::int32_t{1} << shift)});
      });
      ends.push_back(static_cast<std::uint32_t>(targets.size()));
    }
  }

  std::vector<Target> targets;            ///< conversion after conversion
  std::vector<std::uint32_t> ends = {0};  ///< those of conversion c lie from ends[c] to ends[c + 1]
};

/// Levels of the conversions of a matrix, rows x conversions: exact, since a level is a multiple of 2^-16 below 2^24.
std::vector<double> conversion_levels(const LevelMatrix& matrix, const ConversionLines& table);
/// Variances of the read noise of the conversions' cells, rows x conversions, levels squared; empty without read noise. Lines have
/// independent noise.
std::vector<double> conversion_variances(const LevelMatrix& matrix, const ConversionLines& table);

}  // namespace memcosim
