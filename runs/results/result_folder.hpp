// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace memcosim {

/// The result folder of one command, written completely or not at all: files go into a temporary folder beside it, which replaces it at the
/// end. A command that fails or ends before that leaves everything unchanged.
///
/// The object holds a lock file beside the folder during its lifetime, so that two processes never write to the same folder. The operating
/// system releases the lock of a process that dies; the constructor removes what such a process left beside the folder.
class ResultFolder {
 public:
  /// `writer` names the command ("run", "device simulate"). A folder that is not empty is replaced if the same writer made it, or any
  /// memcosim command where `force` is set; it must hold nothing but results (earlier_results.hpp). Throws InputError.
  ResultFolder(const std::filesystem::path& folder, std::string writer, bool force);
  ~ResultFolder();  ///< removes files that were not put in place
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;

  /// Throws InputError if `file`, given with `option`, lies in the result folder, whose contents are replaced as a whole.
  void keep_out(const std::filesystem::path& file, const std::string& option) const;
  void write(const std::string& name, std::string_view content);  ///< throws RunError
  /// Path at which a library can write the file `name` itself, before put_in_place().
  std::filesystem::path file(const std::string& name) const { return fresh_ / name; }
  /// Adds run_info.json (`command_line`, version, host, time, then `more`, writer and names of the files) and moves the folder to its
  /// place. Nothing can be written after it. Throws RunError; an earlier folder is then where it was.
  void put_in_place(const std::string& command_line, const nlohmann::ordered_json& more);
  /// For a process that is about to end, callable from another thread than the one that writes: removes files that are not in place,
  /// releases the lock, and blocks every other call for ever. Returns what became of the results (text for the user).
  std::string leave() noexcept;

 private:
  void write_fresh(const std::string& name, std::string_view content);
  void remove_fresh() noexcept;
  void make_parents();
  void lock();
  void clean_up_after_others();
  void unlock() noexcept;
  std::filesystem::path beside(const std::string& end) const;  ///< path of a hidden file beside the folder, named after it

  std::string writer_;
  std::filesystem::path given_;                      ///< as the user wrote it
  std::filesystem::path folder_;                     ///< absolute, symbolic links resolved
  std::filesystem::path fresh_;                      ///< temporary folder beside it; empty: already put in place
  std::vector<std::filesystem::path> made_parents_;  ///< created parents of the folder, innermost last
  int lock_ = -1;                                    ///< file descriptor
  std::mutex mutex_;                                 ///< held in every call; leave() never unlocks it
};

}  // namespace memcosim
