// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cell_variation.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/kernels/arrays/cell_array.hpp"
#include "memcosim/kernels/arrays/row_programmer.hpp"
#include "memcosim/kernels/cuda/cells/resident_cells.hpp"

#include "gpu_test.hpp"

// Cells with everything that a specification can ask for, and what the host does with them.
namespace memcosim::testing {

inline constexpr CellArrayPlace test_place = {24, 20, 0.2, 0x5eed, 5};

struct CellCase {
  std::string name;
  CellSpec spec;
  CellUse use;
};

/// Pulses of a write-verify to 1 % of the window.
inline WriteVerifySpec write_spec(const CellUse& use) {
  WriteVerifySpec spec;
  spec.set = {use.set.start_v, use.set.step_v, use.set.limit_v, use.set.duration_s};
  spec.reset = {use.reset.start_v, use.reset.step_v, use.reset.limit_v, use.reset.duration_s};
  spec.tolerance_s = 0.01 * (use.g_max - use.g_min);
  spec.verify = {10, 1.3 * use.g_max, 1, 0.0, test_place.read_voltage_v, 1e-8};
  spec.max_pulses = 60;
  spec.max_reversals = 10;
  return spec;
}

/// The first parameters that are numbers vary from device to device by 3 %, the one after them from cycle to cycle by 1 %.
inline void vary(CellSpec& spec, Distribution distribution, bool truncated) {
  const CellModel& model = cell_model(spec.model);
  for (std::size_t k = 0; k < model.parameter_count && spec.cycle_variations.empty(); ++k) {
    const double value = spec.parameters[k];
    if (model.parameters[k].words != nullptr || value == 0.0) continue;
    const double a = value * 0.9;
    const double b = value * 1.1;
    const double low = std::max(std::min(a, b), model.parameters[k].range.low);
    const double high = std::min(std::max(a, b), model.parameters[k].range.high);
    const double sigma = (distribution == Distribution::log_normal ? 1.0 : std::fabs(value)) * 0.03;
    const Variation variation{k, distribution, sigma, low, high, truncated};
    if (spec.variations.size() < 3) {
      spec.variations.push_back(variation);
    } else {
      spec.cycle_variations.push_back(variation);
      spec.cycle_variations.back().sigma /= 3.0;
    }
  }
}

/// Targets across the window.
inline std::vector<double> random_targets(const CellUse& use, std::size_t count, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> share(0.1, 0.9);
  std::vector<double> targets(count);
  for (double& target : targets)
    target = use.g_min + share(generator) * (use.g_max - use.g_min);
  return targets;
}

/// Voltages of both polarities within the pulses of a device; a quarter is zero.
inline std::vector<double> random_volts(const CellUse& use, std::size_t count, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> share(0.0, 1.0);
  std::vector<double> volts(count);
  for (double& value : volts) {
    const double kind = share(generator);
    const double set = use.set.start_v + share(generator) * (use.set.limit_v - use.set.start_v);
    const double reset = use.reset.start_v + share(generator) * (use.reset.limit_v - use.reset.start_v);
    value = kind < 0.25 ? 0.0 : (kind < 0.625 ? set : -reset);
  }
  return volts;
}

/// The write-verify of the host, on ideal lines.
inline ProgramResult write_on_host(CellArray& cells, const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns,
                                   const std::vector<double>& targets, std::uint64_t event) {
  ProgramResult result = ProgramResult::of_region(rows, columns);
  const std::unique_ptr<RowAccess> access = make_row_access({}, test_place.rows, test_place.columns, cells);
  const bool reads_move = cells.moves_when_read(spec.verify.read_voltage_v, true);
  for (std::uint32_t row = 0; row < rows; ++row) {
    const std::size_t first = std::size_t{row} * columns;
    RowProgrammer(cells, *access)
        .write({&spec, row, row * test_place.columns, columns, targets.data() + first, event, first, row, reads_move}, result);
  }
  for (std::size_t k = 0; k < targets.size(); ++k) {
    const auto cell = static_cast<std::uint32_t>(k / columns * test_place.columns + k % columns);
    result.residual_s[k] = cells.conductance_at(cell, spec.verify.read_voltage_v) - targets[k];
  }
  return result;
}

/// Models whose functions are products, sums, roots and quotients alone: states are the same bits.
inline bool is_free_of_libm(const CellSpec& spec) {
  static const std::set<std::string> models = {"ohmic",       "vteam",       "crosssim_linear", "constant_step",
                                               "linear_step", "soft_bounds", "piecewise_step",  "step_table"};
  const auto uses = [](const Variation& variation) { return uses_libm(variation); };
  if (std::any_of(spec.cycle_variations.begin(), spec.cycle_variations.end(), uses)) return false;
  if (spec.model == "vteam") return spec.circuit.is_plain() && cell_model(spec.model).has_closed_form(spec.parameters.data());
  return models.count(spec.model) == 1 && spec.circuit.is_plain();
}

/// Relative to the range of the state: rounding of libm. Behind an access device the voltage is the root of an equation with exponentials
/// in it, which magnifies that.
inline double bound_of(const CellSpec& spec) {
  return spec.circuit.is_plain() ? 1e-12 : 1e-11;
}

inline void expect_near(const std::vector<double>& gpu, const std::vector<double>& host, double bound, const std::string& what) {
  ASSERT_EQ(gpu.size(), host.size()) << what;
  for (std::size_t i = 0; i < host.size(); ++i)
    ASSERT_LE(std::fabs(gpu[i] - host[i]), bound) << what << ", cell " << i << ": " << gpu[i] << ", host " << host[i];
}

inline void expect_relative(const std::vector<double>& gpu, const std::vector<double>& host, double bound, const std::string& what) {
  ASSERT_EQ(gpu.size(), host.size()) << what;
  for (std::size_t i = 0; i < host.size(); ++i)
    ASSERT_LE(std::fabs(gpu[i] - host[i]), bound * std::fabs(host[i])) << what << ", cell " << i << ": " << gpu[i] << ", host " << host[i];
}

inline double state_range(const CellArray& cells, const CellSpec& spec) {
  const CellModel& model = cell_model(spec.model);
  const CellParameters nominal = nominal_cell(spec, cells.read_voltage_v());
  return model.state_high(nominal) - model.state_low(nominal);
}

inline void expect_same_cells(const cuda::ResidentCells& resident, const CellArray& cells, const CellCase& given, const std::string& when) {
  const CellArrayState host = cells.state();
  const std::vector<double> states = resident.states();
  const std::string what = given.name + " " + when;
  if (is_free_of_libm(given.spec)) {
    ASSERT_EQ(states, host.cells) << what;
  } else {
    expect_near(states, host.cells, bound_of(given.spec) * state_range(cells, given.spec), what);
  }
  ASSERT_EQ(resident.pulses(), host.pulses) << what;
}

inline void expect_same_result(const ProgramResult& gpu, const ProgramResult& host, const CellCase& given) {
  const double bound = bound_of(given.spec);
  ASSERT_EQ(gpu.pulses, host.pulses) << given.name;
  ASSERT_EQ(gpu.reads, host.reads) << given.name;
  ASSERT_EQ(gpu.outcome, host.outcome) << given.name;
  expect_relative(gpu.pulse_energy_j, host.pulse_energy_j, bound, given.name + " pulse energy");
  expect_relative(gpu.read_energy_j, host.read_energy_j, bound, given.name + " read energy");
  expect_near(gpu.residual_s, host.residual_s, bound * given.use.g_max, given.name + " residual");
  ASSERT_EQ(gpu.rows.size(), host.rows.size());
  for (std::size_t row = 0; row < host.rows.size(); ++row) {
    ASSERT_EQ(gpu.rows[row].reads, host.rows[row].reads) << given.name << " row " << row;
    ASSERT_EQ(gpu.rows[row].sets, host.rows[row].sets) << given.name << " row " << row;
    ASSERT_EQ(gpu.rows[row].resets, host.rows[row].resets) << given.name << " row " << row;
  }
}

inline CellCase case_of_preset(const std::string& preset) {
  const CellSpec spec = preset_cell_spec(preset);
  return {preset, spec, cell_use(spec)};
}

}  // namespace memcosim::testing
