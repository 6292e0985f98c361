// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace memcosim {

/// Physical dimension of a quantity in a configuration or a statistic. Values are stored in SI units: s, V, A, ohm, S, F, J, W, Hz, m, m^2,
/// K and their combinations. One exception: a resistance-area product is in ohm um^2, as in the literature on tunnel junctions.
enum class Dimension {
  dimensionless,
  time,
  voltage,
  current,
  resistance,
  conductance,
  capacitance,
  energy,
  power,
  frequency,
  length,
  area,
  velocity,
  temperature,
  inverse_temperature,
  inverse_voltage,
  inverse_square_voltage,
  electric_field,
  mobility,
  thermal_resistance,
  resistance_area,
  resistance_per_voltage,
  resistance_per_square_voltage,
  resistance_rate,   ///< ohm/s
  conductance_rate,  ///< S/s, which is 1/(ohm s)
};

/// SI unit symbol of a dimension ("s", "ohm", "m^2"; empty for dimensionless).
std::string_view unit_symbol(Dimension dimension);

/// "time", "voltage", ... and a typical value with its unit: for messages.
std::string_view dimension_name(Dimension dimension);
std::string_view quantity_example(Dimension dimension);

/// "a time", "an energy".
std::string with_article(std::string_view noun);

/// Parses "100 ns", "10 kohm", "0.2 V", "25 uS", "60 um^2", "1.4 MV/cm", "1e-10 cm^2/(V s)"; a bare number is in unit_symbol(). The whole
/// text must be consumed. Units are products and quotients of symbols with prefixes f to P; also minutes, hours, days, weeks, months (a
/// twelfth of a year) and years (365.25 days) by name, eV, degC, and % for a dimensionless number. With powers of ten alone the result is
/// the double nearest to the decimal value. Throws InputError for a malformed number, an unknown unit (listing the known ones) or a unit of
/// another dimension; the caller adds the place.
double parse_quantity(std::string_view text, Dimension dimension);

/// Human form with an SI prefix and `digits` significant digits: format_quantity(1.5e-9, time) is "1.5 ns".
std::string format_quantity(double value, Dimension dimension, int digits = 4);

/// Shortest decimal text that reads back as the same double, with the unit: "1e-07 s". parse_quantity returns the same bits.
/// A non-finite value is a std::logic_error: it must not reach a file.
std::string exact_quantity(double value, Dimension dimension);

/// The same without a unit.
std::string exact_number(double value);

}  // namespace memcosim
