// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "memcosim/cli/device_commands.hpp"

namespace memcosim {

/// Throws InputError if writing the file `written` would replace one of the measured files.
void keep_measurements(const DeviceFitOptions& options, const std::filesystem::path& written);

/// Throws InputError if the file of --out cannot be written; called before the fit, which can take long.
void check_fit_file(const DeviceFitOptions& options);
/// Folder of the report: --report, or NAME_report beside the file of --out.
std::filesystem::path fit_report_folder(const DeviceFitOptions& options);

/// `memcosim device fit` for a file with an I-V sweep; returns the exit code.
int fit_iv(const DeviceFitOptions& options);

}  // namespace memcosim
