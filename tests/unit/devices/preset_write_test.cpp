// SPDX-License-Identifier: Apache-2.0
// Every preset that pulses can move is written by the write-verify loop with its own pulses: from both ends of its range to targets across
// its window, within 1 % of the window, through a 10-bit verify converter.
#include <cmath>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"

namespace memcosim {
namespace {

/// Presets that the loop cannot write to 1 %, with the reason. A preset that has become writable must leave this list.
const std::map<std::string, std::string>& unwritable() {
  static const std::map<std::string, std::string> presets = {
      {"mtj_cofeb_ikeda2010", "has two states"},
  };
  return presets;
}

WriteVerifySpec write_spec(const CellUse& use) {
  WriteVerifySpec spec;
  spec.set = {use.set.start_v, use.set.step_v, use.set.limit_v, use.set.duration_s};
  spec.reset = {use.reset.start_v, use.reset.step_v, use.reset.limit_v, use.reset.duration_s};
  spec.tolerance_s = 0.01 * (use.g_max - use.g_min);
  spec.verify = {10, 1.05 * use.g_max, 1, 0.0, use.read_voltage_v, 1e-8};
  spec.max_pulses = use.max_pulses;
  spec.max_reversals = use.max_reversals;
  return spec;
}

struct Written {
  WriteVerifyFsm fsm;
  double siemens;
};

Written write(const CellSpec& cell, const CellUse& use, double start, double target_s, std::uint32_t number) {
  const CellModel& model = cell_model(cell.model);
  const CellParameters p = nominal_cell(cell, use.read_voltage_v);
  const WriteVerifySpec spec = write_spec(use);
  WriteVerifyFsm fsm = start_write(spec, target_s);
  double state = start;
  PulseDraws draws{7, 0, number, 0};
  while (true) {
    const double siemens = model.conductance(p, cell.circuit, state);
    const WriteAction action = fsm.decide(spec, verify_code(spec.verify, siemens, 0.0, {}, fsm.reads));
    if (action == WriteAction::done || action == WriteAction::fail) return {fsm, siemens};
    if (action == WriteAction::read) continue;
    const double volts = pulse_voltage(model.set_polarity, action, fsm.amplitude);
    const double seconds = action == WriteAction::set_pulse ? spec.set.duration_s : spec.reset.duration_s;
    state = model.apply_pulse(p, cell.circuit, state, {volts, seconds, 0.0, cell.stepping}, draws).state;
    ++draws.pulse;
  }
}

TEST(CellPresets, TheWriteVerifyLoopReachesEveryTarget) {
  for (const CellPreset& preset : cell_presets()) {
    const CellSpec cell = preset_cell_spec(preset.name);
    const CellModel& model = cell_model(cell.model);
    if (model.set_polarity == 0) continue;  // set by conductance alone
    const CellUse use = cell_use(cell);
    const CellParameters p = nominal_cell(cell, use.read_voltage_v);
    const double lsb = 1.05 * use.g_max / 1023.0;
    int failed = 0;
    std::uint32_t most_pulses = 0;
    double sum_pulses = 0.0;
    std::uint32_t number = 0;
    for (const double start : {model.state_low(p), model.state_high(p)}) {
      for (int target = 0; target <= 20; ++target) {
        const double target_s = use.g_min + (use.g_max - use.g_min) * target / 20.0;
        const Written written = write(cell, use, start, target_s, number++);
        const bool fine =
            written.fsm.outcome == WriteOutcome::done && std::fabs(written.siemens - target_s) <= 0.01 * (use.g_max - use.g_min) + lsb;
        most_pulses = std::max(most_pulses, written.fsm.pulses);
        sum_pulses += written.fsm.pulses;
        if (fine) continue;
        ++failed;
        EXPECT_EQ(unwritable().count(preset.name), 1u)
            << preset.name << " from " << start << " to " << target_s << ": at " << written.siemens << " after " << written.fsm.pulses
            << " pulses and " << written.fsm.reversals << " reversals";
      }
    }
    if (unwritable().count(preset.name) == 1) {
      EXPECT_GT(failed, 0) << preset.name << " can be written: take it off the list";
    }
    RecordProperty(std::string(preset.name) + "_most_pulses", static_cast<int>(most_pulses));
    RecordProperty(std::string(preset.name) + "_mean_pulses", static_cast<int>(sum_pulses / number));
  }
}

TEST(CellPresets, WindowsLieWithinTheRangeOfTheCell) {
  for (const CellPreset& preset : cell_presets()) {
    const CellSpec cell = preset_cell_spec(preset.name);
    const CellUse use = cell_use(cell);
    const ConductanceRange range = conductance_range(cell_model(cell.model), nominal_cell(cell, use.read_voltage_v), cell.circuit);
    EXPECT_GE(use.g_min, range.low * (1.0 - 1e-9)) << preset.name;
    EXPECT_LE(use.g_max, range.high * (1.0 + 1e-9)) << preset.name;
    EXPECT_LT(use.g_min, use.g_max) << preset.name;
  }
}

}  // namespace
}  // namespace memcosim
