// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/run_warnings.hpp"

#include <utility>

#include <fmt/format.h>

#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/draw_limits.hpp"
#include "memcosim/devices/held_cells.hpp"
#include "memcosim/devices/read_movement.hpp"
#include "memcosim/networks/images/input_warnings.hpp"
#include "memcosim/runs/idle_keys.hpp"

namespace memcosim {
namespace {

constexpr double most_failed = 0.01;  ///< share of written cells that may fail without a warning

void warn_of_failed_cells(const SimulationOutcome& outcome, std::vector<std::string>& warnings) {
  std::uint64_t written = 0;
  std::uint64_t failed = 0;
  for (const ArrayState& array : outcome.state.arrays) {
    written += array.programming.written_cells;
    failed += array.programming.failed_cells;
  }
  if (written == 0) return;
  const double share = static_cast<double>(failed) / static_cast<double>(written);
  if (share <= most_failed) return;
  warnings.push_back(
      fmt::format("{} of {} programmed cells ({:.1f} %) did not reach their target: compare programming.set and programming.reset "
                  "(amplitudes, duration), programming.tolerance and programming.max_pulses with what the device needs.",
                  failed, written, 100.0 * share));
}

void warn_of_moving_reads(const SimulationOutcome& outcome, std::vector<std::string>& warnings) {
  if (!outcome.reads || outcome.reads->largest <= warned_read_movement) return;
  warnings.push_back(
      fmt::format("Reads moved a cell by {:.3g} % of the range of its state within {} image{}, through which the values took it to stand "
                  "still: lower array.read_voltage{}.",
                  100.0 * outcome.reads->largest, outcome.reads->every, outcome.reads->every == 1 ? "" : "s",
                  outcome.reads->every == 1 ? "" : " or device.read_disturb.every"));
}

/// Warns if pulses cannot move the cells from the initial state of the model, in which the programmer finds them.
void warn_of_held_cells(const RunSpec& spec, std::vector<std::string>& warnings) {
  if (spec.programming != ProgrammingMethod::write_verify) return;
  const double read_voltage_v = spec.chip.macro.read_voltage_v;
  const double start = cell_model(spec.cell.model).initial_state(nominal_cell(spec.cell, read_voltage_v));
  const std::string reason = why_held(spec.cell, read_voltage_v, start);
  if (!reason.empty()) warnings.push_back(fmt::format("Write-verify moves no cell. {}", reason));
}

}  // namespace

std::vector<std::string> configuration_warnings(const RunSpec& spec) {
  std::vector<std::string> warnings = idle_key_warnings(spec);
  const auto add = [&](const std::vector<std::string>& more) { warnings.insert(warnings.end(), more.begin(), more.end()); };
  add(spec.chip.macro.costs.warnings);
  add(spread_warnings(spec.cell));
  warn_of_held_cells(spec, warnings);
  const MacroSpec& macro = spec.chip.macro;
  const bool verifies = spec.programming == ProgrammingMethod::write_verify;
  add(read_movement_warnings(spec.cell, macro.read_voltage_v, spec.values == ValueMode::none ? 0.0 : macro.slice_s(),
                             macro.programming.verify.read_voltage_v, verifies ? verify_seconds(macro.programming.verify) : 0.0));
  return warnings;
}

std::vector<std::string> result_warnings(const RunSpec& spec, const SimulationOutcome& outcome) {
  std::vector<std::string> warnings;
  if (spec.output.pulse_trains && outcome.pulse_counts.empty())
    warnings.emplace_back("output.pulse_trains has no effect: the arrays were loaded (--load-state), not programmed.");
  warn_of_failed_cells(outcome, warnings);
  const MappingPlan& plan = outcome.compiled.plan;
  const std::size_t cells = plan.tiles.size() * plan.array_rows * plan.array_columns;
  for (std::string& warning : counted_spread_warnings(spec.cell, outcome.clamped_draws, outcome.adjusted_cells, cells))
    warnings.push_back(std::move(warning));
  for (std::string& warning : input_warnings(outcome.compiled.network, outcome.images, outcome.software_classes))
    warnings.push_back(std::move(warning));
  warn_of_moving_reads(outcome, warnings);
  return warnings;
}

}  // namespace memcosim
