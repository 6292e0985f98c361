// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "memcosim/cli/device_commands.hpp"

namespace memcosim {

/// Adds `memcosim device` with its subcommands to the program, and runs the subcommand that was given.
class DeviceCommand {
 public:
  DeviceCommand(CLI::App& app, const std::string& command_line);
  DeviceCommand(const DeviceCommand&) = delete;
  DeviceCommand& operator=(const DeviceCommand&) = delete;
  /// True if the command line has `device`.
  explicit operator bool() const { return device_->parsed(); }
  /// Returns the exit code of the process; bad input is thrown as InputError.
  int run() const;

 private:
  void add_list();
  void add_show();
  void add_simulate();
  void add_fit();

  CLI::App* device_;
  CLI::App* list_ = nullptr;
  CLI::App* show_ = nullptr;
  CLI::App* simulate_ = nullptr;
  CLI::App* fit_ = nullptr;
  DeviceListOptions list_options_;
  DeviceShowOptions show_options_;
  DeviceSimulateOptions simulate_options_;
  DeviceFitOptions fit_options_;
};

}  // namespace memcosim
