// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "memcosim/devices/cell_spec.hpp"

namespace memcosim {

/// The reason why no pulse of up to 10 V and 1 s, of either polarity, moves the nominal cell from this state: its window function is zero
/// there, or the state is at a limit of the model. Empty if a pulse moves it, and for models that pulses never move.
std::string why_held(const CellSpec& spec, double read_voltage_v, double state);

}  // namespace memcosim
