// SPDX-License-Identifier: Apache-2.0
// Programming through the registers of a macro, and its exclusion with MVMs.

#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <systemc>
#include <vector>

#include <gtest/gtest.h>

#include "macro_bench.hpp"

namespace memcosim::macro_test {
namespace {

constexpr std::uint32_t region_rows = 3;
constexpr std::uint32_t region_columns = 4;

void write_targets(Agent& agent, const MacroSpec& spec) {
  EXPECT_EQ(agent.write(reg::program_rows, region_rows), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(agent.write(reg::program_columns, region_columns), tlm::TLM_OK_RESPONSE);
  for (std::uint32_t row = 0; row < region_rows; ++row) {
    std::vector<std::uint16_t> levels;
    for (std::uint32_t column = 0; column < region_columns; ++column)
      levels.push_back(static_cast<std::uint16_t>((row + column) % 4));
    EXPECT_EQ(agent.write_codes(reg::target_window + 2 * std::uint64_t{row} * spec.columns, levels), tlm::TLM_OK_RESPONSE);
  }
}

struct Seen {
  sc_core::sc_time done;
  std::uint32_t pulses = 0;
  std::uint32_t reads = 0;
  std::uint32_t failed = 0;
  std::vector<std::int32_t> sums_after;
};

void program_and_use(Agent& agent, const MacroSpec& spec, Seen& seen) {
  const auto status = [&] { return agent.read(reg::status); };
  write_targets(agent, spec);
  agent.start(input_codes(spec, 0));
  EXPECT_EQ(agent.write(reg::control, reg::control_start_program), tlm::TLM_COMMAND_ERROR_RESPONSE) << "an MVM is in flight";
  agent.read_outputs(6);
  EXPECT_EQ(agent.write(reg::control, reg::control_start_program), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(agent.read(reg::event_low), 2u) << "an MVM and a programming have started";
  EXPECT_EQ(status(), reg::status_programming);
  EXPECT_EQ(agent.start(input_codes(spec, 0)), tlm::TLM_COMMAND_ERROR_RESPONSE);
  EXPECT_EQ(agent.write(reg::control, reg::control_start_mvm), tlm::TLM_COMMAND_ERROR_RESPONSE);
  EXPECT_EQ(agent.write(reg::control, reg::control_start_program), tlm::TLM_COMMAND_ERROR_RESPONSE);
  seen.pulses = agent.read(reg::program_pulses);  // waits for the end
  seen.done = agent.now();
  EXPECT_EQ(status(), reg::status_ready);
  seen.reads = agent.read(reg::program_reads);
  seen.failed = agent.read(reg::program_failed);
  EXPECT_EQ(agent.now() - seen.done, clocks(3));
  agent.start(input_codes(spec, 1));
  seen.sums_after = agent.read_outputs(6);
}

TEST(MacroProgram, IsTheSameAtEveryLevelQuantumAndInterface) {
  Arrays arrays;
  struct Series {
    ArrayId array;
    Seen seen;
    std::unique_ptr<Bench> bench;
  };
  std::vector<std::unique_ptr<Series>> runs;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    for (const Transport transport : {Transport::blocking, Transport::non_blocking}) {
      for (const double quantum_ns : {0.0, 100.0, 10000.0}) {
        const MacroSpec spec = small_spec(level);
        runs.push_back(std::make_unique<Series>());
        Series& run = *runs.back();
        run.array = arrays.add(spec, "vteam_multilevel_linear");
        AgentOptions options;
        options.quantum = clocks(quantum_ns);
        options.transport = transport;
        run.bench = std::make_unique<Bench>(
            "run" + std::to_string(runs.size()), arrays.backend(), run.array, spec,
            [spec, &run](Agent& agent) { program_and_use(agent, spec, run.seen); }, options);
      }
    }
  }
  sc_core::sc_start();
  const Series& first = *runs.front();
  const ProgramResult& result = first.bench->macro.program_result();
  EXPECT_EQ(first.seen.pulses, std::accumulate(result.pulses.begin(), result.pulses.end(), 0u));
  EXPECT_EQ(first.seen.reads, std::accumulate(result.reads.begin(), result.reads.end(), 0u));
  EXPECT_GT(first.seen.pulses, 0u);
  ASSERT_EQ(result.outcome.size(), region_rows * region_columns);
  for (const auto& run : runs) {
    EXPECT_TRUE(run->bench->initiator.finished());
    EXPECT_EQ(run->seen.done, first.seen.done);
    EXPECT_EQ(run->seen.pulses, first.seen.pulses);
    EXPECT_EQ(run->seen.reads, first.seen.reads);
    EXPECT_EQ(run->seen.failed, first.seen.failed);
    EXPECT_EQ(run->seen.sums_after, first.seen.sums_after);
    EXPECT_EQ(run->bench->macro.activity().programming_s, first.bench->macro.activity().programming_s);
    EXPECT_EQ(run->bench->macro.activity().pulse_energy_j, first.bench->macro.activity().pulse_energy_j);
    EXPECT_EQ(arrays.backend().cells().conductance(run->array), arrays.backend().cells().conductance(first.array));
  }
}

/// The end of a programming shows at the clock that its steps add up to, not one clock earlier. The second programming finds every cell in
/// its band: each row takes one read and one to confirm.
TEST(MacroProgram, EndsAtTheClockThatItsStepsAddUpTo) {
  Arrays arrays;
  std::vector<std::unique_ptr<Bench>> benches;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    const MacroSpec spec = small_spec(level);
    const Program program = [spec](Agent& agent) {
      write_targets(agent, spec);
      agent.write(reg::control, reg::control_start_program);
      EXPECT_EQ(agent.read(reg::program_failed), 0u);
      EXPECT_EQ(agent.write(reg::control, reg::control_start_program), tlm::TLM_OK_RESPONSE);
      const sc_core::sc_time start = agent.now();
      // One read: 10 clocks, then 4 cells through 3 converters: mux 1, SAR 11, and once more mux 1 + SAR 11.
      const double expected = region_rows * 2 * (10 + 1 + 11 + 12);
      agent.advance(clocks(expected - 1));
      EXPECT_EQ(agent.read(reg::status), reg::status_programming);
      EXPECT_EQ(agent.read(reg::status), reg::status_ready);
      EXPECT_EQ(agent.now() - start, clocks(expected + 1));
      EXPECT_EQ(agent.read(reg::program_pulses), 0u);
      EXPECT_EQ(agent.read(reg::program_reads), 2 * region_rows * region_columns);
    };
    benches.push_back(std::make_unique<Bench>("bench" + std::to_string(benches.size()), arrays.backend(),
                                              arrays.add(spec, "vteam_multilevel_linear"), spec, program));
  }
  sc_core::sc_start();
  for (const auto& bench : benches)
    EXPECT_TRUE(bench->initiator.finished());
}

/// What cannot be programmed is refused when it is asked for, with the reason in a warning, and the macro goes on.
TEST(MacroProgram, RefusesWhatCannotBeProgrammed) {
  const ReportedErrors errors;
  Arrays arrays;
  std::vector<std::unique_ptr<Bench>> benches;
  const auto add = [&](const char* name, TimingLevel level, void (*change)(MacroSpec&)) {
    MacroSpec spec = small_spec(level);
    change(spec);
    benches.push_back(
        std::make_unique<Bench>(name, arrays.backend(), arrays.add(spec, "vteam_multilevel_linear"), spec, [spec](Agent& agent) {
          write_targets(agent, spec);
          const std::uint32_t event = agent.read(reg::event_low);
          EXPECT_EQ(agent.write(reg::control, reg::control_start_program), tlm::TLM_GENERIC_ERROR_RESPONSE);
          EXPECT_EQ(agent.read(reg::event_low), event);
          EXPECT_EQ(agent.read(reg::status), reg::status_ready);
          EXPECT_EQ(agent.start(input_codes(spec, 0)), tlm::TLM_OK_RESPONSE);
          agent.read_outputs(6);
        }));
  };
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    const std::string at = level == TimingLevel::loosely_timed ? "lt" : "at";
    add(("default_" + at).c_str(), level, [](MacroSpec& spec) { spec.programming = WriteVerifySpec(); });
    add(("target_" + at).c_str(), level, [](MacroSpec& spec) { spec.programming.verify.full_scale_s = 1e-5; });  // the window reaches 72 uS
  }
  sc_core::sc_start();
  EXPECT_EQ(ReportedErrors::first(), "");
  for (const auto& bench : benches)
    EXPECT_TRUE(bench->initiator.finished());
}

}  // namespace
}  // namespace memcosim::macro_test
