// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "memcosim/rtl/bridge/tdm_controller_registers.hpp"
#include "memcosim/sc_models/blocks/tdm_controller.hpp"

namespace memcosim {

/// Values of the run-time registers for a schedule, including the derived ones. Throws InputError for a schedule that is not valid, has
/// other than equal steps that all convert and overlap by slices, or has a value outside the range of its register.
TdmRegisterValues tdm_register_values(const TdmSchedule& schedule);

/// Makes controllers that run rtl/tdm_controller.sv. Controllers from one factory with the same period share an RtlClockDomain: make one
/// factory and give it to every macro. `waves` names a waveform file, .vcd or .fst, with a scope per controller; empty records nothing.
/// Each further clock period has its own file (name.1.vcd, ...). start() may be called in any delta cycle of its clock edge. Calls off an
/// edge or while not ready are reported as SystemC errors; failed assertions and $finish in the RTL as fatal errors. Making a controller
/// throws InputError as tdm_register_values().
TdmControllerFactory rtl_tdm_controller_factory(const std::string& waves = {});

}  // namespace memcosim
