// SPDX-License-Identifier: Apache-2.0
// Digital offset encoding: a weight w of b bits is the level w + 2^(b-1) - 1 of one line, and the digital side subtracts the offset times
// the sum of the inputs. A. Shafiee et al., ISCA 2016 (ISAAC), section V, stores weights with such a bias.
#include "memcosim/kernels/encodings/weight_encoding.hpp"

namespace memcosim {

namespace {

constexpr EncodedLine single_line[] = {{false, 0, 1}};
constexpr EncodedConversion single_conversion[] = {{single_line}};
constexpr EncodedTerm single_term[] = {{false, 0, 1, 0}};

std::int32_t single_offset(unsigned weight_bits) {
  return (std::int32_t{1} << (weight_bits - 1)) - 1;
}

}  // namespace

const WeightEncoding encodings::single = {
    "single",
    "one bit line for each output, weights with an offset that is subtracted digitally",
    0,
    1,
    {},
    single_conversion,
    single_term,
    [](unsigned weight_bits) { return (1u << weight_bits) - 1; },
    [](std::int32_t weight, unsigned weight_bits, EncodedLine) { return static_cast<std::uint16_t>(weight + single_offset(weight_bits)); },
    single_offset,
};

}  // namespace memcosim
