// SPDX-License-Identifier: Apache-2.0
// The non-blocking interface: phases, back-pressure and several transactions at once.

#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include <gtest/gtest.h>

#include "macro_bench.hpp"

namespace memcosim::macro_test {
namespace {

struct Series {
  std::vector<sc_core::sc_time> started;
  std::vector<sc_core::sc_time> read;
  std::vector<std::vector<std::int32_t>> sums;
  std::unique_ptr<Bench> bench;
};

constexpr std::uint64_t vectors = 6;

/// One process starts MVMs, another reads them, both through one socket: requests wait behind each other, responses overlap.
std::unique_ptr<Series> make_series(const std::string& name, Arrays& arrays, TimingLevel level, double end_response_ns) {
  auto series = std::make_unique<Series>();
  const MacroSpec spec = small_spec(level);
  AgentOptions options;
  options.transport = Transport::non_blocking;
  options.end_response_delay = clocks(end_response_ns);
  Series& seen = *series;
  const Program starter = [spec, &seen](Agent& agent) {
    for (std::uint64_t vector = 0; vector < vectors; ++vector) {
      EXPECT_EQ(agent.start(input_codes(spec, vector)), tlm::TLM_OK_RESPONSE);
      seen.started.push_back(agent.now());
    }
  };
  const Program reader = [&seen](Agent& agent) {
    agent.advance(clocks(10));
    for (std::uint64_t vector = 0; vector < vectors; ++vector) {
      seen.sums.push_back(agent.read_outputs(6));
      seen.read.push_back(agent.now());
    }
  };
  series->bench = std::make_unique<Bench>(name, arrays.backend(), arrays.add(spec), spec, std::vector<Program>{starter, reader}, options);
  return series;
}

TEST(MacroNbTransport, OverlapsStartsAndReads) {
  Arrays arrays;
  const auto loose = make_series("loose", arrays, TimingLevel::loosely_timed, 0);
  const auto timed = make_series("timed", arrays, TimingLevel::approximately_timed, 0);
  sc_core::sc_start();
  const TdmSchedule schedule = small_spec(TimingLevel::loosely_timed).schedule();
  for (const Series* series : {loose.get(), timed.get()}) {
    EXPECT_TRUE(series->bench->initiator.finished());
    ASSERT_EQ(series->started.size(), vectors);
    ASSERT_EQ(series->read.size(), vectors);
    // While results are read as soon as they are done, the pipeline never waits: one start per interval, one result per interval.
    for (std::uint64_t vector = 0; vector < vectors; ++vector) {
      const double start_clock = 4.0 + static_cast<double>(vector * schedule.interval());
      EXPECT_EQ(series->started[vector], clocks(start_clock));
      EXPECT_EQ(series->read[vector], clocks(start_clock + static_cast<double>(schedule.latency()) + 3));
    }
    const PhaseChecker& checker = series->bench->initiator.checker;
    EXPECT_EQ(checker.responses, 2 * vectors);
    EXPECT_GT(checker.end_requests, vectors);
  }
  EXPECT_EQ(loose->sums, timed->sums);
}

/// An initiator that is slow to end a response holds up the next one, and through the result slots the starts; nothing is lost.
TEST(MacroNbTransport, WaitsForEndResp) {
  Arrays arrays;
  const auto loose = make_series("loose", arrays, TimingLevel::loosely_timed, 0);
  const auto slow_loose = make_series("slow_loose", arrays, TimingLevel::loosely_timed, 500);
  const auto slow_timed = make_series("slow_timed", arrays, TimingLevel::approximately_timed, 500);
  sc_core::sc_start();
  EXPECT_EQ(slow_loose->sums, loose->sums);
  EXPECT_EQ(slow_timed->sums, loose->sums);
  EXPECT_EQ(slow_timed->read, slow_loose->read);
  EXPECT_EQ(slow_timed->started, slow_loose->started);
  for (std::uint64_t vector = 1; vector < vectors; ++vector)
    EXPECT_GE(slow_timed->read[vector] - slow_timed->read[vector - 1], clocks(500));
  for (const Series* series : {slow_loose.get(), slow_timed.get()})
    EXPECT_TRUE(series->bench->initiator.finished());
}

/// The third start has no result slot: its request ends, its response waits for the first read.
TEST(MacroNbTransport, HoldsTheResponseOfAStartWithoutRoom) {
  Arrays arrays;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    const MacroSpec spec = small_spec(level);
    AgentOptions options;
    options.transport = Transport::non_blocking;
    // The benches live to the end of the process' only simulation.
    static std::vector<std::unique_ptr<Bench>> benches;
    const Program starter = [spec](Agent& agent) {
      for (std::uint64_t vector = 0; vector < 3; ++vector)
        agent.start(input_codes(spec, vector));
      EXPECT_EQ(agent.now(), clocks(5003));
    };
    const Program reader = [](Agent& agent) {
      agent.advance(clocks(4000));
      EXPECT_EQ(agent.read(reg::status), reg::status_result) << "not ready: a start waits";
      agent.advance(clocks(5000) - agent.now());
      agent.read_outputs(6);
      EXPECT_EQ(agent.now(), clocks(5003));
      agent.read_outputs(6);
      agent.read_outputs(6);
      EXPECT_EQ(agent.now(), clocks(5003.0 + static_cast<double>(small_spec(TimingLevel::loosely_timed).schedule().latency()) + 3));
    };
    benches.push_back(std::make_unique<Bench>("bench" + std::to_string(benches.size()), arrays.backend(), arrays.add(spec), spec,
                                              std::vector<Program>{starter, reader}, options));
    if (level == TimingLevel::loosely_timed) continue;
    sc_core::sc_start();
    for (const auto& bench : benches)
      EXPECT_TRUE(bench->initiator.finished());
    benches.clear();
  }
}

TEST(MacroNbTransport, CompletesAtOnceWhatDependsOnNothing) {
  Arrays arrays;
  const MacroSpec spec = small_spec(TimingLevel::approximately_timed);
  AgentOptions options;
  options.transport = Transport::non_blocking;
  options.quantum = clocks(100);
  Bench bench(
      "bench", arrays.backend(), arrays.add(spec), spec,
      [spec](Agent& agent) {
        EXPECT_EQ(agent.read(reg::rows), 16u);
        EXPECT_EQ(agent.write_codes(reg::input_window, input_codes(spec, 0)), tlm::TLM_OK_RESPONSE);
        EXPECT_EQ(agent.write(reg::rows, 1), tlm::TLM_COMMAND_ERROR_RESPONSE);
        EXPECT_EQ(agent.now(), clocks(6));
        EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::SC_ZERO_TIME);
      },
      options);
  sc_core::sc_start();
  EXPECT_TRUE(bench.initiator.finished());
  EXPECT_EQ(bench.initiator.checker.completed_at_once, 3u);
  EXPECT_EQ(bench.initiator.checker.responses, 0u);
}

