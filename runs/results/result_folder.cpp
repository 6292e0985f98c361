// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/results/result_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/runs/results/earlier_results.hpp"
#include "memcosim/runs/results/host_stamp.hpp"
#include "memcosim/runs/results/state_file.hpp"

namespace memcosim {
namespace {

namespace fs = std::filesystem;

constexpr const char* fresh_end = ".memcosim-new";
constexpr const char* old_end = ".memcosim-old";
constexpr int most_links = 40;

[[noreturn]] void cannot_write(const fs::path& folder, const std::string& why) {
  throw InputError(fmt::format("{}: cannot write results here ({}); choose another folder", folder.string(), why));
}

std::string reason(int error) {
  return std::generic_category().message(error);
}

fs::path absolute_path(const fs::path& path) {
  std::error_code error;
  fs::path whole = fs::absolute(path, error);
  if (!error) whole = fs::weakly_canonical(whole, error);
  if (error) cannot_write(path, error.message());
  if (!whole.has_filename()) whole = whole.parent_path();
  // A link is followed, so that it stays and its target is replaced; weakly_canonical() does not follow one with a missing target.
  for (int links = 0; links < most_links && fs::is_symlink(fs::symlink_status(whole, error)); ++links) {
    whole = fs::weakly_canonical(whole.parent_path() / fs::read_symlink(whole, error), error);
    if (error) cannot_write(path, error.message());
  }
  return whole;
}

/// Throws InputError for a folder that holds other files than results, or without `force` results of another command.
void check_earlier(const fs::path& given, const fs::path& folder, const std::string& writer, bool force) {
  std::error_code error;
  const bool empty = fs::is_empty(folder, error);
  if (error) cannot_write(given, error.message());
  if (empty) return;
  const EarlierResults earlier = earlier_results(folder);
  const std::string foreign = foreign_entry(folder, earlier);
  if (!foreign.empty()) {
    throw InputError(
        fmt::format("{}: is not empty and holds {}, which is no result of memcosim; choose another folder, or "
                    "move it away first (results are replaced, other files never, not even with --force)",
                    given.string(), foreign));
  }
  if (force || earlier.writer == writer) return;
  throw InputError(fmt::format("{}: is not empty: it holds results of {}; choose another folder, or replace them with --force",
                               given.string(), earlier.writer.empty() ? "several commands" : fmt::format("`memcosim {}`", earlier.writer)));
}

/// Removes an earlier folder that has been moved away. Files that are not results, written there during the run, move to the new folder.
void retire(const fs::path& earlier, const fs::path& folder) {
  std::error_code error;
  const EarlierResults results = earlier_results(earlier);
  for (std::string foreign; !(foreign = foreign_entry(earlier, results)).empty();) {
    if (fs::exists(fs::symlink_status(folder / foreign, error))) return;
    fs::rename(earlier / foreign, folder / foreign, error);
    if (error) return;
  }
  fs::remove_all(earlier, error);
}

/// Suffix with the process id, by which clean_up_after_others() recognises folders.
std::string of_this_process(const char* end) {
  return fmt::format(".{}{}", ::getpid(), end);
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

ResultFolder::ResultFolder(const fs::path& folder, std::string writer, bool force) : writer_(std::move(writer)), given_(folder) {
  if (folder.empty()) throw InputError("--out: expected the name of a folder");
  folder_ = absolute_path(folder);
  if (!folder_.has_filename()) cannot_write(given_, "it is the root of the file system");
  std::error_code nowhere;
  const fs::path working = fs::current_path(nowhere);
  for (fs::path around = working; !nowhere; around = around.parent_path()) {
    if (around == folder_) cannot_write(given_, "the working directory is in it, and it is replaced as a whole; a folder inside it can");
    if (around == around.parent_path()) break;
  }
  try {
    make_parents();
    lock();
    clean_up_after_others();
    std::error_code error;
    const auto status = fs::status(folder_, error);
    if (fs::exists(status)) {
      if (!fs::is_directory(status)) cannot_write(given_, "it is not a folder");
      struct stat inside = {};
      struct stat around = {};
      if (::stat(folder_.c_str(), &inside) == 0 && ::stat(folder_.parent_path().c_str(), &around) == 0 && inside.st_dev != around.st_dev)
        cannot_write(given_, "it is a mount point, which cannot be replaced; a folder inside it can");
      check_earlier(given_, folder_, writer_, force);
    }
    // Try to create it: checking permissions would not find every reason why it can fail.
    const fs::path fresh = beside(of_this_process(fresh_end));
    if (!fs::create_directory(fresh, error)) cannot_write(given_, error ? error.message() : fresh.string() + " exists");
    fresh_ = fresh;
  } catch (...) {
    unlock();
    throw;
  }
}

ResultFolder::~ResultFolder() {
  const std::lock_guard<std::mutex> lock(mutex_);
  remove_fresh();
  unlock();
}

void ResultFolder::make_parents() {
  fs::path parent = folder_.parent_path();
  std::vector<fs::path> missing;
  std::error_code error;
  for (; !fs::exists(parent, error); parent = parent.parent_path()) {
    if (error || parent == parent.parent_path()) cannot_write(given_, error.message());
    missing.push_back(parent);
  }
  for (auto folder = missing.rbegin(); folder != missing.rend(); ++folder) {
    const bool made = fs::create_directory(*folder, error);
    if (error) cannot_write(given_, error.message());
    if (made) made_parents_.push_back(*folder);
  }
}

void ResultFolder::lock() {
  const fs::path file = beside(".lock");
  for (;;) {
    lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock_ < 0) cannot_write(given_, reason(errno));
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
      const int fault = errno;
      ::close(lock_);
      lock_ = -1;
      if (fault == EINTR) continue;
      if (fault == EWOULDBLOCK) {
        throw InputError(
            fmt::format("{}: another memcosim is writing results here; wait for it or choose another folder", given_.string()));
      }
      cannot_write(given_, fmt::format("its lock {}: {}", file.string(), reason(fault)));
    }
    // Another process may have removed the file after it was opened here: a lock on a removed file excludes nobody.
    struct stat here = {};
    struct stat locked = {};
    if (::stat(file.c_str(), &here) == 0 && ::fstat(lock_, &locked) == 0 && here.st_ino == locked.st_ino) return;
    ::close(lock_);
    lock_ = -1;
  }
}

/// Call with the lock held: then the processes that left these folders have ended.
void ResultFolder::clean_up_after_others() {
  const std::string start = beside("").filename().string() + ".";
  std::error_code error;
  std::vector<fs::path> left;
  for (fs::directory_iterator entry(folder_.parent_path(), error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.rfind(start, 0) != 0) continue;
    const std::size_t behind_digits = name.find_first_not_of("0123456789", start.size());
    const bool ours = behind_digits != std::string::npos && behind_digits > start.size() &&
                      (name.substr(behind_digits) == fresh_end || name.substr(behind_digits) == old_end);
    if (ours) left.push_back(entry->path());
  }
  for (const fs::path& path : left) {
    if (ends_with(path.string(), fresh_end)) fs::remove_all(path, error);
    if (!ends_with(path.string(), old_end)) continue;
    if (fs::exists(folder_, error)) {
      retire(path, folder_);
    } else {
      fs::rename(path, folder_, error);  // the process died between the two renames of put_in_place()
    }
  }
}

void ResultFolder::unlock() noexcept {
  std::error_code ignored;
  if (lock_ >= 0) {
    fs::remove(beside(".lock"), ignored);  // while still locked, so that it is not the file of another process
    ::close(lock_);
    lock_ = -1;
  }
  // remove() fails for parents that are not empty, which stay.
  for (auto folder = made_parents_.rbegin(); folder != made_parents_.rend(); ++folder)
    fs::remove(*folder, ignored);
  made_parents_.clear();
}

void ResultFolder::keep_out(const fs::path& file, const std::string& option) const {
  if (file.empty()) return;
  const fs::path parent = absolute_path(fs::absolute(file).parent_path());
  for (fs::path around = parent; around != around.parent_path(); around = around.parent_path()) {
    if (around == folder_) {
      throw InputError(fmt::format("{} {}: lies in the result folder, which is replaced as a whole; choose a place outside of it", option,
                                   file.string()));
    }
  }
}

void ResultFolder::write(const std::string& name, std::string_view content) {
  const std::lock_guard<std::mutex> lock(mutex_);
  write_fresh(name, content);
}

void ResultFolder::write_fresh(const std::string& name, std::string_view content) {
  write_file(file(name), content);
}

fs::path ResultFolder::beside(const std::string& end) const {
  constexpr std::size_t longest = 200;
  std::string name = folder_.filename().string();
  // The hash keeps cut names distinct.
  if (name.size() > longest) name = fmt::format("{}.{:016x}", name.substr(0, longest - 17), fingerprint64(name));
  return folder_.parent_path() / ("." + name + end);
}

void ResultFolder::put_in_place(const std::string& command_line, const nlohmann::ordered_json& more) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::error_code error;
  const HostStamp stamp = host_stamp();
  nlohmann::ordered_json info = {{"command", command_line}, {"version", stamp.version}, {"host", stamp.host}, {"finished", stamp.finished}};
  info.update(more);
  info["writer"] = writer_;
  info["files"] = nlohmann::ordered_json::array({"run_info.json"});
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fresh_))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  for (const std::string& name : names)
    info["files"].push_back(name);
  write_fresh("run_info.json", info.dump(2) + "\n");

  fs::path earlier;
  if (fs::exists(folder_, error)) {
    earlier = beside(of_this_process(old_end));
    fs::rename(folder_, earlier, error);
    if (error) throw RunError(fmt::format("cannot replace \"{}\": {}", folder_.string(), error.message()));
  }
  fs::rename(fresh_, folder_, error);
  if (error) {
    std::error_code ignored;
    if (!earlier.empty()) fs::rename(earlier, folder_, ignored);
    throw RunError(fmt::format("cannot write \"{}\": {}", folder_.string(), error.message()));
  }
  fresh_.clear();
  if (!earlier.empty()) retire(earlier, folder_);
}

std::string ResultFolder::leave() noexcept {
  mutex_.lock();
  const bool in_place = fresh_.empty();
  remove_fresh();
  unlock();
  return in_place ? "the results were written before" : "nothing was written";
}

void ResultFolder::remove_fresh() noexcept {
  std::error_code ignored;
  if (!fresh_.empty()) fs::remove_all(fresh_, ignored);
}

}  // namespace memcosim
