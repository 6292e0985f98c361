// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "tdm_controller_dut.hpp"
#include "tdm_stimulus.hpp"

namespace memcosim::rtl_test {

/// Compares the RTL with TdmPlayer, which the SystemC model plays too, with the same inputs: every output pin at every clock. A difference
/// fails the present test, and difference_NAME.vcd shows it.
void compare_with_player(Dut& dut, TdmStimulus stimulus, std::uint64_t clocks, const std::string& name);

}  // namespace memcosim::rtl_test