TEST(MacroNbTransport, ReportsBrokenRules) {
  Arrays arrays;
  const MacroSpec spec = small_spec(TimingLevel::loosely_timed);
  Bench bench("bench", arrays.backend(), arrays.add(spec), spec, [](Agent& agent) {
    std::uint32_t value = 0;
    auto& socket = agent.initiator().socket;
    auto& first = agent.initiator().payload(tlm::TLM_READ_COMMAND, reg::status, &value, 4);
    auto& second = agent.initiator().payload(tlm::TLM_READ_COMMAND, reg::status, &value, 4);
    const auto send = [&](tlm::tlm_generic_payload& payload, tlm::tlm_phase phase) {
      sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
      return socket->nb_transport_fw(payload, phase, delay);
    };
    EXPECT_THROW(send(first, tlm::END_RESP), sc_core::sc_report);
    EXPECT_THROW(send(first, tlm::BEGIN_RESP), sc_core::sc_report);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    EXPECT_FALSE(agent.initiator().request(first, delay));
    EXPECT_THROW(send(second, tlm::BEGIN_REQ), sc_core::sc_report) << "the request channel is taken";
    agent.initiator().wait_for_response(first);
    first.release();
    second.release();
    tlm::tlm_generic_payload unmanaged;
    unmanaged.set_command(tlm::TLM_READ_COMMAND);
    unmanaged.set_address(reg::status);
    unmanaged.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    unmanaged.set_data_length(4);
    unmanaged.set_streaming_width(4);
    EXPECT_THROW(send(unmanaged, tlm::BEGIN_REQ), sc_core::sc_report) << "no memory manager";
  });
  sc_core::sc_start();
  EXPECT_TRUE(bench.initiator.finished());
}

}  // namespace
}  // namespace memcosim::macro_test
