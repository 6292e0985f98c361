// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/arrays/level_matrix.hpp"

namespace memcosim {

/// codes^T row_coupling codes, S at one DAC step: power that flows between the word-line drivers of an array with resistive lines and is
/// therefore not delivered by them (LevelMatrix::row_coupling). One order of sums for every instruction set.
double coupled_drive(const LevelMatrix& matrix, const unsigned* codes);

}  // namespace memcosim
