// SPDX-License-Identifier: Apache-2.0
// Files of pulses as people have them: columns by their titles, one column alone, two trains side by side.
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/devices/fits/measured_columns.hpp"
#include "memcosim/devices/fits/pulse_trains.hpp"

#include "temporary_folder.hpp"

namespace memcosim {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using Polarity = PulseDefaults::Polarity;

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

std::vector<double> conductances(const PulseTrains& trains, std::size_t device = 0) {
  std::vector<double> values;
  for (const PulseSample& sample : trains.devices[device].samples)
    values.push_back(sample.conductance_s);
  return values;
}

std::vector<double> voltages(const PulseTrains& trains) {
  std::vector<double> values;
  for (const PulseSample& sample : trains.devices[0].samples)
    values.push_back(sample.voltage_v);
  return values;
}

TEST(MeasuredColumns, TitlesAsPeopleWriteThem) {
  const auto is = [](const char* title, MeasuredQuantity quantity, double unit) {
    const MeasuredColumn column = measured_column(title);
    EXPECT_EQ(static_cast<int>(column.quantity), static_cast<int>(quantity)) << title;
    EXPECT_DOUBLE_EQ(column.unit, unit) << title;
  };
  is("voltage_v", MeasuredQuantity::voltage, 1.0);
  is("V1", MeasuredQuantity::voltage, 1.0);
  is("Voltage (mV)", MeasuredQuantity::voltage, 1e-3);
  is("I1", MeasuredQuantity::current, 1.0);
  is("current_ua", MeasuredQuantity::current, 1e-6);
  is("absI", MeasuredQuantity::other, 1.0);
  is("|I|", MeasuredQuantity::other, 1.0);
  is("conductance", MeasuredQuantity::conductance, 1.0);
  is("conductance_uS", MeasuredQuantity::conductance, 1e-6);
  is("G [ \xc2\xb5S ]", MeasuredQuantity::conductance, 1e-6);
  is("R (kOhm)", MeasuredQuantity::resistance, 1e3);
  is("resistance_ohm", MeasuredQuantity::resistance, 1.0);
  is("LTP", MeasuredQuantity::raising, 1.0);
  is("LTD (nS)", MeasuredQuantity::lowering, 1e-9);
  is("Pulse #", MeasuredQuantity::pulse, 1.0);
  is("time_us", MeasuredQuantity::time, 1e-6);
  is("width_ns", MeasuredQuantity::duration, 1e-9);
  is("rmp1", MeasuredQuantity::other, 1.0);
  is("conductance_kg", MeasuredQuantity::other, 1.0);
  is("", MeasuredQuantity::other, 1.0);
}

TEST(PulseFiles, OneColumnWithOrWithoutTitle) {
  const PulseTrains titled = parse_pulse_trains("rmp1\n0.000160588\n0.000160633\n0.000160694\n", "f.csv");
  EXPECT_EQ(conductances(titled), (std::vector<double>{0.000160588, 0.000160633, 0.000160694}));
  EXPECT_EQ(titled.devices[0].name, "0");
  EXPECT_EQ(titled.devices[0].samples[2].pulse, 2);
  EXPECT_EQ(titled.devices[0].samples[2].cycle, 0);
  EXPECT_GT(titled.devices[0].samples[1].voltage_v, 0.0);
  EXPECT_FALSE(titled.set_voltage_known);
  for (const char* said : {"device 0", "numbered from 0", "cycle 0", "'rmp1' is taken as conductances", "the conductance rises"})
    EXPECT_THAT(titled.assumptions, Contains(HasSubstr(said)));
  const PulseTrains bare = parse_pulse_trains("3e-6\n2e-6\n1e-6\n", "f.csv");
  EXPECT_EQ(conductances(bare), (std::vector<double>{3e-6, 2e-6, 1e-6}));
  EXPECT_LT(bare.devices[0].samples[1].voltage_v, 0.0);
}

TEST(PulseFiles, EverySeparator) {
  for (const char separator : {',', ';', '\t', ' '}) {
    std::string text = "pulse,conductance\n0,1e-6\n1,2e-6\n2,4e-6\n";
    for (char& letter : text) {
      if (letter == ',') letter = separator;
    }
    EXPECT_EQ(conductances(parse_pulse_trains(text, "f.csv")), (std::vector<double>{1e-6, 2e-6, 4e-6})) << separator;
    const std::string bare = text.substr(text.find('\n') + 1);
    EXPECT_EQ(conductances(parse_pulse_trains(bare, "f.csv")), (std::vector<double>{1e-6, 2e-6, 4e-6})) << separator;
  }
}

TEST(PulseFiles, TrainsSideBySideAreCyclesOfTheirOwn) {
  const PulseTrains trains = parse_pulse_trains("pulse,LTP,LTD\n0,1e-6,9e-6\n1,2e-6,8e-6\n2,3e-6,\n", "f.csv");
  ASSERT_EQ(trains.devices.size(), 1u);
  EXPECT_EQ(conductances(trains), (std::vector<double>{1e-6, 2e-6, 3e-6, 9e-6, 8e-6}));
  EXPECT_EQ(voltages(trains), (std::vector<double>{1, 1, 1, -1, -1}));
  EXPECT_NE(trains.devices[0].samples[2].cycle, trains.devices[0].samples[3].cycle);
  // One of them alone says its polarity.
  EXPECT_LT(parse_pulse_trains("LTD\n2e-6\n3e-6\n", "f.csv").devices[0].samples[0].voltage_v, 0.0);
}

TEST(PulseFiles, PolarityByOptionPatternAndVoltage) {
  const std::string text = "1e-6\n2e-6\n3e-6\n2e-6\n3e-6\n4e-6\n3e-6\n";
  PulseDefaults defaults;
  defaults.raising_count = 2;
  defaults.lowering_count = 1;
  defaults.raising_v = 1.2;
  defaults.lowering_v = -0.8;
  defaults.duration_s = 1e-7;
  const PulseTrains trains = parse_pulse_trains(text, "f.csv", defaults);
  EXPECT_EQ(voltages(trains), (std::vector<double>{0, 1.2, 1.2, -0.8, 1.2, 1.2, -0.8}));
  EXPECT_EQ(trains.devices[0].samples[1].duration_s, 1e-7);
  EXPECT_TRUE(trains.set_voltage_known);
  EXPECT_TRUE(trains.reset_voltage_known);
  // A device that negative voltages raise.
  defaults.raising_v = -1.2;
  defaults.lowering_v = 0.8;
  EXPECT_EQ(voltages(parse_pulse_trains(text, "f.csv", defaults))[1], -1.2);
  defaults = {};
  defaults.polarity = Polarity::lowering;
  EXPECT_EQ(voltages(parse_pulse_trains(text, "f.csv", defaults)), std::vector<double>(7, -1.0));
  // Without any of these the trend tells, unless there is none.
  EXPECT_THAT(refusal([&] { parse_pulse_trains("1e-6\n3e-6\n1e-6\n", "f.csv"); }), HasSubstr("f.csv: the conductance goes up and down"));
}

TEST(PulseFiles, CyclesStartWherePulseNumbersStartAgain) {
  const PulseTrains trains = parse_pulse_trains("pulse,conductance\n0,1e-6\n1,2e-6\n0,1e-6\n1,3e-6\n", "f.csv");
  EXPECT_EQ(trains.devices[0].samples[1].cycle, 0);
  EXPECT_EQ(trains.devices[0].samples[2].cycle, 1);
}

TEST(PulseFiles, UnitsCurrentsAndResistances) {
  EXPECT_EQ(conductances(parse_pulse_trains("G (uS)\n15\n16\n", "f.csv")), (std::vector<double>{15 * 1e-6, 16 * 1e-6}));
  PulseDefaults defaults;
  defaults.unit = "uS";
  const PulseTrains named = parse_pulse_trains("conductance\n15\n16\n", "f.csv", defaults);
  EXPECT_EQ(conductances(named), (std::vector<double>{15 * 1e-6, 16 * 1e-6}));
  EXPECT_THAT(named.assumptions, ::testing::Not(Contains(HasSubstr("unlikely"))));
  EXPECT_THAT(parse_pulse_trains("conductance\n15\n16\n", "f.csv").assumptions, Contains(HasSubstr("up to 16 S are unlikely")));
  defaults = {};
  defaults.read_voltage_v = 0.2;
  const PulseTrains currents = parse_pulse_trains("pulse,current (nA)\n0,200\n1,400\n", "f.csv", defaults);
  EXPECT_DOUBLE_EQ(conductances(currents)[1], 2e-6);
  EXPECT_EQ(currents.read_voltage_v, 0.2);
  EXPECT_DOUBLE_EQ(conductances(parse_pulse_trains("R_kohm\n20\n10\n", "f.csv"))[1], 1e-4);
}

TEST(PulseFiles, TwoFiles) {
  const test::TemporaryFolder folder;
  const auto up = folder.path() / "ltp.csv";
  const auto down = folder.path() / "ltd.csv";
  test::put(up, "1e-6\n2e-6\n3e-6\n");
  test::put(down, "pulse,conductance\n0,9e-6\n1,10e-6\n");
  const PulseTrains trains = read_pulse_trains(up, down, {});
  EXPECT_EQ(voltages(trains), (std::vector<double>{1, 1, 1, -1, -1}));
  EXPECT_EQ(trains.devices[0].samples[3].cycle, 1);
  EXPECT_THAT(trains.source, HasSubstr("ltp.csv and "));
  EXPECT_THAT(trains.assumptions, Contains(HasSubstr("ltd.csv: no column device")));
  EXPECT_EQ(voltages(read_pulse_trains({}, down, {})), (std::vector<double>{-1, -1}));
}

TEST(PulseFiles, TwoFilesWithVoltages) {
  const test::TemporaryFolder folder;
  const auto file = [&](const char* name, const std::string& text) {
    test::put(folder.path() / name, text);
    return folder.path() / name;
  };
  const auto up = file("up.csv", "voltage,conductance\n0,1e-6\n1.2,2e-6\n1.2,3e-6\n");
  const auto negative_up = file("negative_up.csv", "voltage,conductance\n-1.2,2e-6\n");
  const auto down = file("down.csv", "voltage,conductance\n-0.9,2e-6\n");
  const auto unsigned_down = file("unsigned_down.csv", "voltage,conductance\n0.9,2e-6\n");
  const auto plain_down = file("plain_down.csv", "3e-6\n2e-6\n");
  const auto both = file("both.csv", "voltage,conductance\n1,2e-6\n-1,1e-6\n");

  EXPECT_EQ(voltages(read_pulse_trains(up, down, {})), (std::vector<double>{0, 1.2, 1.2, -0.9}));
  const PulseTrains turned = read_pulse_trains(up, unsigned_down, {});
  EXPECT_EQ(voltages(turned), (std::vector<double>{0, 1.2, 1.2, -0.9}));
  EXPECT_TRUE(turned.set_voltage_known && turned.reset_voltage_known);
  EXPECT_THAT(turned.assumptions, Contains(HasSubstr("unsigned_down.csv: its voltages are taken with the other sign")));
  EXPECT_EQ(voltages(read_pulse_trains(negative_up, down, {})), (std::vector<double>{-1.2, 0.9})) << "negative pulses raise";

  const PulseTrains half = read_pulse_trains(negative_up, plain_down, {});
  EXPECT_EQ(voltages(half), (std::vector<double>{-1.2, 1, 1}));
  EXPECT_TRUE(half.reset_voltage_known) << "of the negative pulses, which raise";
  EXPECT_FALSE(half.set_voltage_known);
  PulseDefaults defaults;
  defaults.lowering_v = -0.8;
  EXPECT_EQ(voltages(read_pulse_trains(up, plain_down, defaults)), (std::vector<double>{0, 1.2, 1.2, -0.8, -0.8}));
  EXPECT_THAT(refusal([&] { read_pulse_trains(up, down, defaults); }),
              HasSubstr("down.csv: has a column of voltages: leave --reset-voltage"));
  EXPECT_THAT(refusal([&] { read_pulse_trains(both, {}, {}); }), HasSubstr("both.csv:3: has pulses of both signs"));
}

TEST(PulseFiles, FaultsNameFileAndLine) {
  const auto fault = [](const std::string& text, const PulseDefaults& defaults = {}) {
    return refusal([&] { parse_pulse_trains(text, "f.csv", defaults); });
  };
  EXPECT_THAT(fault("a,b\n1,2\n"), HasSubstr("f.csv:1: the header 'a,b' has no column conductance_s"));
  EXPECT_THAT(fault("1,2,3\n"), HasSubstr("f.csv:1: 3 columns without titles"));
  EXPECT_THAT(fault("pulse,conductance\n0,1e-6\n1,x\n"), HasSubstr("f.csv:3: conductance is 'x'"));
  EXPECT_THAT(fault("1e-6\n2e-6\nbad\n"), HasSubstr("f.csv:3: column 0 is 'bad'"));
  EXPECT_THAT(fault("1e-6\n-2e-6\n"), HasSubstr("f.csv:2: column 0 is -2e-6"));
  EXPECT_THAT(fault("R\n1000\n0\n"), HasSubstr("f.csv:3: R is 0, expected above 0"));
  EXPECT_THAT(fault("pulse,current\n0,1e-6\n"), HasSubstr("--read-voltage"));
  EXPECT_THAT(fault("G,conductance\n1,2\n"), HasSubstr("more than one column conductance"));
  EXPECT_THAT(fault("pulse,R (furlong)\n0,1\n"), HasSubstr("column 'R (furlong)': its unit is not known"));
  PulseDefaults defaults;
  defaults.polarity = Polarity::raising;
  EXPECT_THAT(fault("voltage_v,conductance\n1,1e-6\n", defaults), HasSubstr("the column of voltages tells the polarity"));
  EXPECT_THAT(fault("pulse,LTP,LTD\n0,1e-6,1e-6\n", defaults), HasSubstr("the titles tell the polarity"));
  defaults = {};
  defaults.raising_v = 1.0;
  EXPECT_THAT(fault("voltage_v,conductance\n1,1e-6\n", defaults), HasSubstr("has a column of voltages"));
  defaults.lowering_v = 1.0;
  EXPECT_THAT(fault("1e-6\n2e-6\n", defaults), HasSubstr("must have opposite signs"));
  defaults = {};
  defaults.duration_s = 1.0;
  EXPECT_THAT(fault("width_ns,conductance\n1,1e-6\n", defaults), HasSubstr("has a column of durations"));
  defaults = {};
  defaults.unit = "uS";
  EXPECT_THAT(fault("conductance_ns\n1\n", defaults), HasSubstr("names their unit"));
  EXPECT_THAT(fault("R\n1\n", defaults), HasSubstr("has no column of conductances"));
  defaults.unit = "ohm";
  EXPECT_THAT(fault("1\n2\n", defaults), HasSubstr("--unit ohm: expected S"));
}

}  // namespace
}  // namespace memcosim
