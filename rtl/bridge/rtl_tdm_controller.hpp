// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "memcosim/sc_models/blocks/tdm_controller.hpp"

namespace memcosim {

/// Makes controllers that run rtl/tdm_controller.sv. Controllers from one factory with the same period share an RtlClockDomain: make one
/// factory and give it to every macro. `waves` names a waveform file, .vcd or .fst, with a scope per controller; empty records nothing.
/// Each further clock period has its own file (name.1.vcd, ...). start() may be called in any delta cycle of its clock edge. Calls off an
/// edge or while not ready are reported as SystemC errors; failed assertions and $finish in the RTL as fatal errors. Making a controller
/// throws InputError as tdm_registers().
TdmControllerFactory rtl_tdm_controller_factory(const std::string& waves = {});

}  // namespace memcosim
