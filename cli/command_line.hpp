// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace memcosim {

/// Adds to every option of the program and its commands what CLI11 lets pass: an empty text, a minus sign before a count (read as a huge
/// number), a number that is not finite. Call after all options are added.
void check_option_values(CLI::App& app);

/// What is wrong with a command line that CLI11 refused, in one line: an unknown command or option with the nearest one that exists, else
/// what CLI11 says; and where help is.
std::string command_line_fault(const CLI::App& app, const CLI::ParseError& error);

}  // namespace memcosim
