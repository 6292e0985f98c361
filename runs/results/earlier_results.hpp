// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace memcosim {

/// Origin of the results in a folder.
struct EarlierResults {
  std::string writer;           ///< command that wrote all of them ("run", "device simulate"); empty: none, or several
  std::set<std::string> files;  ///< names of the result files; the folder may hold other files
};

/// Reads `writer` and `files` of run_info.json. Folders of older versions, which did not write these keys, are recognised by the command
/// line or the names of the files.
EarlierResults earlier_results(const std::filesystem::path& folder);

/// Name of an entry of the folder that is not one of the result files; empty: there is none.
std::string foreign_entry(const std::filesystem::path& folder, const EarlierResults& results);

}  // namespace memcosim
