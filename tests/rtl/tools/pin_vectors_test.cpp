// SPDX-License-Identifier: Apache-2.0
#include "pin_vectors.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {
namespace {

TEST(PinVectors, HasTheFirstPinInTheMostSignificantBits) {
  PinVectors vectors({{{"one", 1}, {"three", 3}, {"thirty_two", 32}}, {{"two", 2}, {"one", 1}, {"six", 6}}});
  vectors.clock({1, 2, 0x89abcdefu}, {1, 0, 0x2a});  // 1 010 ..., 0 0101 0101 of 9 bits: a leading digit of one
  vectors.clock({0, 7, 1}, {2, 1, 0});
  const std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / "pin_vectors" / "of_a_run";
  vectors.write(folder);
  EXPECT_EQ(read_file(folder / "inputs.hex"), "a89abcdef\n700000001\n");
  EXPECT_EQ(read_file(folder / "outputs.hex"), "0aa\n140\n");
  std::filesystem::remove_all(folder.parent_path());
}

TEST(PinVectors, NamesTheFolderThatCannotBeMade) {
  try {
    PinVectors({{{"pin", 1}}, {{"pin", 1}}}).write("/dev/null/folder");
    FAIL();
  } catch (const RunError& error) {
    EXPECT_NE(std::string(error.what()).find("/dev/null/folder"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace memcosim
