// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace memcosim {

struct RunOptions {
  std::filesystem::path config;
  std::vector<std::string> overrides;
  std::filesystem::path out;
  std::optional<std::string> backend;
  std::optional<unsigned> threads;
  std::optional<std::uint64_t> images;
  std::filesystem::path save_state;
  std::filesystem::path load_state;
  bool force = false;
  bool quiet = false;
  std::string command_line;  ///< for the report
};

struct CheckOptions {
  std::filesystem::path config;
  std::vector<std::string> overrides;
  std::filesystem::path load_state;  ///< empty: none
  bool effective = false;
  bool upgrade = false;
  bool in_place = false;  ///< with upgrade: the file is replaced; else the text is printed
};

// Each command returns the exit code of the process; bad input is thrown as InputError.
int run_command(const RunOptions& options);
int check_command(const CheckOptions& options);
int list_command(const std::string& what);
int info_command();

}  // namespace memcosim
