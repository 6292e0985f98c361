// SPDX-License-Identifier: Apache-2.0
// When things happen: latencies against the schedule's formula, and the same times at every level of timing, quantum and interface.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/architecture/tdm_times.hpp"

#include "macro_bench.hpp"

namespace memcosim::macro_test {
namespace {

constexpr TimingLevel levels[] = {TimingLevel::loosely_timed, TimingLevel::approximately_timed};

/// latency and interval of a schedule, written down from the design without TdmSchedule's functions.
struct Clocks {
  std::uint64_t latency;
  std::uint64_t interval;
};
Clocks expected_clocks(const MacroSpec& spec, std::uint64_t groups) {
  const auto whole = [](double seconds) { return static_cast<std::uint64_t>(seconds * 1e9 + 0.5); };
  const std::vector<DriveStep> equal(4, DriveStep{static_cast<std::uint32_t>(whole(spec.timing.drive_s)), true});
  const std::vector<DriveStep>& steps = spec.timing.steps.empty() ? equal : spec.timing.steps;
  const auto front = [&](std::size_t step) {
    return steps[step % steps.size()].clocks + whole(spec.timing.settle_s) + whole(spec.timing.sample_s);
  };
  const AdcTiming adc = spec.timing.adc_kind->timing({spec.readout.adc.bits});
  const std::uint64_t mux = whole(spec.timing.mux_s);
  const std::uint64_t group_step = std::max<std::uint64_t>(adc.interval + mux, spec.timing.accumulate_interval);
  const std::uint64_t back = mux + adc.latency + spec.timing.accumulate_latency + (groups - 1) * group_step;
  const std::uint64_t held = spec.timing.overlap == StepOverlap::converter ? groups * group_step : back;
  Clocks clocks{0, 0};
  for (std::size_t step = 0; step < steps.size(); ++step) {
    const std::uint64_t released = clocks.interval + front(step);
    const std::uint64_t complete = released + (steps[step].converts ? back : 0);
    const std::uint64_t free = released + (steps[step].converts ? held : 0);
    clocks.latency = std::max(clocks.latency, complete);
    clocks.interval = spec.timing.pipelined ? std::max(released, free - std::min(free, front(step + 1))) : complete;
  }
  return clocks;
}

/// One macro whose result and readiness are looked at one clock early and in time.
struct LatencyCase {
  LatencyCase(const std::string& name, Arrays& arrays, const MacroSpec& spec, std::uint64_t groups)
      : bench(name, arrays.backend(), arrays.add(spec), spec, [spec, groups](Agent& agent) { play(agent, spec, groups); }) {}

