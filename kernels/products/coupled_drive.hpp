// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/encodings/code_weights.hpp"

namespace memcosim {

/// Sum over all pairs of rows of row_coupling times the weight of their codes (shared_energy()), S: power that flows between the word-line drivers of an array with resistive lines and is
/// therefore not delivered by them (LevelMatrix::row_coupling). One order of sums for every instruction set.
double coupled_drive(const LevelMatrix& matrix, const unsigned* codes, CodeWeights weights);

}  // namespace memcosim
