// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <gsl/span>

namespace memcosim {

/// A bit line in a conversion, added or subtracted before it.
struct EncodedLine {
  bool shared = false;     ///< one of the lines that all outputs of the array share, else one of the output's own
  std::uint8_t index = 0;  ///< among these
  std::int8_t sign = 1;
};

/// What a converter takes at once: a signed sum of lines.
struct EncodedConversion {
  gsl::span<const EncodedLine> lines;
};

/// A code in the sum of an output: the accumulator adds sign * code * 2^shift.
struct EncodedTerm {
  bool shared = false;     ///< one of the conversions that all outputs of the array share, else one of the output's own
  std::uint8_t index = 0;  ///< among these
  std::int8_t sign = 1;
  std::uint8_t shift = 0;
};

/// How signed weights lie on the bit lines of an array, and how the codes of its converters become outputs. Plain data that the functional
/// core, the SystemC side and the cost model obey; none of them asks which encoding it is.
///
/// Lines are numbered: first those that all outputs share, then `lines` for each output. Conversions likewise. So the first n outputs use
/// a prefix of the lines and of the conversions.
struct WeightEncoding {
  const char* name;     ///< in configurations
  const char* summary;  ///< one line
  std::uint8_t shared_lines;
  std::uint8_t lines;  ///< of each output
  gsl::span<const EncodedConversion> shared_conversions;
  gsl::span<const EncodedConversion> conversions;  ///< of each output
  gsl::span<const EncodedTerm> terms;              ///< of each output; at most two, all with one shift at most 15
  /// Number of levels of a cell that weights of so many bits need.
  std::uint32_t (*levels)(unsigned weight_bits);
  /// Level of a line of an output: of its own lines, or one that it shares (the same for every weight).
  std::uint16_t (*level)(std::int32_t weight, unsigned weight_bits, EncodedLine line);
  /// What the digital side must subtract: factor times the sum of an output's inputs, in levels.
  std::int32_t (*input_factor)(unsigned weight_bits);

  std::uint32_t outputs_of(std::uint32_t bit_lines) const { return bit_lines < shared_lines ? 0 : (bit_lines - shared_lines) / lines; }
  /// Bit lines that hold the first outputs; 0 for 0.
  std::uint32_t lines_of(std::uint32_t outputs) const { return outputs == 0 ? 0 : shared_lines + outputs * lines; }
  /// Conversions that the first outputs need; 0 for 0.
  std::uint32_t conversions_of(std::uint32_t outputs) const {
    return outputs == 0 ? 0 : static_cast<std::uint32_t>(shared_conversions.size() + outputs * conversions.size());
  }
  /// All conversions of an array.
  std::uint32_t conversions_in(std::uint32_t bit_lines) const { return conversions_of(outputs_of(bit_lines)); }
  /// True if an array with so many bit lines has no line without a use.
  bool fits(std::uint32_t bit_lines) const { return bit_lines > shared_lines && (bit_lines - shared_lines) % lines == 0; }

  std::uint32_t line_number(EncodedLine line, std::uint32_t output) const {
    return line.shared ? line.index : shared_lines + output * lines + line.index;
  }
  /// Number of the conversion of a term of an output.
  std::uint32_t conversion_number(EncodedTerm term, std::uint32_t output) const {
    return static_cast<std::uint32_t>(term.shared ? term.index : shared_conversions.size() + output * conversions.size() + term.index);
  }
  /// Calls use(line number, sign) for each line of a conversion.
  template <typename Use>
  void for_each_line(std::uint32_t conversion, Use use) const {
    const auto shared = static_cast<std::uint32_t>(shared_conversions.size());
    const std::uint32_t own = conversion < shared ? 0 : conversion - shared;
    const auto each = static_cast<std::uint32_t>(conversions.size());
    const EncodedConversion& kind = conversion < shared ? shared_conversions[conversion] : conversions[own % each];
    for (const EncodedLine& line : kind.lines)
      use(line_number(line, own / each), line.sign);
  }
  /// Calls use(output, sign, shift) for each output to whose sum the codes of a conversion are added.
  template <typename Use>
  void for_each_output(std::uint32_t conversion, std::uint32_t outputs, Use use) const {
    const auto shared = static_cast<std::uint32_t>(shared_conversions.size());
    for (const EncodedTerm& term : terms) {
      if (conversion < shared) {
        for (std::uint32_t output = 0; term.shared && term.index == conversion && output < outputs; ++output)
          use(output, term.sign, term.shift);
      } else if (const auto each = static_cast<std::uint32_t>(conversions.size());
                 !term.shared && term.index == (conversion - shared) % each && (conversion - shared) / each < outputs) {
        use((conversion - shared) / each, term.sign, term.shift);
      }
    }
  }

  /// Sum of the signs of the lines of a conversion, the same for all: its value has this many times the offset g_min / step in every driven
  /// row, and it needs a signed converter where lines are subtracted.
  std::int32_t net_lines() const;
  bool converts_signed() const;
  /// The same over the terms of an output.
  std::int32_t net_lines_of_output() const;
  /// Conductance that stands for the weight of an output, from a row of all lines of the array.
  double weight_of(std::uint32_t output, const double* row_siemens) const;
  /// True if the output is one conversion, and the difference of two neighbours.
  bool is_identity() const;
  bool is_neighbour_difference() const;
};

/// All encodings, the default first: an encoding is one file and one row here.
gsl::span<const WeightEncoding* const> weight_encodings();

namespace encodings {
extern const WeightEncoding differential_digital;
extern const WeightEncoding differential_analog;
extern const WeightEncoding single;
}  // namespace encodings

}  // namespace memcosim
