// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace memcosim {

/// The results of one command: a folder that appears whole or not at all. Files are written into a folder beside it, which takes its place
/// at the end. A run that fails, is refused or ends early leaves everything as it was.
///
/// While the object lives it holds a lock beside the folder, so that two processes never write to one folder. The kernel releases the lock
/// of a process that dies; what such a process left beside the folder is removed here.
class ResultFolder {
 public:
  /// `writer` names the command ("run", "device simulate"). A folder that is not empty is replaced if the same writer made it, or any
  /// memcosim command where `force` is set; it must hold nothing but results (earlier_results.hpp). Throws InputError.
  ResultFolder(const std::filesystem::path& folder, std::string writer, bool force);
  ~ResultFolder();  ///< removes what was not put in place
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;

  /// Throws InputError if `file`, given with `option`, lies in the folder: all in it is replaced.
  void keep_out(const std::filesystem::path& file, const std::string& option) const;
  void write(const std::string& name, std::string_view content);  ///< throws RunError
  /// Where a library may write the file `name` by itself until the folder is put in place.
  std::filesystem::path file(const std::string& name) const { return fresh_ / name; }
  /// Adds run_info.json (`command_line`, version, host, time, then `more`, writer and names of the files) and moves the folder to its
  /// place. Nothing can be written after it. Throws RunError; an earlier folder is then where it was.
  void put_in_place(const std::string& command_line, const nlohmann::ordered_json& more);
  /// For a process that ends at once, from another thread than the one that writes: removes what is not in place, gives the lock back, and
  /// stops every other call for good. Returns what became of the results.
  std::string leave() noexcept;

 private:
  void write_fresh(const std::string& name, std::string_view content);
  void remove_fresh() noexcept;
  void make_parents();
  void lock();
  void clean_up_after_others();
  void unlock() noexcept;
  std::filesystem::path beside(const std::string& end) const;  ///< hidden, named after the folder

  std::string writer_;
  std::filesystem::path given_;                      ///< as the user wrote it
  std::filesystem::path folder_;                     ///< absolute, symbolic links resolved
  std::filesystem::path fresh_;                      ///< beside it; empty: put in place
  std::vector<std::filesystem::path> made_parents_;  ///< innermost last
  int lock_ = -1;                                    ///< file descriptor
  std::mutex mutex_;                                 ///< of all calls; leave() never gives it back
};

}  // namespace memcosim