  static void play(Agent& agent, const MacroSpec& spec, std::uint64_t groups) {
    const Clocks expected = expected_clocks(spec, groups);
    const sc_core::sc_time period = clocks(1);
    EXPECT_EQ(agent.read(reg::latency_clocks), expected.latency);
    EXPECT_EQ(agent.read(reg::interval_clocks), expected.interval);
    EXPECT_EQ(agent.read(reg::status), reg::status_ready);
    // Values need a step for each bit; this is about time.
    MvmExtension timing_only;
    timing_only.timing_only = true;
    const auto start_next = [&] { EXPECT_EQ(agent.start(input_codes(spec, 0), &timing_only), tlm::TLM_OK_RESPONSE); };
    start_next();
    // A whole-row write of 32 bytes takes 4 clocks; the start is sampled at their end.
    const sc_core::sc_time start = agent.now();
    const auto status_at = [&](std::uint64_t clock) {
      agent.advance(start + static_cast<double>(clock) * period - agent.now());
      return agent.read(reg::status);
    };
    if (expected.interval < expected.latency) {
      if (expected.interval >= 3) {
        EXPECT_EQ(status_at(expected.interval - 1), reg::status_busy);
        EXPECT_EQ(status_at(expected.interval), reg::status_busy | reg::status_ready);
      }
      if (expected.latency >= expected.interval + 2) {
        EXPECT_EQ(status_at(expected.latency - 1), reg::status_busy | reg::status_ready);
      }
    } else {
      EXPECT_EQ(status_at(expected.latency - 1), reg::status_busy);
    }
    EXPECT_EQ(status_at(expected.latency), reg::status_ready | reg::status_result);
    agent.read_outputs(spec.columns / 2);
    EXPECT_EQ(agent.read(reg::status), reg::status_ready);

    // Back to back: the second start is sampled at the first edge at which the macro is ready again, its result comes one interval later.
    start_next();
    const sc_core::sc_time first = agent.now();
    start_next();
    const std::uint64_t between = std::max<std::uint64_t>(expected.interval, 4);
    EXPECT_EQ(agent.now() - first, static_cast<double>(between) * period);
    agent.read_outputs(spec.columns / 2);
    const std::uint64_t first_read = std::max(expected.latency, between) + 3;  // 24 bytes of sums
    EXPECT_EQ(agent.now() - first, static_cast<double>(first_read) * period);
    agent.read_outputs(spec.columns / 2);
    EXPECT_EQ(agent.now() - first, static_cast<double>(std::max(between + expected.latency, first_read) + 3) * period);
  }
  Bench bench;
};

TEST(MacroTiming, MeetsTheScheduleFormulaExactly) {
  Arrays arrays;
  std::vector<std::unique_ptr<LatencyCase>> cases;
  for (const TimingLevel level : levels) {
    for (const ConverterKind* kind : converter_kinds()) {
      for (const bool pipelined : {true, false}) {
        for (const double settle_s : {0.0, 5e-9, 300e-9}) {
          // 12 converted columns: 12, 5 (on 3 converters 4, 4, 4), 1 group; 7 columns per converter makes 2 converters of 6 columns.
          for (const auto& [columns_per_adc, groups] : {std::pair{12u, 12u}, {5u, 4u}, {7u, 6u}, {1u, 1u}}) {
            MacroSpec spec = small_spec(level);
            spec.timing.adc_kind = kind;
            spec.timing.pipelined = pipelined;
            spec.timing.settle_s = settle_s;
            spec.columns_per_adc = columns_per_adc;
            cases.push_back(std::make_unique<LatencyCase>("case" + std::to_string(cases.size()), arrays, spec, groups));
          }
        }
      }
    }
  }
  sc_core::sc_start();
  for (std::size_t index = 0; index < cases.size(); ++index)
    EXPECT_TRUE(cases[index]->bench.initiator.finished()) << "case " << index;
}

/// Steps of different lengths, some of which are not converted, at both levels and with both overlaps.
TEST(MacroTiming, MeetsTheFormulaOfUnequalSteps) {
  Arrays arrays;
  std::vector<std::unique_ptr<LatencyCase>> cases;
  std::vector<std::uint64_t> conversions;
  for (std::uint64_t run = 0; run < 60; ++run) {
    std::uint64_t draw = 1000;
    const auto between = [&](std::uint32_t low, std::uint32_t high) { return low + mix(run, draw++) % (high - low + 1); };
    MacroSpec spec = small_spec(TimingLevel::loosely_timed);
    spec.readout.input_bits = 2 + between(0, 4);
    for (unsigned step = 0; step < spec.readout.input_bits; ++step)
      spec.timing.steps.push_back({between(1, 60), between(0, 2) != 0});
    spec.timing.steps.back().converts = true;
    spec.columns_per_adc = between(1, 12);
    spec.timing.settle_s = between(0, 12) * 1e-9;
    spec.timing.adc_kind = converter_kinds()[between(0, static_cast<std::uint32_t>(converter_kinds().size()) - 1)];
    spec.timing.overlap = between(0, 1) == 0 ? StepOverlap::slice : StepOverlap::converter;
    spec.timing.pipelined = between(0, 3) != 0;
    const auto converting =
        std::count_if(spec.timing.steps.begin(), spec.timing.steps.end(), [](const DriveStep& s) { return s.converts; });
    for (const TimingLevel level : levels) {
      spec.level = level;
      cases.push_back(std::make_unique<LatencyCase>("case" + std::to_string(cases.size()), arrays, spec, spec.multiplexer().groups()));
      conversions.push_back(3 * 12 * static_cast<std::uint64_t>(converting));
    }
  }
  sc_core::sc_start();
  for (std::size_t index = 0; index < cases.size(); ++index) {
    EXPECT_TRUE(cases[index]->bench.initiator.finished()) << "case " << index;
    EXPECT_EQ(cases[index]->bench.macro.activity().conversions, conversions[index]) << "case " << index;
    EXPECT_EQ(cases[index]->bench.macro.activity().samples, 3 * 12 * cases[index]->bench.macro.spec().timing.steps.size());
  }
}

/// Conversions that take as long as their codes say: both levels take the time of TdmTimes, never more than the formula.
TEST(MacroTiming, TakesTheClocksOfTheCodes) {
  Arrays arrays;
  struct Mvm {
    std::vector<std::uint32_t> clocks;
    MvmExtension extension;
  };
  struct Series {
    MacroSpec spec;
    std::vector<Mvm> mvms;
    std::uint64_t clocks = 0;  ///< of all conversions
    std::uint64_t most = 0;
    std::unique_ptr<Bench> bench;
  };
  std::vector<std::unique_ptr<Series>> runs;
  for (const bool pipelined : {true, false}) {
    for (const StepOverlap overlap : {StepOverlap::slice, StepOverlap::converter}) {
      for (const TimingLevel level : levels) {
        runs.push_back(std::make_unique<Series>());
        Series& run = *runs.back();
        run.spec = small_spec(level);
        run.spec.timing.pipelined = pipelined;
        run.spec.timing.overlap = overlap;
        run.spec.timing.steps = {{1, true}, {9, true}, {2, false}, {4, true}};
        const TdmSchedule schedule = run.spec.schedule();  // SAR of 6 bits: at most 7 clocks
        run.mvms.resize(6);
        for (std::size_t mvm = 0; mvm < run.mvms.size(); ++mvm) {
          Mvm& one = run.mvms[mvm];
          one.extension.timing_only = true;
          if (mvm == 3) continue;  // this one takes the bound
          for (std::uint32_t index = 0; index < schedule.slices() * schedule.groups; ++index)
            one.clocks.push_back(1 + mix(mvm, index) % schedule.adc.latency);
          one.extension.outcome.conversion_clocks = one.clocks;
          for (std::uint32_t index = 0; index < one.clocks.size(); ++index) {
            if (!schedule.steps[index / schedule.groups].converts) continue;
            run.clocks += one.clocks[index];
            run.most = std::max<std::uint64_t>(run.most, one.clocks[index]);
          }
        }
        run.bench = std::make_unique<Bench>("run" + std::to_string(runs.size()), arrays.backend(), arrays.add(run.spec), run.spec,
                                            [&run, schedule](Agent& agent) {
                                              EXPECT_EQ(agent.read(reg::latency_clocks), schedule.latency()) << "the bound";
                                              sc_core::sc_time earliest;
                                              sc_core::sc_time done;
                                              for (Mvm& mvm : run.mvms) {
                                                EXPECT_EQ(agent.start(input_codes(run.spec, 0), &mvm.extension), tlm::TLM_OK_RESPONSE);
                                                const sc_core::sc_time start = agent.now();
                                                if (&mvm != &run.mvms.front()) {
                                                  EXPECT_EQ(start, earliest);
                                                  agent.read_outputs(6);  // of the MVM before: in 3 clocks from its end
                                                  EXPECT_EQ(agent.now(), std::max(start, done) + clocks(3));
                                                }
                                                const TdmTimes times(schedule, mvm.clocks);
                                                EXPECT_LE(times.latency(), schedule.latency());
                                                earliest = start + clocks(static_cast<double>(times.interval()));
                                                done = start + clocks(static_cast<double>(times.latency()));
                                              }
                                              agent.read_outputs(6);
                                              EXPECT_EQ(agent.now(), done + clocks(3));
                                            });
      }
    }
  }
  sc_core::sc_start();
  for (const auto& run : runs) {
    EXPECT_TRUE(run->bench->initiator.finished());
    const MacroActivity& done = run->bench->macro.activity();
    EXPECT_EQ(done.timed_groups, 5u * 3 * 4) << "3 of 4 steps, 4 groups";
    EXPECT_EQ(done.conversion_clocks, run->clocks);
    EXPECT_EQ(done.most_conversion_clocks, run->most);
    EXPECT_EQ(done.conversions, 6u * 3 * 12);
  }
}

TEST(MacroTiming, ReportsClocksThatNoConversionTakes) {
  const ReportedErrors errors;
  Arrays arrays;
  const MacroSpec spec = small_spec(TimingLevel::approximately_timed);
  const std::vector<std::uint32_t> clocks(3, 1);
  Bench bench("bench", arrays.backend(), arrays.add(spec), spec, [&](Agent& agent) {
    MvmExtension extension;
    extension.timing_only = true;
    extension.outcome.conversion_clocks = clocks;
    agent.start(input_codes(spec, 0), &extension);
  });
  sc_core::sc_start();
  EXPECT_THAT(ReportedErrors::first(), testing::HasSubstr("one for each step and group"));
}

/// What an initiator sees: the time and the answer of every access, and the data read.
struct Observation {
  sc_core::sc_time end;
  tlm::tlm_response_status response;
  std::vector<std::int32_t> data;
  bool operator==(const Observation& other) const { return end == other.end && response == other.response && data == other.data; }
};
std::ostream& operator<<(std::ostream& out, const Observation& seen) {
  out << seen.end << " response " << seen.response << " data";
  for (const std::int32_t value : seen.data)
    out << " " << value;
  return out;
}

/// A program that touches every kind of waiting, partly off the clock grid.
void mixed_program(Agent& agent, const MacroSpec& spec, std::vector<Observation>& log) {
  const auto note = [&](tlm::tlm_response_status response, std::vector<std::int32_t> data = {}) {
    log.push_back({agent.now(), response, std::move(data)});
  };
  const auto outputs = [&] {
    std::vector<std::int32_t> sums(spec.columns / 2);
    const auto response = agent.access(tlm::TLM_READ_COMMAND, reg::output_window, sums.data(), sums.size() * sizeof(std::int32_t));
    note(response, response == tlm::TLM_OK_RESPONSE ? sums : std::vector<std::int32_t>{});
  };
  const auto status = [&] { note(tlm::TLM_OK_RESPONSE, {static_cast<std::int32_t>(agent.read(reg::status))}); };
  outputs();  // nothing has started: an error
  note(agent.write(reg::event_low, 40));
  note(agent.start(input_codes(spec, 0)));
  status();
  agent.advance(sc_core::sc_time(0.3, sc_core::SC_NS));
  note(agent.start(input_codes(spec, 1)));  // waits until ready
  status();
  outputs();
  status();
  note(agent.start(input_codes(spec, 2)));
  outputs();
  agent.advance(sc_core::sc_time(333.7, sc_core::SC_NS));
  status();
  outputs();
  outputs();  // all are read: an error
  note(agent.write_codes(reg::input_window, input_codes(spec, 3)));
  note(agent.write(reg::control, reg::control_start_mvm));
  status();
  std::int32_t one = 0;
  note(agent.access(tlm::TLM_READ_COMMAND, reg::output_window, &one, sizeof one), {one});
  outputs();
  note(tlm::TLM_OK_RESPONSE, {static_cast<std::int32_t>(agent.read(reg::event_low))});
  agent.advance(sc_core::sc_time(17.25, sc_core::SC_NS));
  for (std::uint64_t vector = 4; vector < 10; ++vector) {
    note(agent.start(input_codes(spec, vector)));
    if (vector % 2 == 1) {
      outputs();
      outputs();
    }
  }
}

TEST(MacroTiming, IsTheSameAtEveryLevelQuantumAndInterface) {
  Arrays arrays;
  struct Series {
    std::vector<Observation> log;
    std::unique_ptr<Bench> bench;
  };
  std::vector<std::unique_ptr<Series>> runs;
  for (const TimingLevel level : levels) {
    for (const Transport transport : {Transport::blocking, Transport::non_blocking}) {
      for (const double quantum_ns : {0.0, 100.0, 10000.0}) {
        for (const bool pipelined : {true, false}) {
          MacroSpec spec = small_spec(level);
          spec.timing.pipelined = pipelined;
          runs.push_back(std::make_unique<Series>());
          std::vector<Observation>& log = runs.back()->log;
          AgentOptions options;
          options.quantum = clocks(quantum_ns);
          options.transport = transport;
          runs.back()->bench = std::make_unique<Bench>(
              "run" + std::to_string(runs.size()), arrays.backend(), arrays.add(spec), spec,
              [spec, &log](Agent& agent) { mixed_program(agent, spec, log); }, options);
        }
      }
    }
  }
  sc_core::sc_start();
  for (std::size_t index = 0; index < runs.size(); ++index) {
    EXPECT_TRUE(runs[index]->bench->initiator.finished()) << index;
    EXPECT_EQ(runs[index]->log, runs[index % 2]->log) << "run " << index;
  }
  EXPECT_GT(runs[0]->log.size(), 25u);
}

/// Outputs in use decide how many column groups an MVM has; a change of their number waits until the controller is idle.
TEST(MacroTiming, ConvertsTheColumnsInUseAlone) {
  Arrays arrays;
  std::vector<std::unique_ptr<Bench>> benches;
  const auto play = [&arrays](Agent& agent, const MacroSpec& spec, ArrayId array) {
    // 12 columns on 3 converters: 2 outputs are 4 columns in 2 groups, 5 and 6 outputs 10 and 12 columns in 4 groups.
    const Clocks two = expected_clocks(spec, 2);
    const Clocks four = expected_clocks(spec, 4);
    EXPECT_EQ(agent.write(reg::used_outputs, 2), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.read(reg::latency_clocks), two.latency);
    EXPECT_EQ(agent.read(reg::interval_clocks), two.interval);
    EXPECT_EQ(agent.start(input_codes(spec, 0)), tlm::TLM_OK_RESPONSE);
    const sc_core::sc_time first = agent.now();
    EXPECT_EQ(agent.write(reg::used_outputs, 6), tlm::TLM_OK_RESPONSE);
    const auto ready_at = [&](std::uint64_t clock) {
      agent.advance(first + clocks(static_cast<double>(clock)) - agent.now());
      return (agent.read(reg::status) & reg::status_ready) != 0;
    };
    EXPECT_FALSE(ready_at(two.latency - 1)) << "the number of groups may not change while an MVM is in flight";
    EXPECT_FALSE(ready_at(two.latency + 1));
    EXPECT_TRUE(ready_at(two.latency + 2));
    std::vector<std::int32_t> sums = agent.read_outputs(6);
    const ProductResult direct = direct_mvm(arrays.backend(), array, spec.readout, input_codes(spec, 0), 0);
    for (std::size_t output = 0; output < 6; ++output)
      EXPECT_EQ(sums[output], output < 2 ? direct.sums[output] : 0) << output;

    EXPECT_EQ(agent.write(reg::used_outputs, 2), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.start(input_codes(spec, 1)), tlm::TLM_OK_RESPONSE);
    const sc_core::sc_time second = agent.now();
    EXPECT_EQ(agent.write(reg::used_outputs, 6), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.start(input_codes(spec, 2)), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.now() - second, clocks(static_cast<double>(two.latency) + 2)) << "at the first edge at which it is idle";
    const sc_core::sc_time third = agent.now();
    agent.read_outputs(2);  // all that the MVM uses: retires it, whatever the register says now
    EXPECT_EQ(agent.write(reg::used_outputs, 5), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.start(input_codes(spec, 3)), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.now() - third, clocks(static_cast<double>(four.interval))) << "as many groups: nothing to wait for";
    agent.read_outputs(6);
    agent.read_outputs(6);
    EXPECT_EQ(agent.now() - third, clocks(static_cast<double>(four.interval + four.latency) + 3));
  };
  for (const TimingLevel level : levels) {
    for (const bool pipelined : {true, false}) {
      MacroSpec spec = small_spec(level);
      spec.timing.pipelined = pipelined;
      const ArrayId array = arrays.add(spec);
      benches.push_back(std::make_unique<Bench>("bench" + std::to_string(benches.size()), arrays.backend(), array, spec,
                                                [&play, spec, array](Agent& agent) { play(agent, spec, array); }));
    }
  }
  sc_core::sc_start();
  for (const auto& bench : benches) {
    EXPECT_TRUE(bench->initiator.finished());
    constexpr std::uint64_t slices = 4;
    constexpr std::uint64_t columns = 4 + 4 + 12 + 10;
    const MacroActivity& done = bench->macro.activity();
    EXPECT_EQ(done.conversions, slices * columns);
    EXPECT_EQ(done.samples, slices * columns);
    EXPECT_EQ(done.accumulations, slices * columns);
  }
}

/// A row that is not in use is not driven, whatever code was written to it before.
TEST(MacroTiming, DrivesTheRowsInUseAlone) {
  Arrays arrays;
  std::vector<std::unique_ptr<Bench>> benches;
  for (const TimingLevel level : levels) {
    const MacroSpec spec = small_spec(level);
    const ArrayId array = arrays.add(spec);
    benches.push_back(
        std::make_unique<Bench>("bench" + std::to_string(benches.size()), arrays.backend(), array, spec, [&, spec](Agent& agent) {
          agent.start(input_codes(spec, 0));
          agent.read_outputs(6);
          EXPECT_EQ(agent.write(reg::used_rows, 4), tlm::TLM_OK_RESPONSE);
          std::vector<InputCode> codes = input_codes(spec, 1);
          codes.resize(4);
          EXPECT_EQ(agent.write_codes(reg::input_start_window, codes), tlm::TLM_OK_RESPONSE);
          codes.resize(16, 0);
          EXPECT_EQ(agent.read_outputs(6), direct_mvm(arrays.backend(), array, spec.readout, codes, 1).sums);
        }));
  }
  sc_core::sc_start();
  for (const auto& bench : benches)
    EXPECT_TRUE(bench->initiator.finished());
}

/// Two processes on one macro: the starter never reads, so its third start waits for the reader, at every quantum.
TEST(MacroTiming, KeepsTwoResultsAndMakesTheThirdStartWait) {
  Arrays arrays;
  struct Series {
    std::vector<sc_core::sc_time> started;
    std::vector<sc_core::sc_time> read;
    std::vector<std::vector<std::int32_t>> sums;
    std::unique_ptr<Bench> bench;
  };
  std::vector<std::unique_ptr<Series>> runs;
  for (const TimingLevel level : levels) {
    for (const double quantum_ns : {0.0, 100.0, 10000.0}) {
      runs.push_back(std::make_unique<Series>());
      Series& run = *runs.back();
      const MacroSpec spec = small_spec(level);
      AgentOptions options;
      options.quantum = clocks(quantum_ns);
      const Program starter = [spec, &run](Agent& agent) {
        for (std::uint64_t vector = 0; vector < 5; ++vector) {
          EXPECT_EQ(agent.start(input_codes(spec, vector)), tlm::TLM_OK_RESPONSE);
          run.started.push_back(agent.now());
        }
      };
      const Program reader = [spec, &run](Agent& agent) {
        for (std::uint64_t vector = 0; vector < 5; ++vector) {
          agent.advance(clocks(1000.5));
          run.sums.push_back(agent.read_outputs(spec.columns / 2));
          run.read.push_back(agent.now());
        }
      };
      run.bench = std::make_unique<Bench>("run" + std::to_string(runs.size()), arrays.backend(), arrays.add(spec), spec,
                                          std::vector<Program>{starter, reader}, options);
    }
  }
  sc_core::sc_start();
  const Series& first = *runs.front();
  ASSERT_EQ(first.started.size(), 5u);
  ASSERT_EQ(first.read.size(), 5u);
  // The reader's accesses end at 1000.5 ns, 2004 ns, ... (3 clocks each); starts 2, 3, 4 follow at the next clock edge.
  EXPECT_EQ(first.read[0], clocks(1003.5));
  EXPECT_EQ(first.started[2], clocks(1004));
  EXPECT_EQ(first.read[1], clocks(2007));
  EXPECT_EQ(first.started[3], clocks(2007));
  for (const auto& run : runs) {
    EXPECT_EQ(run->started, first.started);
    EXPECT_EQ(run->read, first.read);
    EXPECT_EQ(run->sums, first.sums);
    EXPECT_TRUE(run->bench->initiator.finished());
  }
}

}  // namespace
}  // namespace memcosim::macro_test
