// SPDX-License-Identifier: Apache-2.0
// A cell model from outside the library: one struct and one call, and every path knows it.
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/cells/cell_models.hpp"
#include "memcosim/devices/cells/describe_cell.hpp"
#include "memcosim/kernels/arrays/cell_array.hpp"

namespace {

using memcosim::CellInconsistency;
using memcosim::CellParameters;
using memcosim::CellPulse;
using memcosim::Dimension;
using memcosim::ParameterInfo;

/// A conductance that relaxes towards g_max under positive and towards g_min under negative voltage, at a rate in proportion to the
/// voltage: dG/dt = k V (g_max - G) or k V (G - g_min).
struct RelaxingCell {
  static constexpr const char* name = "relaxing";
  static constexpr const char* summary = "exponential approach to a bound (a model of this test)";
  static constexpr int set_polarity = 1;
  static constexpr bool is_random = false;

  enum Parameter : std::size_t { g_min, g_max, speed };
  static constexpr ParameterInfo parameters[] = {
      {"g_min", Dimension::conductance, 1e-6, {1e-12, 1.0, false}, "lowest conductance"},
      {"g_max", Dimension::conductance, 1e-4, {1e-12, 1.0, false}, "highest conductance"},
      {"speed", Dimension::frequency, 1e6, {0.0, 1e12, false}, "rate at 1 V"},
  };

  static CellInconsistency inconsistency(const double* p) {
    if (!(p[g_min] < p[g_max])) return {g_max, "must be greater than g_min"};
    return {};
  }
  MEMCOSIM_HD static bool make_consistent(double* p) {
    if (p[g_min] < p[g_max]) return false;
    p[g_max] = p[g_min] * (1.0 + 1e-6);
    return true;
  }

  MEMCOSIM_HD static double state_low(const CellParameters& p) { return p[g_min]; }
  MEMCOSIM_HD static double state_high(const CellParameters& p) { return p[g_max]; }
  MEMCOSIM_HD static double initial_state(const CellParameters& p) { return p[g_min]; }
  MEMCOSIM_HD static double conductance(const CellParameters&, double state) { return state; }
  MEMCOSIM_HD static double state_of_conductance(const CellParameters& p, double siemens) {
    return memcosim::clamp_state<RelaxingCell>(p, siemens);
  }
  MEMCOSIM_HD static double current(const CellParameters&, double state, double volts) { return state * volts; }

