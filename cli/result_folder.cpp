// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/result_folder.hpp"

#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {
namespace {

[[noreturn]] void cannot_write(const std::filesystem::path& folder, const std::string& why) {
  throw InputError(fmt::format("{}: cannot write results here ({}); choose another folder with --out DIR", folder.string(), why));
}

void check_earlier(const std::filesystem::path& folder, bool replace, const std::set<std::string>& own) {
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error) cannot_write(folder, error.message());
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (!replace) {
      throw InputError(
          fmt::format("{}: exists and is not empty; choose another folder, or replace its results with --force", folder.string()));
    }
    if (own.count(name) == 0 || !std::filesystem::is_regular_file(entry.symlink_status(error))) {
      throw InputError(
          fmt::format("{}: holds {}, which is no result of this command: --force replaces results alone; choose another folder",
                      folder.string(), name));
    }
  }
}

}  // namespace

ResultFolder::ResultFolder(const std::filesystem::path& folder, bool replace, const std::set<std::string>& own) {
  if (folder.empty()) throw InputError("--out: expected the name of a folder");
  std::error_code error;
  // A symbolic link stays one: what it points at is replaced. The path must not end in a separator.
  folder_ = std::filesystem::weakly_canonical(std::filesystem::absolute(folder), error);
  if (error) cannot_write(folder, error.message());
  if (!folder_.has_filename()) folder_ = folder_.parent_path();
  const auto status = std::filesystem::status(folder_, error);
  if (std::filesystem::exists(status)) {
    if (!std::filesystem::is_directory(status)) cannot_write(folder, "it is not a folder");
    check_earlier(folder_, replace, own);
  }
  std::filesystem::create_directories(folder_.parent_path(), error);
  if (error) cannot_write(folder, error.message());
  // Tried rather than asked: permissions are not all that can forbid it.
  const std::filesystem::path trial = beside("new");
  if (!std::filesystem::create_directory(trial, error)) cannot_write(folder, error ? error.message() : trial.string() + " exists");
  std::filesystem::remove(trial, error);
}

ResultFolder::~ResultFolder() {
  std::error_code ignored;
  if (!beside_.empty()) std::filesystem::remove_all(beside_, ignored);
}

void ResultFolder::write(const std::string& name, std::string_view content) {
  if (beside_.empty()) {
    const std::filesystem::path fresh = beside("new");
    std::error_code error;
    if (!std::filesystem::create_directory(fresh, error)) {
      throw RunError(fmt::format("cannot write \"{}\": {}", fresh.string(), error ? error.message() : "it exists"));
    }
    beside_ = fresh;
  }
  write_file(beside_ / name, content);
}

std::filesystem::path ResultFolder::beside(const char* what) const {
  return folder_.parent_path() / fmt::format(".{}.{}.{}", folder_.filename().string().substr(0, 200), ::getpid(), what);
}

void ResultFolder::put_in_place() {
  std::error_code error;
  std::filesystem::path earlier;
  if (std::filesystem::exists(folder_)) {
    earlier = beside("old");
    std::filesystem::rename(folder_, earlier, error);
    if (error) throw RunError(fmt::format("cannot replace \"{}\": {}", folder_.string(), error.message()));
  }
  std::filesystem::rename(beside_, folder_, error);
  if (error) {
    std::error_code ignored;
    if (!earlier.empty()) std::filesystem::rename(earlier, folder_, ignored);
    throw RunError(fmt::format("cannot write \"{}\": {}", folder_.string(), error.message()));
  }
  beside_.clear();
  if (!earlier.empty()) std::filesystem::remove_all(earlier, error);
}

}  // namespace memcosim
