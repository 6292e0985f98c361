// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace memcosim {

/// Physical dimension of a quantity in a configuration or a statistic. Values are SI inside: s, V, A, ohm, S, F, J, W, Hz, m, m^2, K.
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
};

/// SI unit symbol of a dimension ("s", "ohm", "m^2"; empty for dimensionless).
std::string_view unit_symbol(Dimension dimension);

/// "time", "voltage", ... and a typical value with its unit: for messages.
std::string_view dimension_name(Dimension dimension);
std::string_view quantity_example(Dimension dimension);

/// "a time", "an energy".
std::string with_article(std::string_view noun);

/// Parses "100 ns", "10 kohm", "0.2 V", "25 uS", "60 um^2"; a bare number is SI. The whole text must be consumed. Prefixes f to P; also
/// min, h, day, year (365.25 days), eV, degC, and % for a dimensionless number. The result is the double nearest to the decimal value.
/// Throws InputError (without place: the caller knows it) for a malformed number, an unknown unit or a unit of another dimension.
double parse_quantity(std::string_view text, Dimension dimension);

/// Human form with an SI prefix and `digits` significant digits: format_quantity(1.5e-9, time) is "1.5 ns".
std::string format_quantity(double value, Dimension dimension, int digits = 4);

/// Shortest decimal text that reads back as the same double, with the unit: "1e-07 s". parse_quantity returns the same bits.
/// A non-finite value is a std::logic_error: it must not reach a file.
std::string exact_quantity(double value, Dimension dimension);

/// The same without a unit.
std::string exact_number(double value);

}  // namespace memcosim
