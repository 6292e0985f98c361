// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "memcosim/cli/device_commands.hpp"

namespace memcosim {

/// `memcosim device ...` on the command line: adds its subcommands to the program's, and runs the one that was given.
class DeviceCommand {
 public:
  DeviceCommand(CLI::App& app, const std::string& command_line);
  DeviceCommand(const DeviceCommand&) = delete;
  DeviceCommand& operator=(const DeviceCommand&) = delete;
  /// True when the user asked for `device`.
  explicit operator bool() const { return device_->parsed(); }
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
