// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "memcosim/kernels/products/backend.hpp"

namespace memcosim::test {

/// What a random case computed.
struct ReadoutOutcome {
  std::uint64_t hash = 0;   ///< of all codes, sums and counts of clipped conversions
  std::string description;  ///< of the case
};

/// The MVMs of a random array: its size, cells, non-idealities, lines, programming and age, its converters and its inputs follow from
/// `seed` alone, so that every backend and every later version of the program computes the same case. Half of the cases also compute a
/// product of two arrays. This file is all of the lock that knows the interface of the functional core.
ReadoutOutcome run_readout_case(std::uint64_t seed, Backend& backend);

}  // namespace memcosim::test
