// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "memcosim/cli/device_commands.hpp"
#include "memcosim/common/units.hpp"

namespace memcosim {

/// Makes sure that the file and the folder of the report can be written, before the results are; returns the folder. Throws InputError.
std::filesystem::path prepare_fit_targets(const DeviceFitOptions& options);

/// Value of an option that must be above 0; 0 where it was not given.
double positive_option(const std::string& text, const char* option, Dimension dimension);

/// The command for a file of an I-V sweep.
int fit_iv(const DeviceFitOptions& options);

}  // namespace memcosim
