// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "memcosim/devices/cell_presets.hpp"
#include "memcosim/kernels/cell_array.hpp"
#include "memcosim/kernels/row_programmer.hpp"

// Cells with everything that a specification can ask for, and what the host does with them.
namespace memcosim::testing {

inline constexpr CellArrayPlace bank_place = {24, 20, 0.2, 0x5eed, 5};

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
  spec.verify = {10, 1.3 * use.g_max, 1, 0.0, bank_place.read_voltage_v, 1e-8};
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
  ProgramResult result;
  result.pulses.resize(targets.size());
  result.reads.resize(targets.size());
  result.pulse_energy_j.resize(targets.size());
  result.read_energy_j.resize(targets.size());
  result.outcome.resize(targets.size());
  result.residual_s.resize(targets.size());
  result.rows.resize(rows);
  const std::unique_ptr<RowAccess> access = make_row_access({}, bank_place.rows, bank_place.columns, cells);
  for (std::uint32_t row = 0; row < rows; ++row) {
    const std::size_t first = std::size_t{row} * columns;
    RowProgrammer(cells, *access).write({&spec, row, row * bank_place.columns, columns, targets.data() + first, event, first, row}, result);
  }
  for (std::size_t k = 0; k < targets.size(); ++k) {
    const auto cell = static_cast<std::uint32_t>(k / columns * bank_place.columns + k % columns);
    result.residual_s[k] = cells.conductance(cell) - targets[k];
  }
  return result;
}

}  // namespace memcosim::testing
