// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/driven_rows.hpp"

#include <algorithm>
#include <cstring>

namespace memcosim {

namespace {

constexpr std::uint64_t lanes(std::uint64_t code) {
  return code * 0x0001'0001'0001'0001u;
}

/// Adds up the 8 bytes of a word.
std::uint64_t sum_of_bytes(std::uint64_t bytes) {
  const std::uint64_t pairs = (bytes & 0x00ff'00ff'00ff'00ffu) + ((bytes >> 8) & 0x00ff'00ff'00ff'00ffu);
  return (pairs * 0x0001'0001'0001'0001u) >> 48;
}

/// Counts of set bits in each byte of a word.
std::uint64_t bits_of_bytes(std::uint64_t word) {
  word -= (word >> 1) & lanes(0x5555);
  word = (word & lanes(0x3333)) + ((word >> 2) & lanes(0x3333));
  return (word + (word >> 4)) & lanes(0x0f0f);
}

/// Driven rows of `words` words of four input codes. With one-bit slices the codes need no folding, and the compiler can vectorise the
/// loop.
template <bool one_bit>
std::uint64_t driven_rows_of_words(const InputCode* codes, std::size_t words, unsigned dac_bits, std::uint64_t lowest_bits) {
  constexpr std::size_t block = 31;  // the sums of set bits of 31 words fit a byte
  std::uint64_t rows = 0;
  for (std::size_t first = 0; first < words; first += block) {
    const std::size_t last = std::min(words, first + block);
    std::uint64_t bytes = 0;
    for (std::size_t index = first; index < last; ++index) {
      std::uint64_t word = 0;
      std::memcpy(&word, codes + index * 4, sizeof word);
      std::uint64_t any = word;
      if constexpr (!one_bit) {
        for (unsigned bit = 1; bit < dac_bits; ++bit)
          any |= (word >> bit) & lanes(0xffffu >> bit);
      }
      bytes += bits_of_bytes(any & lowest_bits);
    }
    rows += sum_of_bytes(bytes);
  }
  return rows;
}

}  // namespace

std::uint64_t driven_rows(const InputCode* codes, std::size_t count, unsigned dac_bits) {
  std::uint64_t lowest = 0;
  for (unsigned bit = 0; bit < 16; bit += dac_bits)
    lowest |= std::uint64_t{1} << bit;
  const auto count_words = dac_bits == 1 ? driven_rows_of_words<true> : driven_rows_of_words<false>;
  std::uint64_t rows = count_words(codes, count / 4, dac_bits, lanes(lowest));
  InputCode rest[4] = {0, 0, 0, 0};
  std::copy(codes + count / 4 * 4, codes + count, rest);
  return rows + count_words(rest, 1, dac_bits, lanes(lowest));
}

}  // namespace memcosim
