// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/units.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <stdexcept>

#include <gmock/gmock.h>

#include "memcosim/common/error.hpp"

namespace memcosim {
namespace {

constexpr Dimension all_dimensions[] = {
    Dimension::dimensionless,
    Dimension::time,
    Dimension::voltage,
    Dimension::current,
    Dimension::resistance,
    Dimension::conductance,
    Dimension::capacitance,
    Dimension::energy,
    Dimension::power,
    Dimension::frequency,
    Dimension::length,
    Dimension::area,
    Dimension::velocity,
    Dimension::temperature,
    Dimension::inverse_temperature,
    Dimension::inverse_voltage,
    Dimension::inverse_square_voltage,
    Dimension::electric_field,
    Dimension::mobility,
    Dimension::thermal_resistance,
    Dimension::resistance_area,
    Dimension::resistance_per_voltage,
    Dimension::resistance_per_square_voltage,
    Dimension::resistance_rate,
    Dimension::conductance_rate,
};

std::uint64_t bits_of(double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

std::string fault_of(std::string_view text, Dimension dimension) {
  try {
    parse_quantity(text, dimension);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no fault";
}

// The literal on the right is the double nearest to the decimal value: prefixes must not cost a second rounding.
TEST(ParseQuantity, EqualsTheLiteralInSiUnits) {
  EXPECT_EQ(parse_quantity("100 ns", Dimension::time), 100e-9);
  EXPECT_EQ(parse_quantity("0.7ns", Dimension::time), 0.7e-9);
  EXPECT_EQ(parse_quantity("  3.3  us ", Dimension::time), 3.3e-6);
  EXPECT_EQ(parse_quantity("10 kohm", Dimension::resistance), 10e3);
  EXPECT_EQ(parse_quantity("10 k\u03a9", Dimension::resistance), 10e3);
  EXPECT_EQ(parse_quantity("10 kOhm", Dimension::resistance), 10e3);
  EXPECT_EQ(parse_quantity("0.2 V", Dimension::voltage), 0.2);
  EXPECT_EQ(parse_quantity("-200 mV", Dimension::voltage), -200e-3);
  EXPECT_EQ(parse_quantity("25 uS", Dimension::conductance), 25e-6);
  EXPECT_EQ(parse_quantity("25 \u00b5S", Dimension::conductance), 25e-6);
  EXPECT_EQ(parse_quantity("25 \u03bcS", Dimension::conductance), 25e-6);
  EXPECT_EQ(parse_quantity("1.5e3 fF", Dimension::capacitance), 1.5e3 * 1e-15);
  EXPECT_EQ(parse_quantity("60 um^2", Dimension::area), 60e-12);
  EXPECT_EQ(parse_quantity("60 um\u00b2", Dimension::area), 60e-12);
  EXPECT_EQ(parse_quantity("2 mm^2", Dimension::area), 2e-6);
  EXPECT_EQ(parse_quantity("5 nm/s", Dimension::velocity), 5e-9);
  EXPECT_EQ(parse_quantity("2.4 GHz", Dimension::frequency), 2.4e9);
  EXPECT_EQ(parse_quantity("300 K", Dimension::temperature), 300.0);
  EXPECT_EQ(parse_quantity("+.5 V", Dimension::voltage), 0.5);
  EXPECT_EQ(parse_quantity("5. V", Dimension::voltage), 5.0);
}

TEST(ParseQuantity, TakesABareNumberAsSi) {
  for (const Dimension dimension : all_dimensions)
    EXPECT_EQ(parse_quantity("2.5e-7", dimension), 2.5e-7);
}

TEST(ParseQuantity, ReadsALeadingZeroAsDecimal) {
  EXPECT_EQ(parse_quantity("010 ns", Dimension::time), 10e-9);
}

TEST(ParseQuantity, KnowsUnitsThatAreNoPowerOfTen) {
  EXPECT_EQ(parse_quantity("2 h", Dimension::time), 7200.0);
  EXPECT_EQ(parse_quantity("10 years", Dimension::time), 10.0 * 365.25 * 86400.0);
  EXPECT_EQ(parse_quantity("1 eV", Dimension::energy), 1.602176634e-19);
  EXPECT_EQ(parse_quantity("85 degC", Dimension::temperature), 358.15);
  EXPECT_EQ(parse_quantity("5 %", Dimension::dimensionless), 0.05);
}

TEST(ParseQuantity, KnowsTimesByName) {
  const std::pair<const char*, double> units[] = {
      {"second", 1.0}, {"min", 60.0},    {"minute", 60.0}, {"h", 3600.0},        {"hour", 3600.0},
      {"d", 86400.0},  {"day", 86400.0}, {"week", 604800}, {"month", 2629800.0}, {"year", 31557600.0},
  };
  for (const auto& [name, seconds] : units) {
    const std::string unit = name;
    EXPECT_EQ(parse_quantity("1 " + unit, Dimension::time), seconds) << unit;
    EXPECT_EQ(parse_quantity("2.5" + unit, Dimension::time), 2.5 * seconds) << unit;
    if (unit.size() > 3 || unit == "day") {
      EXPECT_EQ(parse_quantity("3 " + unit + "s", Dimension::time), 3.0 * seconds) << unit;
    }
  }
  EXPECT_EQ(12.0 * parse_quantity("1 month", Dimension::time), parse_quantity("1 year", Dimension::time));
}

// Powers of ten alone: the literal on the right is the nearest double, whatever the prefixes are.
TEST(ParseQuantity, TakesProductsAndQuotients) {
  EXPECT_EQ(parse_quantity("2.81 1/V", Dimension::inverse_voltage), 2.81);
  EXPECT_EQ(parse_quantity("2.81/V", Dimension::inverse_voltage), 2.81);
  EXPECT_EQ(parse_quantity("2.81 V^-1", Dimension::inverse_voltage), 2.81);
  EXPECT_EQ(parse_quantity("2.81 1/mV", Dimension::inverse_voltage), 2.81e3);
  EXPECT_EQ(parse_quantity("0.7 /V^2", Dimension::inverse_square_voltage), 0.7);
  EXPECT_EQ(parse_quantity("0.7 1/V\u00b2", Dimension::inverse_square_voltage), 0.7);
  EXPECT_EQ(parse_quantity("5.11e-4 1/ohm", Dimension::conductance), 5.11e-4);
  EXPECT_EQ(parse_quantity("3 1/k\u03a9", Dimension::conductance), 3e-3);
  EXPECT_EQ(parse_quantity("3 V/mA", Dimension::resistance), 3e3);
  EXPECT_EQ(parse_quantity("1.4 MV/cm", Dimension::electric_field), 1.4e8);
  EXPECT_EQ(parse_quantity("1.4 V/nm", Dimension::electric_field), 1.4e9);
  EXPECT_EQ(parse_quantity("1.4 GV/m", Dimension::electric_field), 1.4e9);
  EXPECT_EQ(parse_quantity("3 \u00b5V/\u00b5m", Dimension::electric_field), 3.0);
  EXPECT_EQ(parse_quantity("2.1 K/mW", Dimension::thermal_resistance), 2.1e3);
  for (const char* text : {"1e-14 m^2/(V s)", "1e-10 cm^2/(V s)", "1e-10 cm^2/V/s", "1e-10 cm^2/(V*s)", "1e-10 cm\u00b2/(V\u00b7s)",
                           "1e-10 cm^2 V^-1 s^-1", "0.01 um^2/(V s)", "1e-10cm^2/( V s )"}) {
    EXPECT_EQ(parse_quantity(text, Dimension::mobility), 1e-14) << text;
  }
  EXPECT_EQ(parse_quantity("10 ohm um^2", Dimension::resistance_area), 10.0);
  EXPECT_EQ(parse_quantity("10 ohm*um^2", Dimension::resistance_area), 10.0);
  EXPECT_EQ(parse_quantity("1e-11 ohm m^2", Dimension::resistance_area), 10.0);
  EXPECT_EQ(parse_quantity("0.01 kohm um^2", Dimension::resistance_area), 10.0);
  EXPECT_EQ(parse_quantity("23.69 kohm/V", Dimension::resistance_per_voltage), 23.69e3);
  EXPECT_EQ(parse_quantity("23.69 kohm/V^2", Dimension::resistance_per_square_voltage), 23.69e3);
  EXPECT_EQ(parse_quantity("743.47 ohm/s", Dimension::resistance_rate), 743.47);
  EXPECT_EQ(parse_quantity("600 1/(ohm s)", Dimension::conductance_rate), 600.0);
  EXPECT_EQ(parse_quantity("600 S/s", Dimension::conductance_rate), 600.0);
  EXPECT_EQ(parse_quantity("0.39 %/K", Dimension::inverse_temperature), 0.39e-2);
  EXPECT_EQ(parse_quantity("5 cm", Dimension::length), 5e-2);
  EXPECT_EQ(parse_quantity("3 1/s", Dimension::frequency), 3.0);
}

TEST(ParseQuantity, RefusesUnitsThatAreNone) {
  for (const char* text : {"1 m^2/V s",     "1 m^2/(V s",
                           "1 m^2/V s)",    "1 m^2/(V (s))",
                           "1 m^2/(V/(s))", "1 m^0/(V s)",
                           "1 m^/(V s)",    "1 m^2//(V s)",
                           "1 m^2/",        "1 (m^2)/(V s)",
                           "1 *m^2/(V s)",  "1 m^2/(V s) *",
                           "1 m^2/(V cs)",  "1 m^99999999999999999999/(V s)",
                           "1 1 m^2/(V s)", "1 1",
                           "1 /",           "1 degC m^2/(V s K)",
                           "1 m^2/()",      "1 kV"}) {
    EXPECT_THROW(parse_quantity(text, Dimension::mobility), InputError) << text;
  }
}

TEST(ParseQuantity, ListsTheKnownUnits) {
  EXPECT_THAT(
      fault_of("3 fortnights", Dimension::time),
      testing::AllOf(testing::HasSubstr("unknown unit \"fortnights\": expected a time in s"),
                     testing::HasSubstr("known: s with a prefix (f, p, n, u, m, k, M, G, T, P), second, seconds, min, minute, minutes, "
                                        "h, hour, hours, d, day, days, week, weeks, month, months, year, years")));
  EXPECT_THAT(fault_of("1 parsec", Dimension::mobility), testing::HasSubstr("known: m^2/(V s) with prefixes (f, "));
  EXPECT_THAT(fault_of("1 cal", Dimension::energy),
              testing::HasSubstr("known: J with a prefix (f, p, n, u, m, k, M, G, T, P), meV, eV, keV"));
  EXPECT_THAT(fault_of("1 percent", Dimension::dimensionless), testing::HasSubstr("known: %"));
  // What a list names is taken.
  for (const char* unit : {"second", "seconds", "min", "minute", "minutes", "h", "hour", "hours", "d", "day", "days", "week", "weeks",
                           "month", "months", "year", "years", "fs", "Ps"}) {
    EXPECT_NO_THROW(parse_quantity(std::string("1 ") + unit, Dimension::time)) << unit;
  }
}

TEST(ParseQuantity, KeepsMilliAndMegaApart) {
  EXPECT_EQ(parse_quantity("1 mHz", Dimension::frequency), 1e-3);
  EXPECT_EQ(parse_quantity("1 MHz", Dimension::frequency), 1e6);
}

TEST(ParseQuantity, NamesTheOtherDimension) {
  EXPECT_THAT(fault_of("5 ns", Dimension::voltage), testing::HasSubstr("\"5 ns\" is a time: expected a voltage in V"));
  EXPECT_THAT(fault_of("5 eV", Dimension::voltage), testing::HasSubstr("is an energy"));
  EXPECT_THAT(fault_of("5 V", Dimension::dimensionless), testing::HasSubstr("is a voltage: expected a bare number"));
  EXPECT_THAT(fault_of("5 V/m", Dimension::velocity), testing::HasSubstr("is an electric field: expected a velocity in m/s"));
  EXPECT_THAT(fault_of("5 %", Dimension::voltage), testing::HasSubstr("is a bare number: expected a voltage"));
  EXPECT_THAT(fault_of("5 m", Dimension::area), testing::HasSubstr("is a length: expected an area in m^2"));
}

TEST(ParseQuantity, RefusesWhatIsNoQuantity) {
  for (const char* text :
       {"",       " ",       "ns",    "abc",   ".",     "-",       "+-1",    "--1",  "e5",   "nan",   "inf",  ".inf",    "-inf",
        "0x10 s", "1_000 s", "1,5 s", "1 2 s", "1 s s", "1e5.5 s", "1 nsec", "1 NS", "10 k", "1 s/m", "\xff", "1 \u03bc"}) {
    EXPECT_THROW(parse_quantity(text, Dimension::time), InputError) << text;
  }
  EXPECT_THAT(fault_of("10 k", Dimension::resistance), testing::HasSubstr("prefix but no unit"));
  EXPECT_THAT(fault_of("10 mK/s", Dimension::temperature), testing::HasSubstr("unknown unit \"mK/s\""));
}

TEST(ParseQuantity, RefusesWhatADoubleCannotHold) {
  for (const char* text : {"1e400", "-1e400 s", "1e308 Ts", "1e-400 s", "1e99999999999999999999 s", "1e308 year"}) {
    EXPECT_THROW(parse_quantity(text, Dimension::time), InputError) << text;
  }
  EXPECT_EQ(parse_quantity("0e999999999 s", Dimension::time), 0.0);
}

TEST(ExactQuantity, RoundTripsRandomBitPatternsInEveryDimension) {
  std::mt19937_64 engine(20240607);
  for (const Dimension dimension : all_dimensions) {
    for (int i = 0; i < 20000; ++i) {
      const std::uint64_t bits = engine();
      double value = 0.0;
      std::memcpy(&value, &bits, sizeof value);
      if (!std::isfinite(value)) continue;
      const std::string text = exact_quantity(value, dimension);
      ASSERT_EQ(bits_of(parse_quantity(text, dimension)), bits) << text;
    }
  }
}

TEST(ExactQuantity, RoundTripsTheEdges) {
  using Limits = std::numeric_limits<double>;
  for (const double value : {0.0, -0.0, Limits::min(), Limits::denorm_min(), Limits::max(), Limits::lowest(), 1e-7, 0.1, 1e22, 1e23}) {
    for (const Dimension dimension : all_dimensions) {
      EXPECT_EQ(bits_of(parse_quantity(exact_quantity(value, dimension), dimension)), bits_of(value)) << value;
    }
  }
}

TEST(ExactQuantity, IsTheShortestTextWithItsUnit) {
  EXPECT_EQ(exact_quantity(1e-7, Dimension::time), "1e-07 s");
  EXPECT_EQ(exact_quantity(0.1, Dimension::voltage), "0.1 V");
  EXPECT_EQ(exact_quantity(0.5, Dimension::dimensionless), "0.5");
}

TEST(ExactQuantity, NeverWritesNan) {
  EXPECT_THROW(exact_quantity(std::numeric_limits<double>::quiet_NaN(), Dimension::time), std::logic_error);
  EXPECT_THROW(exact_number(std::numeric_limits<double>::infinity()), std::logic_error);
}

TEST(FormatQuantity, ChoosesThePrefix) {
  EXPECT_EQ(format_quantity(1.5e-9, Dimension::time), "1.5 ns");
  EXPECT_EQ(format_quantity(12345.678, Dimension::resistance), "12.35 kohm");
  EXPECT_EQ(format_quantity(-0.2, Dimension::voltage), "-200 mV");
  EXPECT_EQ(format_quantity(60e-12, Dimension::area), "60 um^2");
  EXPECT_EQ(format_quantity(0.166e-12, Dimension::area), "0.166 um^2");
  EXPECT_EQ(format_quantity(0.82e-6, Dimension::area), "0.82 mm^2");
  EXPECT_EQ(format_quantity(1e-12, Dimension::area), "1 um^2");
  EXPECT_EQ(format_quantity(9.766e-16, Dimension::energy), "0.9766 fJ");
  EXPECT_EQ(format_quantity(9.9996e-16, Dimension::energy), "1 fJ");
  EXPECT_EQ(format_quantity(6.8e-18, Dimension::conductance), "0.0068 fS");
  EXPECT_EQ(format_quantity(60.0, Dimension::time), "1 min");
  EXPECT_EQ(format_quantity(90.0, Dimension::time), "90 s");
  EXPECT_EQ(format_quantity(3600.0, Dimension::time), "1 h");
  EXPECT_EQ(format_quantity(86400.0, Dimension::time), "1 day");
  EXPECT_EQ(format_quantity(604800.0, Dimension::time), "7 days");
  EXPECT_EQ(format_quantity(10.0 * 365.25 * 86400.0, Dimension::time), "10 years");
  EXPECT_EQ(format_quantity(1.0, Dimension::frequency), "1 Hz");
  EXPECT_EQ(format_quantity(2.5e-9, Dimension::velocity), "2.5 nm/s");
  EXPECT_EQ(format_quantity(300.0, Dimension::temperature), "300 K");
  EXPECT_EQ(format_quantity(0.0, Dimension::energy), "0 J");
  EXPECT_EQ(format_quantity(12345678.0, Dimension::dimensionless, 8), "12345678");
}

TEST(FormatQuantity, ShowsCompoundUnits) {
  EXPECT_EQ(format_quantity(1.4e9, Dimension::electric_field), "1.4 GV/m");
  EXPECT_EQ(format_quantity(2100.0, Dimension::thermal_resistance), "2100 K/W");
  EXPECT_EQ(format_quantity(1e-14, Dimension::mobility), "1e-14 m^2/(V s)");
  EXPECT_EQ(format_quantity(2.81, Dimension::inverse_voltage), "2.81 1/V");
  EXPECT_EQ(format_quantity(23690.0, Dimension::resistance_per_voltage), "23.69 kohm/V");
  EXPECT_EQ(format_quantity(10.0, Dimension::resistance_area), "10 ohm um^2");
  EXPECT_EQ(format_quantity(358.15, Dimension::temperature), "358.1 K");
}

TEST(FormatQuantity, RoundsBeforeItChoosesThePrefix) {
  EXPECT_EQ(format_quantity(999.96e-9, Dimension::time), "1 us");
  EXPECT_EQ(format_quantity(999.94e-9, Dimension::time), "999.9 ns");
  EXPECT_EQ(format_quantity(123456.0, Dimension::voltage, 2), "120 kV");
}

TEST(FormatQuantity, SurvivesValuesBeyondThePrefixes) {
  EXPECT_EQ(format_quantity(1e-30, Dimension::time), "1e-30 s");
  EXPECT_EQ(format_quantity(1e30, Dimension::time), "1e+30 s");
}

// What is formatted must read back as the same value to the digits shown.
TEST(FormatQuantity, ReadsBackToItsDigits) {
  std::mt19937_64 engine(7);
  std::uniform_real_distribution<double> exponent(-25.0, 22.0);
  for (const Dimension dimension : all_dimensions) {
    for (int i = 0; i < 2000; ++i) {
      const double value = std::pow(10.0, exponent(engine));
      const std::string text = format_quantity(value, dimension, 6);
      ASSERT_NEAR(parse_quantity(text, dimension) / value, 1.0, 5.01e-6) << text;
    }
  }
}

TEST(UnitSymbol, IsItsOwnUnit) {
  for (const Dimension dimension : all_dimensions) {
    EXPECT_EQ(parse_quantity("1 " + std::string(unit_symbol(dimension)), dimension), 1.0);
    EXPECT_NO_THROW(parse_quantity(quantity_example(dimension), dimension));
  }
}

}  // namespace
}  // namespace memcosim
