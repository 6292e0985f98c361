// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <systemc>
#include <tlm>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/architecture/macro_spec.hpp"
#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/sc_models/blocks/macro_observer.hpp"
#include "memcosim/sc_models/macro/digital_blocks.hpp"

namespace memcosim {

/// One crossbar macro: array, row drivers, sample-and-hold, column multiplexers, ADC bank, and the digital blocks (TDM controller,
/// converter logic, accumulator, writer) behind a TLM-2.0 base-protocol target socket (register map: macro_registers.hpp).
///
/// Time. Clock edges are the multiples of the period from time 0; there is no clock signal. Responses and their times are the same through
/// b_transport and nb_transport, at every quantum and at both levels of timing. b_transport in loosely_timed adds to the annotated delay
/// and waits only while a programming runs, for a result slot that another process must free, or to be sure that there is nothing to read;
/// in approximately_timed it first waits for the annotated delay and then for the access. An initiator whose call may wait must be an
/// SC_THREAD. A start while two results are unread waits until one is read, so a process that only starts MVMs waits for ever. Errors of
/// the functional core, of the protocol and of a controller are SC_REPORT_ERROR or SC_REPORT_FATAL with ids "memcosim/...".
class Macro : public sc_core::sc_module {
 public:
  tlm::tlm_target_socket<32> socket;

  /// `backend` and its array outlive the macro. `blocks` are needed only here; they have those that spec.digital names. Throws InputError
  /// for an inconsistent specification or an unknown block.
  Macro(const sc_core::sc_module_name& name, const MacroSpec& spec, Backend& backend, ArrayId array, const DigitalBlocks& blocks = {});
  ~Macro() override;

  const MacroSpec& spec() const;
  /// Counts of the macro; complete when no MVM is in flight. loosely_timed counts a whole MVM when it is started.
  const MacroActivity& activity() const;
  ArrayId array() const;
  /// Result of the last programming.
  const ProgramResult& program_result() const;
  /// Pulses of the last programming in the order of their time; empty unless MacroSpec::keep_pulses.
  const std::vector<ProgrammingPulse>& kept_pulses() const;
  /// Sets the observer; null: none. loosely_timed reports whole MVMs ("mvm") and programmings, approximately_timed every phase.
  void set_observer(MacroObserver* observer);
  /// Adds the macro's state (phase, slice, group, busy, ready, done) to a waveform file; call before the simulation starts.
  /// loosely_timed has no such state in simulated time and adds nothing.
  void trace(sc_core::sc_trace_file* file) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace memcosim
