// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "memcosim/devices/converters/converters.hpp"
#include "memcosim/kernels/arrays/array_config.hpp"

namespace memcosim {

class CellStore;

using InputCode = std::uint16_t;  ///< unsigned input code of one row

/// How bit lines become converted values. Physical columns 2j and 2j+1 are the positive and negative line of output j in the pair modes.
enum class ColumnPairing {
  single,                ///< each bit line is an output
  differential_digital,  ///< both lines converted, codes subtracted
  differential_analog,   ///< currents subtracted before one signed conversion
};

/// How the columns of an array are read out in an MVM.
struct ReadoutConfig {
  unsigned input_bits = 8;  ///< 1 to 16
  DacTransfer dac;
  ColumnPairing pairing = ColumnPairing::differential_digital;
  AdcTransfer adc;
  /// Where each code of a non-linear converter begins (adc_transitions()); null: the converter is linear.
  std::shared_ptr<const std::vector<double>> adc_transitions;
  unsigned slices() const { return slice_count(input_bits, dac.bits); }
};
/// True for the same readout. Tables of transitions are compared by pointer, not by content.
inline bool operator==(const ReadoutConfig& a, const ReadoutConfig& b) {
  return a.input_bits == b.input_bits && a.dac.bits == b.dac.bits && a.pairing == b.pairing && a.adc == b.adc &&
         a.adc_transitions == b.adc_transitions;
}
inline bool operator!=(const ReadoutConfig& a, const ReadoutConfig& b) {
  return !(a == b);
}

/// Columns that are converted in each slice, and outputs after pairing.
std::uint32_t converted_columns(ColumnPairing pairing, std::uint32_t physical_columns);
std::uint32_t output_columns(ColumnPairing pairing, std::uint32_t physical_columns);
/// Number of bit lines that hold the first `outputs` outputs.
std::uint32_t physical_columns(ColumnPairing pairing, std::uint32_t outputs);
/// Number of converted columns whose conversions count, of an array with `physical_columns` bit lines; `used_columns` as in ProductPart.
std::uint32_t counted_columns(ColumnPairing pairing, std::uint32_t physical_columns, std::uint32_t used_columns);

/// Shares of the read voltage at which the DAC drives a row, for the codes from 1 up.
std::vector<double> relative_voltages(const DacTransfer& dac);

// The checks throw InputError that says what is impossible and what would be possible.

void check(const ReadoutConfig& readout);
/// The readout must also suit the array.
void check_readout(const CellStore& cells, ArrayId array, const ReadoutConfig& readout);
/// An ADC that converts signed values needs at least 2 bits.
void check_signed_codes(const AdcTransfer& adc);

/// Largest magnitude that an output of one array can have in this readout.
double largest_output(const ReadoutConfig& readout);

}  // namespace memcosim
