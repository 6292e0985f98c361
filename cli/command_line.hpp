// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace memcosim {

/// Adds checks to every option of the program and its commands for values that CLI11 accepts: an empty text, a minus sign before a count
/// (which it reads as a huge number), a number that is not finite. Call after all options are added.
void check_option_values(CLI::App& app);

/// One-line message for a command line that CLI11 refused: an unknown command or option with the nearest existing one, else CLI11's own
/// message; then the command that shows help.
std::string command_line_fault(const CLI::App& app, const CLI::ParseError& error);

}  // namespace memcosim
