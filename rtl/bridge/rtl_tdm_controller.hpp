// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "memcosim/rtl/bridge/tdm_controller_registers.hpp"
#include "memcosim/sc_models/tdm_controller.hpp"

namespace memcosim {

/// Values of the run-time registers for a schedule, derived numbers included. Throws InputError when the RTL cannot play it.
TdmRegisterValues tdm_register_values(const TdmSchedule& schedule);

/// Makes controllers that run rtl/tdm_controller.sv. Controllers of one factory with one period share an RtlClockDomain: make one factory
/// and give it to every macro. `waves` names a waveform file, .vcd or .fst, with a scope per controller; empty records nothing. Every
/// further clock period gets a file of its own (name.1.vcd, ...). start() may come in any delta cycle of its clock edge; starts off an edge
/// or while not ready are reported as errors, failed assertions and $finish of the RTL as fatal errors.
TdmControllerFactory rtl_tdm_controller_factory(const std::string& waves = {});

}  // namespace memcosim
