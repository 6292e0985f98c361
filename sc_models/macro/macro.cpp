// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/macro/macro.hpp"

#include <cmath>
#include <string>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/units.hpp"
#include "memcosim/sc_models/blocks/macro_context.hpp"
#include "memcosim/sc_models/macro/macro_port.hpp"

namespace memcosim {

namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw InputError("macro: " + message);
}

/// The clock period in ticks of the kernel's time resolution. Refuses other than whole ticks: rounding would make the clock drift.
std::uint64_t period_ticks(double period_s) {
  if (!(period_s > 0.0) || !std::isfinite(period_s)) refuse("the clock period must be above 0");
  const double ticks = period_s / sc_core::sc_get_time_resolution().to_seconds();
  const double rounded = std::round(ticks);
  if (rounded < 1.0 || std::abs(ticks - rounded) > 1e-6 * rounded) {
    refuse("a clock period of " + exact_quantity(period_s, Dimension::time) + " is no multiple of the SystemC time resolution of " +
           sc_core::sc_get_time_resolution().to_string());
  }
  return static_cast<std::uint64_t>(rounded);
}

void check_array(const MacroSpec& spec, const ArrayConfig& array) {
  const auto equal = [](const char* what, double of_spec, double of_array) {
    if (of_spec != of_array) {
      refuse(std::string(what) + " is " + std::to_string(of_spec) + ", that of its array " + std::to_string(of_array) +
             ": build both from one configuration");
    }
  };
  equal("the number of rows", spec.rows, array.rows);
  equal("the number of columns", spec.columns, array.columns);
  equal("the read voltage", spec.read_voltage_v, array.read_voltage_v);
  if (spec.timing.bus_bytes_per_clock == 0) refuse("bus_bytes_per_clock is 0: give at least 1 byte per clock");
}

void check_digital(const MacroSpec& spec) {
  if (spec.level == TimingLevel::approximately_timed) return;
  const DigitalSpec& digital = spec.digital;
  const auto only_model = [](const char* key, const std::string& name) {
    if (name == model_block) return;
    refuse("loosely_timed has no " + std::string(key) + " to replace by \"" + name + "\": use approximately_timed, or digital." + key +
           ": " + model_block);
  };
  only_model("tdm_controller", digital.tdm_controller);
  only_model("accumulator", digital.accumulator);
  only_model("converter_logic", digital.converter_logic);
  if (digital.compare == SumComparison::count) {
    refuse("loosely_timed takes the sums of the functional core and compares none: use approximately_timed, or digital.compare: stop");
  }
}

MacroContext make_context(const MacroSpec& spec, Backend& backend, ArrayId array) {
  check_array(spec, backend.cells().config(array));
  check_readout(backend.cells(), array, spec.readout);
  check_digital(spec);
  MacroContext context;
  context.spec = spec;
  context.multiplexer = spec.multiplexer();
  context.schedule = spec.schedule();
  context.period = period_ticks(spec.timing.clock_period_s);
  context.converted = spec.readout.conversions(spec.columns);
  context.outputs = spec.readout.outputs(spec.columns);
  for (std::uint32_t step = 0; step < context.schedule.slices(); ++step)
    context.step_energy_j_per_s.push_back(spec.read_voltage_v * spec.read_voltage_v * spec.step_s(step));
  return context;
}

}  // namespace

struct Macro::Impl {
  Impl(const MacroSpec& spec, Backend& backend, ArrayId id, const DigitalBlocks& blocks, tlm::tlm_target_socket<32>& socket)
      : array(id), context(make_context(spec, backend, id)), port("port", context, blocks, backend, id, socket) {}

  ArrayId array;
  MacroContext context;
  MacroPort port;
};

Macro::Macro(const sc_core::sc_module_name& name, const MacroSpec& spec, Backend& backend, ArrayId array, const DigitalBlocks& blocks)
    : sc_module(name), socket("socket"), impl_(std::make_unique<Impl>(spec, backend, array, blocks, socket)) {
  socket.bind(impl_->port);
}

Macro::~Macro() = default;

const MacroSpec& Macro::spec() const {
  return impl_->context.spec;
}

const MacroActivity& Macro::activity() const {
  impl_->port.core().sequencer().settle();
  return impl_->context.activity;
}

ArrayId Macro::array() const {
  return impl_->array;
}

const ProgramResult& Macro::program_result() const {
  return impl_->port.core().writer().result();
}

const std::vector<ProgrammingPulse>& Macro::kept_pulses() const {
  return impl_->port.core().writer().kept_pulses();
}

void Macro::set_observer(MacroObserver* observer) {
  impl_->context.observer = observer;
  impl_->port.core().writer().set_observer(observer);
}

void Macro::trace(sc_core::sc_trace_file* file) const {
  impl_->port.core().sequencer().trace(file, std::string(name()) + ".");
}

}  // namespace memcosim
