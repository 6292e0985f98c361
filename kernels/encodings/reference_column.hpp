// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/encodings/weight_encoding.hpp"

namespace memcosim::encodings {

namespace reference_lines {
inline constexpr EncodedLine reference_line[] = {{true, 0, 1}};
inline constexpr EncodedLine own_line[] = {{false, 0, 1}};
inline constexpr EncodedConversion reference_conversion[] = {{reference_line}};
inline constexpr EncodedConversion own_conversion[] = {{own_line}};
inline constexpr EncodedTerm less_reference[] = {{false, 0, 1, 0}, {true, 0, -1, 0}};
}  // namespace reference_lines

/// One bit line of the array is a reference that holds the level of weight 0 in every row: a weight w of b bits is the level
/// w + 2^(b-1) - 1 of its own line. Both are converted, and the accumulator subtracts the code of the reference from that of every line.
inline const WeightEncoding reference_column = {
    "reference_column",
    "one bit line for each output and one for the whole array, whose code is subtracted from all others",
    1,
    1,
    reference_lines::reference_conversion,
    reference_lines::own_conversion,
    reference_lines::less_reference,
    [](unsigned weight_bits) { return (1u << weight_bits) - 1; },
    [](std::int32_t weight, unsigned weight_bits, EncodedLine line) {
      return static_cast<std::uint16_t>((line.shared ? 0 : weight) + (std::int32_t{1} << (weight_bits - 1)) - 1);
    },
    [](unsigned /*weight_bits*/) { return 0; },
};

}  // namespace memcosim::encodings
