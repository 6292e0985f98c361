// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/products/backend.hpp"

namespace memcosim {

// All checks throw InputError that says what is impossible and what would be possible.

void check(const ArrayConfig& config);
/// An ADC that converts signed values needs at least 2 bits.
void check_signed_codes(const AdcTransfer& adc);
/// The conductance window must lie within the range of the nominal cell at this read voltage.
void check_window(const ConductanceWindow& window, const CellSpec& cell, double read_voltage_v);
void check(const ReadoutConfig& readout, const ArrayConfig& array);

/// Largest magnitude that an output of one array can have in this readout.
double largest_output(const ReadoutConfig& readout);

}  // namespace memcosim
