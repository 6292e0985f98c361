// SPDX-License-Identifier: Apache-2.0
// Waveform files of the Verilated blocks: VCD and FST, several controllers and clock domains.
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <systemc>
#include <vector>

#include <gtest/gtest.h>
#include <gtkwave/fstapi.h>

#include "memcosim/common/error.hpp"
#include "memcosim/rtl/bridge/rtl_tdm_controller.hpp"

#include "tdm_call_lockstep.hpp"
#include "temporary_folder.hpp"

namespace memcosim {
namespace {

class RtlWaves : public ::testing::Test {
 protected:
  std::string file(const std::string& name) const { return folder_.file(name); }

  /// Two controllers, of which the second starts later; 3 MVMs each.
  static void record(const std::string& waves, const sc_core::sc_time& second_period) {
    TdmSchedule schedule;
    schedule.settle = 4;
    const TdmControllerFactory rtl = rtl_tdm_controller_factory(waves);
    TdmCallLockstep first("first", schedule, sc_core::sc_time(1, sc_core::SC_NS), model_tdm_controller_factory(), rtl, {3, 0, 0, 1});
    TdmCallLockstep second("second", schedule, second_period, model_tdm_controller_factory(), rtl, {3, 50, 3, 1});
    sc_core::sc_start();
    EXPECT_TRUE(first.passed() && second.passed());
  }

  test::TemporaryFolder folder_;
};

std::string read(const std::string& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t hits = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++hits;
  return hits;
}

TEST_F(RtlWaves, VcdHasAScopePerControllerAndPicoseconds) {
  record(file("waves.vcd"), sc_core::sc_time(1, sc_core::SC_NS));
  const std::string vcd = read(file("waves.vcd"));
  EXPECT_EQ(count(vcd, "$timescale 1ps $end"), 1u);
  EXPECT_EQ(count(vcd, "first.right"), 1u);
  EXPECT_EQ(count(vcd, "second.right"), 1u);
  EXPECT_EQ(count(vcd, "\n#500\n"), 1u) << "the falling edge of the first cycle";
}

TEST_F(RtlWaves, EveryClockPeriodHasItsFile) {
  record(file("waves.vcd"), sc_core::sc_time(3, sc_core::SC_NS));
  EXPECT_EQ(count(read(file("waves.vcd")), "second.right"), 0u);
  EXPECT_EQ(count(read(file("waves.1.vcd")), "second.right"), 1u);
  EXPECT_EQ(count(read(file("waves.1.vcd")), "\n#1500\n"), 1u);
}

TEST_F(RtlWaves, FstShowsDoneAtTheLatency) {
  record(file("waves.fst"), sc_core::sc_time(1, sc_core::SC_NS));
  void* reader = fstReaderOpen(file("waves.fst").c_str());
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(fstReaderGetTimescale(reader), -12);
  std::vector<std::string> scopes;
  fstHandle done = 0;
  while (const fstHier* entry = fstReaderIterateHier(reader)) {
    if (entry->htyp == FST_HT_SCOPE) scopes.emplace_back(entry->u.scope.name);
    if (entry->htyp == FST_HT_VAR && std::string(entry->u.var.name) == "done" && scopes.back() == "first.right") done = entry->u.var.handle;
  }
  ASSERT_NE(done, 0u);
  // front 6, back 1 + 9 + 1 = 11, latency 17, a start every 11 clocks.
  std::vector<std::uint64_t> rises;
  fstReaderSetFacProcessMask(reader, done);
  fstReaderIterBlocks(
      reader,
      [](void* found, std::uint64_t time, fstHandle, const unsigned char* value) {
        if (*value == '1') static_cast<std::vector<std::uint64_t>*>(found)->push_back(time);
      },
      &rises, nullptr);
  fstReaderClose(reader);
  EXPECT_EQ(rises, (std::vector<std::uint64_t>{17000, 28000, 39000}));
}

TEST_F(RtlWaves, RefusesOtherNames) {
  EXPECT_THROW(record(file("waves.png"), sc_core::sc_time(1, sc_core::SC_NS)), InputError);
}

TEST_F(RtlWaves, AFileThatCannotBeWrittenIsAnError) {
  EXPECT_THROW(record(file("missing/waves.vcd"), sc_core::sc_time(1, sc_core::SC_NS)), sc_core::sc_report);
}

}  // namespace
}  // namespace memcosim