  static constexpr bool follows_rate = true;
  MEMCOSIM_HD static double rate(const CellParameters& p, double state, double volts) {
    return p[speed] * volts * (volts > 0.0 ? p[g_max] - state : state - p[g_min]);
  }
  MEMCOSIM_HD static bool has_closed_form(const CellParameters&) { return true; }
  MEMCOSIM_HD static CellPulse closed_form(const CellParameters& p, double state, double volts, double seconds) {
    const double bound = volts > 0.0 ? p[g_max] : p[g_min];
    const double decay = p[speed] * ::fabs(volts) * seconds;
    const double away = state - bound;
    const double end = bound + away * ::exp(-decay);
    const double mean = decay == 0.0 ? state : bound - away * ::expm1(-decay) / decay;
    return {end, volts * volts * mean * seconds};
  }
};

const memcosim::CellModel& registered() {
  static const bool once = [] {
    memcosim::register_cell_model(memcosim::describe_cell<RelaxingCell>());
    return true;
  }();
  (void)once;
  return memcosim::cell_model("relaxing");
}

memcosim::CellSpec read(const char* yaml) {
  const memcosim::ConfigDocument document = memcosim::ConfigDocument::from_text(yaml, "test.yaml");
  memcosim::CellSpec spec = memcosim::read_cell_spec(document.root().map("device"));
  document.finish();
  return spec;
}

TEST(ForeignModel, IsInTheTableAndTakesTheSameConfiguration) {
  EXPECT_STREQ(registered().summary, RelaxingCell::summary);
  const memcosim::CellSpec spec = read("device:\n  model: relaxing\n  parameters: {g_max: 50 uS, speed: 2 MHz}\n");
  EXPECT_EQ(spec.model, "relaxing");
  EXPECT_EQ(spec.parameters, (std::vector<double>{1e-6, 50e-6, 2e6}));
}

TEST(ForeignModel, BadParametersAreReportedAsThoseOfTheLibrary) {
  registered();
  try {
    read("device:\n  model: relaxing\n  parameters: {g_max: 0.5 uS, sped: 1}\n");
    FAIL() << "expected a ConfigError";
  } catch (const memcosim::ConfigError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("must be greater than g_min"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr("speed"));
  }
}

TEST(ForeignModel, ArraysPulseVaryAndProgramIt) {
  registered();
  const memcosim::CellSpec spec = read(
      "device:\n  model: relaxing\n  variability:\n    device_to_device:\n      speed: {distribution: normal, relative_sigma: 0.2, low: "
      "0.1 "
      "MHz, high: 5 MHz}\n");
  constexpr std::uint32_t cells = 50;
  memcosim::CellArray array(spec, {1, cells, 0.2, 7, 3});
  std::vector<double> targets(cells, 30e-6);
  EXPECT_EQ(array.set_conductances(targets.data()), 0u);

  constexpr double volts = -1.5;
  constexpr double seconds = 200e-9;
  const std::vector<double> all(cells, volts);
  const std::vector<double> energy = array.pulse_all(all.data(), seconds);
  double least = 1.0;
  double most = 0.0;
  for (std::uint32_t cell = 0; cell < cells; ++cell) {
    // The rate is its own witness: the conductance tells the drawn speed, and the energy must follow from it.
    const double left = (array.conductance(cell) - 1e-6) / 29e-6;
    const double decay = -std::log(left);
    const double speed = decay / (1.5 * seconds);
    EXPECT_GE(speed, 0.1e6 * (1.0 - 1e-9));
    EXPECT_LE(speed, 5e6);
    const double siemens_seconds = 1e-6 * seconds + 29e-6 * (1.0 - left) / (speed * 1.5);
    EXPECT_NEAR(energy[cell], volts * volts * siemens_seconds, 1e-9 * energy[cell]);
    least = std::fmin(least, left);
    most = std::fmax(most, left);
  }
  EXPECT_GT(most - least, 0.02) << "the speeds differ from device to device";
}

TEST(ForeignModel, OneCellFollowsItsClosedFormOverManyPulses) {
  registered();
  memcosim::CellArray array(read("device:\n  model: relaxing\n"), {1, 1, 0.2, 1, 0});
  const double one = 1.0;
  double energy = 0.0;
  for (int i = 0; i < 1000; ++i)
    energy += array.pulse_all(&one, 1e-9).front();
  // 1000 pulses of 1 ns at 1 V are one decay constant.
  const double away = 99e-6 * std::exp(-1.0);
  EXPECT_NEAR(array.conductance(0), 1e-4 - away, 1e-12 * 1e-4);
  EXPECT_NEAR(energy, 1e-4 * 1e-6 - 99e-6 * 1e-6 * (1.0 - std::exp(-1.0)), 1e-10 * energy);
}

TEST(ForeignModel, ANameIsTakenOnce) {
  EXPECT_THROW(memcosim::register_cell_model(registered()), memcosim::InputError);
  EXPECT_THROW(memcosim::register_cell_model(memcosim::describe_cell<memcosim::OhmicCell>()), memcosim::InputError);
}

/// A table whose default is outside of its own range.
struct MalformedCell : RelaxingCell {
  static constexpr const char* name = "malformed";
  static constexpr ParameterInfo parameters[] = {{"g_min", Dimension::conductance, 2.0, {1e-12, 1.0, false}, "lowest conductance"}};
};

TEST(ForeignModel, AMalformedTableIsRefused) {
  EXPECT_THROW(memcosim::register_cell_model(memcosim::describe_cell<MalformedCell>()), memcosim::InputError);
}

}  // namespace
