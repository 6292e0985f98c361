// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/read_movement.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "memcosim/common/units.hpp"
#include "memcosim/devices/cell_base/cell_pulse.hpp"
#include "memcosim/devices/cells/cell_model.hpp"

namespace memcosim {

double state_after_read(const CellModel& model, const CellParameters& p, const CellCircuit& circuit, double state, const PulseDrive& drive,
                        const PulseDraws& draws) {
  const auto apply = [&](double from, const PulseDrive& pulse) { return model.apply_pulse(p, circuit, from, pulse, draws).state; };
  return state_after_read(apply, state, drive);
}

double nominal_read_movement(const CellSpec& spec, double read_voltage_v, double volts, double seconds) {
  const CellModel& model = cell_model(spec.model);
  const CellParameters nominal = nominal_cell(spec, read_voltage_v);
  if (spec.nonidealities.read_disturb.law != ReadDisturbSpec::Law::rate || !model.moves_at(nominal, spec.circuit, volts)) return 0.0;
  constexpr int parts = 16;
  const double low = model.state_low(nominal);
  const double range = model.state_high(nominal) - low;
  double most = 0.0;
  for (int part = 0; part <= parts; ++part) {
    const double from = std::fma(range, static_cast<double>(part) / parts, low);
    PulseDraws draws;  // a random drive differs from point to point, so that no single draw decides
    draws.pulse = static_cast<std::uint64_t>(part);
    const double to = state_after_read(model, nominal, spec.circuit, from, {volts, seconds, 0.0, spec.stepping}, draws);
    most = std::max(most, std::fabs(to - from) / range);
  }
  return most;
}

std::uint64_t read_epoch_length(const CellSpec& spec, double read_voltage_v, double seconds_each, std::uint64_t most) {
  const std::uint64_t asked = spec.nonidealities.read_disturb.every;
  if (asked > 0) return asked;
  const auto moves_little = [&](std::uint64_t count) {
    return nominal_read_movement(spec, read_voltage_v, read_voltage_v, static_cast<double>(count) * seconds_each) < least_read_movement;
  };
  std::uint64_t known = 1;  // at least 1, even if that moves more
  std::uint64_t beyond = std::max<std::uint64_t>(most, 1) + 1;
  if (moves_little(beyond - 1)) return beyond - 1;
  while (beyond - known > 1) {
    const std::uint64_t middle = known + (beyond - known) / 2;
    (moves_little(middle) ? known : beyond) = middle;
  }
  return known;
}

std::vector<std::string> read_movement_warnings(const CellSpec& spec, double read_voltage_v, double slice_s, double verify_v,
                                                double verify_s) {
  std::vector<std::string> warnings;
  const auto warn = [&](const char* what, const char* keys, double volts, double seconds) {
    const double share = nominal_read_movement(spec, read_voltage_v, volts, seconds);
    if (share <= warned_single_movement) return;
    warnings.push_back(
        fmt::format("{} of {} at {} moves the nominal cell by up to {:.3g} % of the range of its state (read_disturb.law: "
                    "rate): lower {}, or choose cells with a threshold above it.",
                    what, format_quantity(seconds, Dimension::time), format_quantity(volts, Dimension::voltage), 100.0 * share, keys));
  };
  warn("One driven slice", "array.read_voltage or macro.timing", read_voltage_v, slice_s);
  warn("One verify read", "programming.verify.read_voltage or read_duration", verify_v, verify_s);
  return warnings;
}

}  // namespace memcosim
