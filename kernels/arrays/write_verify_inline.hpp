// SPDX-License-Identifier: Apache-2.0
#pragma once

// Definitions for write_verify.hpp: verify reads and the decisions that follow. The same code runs in the bulk loop of every backend and,
// one step at a time, for the SystemC programmer.

#include <cmath>
#include <cstdint>

#include "memcosim/common/random.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"

namespace memcosim {

/// Slack of a code boundary in LSB: a tolerance of exactly n LSB accepts the n-th code although target and tolerance were rounded.
inline constexpr double code_boundary_slack = 1e-9;

/// Accepted codes of a target, inclusive, before they are checked against the full scale.
struct CodeBand {
  double low;
  double high;
};
MEMCOSIM_HD inline CodeBand accepted_band(const WriteVerifySpec& spec, double target_s) {
  const double codes_per_siemens = static_cast<double>((std::int64_t{1} << spec.verify.bits) - 1) / spec.verify.full_scale_s;
  const double low = ::ceil((target_s - spec.tolerance_s) * codes_per_siemens - code_boundary_slack);
  return {low < 0.0 ? 0.0 : low, ::floor((target_s + spec.tolerance_s) * codes_per_siemens + code_boundary_slack)};
}

/// Where the noise of the verify reads of one cell is drawn from.
struct VerifyStream {
  std::uint64_t seed;
  std::uint32_t array;
  std::uint32_t cell;
  std::uint64_t event;
};

/// Code of one verify read: `averaging` conversions, each floor(G / full_scale * (2^bits - 1) + noise + 0.5) clipped to the code range,
/// averaged with ties up. `sigma_s` is the read noise of the cell in one conversion (independent conversions). Conversion k of read r has
/// the draw index r * averaging + k.
MEMCOSIM_HD inline std::int32_t verify_code(const VerifyConverter& converter, double siemens, double sigma_s, const VerifyStream& stream,
                                            std::uint32_t read_index) {
  const double code_max = static_cast<double>((std::int64_t{1} << converter.bits) - 1);
  const double level = siemens / converter.full_scale_s * code_max;
  if (!(converter.noise_lsb > 0.0) && !(sigma_s > 0.0)) {  // all conversions are equal
    const double code = ::floor(level + 0.5);
    return static_cast<std::int32_t>(code > code_max ? code_max : code);
  }
  const std::uint32_t conversions = converter.averaging > 1 ? converter.averaging : 1;
  std::int64_t sum = 0;
  for (std::uint32_t k = 0; k < conversions; ++k) {
    DrawAddress address{Purpose::verify_noise, stream.array, stream.cell, stream.event,
                        static_cast<std::uint16_t>(read_index * conversions + k)};
    double seen = level;
    if (converter.noise_lsb > 0.0) seen = ::fma(converter.noise_lsb, random_normal(stream.seed, address), seen);
    if (sigma_s > 0.0) {
      address.purpose = Purpose::verify_read_noise;
      seen = ::fma(sigma_s / converter.full_scale_s * code_max, random_normal(stream.seed, address), seen);
    }
    const double code = ::floor(seen + 0.5);
    sum += static_cast<std::int64_t>(code < 0.0 ? 0.0 : (code > code_max ? code_max : code));
  }
  if (conversions == 1) return static_cast<std::int32_t>(sum);
  const std::int64_t count = conversions;
  return static_cast<std::int32_t>((2 * sum + count) / (2 * count));
}

/// Time for which one verify read drives its cell: all its conversions, s.
MEMCOSIM_HD inline double verify_seconds(const VerifyConverter& converter) {
  return converter.read_duration_s * static_cast<double>(converter.averaging);
}

/// Energy in the cell during one verify read, J.
MEMCOSIM_HD inline double verify_energy(const VerifyConverter& converter, double siemens) {
  const double volts = converter.read_voltage_v;
  return volts * volts * siemens * verify_seconds(converter);
}

/// Event part of the draws with which a verify read moves its cell: a cell has fewer than 2^16 reads per programming event.
MEMCOSIM_HD inline std::uint64_t verify_step_number(std::uint64_t event, std::uint32_t read_index) {
  return event << 16 | read_index;
}

/// Signed voltage of a pulse: which sign sets the cell belongs to its model. A cell that pulses do not move takes the positive sign.
MEMCOSIM_HD inline double pulse_voltage(int set_polarity, WriteAction action, double amplitude_v) {
  const bool positive = (action == WriteAction::set_pulse) == (set_polarity >= 0);
  return positive ? amplitude_v : -amplitude_v;
}

MEMCOSIM_HD inline WriteAction WriteVerifyFsm::decide(const WriteVerifySpec& spec, std::int32_t code) {
  ++reads;
  if (code >= low_code && code <= high_code) {
    if (confirmed >= spec.confirm_reads) {
      outcome = WriteOutcome::done;
      return WriteAction::done;
    }
    ++confirmed;
    return WriteAction::read;
  }
  confirmed = 0;
  if (pulses >= spec.max_pulses) {
    outcome = WriteOutcome::failed_pulses;
    return WriteAction::fail;
  }
  const bool set = code < low_code;
  const int wanted = set ? 1 : -1;
  const bool turns = direction != wanted;
  if (turns && direction != 0) {
    if (reversals >= spec.max_reversals) {
      outcome = WriteOutcome::failed_reversals;
      return WriteAction::fail;
    }
    ++reversals;
  }
  direction = wanted;
  const PulseRamp& ramp = set ? spec.set : spec.reset;
  const double raised = amplitude + ramp.step_v;
  amplitude = turns ? ramp.start_v : (raised > ramp.limit_v ? ramp.limit_v : raised);
  ++pulses;
  return set ? WriteAction::set_pulse : WriteAction::reset_pulse;
}

}  // namespace memcosim
