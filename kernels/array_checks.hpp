// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/backend.hpp"

namespace memcosim {

/// All throw InputError saying what is impossible and what would be possible.
void check(const ArrayConfig& config);
/// An ADC that converts signed values against its bits.
void check_signed_codes(const AdcTransfer& adc);
/// The window against what the nominal cell can hold at this read voltage.
void check_window(const ConductanceWindow& window, const CellSpec& cell, double read_voltage_v);
void check(const ReadoutConfig& readout, const ArrayConfig& array);

/// Largest magnitude of an output that one array can have in this readout.
double largest_output(const ReadoutConfig& readout);

}  // namespace memcosim
