// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/arrays/write_verify.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/units.hpp"

namespace memcosim {

namespace {

constexpr double draws_per_cell = 65536.0;  ///< verify conversions with different 16-bit draw indices

double code_max(const VerifyConverter& converter) {
  return static_cast<double>((std::int64_t{1} << converter.bits) - 1);
}

bool positive(double value) {
  return std::isfinite(value) && value > 0.0;
}

std::string siemens(double value) {
  return format_quantity(value, Dimension::conductance);
}

void check_ramp(const char* name, const PulseRamp& ramp) {
  if (!positive(ramp.start_v) || !positive(ramp.limit_v) || !positive(ramp.duration_s)) {
    throw InputError(fmt::format("programming.{}: start, limit and duration must be positive", name));
  }
  if (!std::isfinite(ramp.step_v) || ramp.step_v < 0.0) throw InputError(fmt::format("programming.{}.step must not be negative", name));
  if (ramp.limit_v < ramp.start_v) throw InputError(fmt::format("programming.{}: limit is below start", name));
}

void check_converter(const VerifyConverter& verify) {
  if (verify.bits < 1 || verify.bits > 24) throw InputError("programming.verify.bits must be 1 to 24");
  if (verify.averaging < 1) throw InputError("programming.verify.averaging must be at least 1");
  if (!positive(verify.full_scale_s)) throw InputError("programming.verify.full_scale must be positive");
  if (!positive(verify.read_voltage_v)) throw InputError("programming.verify.read_voltage must be positive");
  if (!std::isfinite(verify.read_duration_s) || verify.read_duration_s < 0.0) {
    throw InputError("programming.verify.read_duration must not be negative");
  }
  if (!std::isfinite(verify.noise_lsb) || verify.noise_lsb < 0.0) throw InputError("programming.verify.noise_lsb must not be negative");
}

}  // namespace

std::uint32_t most_verified_pulses(std::uint32_t confirm_reads, unsigned averaging) {
  const double most = draws_per_cell / ((static_cast<double>(confirm_reads) + 1.0) * averaging) - 1.0;
  return static_cast<std::uint32_t>(std::max(1.0, std::floor(most)));
}

void check(const WriteVerifySpec& spec) {
  check_ramp("set", spec.set);
  check_ramp("reset", spec.reset);
  check_converter(spec.verify);
  if (spec.max_pulses < 1) throw InputError("programming.max_pulses must be at least 1");
  // At most confirm_reads reads inside the band and one outside come before each pulse, and as many after the last.
  const double most_reads = (static_cast<double>(spec.max_pulses) + 1.0) * (static_cast<double>(spec.confirm_reads) + 1.0);
  if (most_reads * spec.verify.averaging > draws_per_cell) {
    throw InputError(
        fmt::format("programming: (max_pulses + 1) * (confirm_reads + 1) * verify.averaging is {:.0f}, at most {:.0f} is possible",
                    most_reads * spec.verify.averaging, draws_per_cell));
  }
  const double lsb = spec.verify.full_scale_s / code_max(spec.verify);
  if (!(spec.tolerance_s >= lsb * (1.0 - code_boundary_slack)) || !std::isfinite(spec.tolerance_s)) {
    const double bits = std::ceil(std::log2(spec.verify.full_scale_s / spec.tolerance_s + 1.0));
    const std::string more_bits = spec.tolerance_s > 0.0 && bits <= 24.0 ? fmt::format("at least {:.0f} verify bits, ", bits) : "";
    const std::string less_scale =
        spec.tolerance_s > 0.0 ? fmt::format("a full scale of at most {}, ", siemens(spec.tolerance_s * code_max(spec.verify))) : "";
    throw InputError(
        fmt::format("programming.tolerance {} is below one verify LSB of {} ({} bits over {}): it needs {}{}or a tolerance of one LSB",
                    siemens(spec.tolerance_s), siemens(lsb), spec.verify.bits, siemens(spec.verify.full_scale_s), more_bits, less_scale));
  }
}

WriteVerifyFsm start_write(const WriteVerifySpec& spec, double target_s) {
  check(spec);
  if (!std::isfinite(target_s) || target_s < 0.0) throw InputError("a target conductance must be finite and not negative");
  const CodeBand band = accepted_band(spec, target_s);
  if (band.high > code_max(spec.verify)) {
    throw InputError(fmt::format(
        "the band {} +- {} reaches beyond programming.verify.full_scale {}, where reads saturate: raise it to at least {}",
        siemens(target_s), siemens(spec.tolerance_s), siemens(spec.verify.full_scale_s), siemens((target_s + spec.tolerance_s) * 1.001)));
  }
  WriteVerifyFsm fsm{};
  fsm.low_code = static_cast<std::int32_t>(band.low);
  fsm.high_code = static_cast<std::int32_t>(band.high);
  return fsm;
}

}  // namespace memcosim
