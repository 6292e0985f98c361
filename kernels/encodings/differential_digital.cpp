// SPDX-License-Identifier: Apache-2.0
// Pairs of lines that are both converted; the accumulator subtracts the codes.
#include "memcosim/kernels/encodings/line_pairs.hpp"

namespace memcosim {

namespace {

constexpr EncodedLine positive_line[] = {{false, 0, 1}};
constexpr EncodedLine negative_line[] = {{false, 1, 1}};
constexpr EncodedConversion both_lines[] = {{positive_line}, {negative_line}};
constexpr EncodedTerm code_difference[] = {{false, 0, 1, 0}, {false, 1, -1, 0}};

}  // namespace

const WeightEncoding encodings::differential_digital = {
    "differential_digital",
    "two bit lines for each output, both converted, their codes subtracted",
    0,
    2,
    {},
    both_lines,
    code_difference,
    pair_levels,
    pair_level,
    no_input_factor,
};

}  // namespace memcosim
