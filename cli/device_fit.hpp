// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "memcosim/cli/device_commands.hpp"
#include "memcosim/common/units.hpp"

namespace memcosim {

/// Throws InputError when `written` is one of the files that were measured.
void keep_measurements(const DeviceFitOptions& options, const std::filesystem::path& written);

/// Makes sure that the file can be written, before the work. Throws InputError.
void check_fit_file(const DeviceFitOptions& options);
/// The folder of the report, as the user named it or beside the file.
std::filesystem::path fit_report_folder(const DeviceFitOptions& options);

/// Value of an option that must be above 0; 0 where it was not given.
double positive_option(const std::string& text, const char* option, Dimension dimension);

/// The command for a file of an I-V sweep.
int fit_iv(const DeviceFitOptions& options);

}  // namespace memcosim
