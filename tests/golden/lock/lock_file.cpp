// SPDX-License-Identifier: Apache-2.0
#include "lock_file.hpp"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "memcosim/runs/results/state_file.hpp"

namespace memcosim::test {
namespace {

/// Hash of what the C library's functions return at some thousand points.
std::string library_hash() {
  std::uint64_t hash = fingerprint64("");
  const auto add = [&hash](double value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    hash = fingerprint64({bytes, sizeof bytes}, hash);
  };
  for (int i = 1; i <= 2000; ++i) {
    const double x = 0.0137 * i;
    for (const double value : {std::exp(-x), std::expm1(x), std::log(x), std::log1p(x), std::pow(x, 1.7), std::sinh(x), std::tanh(x),
                               std::sin(x), std::cos(x), std::cbrt(x), std::erfc(x)})
      add(value);
  }
  return fmt::format("{:016x}", hash);
}

bool writes() {
  const char* text = std::getenv("MEMCOSIM_WRITE_LOCK");
  return text != nullptr && std::string(text) == "1";
}

}  // namespace

LockFile::LockFile(const std::string& name) : file_(std::filesystem::path(MEMCOSIM_SOURCE_DIR) / "tests/golden/lock" / name) {
  std::ifstream stream(file_);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    std::string key;
    std::string hash;
    if (line.empty() || line[0] == '#' || !(words >> key >> hash)) continue;
    if (key == "library") {
      library_ = hash;
    } else {
      hashes_[key] = hash;
    }
  }
}

bool LockFile::comparable() const {
  return writes() || library_ == library_hash();
}

void LockFile::expect(const std::string& name, std::uint64_t hash, const std::string& what) {
  const std::string text = fmt::format("{:016x}", hash);
  if (writes()) {
    hashes_[name] = text;
    return write();
  }
  const auto found = hashes_.find(name);
  ASSERT_NE(found, hashes_.end()) << name << " is not in " << file_ << ": write it with MEMCOSIM_WRITE_LOCK=1";
  EXPECT_EQ(found->second, text) << name << ": " << what;
}

void LockFile::write() const {
  std::ofstream stream(file_);
  stream << "# Hashes of results: see lock_file.hpp. Written by the tests with MEMCOSIM_WRITE_LOCK=1.\nlibrary " << library_hash() << '\n';
  for (const auto& [name, hash] : hashes_)
    stream << name << ' ' << hash << '\n';
}

}  // namespace memcosim::test
