// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace memcosim {

/// Options of `memcosim run`; an empty path or an absent value means that the option was not given.
struct RunOptions {
  std::filesystem::path config;
  std::vector<std::string> overrides;  ///< path.to.key=value
  std::filesystem::path out;           ///< result folder; empty: results/NAME of the configuration
  std::optional<std::string> backend;
  std::optional<unsigned> threads;      ///< 0: one per core
  std::optional<std::uint64_t> images;  ///< 0: all
  std::filesystem::path save_state;
  std::filesystem::path load_state;
  bool force = false;  ///< replace what another command left in the result folder
  bool quiet = false;
  std::string command_line;  ///< for the report
};

/// Options of `memcosim check`.
struct CheckOptions {
  std::filesystem::path config;
  std::vector<std::string> overrides;  ///< path.to.key=value
  std::filesystem::path load_state;    ///< empty: none
  bool effective = false;              ///< print the configuration with every default
  bool upgrade = false;                ///< print the file in the present schema version
  bool in_place = false;               ///< with upgrade: replace the file instead of printing it
};

// Each command returns the exit code of the process; bad input is thrown as InputError.
int run_command(const RunOptions& options);
int check_command(const CheckOptions& options);
int list_command(const std::string& what);
int info_command();

}  // namespace memcosim
