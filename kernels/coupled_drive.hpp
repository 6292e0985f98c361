// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/level_matrix.hpp"

namespace memcosim {

/// codes^T row_coupling codes, S at one DAC step: what the drivers of an array with resistive lines do not deliver because their word lines
/// feed each other. One order of sums for every instruction set.
double coupled_drive(const LevelMatrix& matrix, const unsigned* codes);

}  // namespace memcosim
