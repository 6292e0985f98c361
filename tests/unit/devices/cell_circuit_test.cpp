// SPDX-License-Identifier: Apache-2.0
// Current laws and access devices: laws by hand, voltages by Kirchhoff, bad input by name.
#include "memcosim/devices/cell_base/cell_circuit.hpp"

#include <cmath>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/devices/cell_base/cell_circuit_config.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/cells/ohmic_cell.hpp"
#include "memcosim/devices/cells/stanford_pku_cell.hpp"

#include "temporary_folder.hpp"

namespace memcosim {
namespace {

using ::testing::HasSubstr;

const double ohmic[] = {1e-9, 1.0};

CellCircuit with_law(CurrentLaw::Kind kind) {
  CellCircuit circuit;
  circuit.law.kind = kind;
  return circuit;
}

TEST(CurrentLaw, ShapesByHand) {
  CellCircuit sinh = with_law(CurrentLaw::Kind::sinh);
  sinh.law.v0 = 0.2;
  CellCircuit cubic = with_law(CurrentLaw::Kind::polynomial);
  cubic.law.c2 = 0.3;
  cubic.law.c3 = -0.2;
  cubic.law.straight_above_v = 1.0;
  CellCircuit table = with_law(CurrentLaw::Kind::table);
  table.law.points = 2;
  table.law.volts[0] = 0.5;
  table.law.volts[1] = 1.0;
  table.law.relative[0] = 1.0;
  table.law.relative[1] = 4.0;
  const CellParameters p{ohmic, 0.25, nullptr};
  const double g = 1e-5;
  const auto current = [&](const CellCircuit& circuit, double v) { return port_current<OhmicCell>(p, circuit, g, v); };
  const auto polynomial = [](double v) { return v + 0.3 * v * v - 0.2 * v * v * v; };
  for (const double sign : {1.0, -1.0}) {
    // All pass through G V_read at the read voltage.
    for (const CellCircuit& circuit : {sinh, cubic, table})
      EXPECT_NEAR(current(circuit, sign * 0.25), sign * g * 0.25, 1e-20);
    EXPECT_NEAR(current(sinh, sign * 0.7), sign * g * 0.25 * std::sinh(3.5) / std::sinh(1.25), 1e-18);
    EXPECT_NEAR(current(cubic, sign * 0.7), sign * g * 0.25 * polynomial(0.7) / polynomial(0.25), 1e-18);
    // From 1 V on a straight line with the slope 1 + 0.6 - 0.6.
    EXPECT_NEAR(current(cubic, sign * 3.0), sign * g * 0.25 * (1.1 + 2.0 * 1.0) / polynomial(0.25), 1e-18);
    EXPECT_NEAR(current(table, sign * 0.75), sign * g * 0.25 * 2.5 / 0.5, 1e-18);
    EXPECT_NEAR(current(table, sign * 2.0), sign * g * 0.25 * 10.0 / 0.5, 1e-18);  // the last piece goes on
  }
}

TEST(CurrentLaw, ATableWithPointsBelowZeroIsNotOdd) {
  CellCircuit circuit;
  circuit.law = table_law({{1.0, 4.0}, {-1.0, -0.1}, {0.5, 1.0}, {-2.0, -0.4}});
  EXPECT_NO_THROW(check(circuit));
  const CellParameters p{ohmic, 0.25, nullptr};
  const auto current = [&](double v) { return port_current<OhmicCell>(p, circuit, 1e-5, v); };
  // The conductance is that at the read voltage, above 0 V; the table says all else.
  EXPECT_NEAR(current(0.25), 1e-5 * 0.25, 1e-20);
  EXPECT_NEAR(current(1.0), 1e-5 * 0.25 * 4.0 / 0.5, 1e-18);
  EXPECT_NEAR(current(-0.5), -1e-5 * 0.25 * 0.05 / 0.5, 1e-19);
  EXPECT_NEAR(current(-1.5), -1e-5 * 0.25 * 0.25 / 0.5, 1e-19);
  EXPECT_NEAR(current(-3.0), -1e-5 * 0.25 * 0.7 / 0.5, 1e-19);
  EXPECT_EQ(current(0.0), 0.0);
  double before = -HUGE_VAL;
  for (int i = -300; i <= 300; ++i) {
    EXPECT_GT(current(0.01 * i), before) << i;
    before = current(0.01 * i);
  }
  EXPECT_THROW(table_law(std::vector<std::pair<double, double>>(CurrentLaw::max_points + 1, {1.0, 1.0})), InputError);
}

/// Surroundings with their voltage drop as a function of the current, written again.
struct Case {
  const char* name;
  CellCircuit circuit;
  double ohms;
};

std::vector<Case> cases() {
  CellCircuit transistor;
  transistor.access = {AccessDevice::Kind::transistor, 4e3, 0.0, 1.0, 0.0, 0.0, 0.0};
  CellCircuit exponential;
  exponential.access = {AccessDevice::Kind::selector_exponential, 0.0, 0.0, HUGE_VAL, 0.0, 1e-10, 0.06};
  CellCircuit threshold;
  threshold.access = {AccessDevice::Kind::selector_threshold, 2e3, 1e8, HUGE_VAL, 0.5, 0.0, 0.0};
  CellCircuit sinh = transistor;
  sinh.law.kind = CurrentLaw::Kind::sinh;
  sinh.law.v0 = 0.05;
  CellCircuit rectifying = transistor;
  rectifying.law = table_law({{-2.0, -1e-3}, {-0.5, -1e-5}, {0.1, 0.1}, {1.0, 20.0}});
  return {{"series", {}, 3e3}, {"transistor", transistor, 0.0}, {"exponential", exponential, 1e3}, {"threshold", threshold, 0.0},
          {"sinh", sinh, 1e2}, {"rectifying", rectifying, 1e2}};
}

double drop(const Case& item, double total_v, double amperes) {
  const AccessDevice& access = item.circuit.access;
  double volts = item.ohms * amperes;
  if (access.kind == AccessDevice::Kind::transistor) volts += access.on_ohms * amperes;
  if (access.kind == AccessDevice::Kind::selector_exponential) volts += access.v0_v * std::asinh(amperes / access.i0_a);
  if (access.kind == AccessDevice::Kind::selector_threshold) {
    volts += (std::fabs(total_v) < access.threshold_v ? access.off_ohms : access.on_ohms) * amperes;
  }
  return volts;
}

template <typename Model>
void expect_kirchhoff(const CellParameters& p) {
  for (const Case& item : cases()) {
    for (const double share : {0.0, 0.01, 0.3, 1.0}) {
      const double state = Model::state_low(p) + share * (Model::state_high(p) - Model::state_low(p));
      for (const double total : {1e-6, 0.05, 0.4, 0.6, 2.0, 10.0}) {
        for (const double sign : {1.0, -1.0}) {
          const double v = cell_voltage<Model>(p, item.circuit, item.ohms, state, sign * total);
          const double amperes = cell_current<Model>(p, item.circuit.law, state, v);
          // An error of the cell's voltage in the last place is one of the drop that is larger by the ratio of the conductances.
          const double nudged = cell_current<Model>(p, item.circuit.law, state, v * (1.0 + 4e-16));
          const double floor = 4e-15 * total + std::fabs(drop(item, total, nudged) - drop(item, total, amperes));
          EXPECT_NEAR(v + drop(item, total, amperes), sign * total, floor) << item.name << ' ' << share << ' ' << sign * total;
          EXPECT_GT(v * sign, 0.0);
        }
      }
    }
  }
}

TEST(AccessDevice, VoltagesAddUp) {
  expect_kirchhoff<OhmicCell>({ohmic, 0.1, nullptr});
  std::vector<double> pku;
  for (const ParameterInfo& info : StanfordPkuCell::parameters)
    pku.push_back(info.fallback);
  expect_kirchhoff<StanfordPkuCell>({pku.data(), 0.1, nullptr});
}

TEST(AccessDevice, TheTransistorCarriesAtMostItsCompliance) {
  CellCircuit circuit;
  circuit.access = {AccessDevice::Kind::transistor, 1e3, 0.0, 50e-6, 0.0, 0.0, 0.0};
  const CellParameters p{ohmic, 0.1, nullptr};
  const double g = 1e-3;  // 1 kohm: 50 uA at 100 mV over both
  EXPECT_NEAR(port_current<OhmicCell>(p, circuit, g, 0.08), 40e-6, 1e-18);
  EXPECT_NEAR(port_current<OhmicCell>(p, circuit, g, 0.0999), 49.95e-6, 1e-18);
  for (const double volts : {0.101, 0.5, 10.0}) {
    EXPECT_NEAR(port_current<OhmicCell>(p, circuit, g, volts), 50e-6, 1e-17) << volts;
    EXPECT_NEAR(port_current<OhmicCell>(p, circuit, g, -volts), -50e-6, 1e-17) << volts;
    EXPECT_NEAR(cell_voltage<OhmicCell>(p, circuit, 0.0, g, volts), 0.05, 1e-14) << volts;
  }
}

TEST(AccessDevice, TheThresholdSelectorIsOffBelowItsThreshold) {
  CellCircuit circuit;
  circuit.access = {AccessDevice::Kind::selector_threshold, 1e3, 1e9, HUGE_VAL, 0.4, 0.0, 0.0};
  const CellParameters p{ohmic, 0.1, nullptr};
  EXPECT_NEAR(port_current<OhmicCell>(p, circuit, 1e-4, 0.3) / (0.3 / 1.00001e9), 1.0, 1e-12);
  EXPECT_NEAR(port_current<OhmicCell>(p, circuit, 1e-4, 0.5) / (0.5 / 1.1e4), 1.0, 1e-12);
}

TEST(AccessDevice, EnergyOfAPulseIsThatOfTheSource) {
  // An ohmic cell behind a transistor at its compliance: V I t, whatever is across the cell.
  CellCircuit circuit;
  circuit.access = {AccessDevice::Kind::transistor, 1e3, 0.0, 50e-6, 0.0, 0.0, 0.0};
  const CellPulse pulse = apply_pulse<OhmicCell>({ohmic, 0.1, nullptr}, circuit, 1e-3, {2.0, 1e-6, 0.0, {}}, {});
  EXPECT_NEAR(pulse.energy_j / (2.0 * 50e-6 * 1e-6), 1.0, 1e-12);
}

CellCircuit read(const std::string& yaml, const std::filesystem::path& folder = {}) {
  const ConfigDocument document = ConfigDocument::from_text(yaml, "test.yaml", {}, folder);
  const CellCircuit circuit = read_cell_circuit(document.root().map("device"), {});
  document.finish();
  check(circuit);
  return circuit;
}

std::string fault(const std::string& yaml, const std::filesystem::path& folder = {}) {
  try {
    read(yaml, folder);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no fault";
}

TEST(CellCircuitConfig, ReadsEveryLaw) {
  EXPECT_EQ(read("device: {}").law.kind, CurrentLaw::Kind::model);
  const CellCircuit sinh = read("device: {current_law: {law: sinh, voltage: 0.3 V}}");
  EXPECT_EQ(sinh.law.kind, CurrentLaw::Kind::sinh);
  EXPECT_EQ(sinh.law.v0, 0.3);
  const CellCircuit cubic = read("device: {current_law: {law: cubic, c3: -0.25, straight_above: 1 V}}");
  EXPECT_EQ(cubic.law.kind, CurrentLaw::Kind::polynomial);
  EXPECT_EQ(cubic.law.c2, 0.0);
  EXPECT_EQ(cubic.law.c3, -0.25);
  EXPECT_EQ(cubic.law.straight_above_v, 1.0);
  EXPECT_EQ(read("device: {current_law: {law: polynomial, c2: 0.5, c3: 0.1}}").law.c2, 0.5);
}

TEST(CellCircuitConfig, ALawThatFallsIsRefused) {
  // V - 0.25 V^3 has its maximum at 1 / sqrt(0.75) V.
  EXPECT_THAT(fault("device: {current_law: {law: cubic, c3: -0.25}}"), HasSubstr("falls above 1.1547 V"));
  EXPECT_THAT(fault("device: {current_law: {law: cubic, c3: -0.25, straight_above: 1.2 V}}"), HasSubstr("straight_above"));
  EXPECT_EQ(fault("device: {current_law: {law: cubic, c3: -0.25, straight_above: 1.15 V}}"), "no fault");
  // 1 - 2 v + 0.9 v^2 * 3 dips below zero between two positive roots.
  EXPECT_THAT(fault("device: {current_law: {law: polynomial, c2: -1, c3: 0.3}}"), HasSubstr("falls above"));
  EXPECT_EQ(fault("device: {current_law: {law: polynomial, c2: -1, c3: 0.5}}"), "no fault");
}

TEST(CellCircuitConfig, TablesComeFromCsv) {
  const test::TemporaryFolder folder;
  const auto write = [&](const std::string& text) { std::ofstream(folder.path() / "iv.csv") << text; };
  const std::string yaml = "device: {current_law: {law: table, file: iv.csv}}";
  write("voltage_v,current_a\n0,0\n0.5,1e-6\n1.0,4e-6\n");
  const CellCircuit circuit = read(yaml, folder.path());
  EXPECT_EQ(circuit.law.points, 2);
  EXPECT_EQ(circuit.law.volts[1], 1.0);
  EXPECT_EQ(circuit.law.relative[0], 1e-6);
  write("voltage_v,current_a\n0.5,1e-6\n1.0,1e-6\n");
  EXPECT_THAT(fault(yaml, folder.path()), HasSubstr("must rise strictly with the voltage"));
  write("voltage_v,current_a\n-1,-5e-7\n-0.5,-1e-7\n0,0\n0.5,1e-6\n");
  const CellCircuit rectifying = read(yaml, folder.path());
  EXPECT_EQ(rectifying.law.points, 1);
  EXPECT_EQ(rectifying.law.points_below, 2);
  EXPECT_EQ(rectifying.law.shape(-0.75), -3e-7);
  EXPECT_EQ(rectifying.law.shape(0.75), 1.5e-6);
  write("voltage_v,current_a\n-1,-1e-7\n-0.5,-2e-7\n0.5,1e-6\n");
  EXPECT_THAT(fault(yaml, folder.path()), HasSubstr("the point at -1 V does not"));
  write("voltage_v,current_a\n-0.5,1e-7\n0.5,1e-6\n");
  EXPECT_THAT(fault(yaml, folder.path()), HasSubstr("the point at -0.5 V does not"));
  write("voltage_v,current_a\n-0.5,-1e-7\n");
  EXPECT_THAT(fault(yaml, folder.path()), HasSubstr("at least 1 point above 0 V"));
  write("v,i\n0.5,1e-6\n");
  EXPECT_THAT(fault(yaml, folder.path()), HasSubstr("expected voltage_v and current_a"));
  write("voltage_v,current_a\n0.5;1e-6\n");
  EXPECT_THAT(fault(yaml, folder.path()), HasSubstr("iv.csv:2: 1 fields"));
  write("voltage_v,current_a\n");
  EXPECT_THAT(fault(yaml, folder.path()), HasSubstr("points"));
  EXPECT_THAT(fault("device: {current_law: {law: table, file: none.csv}}", folder.path()), HasSubstr("none.csv"));
  EXPECT_THAT(fault("device: {current_law: {law: table}}"), HasSubstr("file"));
}

TEST(CellCircuitConfig, ReadsEveryAccessDevice) {
  const CellCircuit transistor = read("device: {access: {kind: transistor, resistance: 2 kohm, compliance: 50 uA}}");
  EXPECT_EQ(transistor.access.on_ohms, 2000.0);
  EXPECT_EQ(transistor.access.compliance_a, 50e-6);
  const CellCircuit exponential = read("device: {access: {kind: selector_exponential, current: 1 pA, voltage: 50 mV}}");
  EXPECT_EQ(exponential.access.i0_a, 1e-12);
  EXPECT_EQ(exponential.access.v0_v, 0.05);
  const CellCircuit threshold =
      read("device: {access: {kind: selector_threshold, resistance: 1 kohm, off_resistance: 1 Gohm, threshold: 0.4 V}}");
  EXPECT_EQ(threshold.access.off_ohms, 1e9);
  EXPECT_EQ(threshold.access.threshold_v, 0.4);
}

TEST(CellCircuitConfig, FaultsNameTheKey) {
  EXPECT_THAT(fault("device: {access: {kind: transistor, threshold: 0.4 V}}"), HasSubstr("device.access.threshold"));
  EXPECT_THAT(fault("device: {access: {kind: transistor, compliance: 0 A}}"), HasSubstr("device.access.compliance"));
  EXPECT_THAT(fault("device: {access: {kind: selector_threshold, resistance: 1 kohm, off_resistance: 10 ohm}}"),
              HasSubstr("device.access.off_resistance"));
  EXPECT_THAT(fault("device: {access: {kind: diode}}"), HasSubstr("selector_threshold"));
  EXPECT_THAT(fault("device: {current_law: {law: sinh, voltage: 1 mV}}"), HasSubstr("device.current_law.voltage"));
}

TEST(CellCircuitConfig, TheEffectiveConfigurationReadsBack) {
  for (const char* yaml : {"device: {}", "device: {current_law: {law: cubic, c3: 0.2}, access: {kind: transistor}}",
                           "device: {current_law: {law: sinh}, access: {kind: selector_exponential}}"}) {
    const ConfigDocument document = ConfigDocument::from_text(yaml, "test.yaml");
    const CellCircuit first = read_cell_circuit(document.root().map("device"), {});
    document.finish();
    const CellCircuit again = read(document.effective_yaml());
    EXPECT_EQ(again.law.kind, first.law.kind);
    EXPECT_EQ(again.law.c3, first.law.c3);
    EXPECT_EQ(again.law.v0, first.law.v0);
    EXPECT_EQ(again.access.kind, first.access.kind);
    EXPECT_EQ(again.access.i0_a, first.access.i0_a);
  }
}

TEST(CellCircuitConfig, SteppingIsRead) {
  const ConfigDocument document =
      ConfigDocument::from_text("device: {stepping: {mode: sampled, tolerance: 1e-8, sample: 2 ns}}", "test.yaml");
  const SteppingSpec spec = read_stepping(document.root().map("device"), {});
  document.finish();
  EXPECT_EQ(spec.mode, Stepping::sampled);
  EXPECT_EQ(spec.tolerance, 1e-8);
  EXPECT_EQ(spec.sample_s, 2e-9);
}

TEST(CellCircuit, CheckRefusesWhatTheReaderWouldNotLetThrough) {
  CellCircuit falling = with_law(CurrentLaw::Kind::polynomial);
  falling.law.c3 = -0.25;
  EXPECT_THROW(check(falling), InputError);
  falling.law.straight_above_v = 1.0;
  EXPECT_NO_THROW(check(falling));
  CellCircuit empty = with_law(CurrentLaw::Kind::table);
  EXPECT_THROW(check(empty), InputError);
  CellCircuit steep = with_law(CurrentLaw::Kind::sinh);
  steep.law.v0 = 1e-3;
  EXPECT_THROW(check(steep), InputError);
  CellCircuit selector;
  selector.access.kind = AccessDevice::Kind::selector_exponential;
  EXPECT_THROW(check(selector), InputError);
  EXPECT_THROW(check(SteppingSpec{Stepping::adaptive, 1e-20, 1e-9}), InputError);
}

}  // namespace
}  // namespace memcosim
