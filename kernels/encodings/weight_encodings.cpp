// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "memcosim/kernels/encodings/reference_column.hpp"
#include "memcosim/kernels/encodings/weight_encoding.hpp"

namespace memcosim {

gsl::span<const WeightEncoding* const> weight_encodings() {
  static constexpr std::array all = {&encodings::differential_digital, &encodings::differential_analog, &encodings::single,
                                     &encodings::reference_column};
  return all;
}

std::int32_t WeightEncoding::net_lines() const {
  std::int32_t sum = 0;
  for (const EncodedLine& line : conversions[0].lines)
    sum += line.sign;
  return sum;
}

bool WeightEncoding::converts_signed() const {
  for (const auto& kinds : {shared_conversions, conversions}) {
    for (const EncodedConversion& conversion : kinds) {
      for (const EncodedLine& line : conversion.lines) {
        if (line.sign < 0) return true;
      }
    }
  }
  return false;
}

std::int32_t WeightEncoding::net_lines_of_output() const {
  std::int32_t sum = 0;
  for (const EncodedTerm& term : terms)
    sum += term.sign * (1 << term.shift) * net_lines();
  return sum;
}

double WeightEncoding::weight_of(std::uint32_t output, const double* row_siemens) const {
  double weight = 0.0;
  for (const EncodedTerm& term : terms) {
    for_each_line(conversion_number(term, output), [&](std::uint32_t line, std::int8_t sign) {
      weight += static_cast<double>(term.sign * sign * (1 << term.shift)) * row_siemens[line];
    });
  }
  return weight;
}

bool WeightEncoding::is_identity() const {
  return shared_conversions.empty() && conversions.size() == 1 && terms.size() == 1 && terms[0].sign == 1 && terms[0].shift == 0;
}

bool WeightEncoding::is_neighbour_difference() const {
  return shared_conversions.empty() && conversions.size() == 2 && terms.size() == 2 && terms[0].index == 0 && terms[0].sign == 1 &&
         terms[1].index == 1 && terms[1].sign == -1 && terms[0].shift == 0 && terms[1].shift == 0;
}

}  // namespace memcosim
