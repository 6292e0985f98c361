// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <systemc>
#include <tlm>

#include "memcosim/kernels/backend.hpp"
#include "memcosim/sc_models/macro_observer.hpp"
#include "memcosim/sc_models/macro_spec.hpp"

namespace memcosim {

/// One crossbar macro: array, row drivers, sample-and-hold, column multiplexers, ADC bank, shift-and-add, TDM controller and write-verify
/// programmer behind a TLM-2.0 base-protocol target socket (register map: macro_registers.hpp).
class Macro : public sc_core::sc_module {
 public:
  tlm::tlm_target_socket<32> socket;

  /// `backend` and its array outlive the macro. Throws InputError for an inconsistent specification.
  Macro(const sc_core::sc_module_name& name, const MacroSpec& spec, Backend& backend, ArrayId array);
  ~Macro() override;

  const MacroSpec& spec() const;
  const MacroActivity& activity() const;
  ArrayId array() const;
  /// Result of the last programming.
  const ProgramResult& program_result() const;
  void set_observer(MacroObserver* observer);
  /// Adds the macro's state (phase, slice, group, busy, ready, done) to a waveform file; call before the simulation starts.
  void trace(sc_core::sc_trace_file* file) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace memcosim
