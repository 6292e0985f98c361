// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/common/fields.hpp"
#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/cells/step_tables.hpp"

namespace memcosim {

// The programmed state of a cell depends on some fields of its specification only. state_fields(const Struct*) lists all fields of a struct
// and tags each with its influence: a saved state may be loaded by every specification that differs in `Later` fields alone.

/// Influences the programmed state.
struct Written {};
/// Influences verify reads, and with them the programmed state where programming verifies.
struct Verified {};
/// Influences only what is observed after programming, or nothing.
struct Later {};

constexpr auto state_fields(const Variation*) {
  using T = Variation;
  return field_list<T>(field<Written>("parameter", &T::parameter), field<Written>("distribution", &T::distribution),
                       field<Written>("sigma", &T::sigma), field<Written>("low", &T::low), field<Written>("high", &T::high),
                       field<Written>("truncated", &T::truncated));
}

constexpr auto state_fields(const CurrentLaw*) {
  using T = CurrentLaw;
  return field_list<T>(field<Written>("kind", &T::kind), field<Written>("v0", &T::v0), field<Written>("c2", &T::c2),
                       field<Written>("c3", &T::c3), field<Written>("straight_above_v", &T::straight_above_v),
                       field<Written>("points", &T::points), field<Written>("points_below", &T::points_below),
                       field<Written>("volts", &T::volts), field<Written>("relative", &T::relative));
}

constexpr auto state_fields(const AccessDevice*) {
  using T = AccessDevice;
  return field_list<T>(field<Written>("kind", &T::kind), field<Written>("on_ohms", &T::on_ohms), field<Written>("off_ohms", &T::off_ohms),
                       field<Written>("compliance_a", &T::compliance_a), field<Written>("threshold_v", &T::threshold_v),
                       field<Written>("i0_a", &T::i0_a), field<Written>("v0_v", &T::v0_v));
}

constexpr auto state_fields(const CellCircuit*) {
  using T = CellCircuit;
  return field_list<T>(field<Written>("law", &T::law), field<Written>("access", &T::access));
}

constexpr auto state_fields(const SteppingSpec*) {
  using T = SteppingSpec;
  return field_list<T>(field<Written>("mode", &T::mode), field<Written>("tolerance", &T::tolerance),
                       field<Written>("sample_s", &T::sample_s));
}

constexpr auto state_fields(const LawTable*) {
  using T = LawTable;
  return field_list<T>(field<Written>("rows", &T::rows), field<Written>("x", &T::x), field<Written>("first", &T::first),
                       field<Written>("second", &T::second));
}

constexpr auto state_fields(const SpreadLaw*) {
  using T = SpreadLaw;
  return field_list<T>(field<Written>("law", &T::law), field<Written>("form", &T::form), field<Written>("uniform", &T::uniform),
                       field<Written>("magnitude", &T::magnitude), field<Written>("scale", &T::scale), field<Written>("g_max", &T::g_max),
                       field<Written>("read_voltage_v", &T::read_voltage_v), field<Written>("c", &T::c),
                       field<Written>("table", &T::table));
}

constexpr auto state_fields(const ProgrammingErrorSpec*) {
  using T = ProgrammingErrorSpec;
  return field_list<T>(field<Written>("law", &T::law));
}

constexpr auto state_fields(const LammieLaw::Branch*) {
  using T = LammieLaw::Branch;
  return field_list<T>(field<Written>("p0", &T::p0), field<Written>("p1_per_nm", &T::p1_per_nm), field<Written>("p2", &T::p2),
                       field<Written>("p3", &T::p3), field<Written>("stable_s", &T::stable_s));
}

constexpr auto state_fields(const LammieLaw*) {
  using T = LammieLaw;
  return field_list<T>(field<Written>("sudden", &T::sudden), field<Written>("low_resistance", &T::low_resistance),
                       field<Written>("high_resistance", &T::high_resistance), field<Written>("cell_nm", &T::cell_nm),
                       field<Written>("threshold_k", &T::threshold_k), field<Written>("uses_temperature", &T::uses_temperature),
                       field<Written>("convergence_s", &T::convergence_s));
}

constexpr auto state_fields(const EnduranceSpec*) {
  using T = EnduranceSpec;
  return field_list<T>(field<Written>("law", &T::law), field<Written>("initial_cycles", &T::initial_cycles),
                       field<Written>("lammie", &T::lammie));
}

constexpr auto state_fields(const TemperatureSpec*) {
  using T = TemperatureSpec;
  return field_list<T>(field<Written>("temperature_k", &T::temperature_k), field<Written>("reference_k", &T::reference_k),
                       field<Written>("activation_energy_j", &T::activation_energy_j),
                       field<Written>("metallic_coefficient_per_k", &T::metallic_coefficient_per_k),
                       field<Written>("metallic_above_s", &T::metallic_above_s));
}

constexpr auto state_fields(const StateCurve*) {
  using T = StateCurve;
  return field_list<T>(field<Written>("knee", &T::knee), field<Written>("log_slope", &T::log_slope),
                       field<Written>("log_offset", &T::log_offset), field<Written>("low", &T::low), field<Written>("high", &T::high),
                       field<Written>("c", &T::c));
}

constexpr auto state_fields(const FlickerSpec*) {
  using T = FlickerSpec;
  return field_list<T>(field<Written>("law", &T::law), field<Written>("scale", &T::scale), field<Written>("q", &T::q),
                       field<Written>("g_max", &T::g_max), field<Written>("t_read_s", &T::t_read_s), field<Written>("t0_s", &T::t0_s),
                       field<Written>("curve", &T::curve));
}

constexpr auto state_fields(const TelegraphSpec*) {
  using T = TelegraphSpec;
  return field_list<T>(field<Written>("share", &T::share), field<Written>("relative_amplitude", &T::relative_amplitude),
                       field<Written>("tau_capture_s", &T::tau_capture_s), field<Written>("tau_emission_s", &T::tau_emission_s));
}

constexpr auto state_fields(const ReadNoiseSpec*) {
  using T = ReadNoiseSpec;
  return field_list<T>(field<Written>("white", &T::white), field<Written>("flicker", &T::flicker),
                       field<Written>("telegraph", &T::telegraph));
}

/// Verify reads may move cells under the law `rate`; other laws are a function of the reads counted by the array, and none are counted
/// while it is programmed.
constexpr auto state_fields(const ReadDisturbSpec*) {
  using T = ReadDisturbSpec;
  return field_list<T>(field<Written>("law", &T::law), field<Later>("every", &T::every), field<Later>("reads", &T::reads),
                       field<Later>("read_voltage_v", &T::read_voltage_v), field<Later>("read_time_s", &T::read_time_s),
                       field<Later>("above_s", &T::above_s), field<Later>("c1", &T::c1), field<Later>("a_j_per_v", &T::a_j_per_v),
                       field<Later>("t0_s", &T::t0_s), field<Later>("b", &T::b), field<Later>("k", &T::k), field<Later>("m", &T::m));
}

constexpr auto state_fields(const StuckConductances*) {
  using T = StuckConductances;
  return field_list<T>(field<Written>("low_resistance_s", &T::low_resistance_s), field<Written>("high_resistance_s", &T::high_resistance_s),
                       field<Written>("unformed_s", &T::unformed_s));
}

constexpr auto state_fields(const FaultSpec::Clusters*) {
  using T = FaultSpec::Clusters;
  return field_list<T>(field<Written>("probability", &T::probability), field<Written>("length", &T::length),
                       field<Written>("along_rows", &T::along_rows), field<Written>("fault", &T::fault));
}

constexpr auto state_fields(const FaultSpec::Lines*) {
  using T = FaultSpec::Lines;
  return field_list<T>(field<Written>("word_line_share", &T::word_line_share), field<Written>("bit_line_share", &T::bit_line_share),
                       field<Written>("fault", &T::fault));
}

constexpr auto state_fields(const FaultSpec::Mapped*) {
  using T = FaultSpec::Mapped;
  return field_list<T>(field<Written>("array", &T::array), field<Written>("row", &T::row), field<Written>("column", &T::column),
                       field<Written>("fault", &T::fault));
}

constexpr auto state_fields(const FaultSpec*) {
  using T = FaultSpec;
  return field_list<T>(field<Written>("low_resistance_share", &T::low_resistance_share),
                       field<Written>("high_resistance_share", &T::high_resistance_share),
                       field<Written>("unformed_share", &T::unformed_share), field<Written>("clusters", &T::clusters),
                       field<Written>("lines", &T::lines), field<Written>("map", &T::map));
}

/// Relaxation and retention are functions of the age, which is 0 while an array is programmed.
constexpr auto state_fields(const ConductanceEffects*) {
  using T = ConductanceEffects;
  return field_list<T>(field<Written>("states", &T::states), field<Written>("states_low_s", &T::states_low_s),
                       field<Written>("states_high_s", &T::states_high_s), field<Written>("programming_error", &T::programming_error),
                       field<Verified>("endurance", &T::endurance), field<Later>("relaxation", &T::relaxation),
                       field<Later>("retention", &T::retention), field<Verified>("read_disturb", &T::read_disturb),
                       field<Verified>("temperature", &T::temperature), field<Verified>("read_noise", &T::read_noise),
                       field<Verified>("stuck", &T::stuck));
}

constexpr auto state_fields(const CellNonidealities*) {
  using T = CellNonidealities;
  return field_list<T>(BaseField<ConductanceEffects, Written>{}, field<Verified>("faults", &T::faults),
                       field<Written>("write_noise_s", &T::write_noise_s));
}

/// The measured pulses are only defaults of the programming specification, which has its own fields for them.
constexpr auto state_fields(const StepTables*) {
  using T = StepTables;
  return field_list<T>(field<Written>("schema", &T::schema), field<Written>("devices", &T::devices), field<Later>("pulses", &T::pulses));
}

/// The preset is a name: its values are in the other fields.
constexpr auto state_fields(const CellSpec*) {
  using T = CellSpec;
  return field_list<T>(field<Written>("model", &T::model), field<Later>("preset", &T::preset), field<Written>("parameters", &T::parameters),
                       field<Written>("variations", &T::variations), field<Written>("cycle_variations", &T::cycle_variations),
                       field<Written>("circuit", &T::circuit), field<Written>("stepping", &T::stepping),
                       field<Written>("nonidealities", &T::nonidealities), field<Written>("tables", &T::tables));
}

constexpr auto state_fields(const ConductanceWindow*) {
  using T = ConductanceWindow;
  return field_list<T>(field<Written>("g_min", &T::g_min), field<Written>("g_max", &T::g_max), field<Written>("levels", &T::levels));
}

}  // namespace memcosim
