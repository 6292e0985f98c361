// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "memcosim/devices/converters/converter_curve.hpp"
#include "memcosim/devices/converters/converters.hpp"
#include "memcosim/kernels/arrays/array_config.hpp"
#include "memcosim/kernels/encodings/input_coding.hpp"
#include "memcosim/kernels/encodings/weight_encoding.hpp"

namespace memcosim {

class CellStore;

using InputCode = std::uint16_t;  ///< unsigned input code of one row

/// How the columns of an array are read out in an MVM.
struct ReadoutConfig {
  unsigned input_bits = 8;  ///< 1 to 16
  DacTransfer dac;
  const InputCoding* coding = &codings::amplitude;
  const WeightEncoding* encoding = &encodings::differential_digital;
  ConverterSetting adc;
  std::vector<ConverterCurve> curves = {ConverterCurve{}};  ///< of the physical converters, or one for all
  std::vector<std::uint16_t> converter_of;                  ///< which of them takes each conversion; empty: the first takes all
  const ConverterCurve& curve_of(std::size_t conversion) const { return curves[converter_of.empty() ? 0 : converter_of[conversion]]; }
  /// True if some converter has noise of its own.
  bool converters_are_noisy() const;
  unsigned slices() const { return slice_count(input_bits, dac.bits); }
  /// Of an array with so many bit lines.
  std::uint32_t outputs(std::uint32_t bit_lines) const { return encoding->outputs_of(bit_lines); }
  std::uint32_t conversions(std::uint32_t bit_lines) const { return encoding->conversions_in(bit_lines); }
};
inline bool operator==(const ReadoutConfig& a, const ReadoutConfig& b) {
  return a.input_bits == b.input_bits && a.dac.bits == b.dac.bits && a.coding == b.coding && a.encoding == b.encoding && a.adc == b.adc &&
         a.curves == b.curves && a.converter_of == b.converter_of;
}
inline bool operator!=(const ReadoutConfig& a, const ReadoutConfig& b) {
  return !(a == b);
}

/// Shares of the read voltage at which a row may be driven: of the codes from 1 up, or 1 alone where a row has the read voltage at each.
std::vector<double> relative_voltages(const ReadoutConfig& readout);

// The checks throw InputError that says what is impossible and what would be possible.

void check(const ReadoutConfig& readout);
/// The readout must also suit the array.
void check_readout(const CellStore& cells, ArrayId array, const ReadoutConfig& readout);
/// An ADC that converts signed values needs at least 2 bits.
void check_signed_codes(const ConverterSetting& adc);

/// Largest magnitude that an output of one array can have in this readout.
double largest_output(const ReadoutConfig& readout);

}  // namespace memcosim
