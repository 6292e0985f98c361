// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace memcosim {

/// What a folder says of the results that it holds.
struct EarlierResults {
  std::string writer;           ///< command that wrote all of it ("run", "device simulate"); empty: none, or several
  std::set<std::string> files;  ///< names of results; the folder may hold others
};

/// Reads `writer` and `files` of run_info.json. Folders of versions that did not write them are recognised by the names of their files.
EarlierResults earlier_results(const std::filesystem::path& folder);

/// Name of an entry of the folder that is none of the results; empty: all of them are.
std::string foreign_entry(const std::filesystem::path& folder, const EarlierResults& results);

}  // namespace memcosim
