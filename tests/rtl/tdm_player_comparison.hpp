// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "tdm_controller_dut.hpp"
#include "tdm_stimulus.hpp"

namespace memcosim::rtl_test {

/// Compares the RTL with TdmPlayer, which the SystemC model plays too, with the same random inputs: every output pin at every clock. A
/// difference fails the present test, and difference_SEED.vcd shows it.
void compare_with_player(Dut& dut, const TdmLimits& limits, std::uint64_t seed, std::uint64_t clocks, const TdmStimulus::Kinds& kinds);

}  // namespace memcosim::rtl_test
