// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/readout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/arrays/cell_store.hpp"

namespace memcosim {

namespace {

constexpr unsigned most_code_bits = 8;  ///< largest resolution of a DAC that drives non-linear cells

/// Refuses a readout whose shifted and added codes can exceed 32 bits.
void check_accumulator(const ReadoutConfig& readout) {
  if (largest_output(readout) > std::numeric_limits<std::int32_t>::max()) {
    throw InputError(
        fmt::format("codes of {} ADC bits, shifted and added over {} slices of {} bits, do not fit 32 bits: use fewer ADC bits",
                    readout.adc.bits, readout.slices(), readout.dac.bits));
  }
}

void check_curve(const ConverterSetting& adc, const ConverterCurve& curve) {
  if (!(curve.gain > 0.0) || !std::isfinite(curve.gain)) throw InputError("adc.gain must be positive");
  if (!std::isnormal(static_cast<float>(curve.step(adc))))
    throw InputError("the ADC's lsb over its gain must be within the range of single precision");
  if (!std::isfinite(curve.offset_lsb)) throw InputError("adc.offset_lsb must be finite");
  if (!std::isfinite(curve.noise_lsb) || curve.noise_lsb < 0.0) throw InputError("adc.noise_lsb must not be negative");
  if (curve.transitions && curve.transitions->size() != static_cast<std::size_t>(std::int64_t{adc.code_max()} - adc.code_min() + 1)) {
    throw InputError(fmt::format("the table of the ADC's transitions has {} codes, the ADC of {} bits another number",
                                 curve.transitions->size(), adc.bits));
  }
}

void check_fit(const ReadoutConfig& readout, const ArrayConfig& array) {
  if (!readout.encoding->fits(array.columns)) {
    const WeightEncoding& encoding = *readout.encoding;
    throw InputError(fmt::format("encoding {} needs {}{} bit lines for each output, the array has {}", encoding.name,
                                 encoding.shared_lines > 0 ? fmt::format("{} shared bit lines and ", encoding.shared_lines) : "",
                                 encoding.lines, array.columns));
  }
  if (!readout.converter_of.empty() && readout.converter_of.size() != readout.conversions(array.columns)) {
    throw InputError(fmt::format("{} conversions are assigned to converters, the array has {}", readout.converter_of.size(),
                                 readout.conversions(array.columns)));
  }
  if (std::uint64_t{array.rows} * readout.dac.code_max() > std::numeric_limits<std::int32_t>::max()) {
    throw InputError(fmt::format("{} rows with a DAC of {} bits: the sum of the codes does not fit 32 bits", array.rows, readout.dac.bits));
  }
}

}  // namespace

bool ReadoutConfig::converters_are_noisy() const {
  return std::any_of(curves.begin(), curves.end(), [](const ConverterCurve& curve) { return curve.noise_lsb > 0.0; });
}

std::vector<double> relative_voltages(const ReadoutConfig& readout) {
  if (readout.coding->full_voltage) return {1.0};
  std::vector<double> volts;
  for (unsigned code = 1; code <= readout.dac.code_max(); ++code)
    volts.push_back(readout.dac.relative_voltage(code));
  return volts;
}

void check_signed_codes(const ConverterSetting& adc) {
  if (adc.code_max() < 1) throw InputError(fmt::format("an ADC of {} bits cannot convert signed values; it needs at least 2", adc.bits));
}

void check(const ReadoutConfig& readout) {
  if (readout.input_bits < 1 || readout.input_bits > 16) throw InputError("input_bits must be 1 to 16");
  if (readout.dac.bits < 1 || readout.dac.bits > 16) throw InputError("dac.bits must be 1 to 16");
  const ConverterSetting& adc = readout.adc;
  if (adc.bits < 1 || adc.bits > 24) throw InputError("adc.bits must be 1 to 24");
  check_signed_codes(adc);
  if (!(adc.lsb > 0.0) || !std::isnormal(static_cast<float>(adc.lsb)))
    throw InputError("the ADC's lsb must be positive and within the range of single precision");
  if (readout.curves.empty()) throw InputError("a readout needs the curve of at least one converter");
  for (const ConverterCurve& curve : readout.curves)
    check_curve(adc, curve);
  for (const std::uint16_t converter : readout.converter_of) {
    if (converter >= readout.curves.size())
      throw InputError(fmt::format("a conversion goes to converter {}, there are {}", converter, readout.curves.size()));
  }
  if (readout.encoding->converts_signed() && !adc.is_signed) {
    throw InputError("a difference of currents has both signs: its ADC must be signed");
  }
  check_accumulator(readout);
}

void check_readout(const CellStore& cells, ArrayId array, const ReadoutConfig& readout) {
  check(readout);
  check_fit(readout, cells.config(array));
  if (cells.linear(array)) return;
  const bool resistive = cells.config(array).wires.resistive();
  if (resistive && readout.coding->timed) {
    throw InputError(
        fmt::format("coding {} with cells of a non-linear current behind resistive lines is not modelled: rows fall silent one "
                    "after the other, and each time the circuit is another one",
                    readout.coding->name));
  }
  if (readout.dac.bits > most_code_bits && !readout.coding->full_voltage && !resistive) {
    throw InputError(fmt::format("cells with a non-linear current need a matrix for each DAC code: dac.bits is {}, at most {} is possible",
                                 readout.dac.bits, most_code_bits));
  }
}

double largest_output(const ReadoutConfig& readout) {
  const double high = readout.adc.code_max();
  const double low = readout.adc.code_min();
  double most = 0.0;
  double least = 0.0;
  for (const EncodedTerm& term : readout.encoding->terms) {
    const double weight = std::ldexp(1.0, term.shift);
    most += weight * (term.sign > 0 ? high : -low);
    least += weight * (term.sign > 0 ? low : -high);
  }
  double slices = 0.0;
  for (unsigned slice = 0; slice < readout.slices(); ++slice)
    slices += std::ldexp(1.0, static_cast<int>(slice * readout.dac.bits));
  return std::max(most, -least) * slices;
}

}  // namespace memcosim
