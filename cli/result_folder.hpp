// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace memcosim {

/// A folder of results that appears whole or not at all: files are written beside it and take its place at the end.
class ResultFolder {
 public:
  /// Checks that `folder` can be made. One that exists and is not empty is refused, unless `replace` is set and it holds nothing but
  /// regular files of the names `own` (earlier results). Throws InputError.
  ResultFolder(const std::filesystem::path& folder, bool replace, const std::set<std::string>& own);
  ~ResultFolder();  ///< removes what was not put in place
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;

  void write(const std::string& name, std::string_view content);  ///< throws RunError
  /// Nothing can be written after it. Throws RunError; an earlier folder is then where it was.
  void put_in_place();

 private:
  /// A name in the folder around it that no other process uses.
  std::filesystem::path beside(const char* what) const;

  std::filesystem::path folder_;
  std::filesystem::path beside_;  ///< empty: nothing written yet
};

}  // namespace memcosim
