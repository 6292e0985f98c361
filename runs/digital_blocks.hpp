// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "memcosim/runs/run_spec.hpp"
#include "memcosim/sc_models/macro/digital_blocks.hpp"

namespace memcosim {

/// Name of the Verilated blocks in `macro.digital`.
inline constexpr const char* rtl_block = "rtl";

/// Adds the Verilated blocks under that name. `waves`: see rtl_tdm_controller_factory(). A program's own block of that name is a
/// std::logic_error.
DigitalBlocks with_rtl_blocks(DigitalBlocks own, const std::string& waves);

/// Reads `macro.digital: {tdm_controller, accumulator, writer, converter_logic, compare}`; the first four are names of `blocks`.
DigitalSpec read_digital_spec(const ConfigNode& digital, const DigitalBlocks& blocks);

/// Faults of `macro.digital` that depend on the level of timing and on the source of the values.
void check_digital_spec(const ConfigNode& root, const RunSpec& spec);

}  // namespace memcosim
