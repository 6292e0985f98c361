// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/results/state_file.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

#include "temporary_folder.hpp"

namespace memcosim {
namespace {

ProgrammedState sample_state() {
  ProgrammedState state;
  state.fingerprint = "0123456789abcdef";
  state.programming_time_s = 1.0 / 3.0;
  for (std::uint32_t i = 0; i < 3; ++i) {
    ArrayState array;
    array.rows = 2 + i;
    array.columns = 5;
    for (std::uint32_t c = 0; c < array.rows * array.columns; ++c)
      array.cells.cells.push_back(1e-9 * c / 7.0 + i);
    if (i == 1) array.cells.pulses.assign(array.cells.cells.size(), 77);
    array.cells.history = {3, 1e4 / 3.0 + i, 5.0, 1e6};
    array.programming.written_cells = 10 * i;
    array.programming.pulse_energy_j = 1e-12 / 3.0;
    array.programming.pulse_histogram = {1, 2, 3};
    state.arrays.push_back(array);
  }
  return state;
}

class StateFileTest : public ::testing::Test {
 protected:
  test::TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "state";
};

TEST_F(StateFileTest, ReadsBackBitForBit) {
  const ProgrammedState state = sample_state();
  write_file(file_, to_state_file(state));
  const ProgrammedState read = read_state_file(file_);
  EXPECT_EQ(read.fingerprint, state.fingerprint);
  EXPECT_EQ(read.programming_time_s, state.programming_time_s);
  ASSERT_EQ(read.arrays.size(), state.arrays.size());
  for (std::size_t i = 0; i < read.arrays.size(); ++i) {
    EXPECT_EQ(read.arrays[i].rows, state.arrays[i].rows);
    EXPECT_EQ(read.arrays[i].cells, state.arrays[i].cells);
    EXPECT_EQ(read.arrays[i].programming.written_cells, state.arrays[i].programming.written_cells);
    EXPECT_EQ(read.arrays[i].programming.pulse_energy_j, state.arrays[i].programming.pulse_energy_j);
    EXPECT_EQ(read.arrays[i].programming.pulse_histogram, state.arrays[i].programming.pulse_histogram);
  }
}

TEST_F(StateFileTest, RefusesEveryTruncationAndEveryFlippedByte) {
  const std::string text = to_state_file(sample_state());
  for (std::size_t length = 0; length < text.size(); length += 7) {
    write_file(file_, text.substr(0, length));
    EXPECT_THROW(read_state_file(file_), InputError) << length;
  }
  for (std::size_t at = 0; at < text.size(); at += 5) {
    std::string damaged = text;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    write_file(file_, damaged);
    EXPECT_THROW(read_state_file(file_), InputError) << at;
  }
}

TEST_F(StateFileTest, NamesAnotherVersion) {
  std::string text = to_state_file(sample_state());
  text.replace(text.find("state 3"), 7, "state 9");
  write_file(file_, text);
  try {
    read_state_file(file_);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("another version"));
    EXPECT_THAT(error.what(), ::testing::HasSubstr(file_.string()));
  }
}

}  // namespace
}  // namespace memcosim
