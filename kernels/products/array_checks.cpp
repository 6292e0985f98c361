// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/array_checks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/units.hpp"
#include "memcosim/devices/cells/cell_model.hpp"

namespace memcosim {

namespace {

constexpr std::uint32_t most_lines = 1u << 16;
constexpr std::uint32_t most_levels = 1u << 16;  ///< with more levels, single precision does not resolve 2^-8 of a level
constexpr double window_slack = 1e-9;            ///< relative, for rounding: windows are often computed as 1 / r_off and 1 / r_on

/// Refuses a readout whose shifted and added codes can exceed 32 bits.
void check_accumulator(const ReadoutConfig& readout) {
  std::int64_t weights = 0;
  for (unsigned slice = 0; slice < readout.slices(); ++slice)
    weights += std::int64_t{1} << (slice * readout.dac.bits);
  if (readout.pairing == ColumnPairing::differential_digital && readout.adc.is_signed) weights *= 2;  // a negative code is subtracted
  const std::int64_t largest = std::max<std::int64_t>(readout.adc.code_max(), -std::int64_t{readout.adc.code_min()});
  if (largest * weights > std::numeric_limits<std::int32_t>::max()) {
    throw InputError(
        fmt::format("codes of {} ADC bits, shifted and added over {} slices of {} bits, do not fit 32 bits: use fewer ADC bits",
                    readout.adc.bits, readout.slices(), readout.dac.bits));
  }
}

}  // namespace

void check_window(const ConductanceWindow& window, const CellSpec& cell, double read_voltage_v) {
  if (!std::isfinite(window.g_min) || !std::isfinite(window.g_max) || window.g_min < 0.0 || !(window.g_min < window.g_max)) {
    throw InputError("the conductance window needs 0 <= g_min < g_max");
  }
  if (window.levels < 2 || window.levels > most_levels) throw InputError(fmt::format("a cell has 2 to {} levels", most_levels));
  const ConductanceRange range = conductance_range(cell_model(cell.model), nominal_cell(cell, read_voltage_v), cell.circuit);
  if (window.g_min < range.low * (1.0 - window_slack) || window.g_max > range.high * (1.0 + window_slack)) {
    throw InputError(fmt::format("the conductance window {} to {} is outside of what the nominal cell can hold, {} to {}",
                                 format_quantity(window.g_min, Dimension::conductance),
                                 format_quantity(window.g_max, Dimension::conductance), format_quantity(range.low, Dimension::conductance),
                                 format_quantity(range.high, Dimension::conductance)));
  }
}

void check_signed_codes(const AdcTransfer& adc) {
  if (adc.code_max() < 1) throw InputError(fmt::format("an ADC of {} bits cannot convert signed values; it needs at least 2", adc.bits));
}

void check(const ArrayConfig& config) {
  if (config.rows < 1 || config.rows > most_lines || config.columns < 1 || config.columns > most_lines) {
    throw InputError(fmt::format("an array has 1 to {} rows and columns, not {} x {}", most_lines, config.rows, config.columns));
  }
  if (config.stream >= (1u << 24)) throw InputError("an array's stream number must be below 2^24: it is part of the address of its draws");
  if (!std::isfinite(config.read_voltage_v) || !(config.read_voltage_v > 0.0)) throw InputError("the read voltage must be positive");
  check(config.cell);
  check(config.wires);
  check_window(config.window, config.cell, config.read_voltage_v);
}

void check(const ReadoutConfig& readout, const ArrayConfig& array) {
  if (readout.input_bits < 1 || readout.input_bits > 16) throw InputError("input_bits must be 1 to 16");
  if (readout.dac.bits < 1 || readout.dac.bits > 16) throw InputError("dac.bits must be 1 to 16");
  const AdcTransfer& adc = readout.adc;
  if (adc.bits < 1 || adc.bits > 24) throw InputError("adc.bits must be 1 to 24");
  check_signed_codes(adc);
  if (!(adc.gain > 0.0) || !std::isfinite(adc.gain)) throw InputError("adc.gain must be positive");
  if (!(adc.lsb > 0.0) || !std::isnormal(static_cast<float>(adc.lsb)) || !std::isnormal(static_cast<float>(adc.step()))) {
    throw InputError("the ADC's lsb must be positive and within the range of single precision");
  }
  if (!std::isfinite(adc.offset_lsb)) throw InputError("adc.offset_lsb must be finite");
  if (readout.adc_transitions &&
      readout.adc_transitions->size() != static_cast<std::size_t>(std::int64_t{adc.code_max()} - adc.code_min() + 1)) {
    throw InputError(fmt::format("the table of the ADC's transitions has {} codes, the ADC of {} bits another number",
                                 readout.adc_transitions->size(), adc.bits));
  }
  if (!std::isfinite(adc.noise_lsb) || adc.noise_lsb < 0.0) throw InputError("adc.noise_lsb must not be negative");
  const bool pairs = readout.pairing != ColumnPairing::single;
  if (pairs && array.columns % 2 != 0) {
    throw InputError(fmt::format("column pairs need an even number of bit lines, the array has {}", array.columns));
  }
  if (std::uint64_t{array.rows} * readout.dac.code_max() > std::numeric_limits<std::int32_t>::max()) {
    throw InputError(fmt::format("{} rows with a DAC of {} bits: the sum of the codes does not fit 32 bits", array.rows, readout.dac.bits));
  }
  if (readout.pairing == ColumnPairing::differential_analog && !adc.is_signed) {
    throw InputError("a difference of currents has both signs: its ADC must be signed");
  }
  check_accumulator(readout);
}

double largest_output(const ReadoutConfig& readout) {
  const double high = readout.adc.code_max();
  const double low = readout.adc.code_min();
  const double code = readout.pairing == ColumnPairing::differential_digital ? high - low : std::max(high, -low);
  double slices = 0.0;
  for (unsigned slice = 0; slice < readout.slices(); ++slice)
    slices += std::ldexp(1.0, static_cast<int>(slice * readout.dac.bits));
  return code * slices;
}

}  // namespace memcosim
