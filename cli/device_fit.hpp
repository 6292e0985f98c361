// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "memcosim/cli/device_commands.hpp"
#include "memcosim/common/units.hpp"

namespace memcosim {

/// Makes sure, before the work, that the file of the results can be written. Throws InputError.
void check_fit_file(const DeviceFitOptions& options);
std::filesystem::path fit_report_folder(const DeviceFitOptions& options);

/// Value of an option that must be above 0; 0 where it was not given.
double positive_option(const std::string& text, const char* option, Dimension dimension);

/// The command for a file of an I-V sweep.
int fit_iv(const DeviceFitOptions& options);

}  // namespace memcosim
