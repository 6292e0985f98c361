// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace memcosim::test {

/// Results that a change of the program's structure must not move: one line "name hash" each (fingerprint64()), in a file of the source
/// tree. The hashes depend on the last bit of the C library's exp, log and their kin, so the file names the library that it was written
/// with. With MEMCOSIM_WRITE_LOCK=1 in the environment, expect() writes instead of comparing: after a change that is meant to move results.
class LockFile {
 public:
  /// `name`: file in tests/golden/lock.
  explicit LockFile(const std::string& name);
  /// True if this C library computes the bits of the one that the file was written with; else there is nothing to compare.
  bool comparable() const;
  /// Expects (or writes) the hash of this name. `what`: shown when it differs.
  void expect(const std::string& name, std::uint64_t hash, const std::string& what);

 private:
  void write() const;

  std::filesystem::path file_;
  std::string library_;
  std::map<std::string, std::string> hashes_;
};

}  // namespace memcosim::test
