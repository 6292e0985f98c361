// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

/// Purpose of a random draw. It is part of the address, so draws of different purposes never share a stream. Results depend on the numbers:
/// append, never renumber. At most 256.
enum class Purpose : std::uint8_t {
  device_to_device = 0,  ///< event: index of the varied parameter
  adc_noise = 1,         ///< cell: column; event: MVM event; index: slice
  verify_noise = 2,      ///< cell: cell; event: programming event; index: read number
  cycle_to_cycle = 3,    ///< cell: cell; event: pulses that the cell has had; index: use of the draw (PulseDraws)
  dataset = 4,
  programming_error = 5,  ///< cell: cell; event: programming event
  relaxation = 6,         ///< cell: cell; event: programming event
  retention = 7,          ///< cell: cell; event: programming event
  read_noise = 8,         ///< of an MVM: cell: column, event: MVM event, index: slice
  verify_read_noise = 9,  ///< cell: cell; event: programming event; index: conversion
  telegraph_noise = 10,   ///< cell: cell; event: interval of time and programming event; index: refresh (TelegraphSpec)
  faults = 11,            ///< cell: cell or cluster; event: use of the draw
  table_choice = 12,      ///< cell: cell
  verify_step = 13,       ///< cell: cell; event: programming event and verify read; index: as cycle_to_cycle
  read_step = 14,         ///< cell: cell; event: epoch of reads and DAC code; index: as cycle_to_cycle
};

/// Address of one draw: the draw is a function of seed and address alone. `cell` is a cell (row * columns + column) or a column.
struct DrawAddress {
  Purpose purpose;
  std::uint32_t array;  ///< < 2^24
  std::uint32_t cell;
  std::uint64_t event;  ///< < 2^48
  std::uint16_t index;
};

/// 128 random bits by Philox-4x32-10 (Salmon et al., SC'11; Random123). Counter words: cell; purpose << 24 | array; then the low and the
/// high half of event << 16 | index. Key words: the low and the high half of the seed.
struct RandomBits {
  std::uint32_t word[4];
};
MEMCOSIM_HD RandomBits random_bits(std::uint64_t seed, const DrawAddress& address);

/// Uniform in the open interval (0, 1): an odd multiple of 2^-53, so that u and 1 - u are both possible and exact.
MEMCOSIM_HD double random_uniform(std::uint64_t seed, const DrawAddress& address);

/// Standard normal by the inverse distribution function, without libm: the same bits on every host and device.
MEMCOSIM_HD double random_normal(std::uint64_t seed, const DrawAddress& address);

/// Inverse of the standard normal distribution function (Wichura, AS 241, PPND16), p in (0, 1).
MEMCOSIM_HD double normal_quantile(double p);

}  // namespace memcosim

#include "memcosim/common/random_inline.hpp"
