// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/architecture/tdm_schedule.hpp"
#include "memcosim/rtl/bridge/tdm_controller_pins.hpp"

namespace memcosim {

/// What rtl/tdm_controller.sv is told of a schedule, derived values included. Throws InputError for a schedule that is not valid, whose
/// converters work during the drive, or that has a value outside the range of its register or needs more room than the controller has.
TdmControllerPins::Registers tdm_registers(const TdmSchedule& schedule);

/// What a schedule needs room for, however much that is.
TdmSizes tdm_sizes(const TdmSchedule& schedule);

}  // namespace memcosim
