// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/state_fields.hpp"
#include "memcosim/kernels/arrays/array_config.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"

namespace memcosim {

// The lists of devices/state_fields.hpp for the specifications of an array and of its programming.

/// The capacitance of the lines decides how long they take to settle; programming waits for it.
constexpr auto state_fields(const ArrayWires*) {
  using T = ArrayWires;
  return field_list<T>(field<Written>("word_line_ohms", &T::word_line_ohms), field<Written>("bit_line_ohms", &T::bit_line_ohms),
                       field<Written>("source_ohms", &T::source_ohms), field<Written>("sense_ohms", &T::sense_ohms),
                       field<Written>("both_ends", &T::both_ends), field<Later>("node_farads", &T::node_farads),
                       field<Written>("selector", &T::selector), field<Written>("write_bias", &T::write_bias));
}

constexpr auto state_fields(const ArrayConfig*) {
  using T = ArrayConfig;
  return field_list<T>(field<Written>("rows", &T::rows), field<Written>("columns", &T::columns), field<Written>("cell", &T::cell),
                       field<Written>("window", &T::window), field<Written>("read_voltage_v", &T::read_voltage_v),
                       field<Written>("wires", &T::wires), field<Written>("stream", &T::stream));
}

constexpr auto state_fields(const PulseRamp*) {
  using T = PulseRamp;
  return field_list<T>(field<Written>("start_v", &T::start_v), field<Written>("step_v", &T::step_v), field<Written>("limit_v", &T::limit_v),
                       field<Written>("duration_s", &T::duration_s));
}

constexpr auto state_fields(const VerifyConverter*) {
  using T = VerifyConverter;
  return field_list<T>(field<Written>("bits", &T::bits), field<Written>("full_scale_s", &T::full_scale_s),
                       field<Written>("averaging", &T::averaging), field<Written>("noise_lsb", &T::noise_lsb),
                       field<Written>("read_voltage_v", &T::read_voltage_v), field<Written>("read_duration_s", &T::read_duration_s));
}

constexpr auto state_fields(const WriteVerifySpec*) {
  using T = WriteVerifySpec;
  return field_list<T>(field<Written>("set", &T::set), field<Written>("reset", &T::reset), field<Written>("verify", &T::verify),
                       field<Written>("tolerance_s", &T::tolerance_s), field<Written>("max_pulses", &T::max_pulses),
                       field<Written>("max_reversals", &T::max_reversals), field<Written>("confirm_reads", &T::confirm_reads),
                       field<Written>("row_parallel", &T::row_parallel));
}

}  // namespace memcosim
