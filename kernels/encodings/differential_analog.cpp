// SPDX-License-Identifier: Apache-2.0
// Pairs of lines whose currents are subtracted before one signed conversion.
#include "memcosim/kernels/encodings/line_pairs.hpp"

namespace memcosim {

namespace {

constexpr EncodedLine line_difference[] = {{false, 0, 1}, {false, 1, -1}};
constexpr EncodedConversion one_difference[] = {{line_difference}};
constexpr EncodedTerm difference_code[] = {{false, 0, 1, 0}};

}  // namespace

const WeightEncoding encodings::differential_analog = {
    "differential_analog",
    "two bit lines for each output, their currents subtracted before one signed conversion",
    0,
    2,
    {},
    one_difference,
    difference_code,
    pair_levels,
    pair_level,
    no_input_factor,
};

}  // namespace memcosim
