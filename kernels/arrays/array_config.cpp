// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/arrays/array_config.hpp"

#include <cmath>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/units.hpp"
#include "memcosim/devices/cells/cell_model.hpp"

namespace memcosim {

namespace {

constexpr std::uint32_t most_lines = 1u << 16;
constexpr std::uint32_t most_levels = 1u << 16;  ///< with more levels, single precision does not resolve 2^-8 of a level
constexpr double window_slack = 1e-9;            ///< relative, for rounding: windows are often computed as 1 / r_off and 1 / r_on

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

}  // namespace memcosim
