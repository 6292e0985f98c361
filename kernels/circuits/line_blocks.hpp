// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "memcosim/kernels/circuits/line_chains.hpp"

namespace memcosim {

/// Lines are processed in blocks of up to `block_lanes` neighbouring lines, packed as [cell][lane].
constexpr std::size_t block_lanes = 16;

/// Copy `count` rows of an array (from its first cell on, `stride` apart) to a block, and back; idle lanes become 0.
void pack_rows(const double* rows, std::size_t count, std::size_t stride, std::size_t cells, double* packed);
void unpack_rows(const double* packed, std::size_t count, std::size_t stride, std::size_t cells, double* rows);

/// `solve_line` for the lines `first` to `first + count` of the chains, with the same bits: replaces the currents of the cells (A) by node
/// voltages. `ends` and `flows` have `count` elements.
void solve_lines(const LineChains& chains, std::size_t first, std::size_t count, const LineVolts* ends, double* packed, LineFlow* flows);

}  // namespace memcosim
