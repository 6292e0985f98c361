// SPDX-License-Identifier: Apache-2.0
// What comes out: values, counts and energies, at both levels of timing, ahead of the event or at it.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/devices/cells/vteam_cell.hpp"
#include "memcosim/kernels/products/driven_rows.hpp"
#include "memcosim/kernels/products/read_epoch.hpp"

#include "macro_bench.hpp"

namespace memcosim::macro_test {
namespace {

constexpr std::uint64_t vectors = 7;

struct Series {
  std::vector<std::vector<std::int32_t>> sums;
  std::unique_ptr<Bench> bench;
};

enum class Source { at_event, ahead, ahead_with_codes, ahead_on_odd_vectors };

/// Plays all vectors with up to two in flight.
std::unique_ptr<Series> make_run(const std::string& name, Arrays& arrays, const MacroSpec& spec, Source source,
                                 const CellSpec& cell = default_cell_spec("ohmic")) {
  auto run = std::make_unique<Series>();
  const ArrayId array = arrays.add(spec, cell);
  std::vector<std::vector<std::int32_t>>& sums = run->sums;
  Backend& backend = arrays.backend();
  const Program program = [spec, source, array, &sums, &backend](Agent& agent) {
    const auto outputs = spec.readout.outputs(spec.columns);
    std::vector<ProductResult> known(vectors);  // until they are read
    for (std::uint64_t vector = 0; vector < vectors; ++vector) {
      const std::vector<InputCode> codes = input_codes(spec, vector);
      ProductResult& direct = known[vector];
      MvmExtension extension;
      extension.event = vector;
      if (source == Source::ahead_with_codes || source == Source::ahead || (source == Source::ahead_on_odd_vectors && vector % 2 == 1)) {
        direct = direct_mvm(backend, array, spec.readout, codes, vector);
        extension.outcome.sums = direct.sums;
        extension.outcome.drive_siemens = direct.drive_siemens;
        extension.outcome.clipped = direct.clipped[0];
        if (source == Source::ahead_with_codes) extension.outcome.codes = direct.codes;
        if (source == Source::ahead) extension.outcome.driven_rows = driven_rows(codes.data(), codes.size(), spec.readout.dac.bits);
      }
      EXPECT_EQ(agent.start(codes, source == Source::at_event ? nullptr : &extension), tlm::TLM_OK_RESPONSE);
      if (vector > 0) sums.push_back(agent.read_outputs(outputs));
    }
    sums.push_back(agent.read_outputs(outputs));
  };
  run->bench = std::make_unique<Bench>(name, backend, array, spec, program);
  return run;
}

void expect_equal(const MacroActivity& a, const MacroActivity& b) {
  EXPECT_EQ(a.mvms, b.mvms);
  EXPECT_EQ(a.rows_driven, b.rows_driven);
  EXPECT_EQ(a.samples, b.samples);
  EXPECT_EQ(a.conversions, b.conversions);
  EXPECT_EQ(a.clipped_low, b.clipped_low);
  EXPECT_EQ(a.clipped_high, b.clipped_high);
  EXPECT_EQ(a.accumulations, b.accumulations);
  EXPECT_EQ(a.controller_slices, b.controller_slices);
  EXPECT_EQ(a.input_bytes, b.input_bytes);
  EXPECT_EQ(a.output_bytes, b.output_bytes);
  EXPECT_EQ(a.array_energy_j, b.array_energy_j);  // bit for bit
  EXPECT_EQ(a.busy_s, b.busy_s);
}

TEST(MacroValues, AreTheSameAtEveryLevelAheadAndAtTheEvent) {
  Arrays arrays;
  std::vector<MacroSpec> specs;
  for (const WeightEncoding* encoding : {&encodings::single, &encodings::differential_digital, &encodings::differential_analog}) {
    for (const unsigned dac_bits : {1u, 3u}) {
      MacroSpec spec = small_spec(TimingLevel::loosely_timed);
      spec.readout.encoding = encoding;
      spec.readout.dac.bits = dac_bits;
      spec.readout.adc.is_signed = encoding->converts_signed();
      spec.readout.curves.front().noise_lsb = 0.4;
      specs.push_back(spec);
    }
  }
  std::vector<std::vector<std::unique_ptr<Series>>> runs;
  for (std::size_t s = 0; s < specs.size(); ++s) {
    runs.emplace_back();
    for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
      for (const Source source : {Source::at_event, Source::ahead, Source::ahead_with_codes, Source::ahead_on_odd_vectors}) {
        MacroSpec spec = specs[s];
        spec.level = level;
        runs.back().push_back(make_run("spec" + std::to_string(s) + "_" + std::to_string(runs.back().size()), arrays, spec, source));
      }
    }
  }
  sc_core::sc_start();

  for (std::size_t s = 0; s < specs.size(); ++s) {
    SCOPED_TRACE(s);
    const MacroSpec& spec = specs[s];
    const MacroActivity& first = runs[s][0]->bench->macro.activity();
    for (const auto& run : runs[s]) {
      EXPECT_TRUE(run->bench->initiator.finished());
      EXPECT_EQ(run->sums, runs[s][0]->sums);
      expect_equal(run->bench->macro.activity(), first);
    }

    // Against sums made here: values from the backend, counts and V^2 G t from their definitions.
    const unsigned bits = spec.readout.dac.bits;
    const std::uint64_t slices = spec.readout.slices();
    const double front_s = 7e-9;  // drive 1 ns, settle 5 ns, sample 1 ns
    std::uint64_t rows = 0;
    ClipCounts clipped{};
    double energy_j = 0.0;
    const std::vector<double> siemens = arrays.backend().cells().conductance(runs[s][0]->bench->macro.array());
    for (std::uint64_t vector = 0; vector < vectors; ++vector) {
      const std::vector<InputCode> codes = input_codes(spec, vector);
      const ProductResult direct = direct_mvm(arrays.backend(), runs[s][0]->bench->macro.array(), spec.readout, codes, vector);
      EXPECT_EQ(runs[s][0]->sums[vector], direct.sums);
      clipped += direct.clipped[0];
      for (std::uint64_t slice = 0; slice < slices; ++slice) {
        for (std::uint32_t row = 0; row < spec.rows; ++row) {
          const unsigned code = (codes[row] >> (slice * bits)) & ((1u << bits) - 1u);
          if (code != 0) ++rows;
          const double volts = spec.read_voltage_v * code / ((1u << bits) - 1u);
          for (std::uint32_t column = 0; column < spec.columns; ++column)
            energy_j += volts * volts * siemens[row * spec.columns + column] * front_s;
        }
      }
    }
    EXPECT_EQ(first.mvms, vectors);
    EXPECT_EQ(first.rows_driven, rows);
    EXPECT_EQ(first.clipped_low, clipped.low);
    EXPECT_EQ(first.clipped_high, clipped.high);
    const std::uint64_t conversions = vectors * slices * spec.readout.conversions(spec.columns);
    EXPECT_EQ(first.samples, conversions);
    EXPECT_EQ(first.conversions, conversions);
    EXPECT_EQ(first.accumulations, conversions);
    EXPECT_EQ(first.controller_slices, vectors * slices);
    EXPECT_EQ(first.input_bytes, vectors * spec.rows * 2);
    EXPECT_EQ(first.output_bytes, vectors * spec.readout.outputs(spec.columns) * 4);
    EXPECT_NEAR(first.array_energy_j, energy_j, 1e-12 * energy_j);
    EXPECT_GT(energy_j, 0.0);
  }
}

TEST(MacroValues, AHalvedReadVoltageQuartersTheEnergyOfAnOhmicArray) {
  Arrays arrays;
  std::vector<std::unique_ptr<Series>> runs;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    for (const double volts : {0.2, 0.1}) {
      MacroSpec spec = small_spec(level);
      spec.read_voltage_v = volts;
      runs.push_back(make_run("run" + std::to_string(runs.size()), arrays, spec, Source::at_event));
    }
  }
  sc_core::sc_start();
  for (std::size_t pair = 0; pair < runs.size(); pair += 2) {
    const double full = runs[pair]->bench->macro.activity().array_energy_j;
    EXPECT_NEAR(runs[pair + 1]->bench->macro.activity().array_energy_j, full / 4, 1e-14 * full);
    EXPECT_EQ(runs[pair + 1]->sums, runs[pair]->sums);
  }
}

TEST(MacroValues, TimingOnlyMvmsReturnZerosAndCostNoArrayEnergy) {
  Arrays arrays;
  std::vector<std::unique_ptr<Bench>> benches;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    const MacroSpec spec = small_spec(level);
    benches.push_back(
        std::make_unique<Bench>("bench" + std::to_string(benches.size()), arrays.backend(), arrays.add(spec), spec, [spec](Agent& agent) {
          MvmExtension extension;
          extension.timing_only = true;
          agent.start(input_codes(spec, 0), &extension);
          EXPECT_EQ(agent.read_outputs(6), std::vector<std::int32_t>(6, 0));
        }));
  }
  sc_core::sc_start();
  for (const auto& bench : benches) {
    EXPECT_TRUE(bench->initiator.finished());
    EXPECT_EQ(bench->macro.activity().mvms, 1u);
    EXPECT_GT(bench->macro.activity().conversions, 0u);
    EXPECT_EQ(bench->macro.activity().array_energy_j, 0.0);
  }
}

/// MVMs whose results nobody reads are counted all the same.
TEST(MacroValues, CountsMvmsThatNobodyReads) {
  Arrays arrays;
  std::vector<std::unique_ptr<Bench>> benches;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    const MacroSpec spec = small_spec(level);
    benches.push_back(
        std::make_unique<Bench>("bench" + std::to_string(benches.size()), arrays.backend(), arrays.add(spec), spec, [spec](Agent& agent) {
          agent.start(input_codes(spec, 0));
          agent.start(input_codes(spec, 1));
        }));
  }
  sc_core::sc_start();
  EXPECT_GT(benches[0]->macro.activity().array_energy_j, 0.0);
  expect_equal(benches[0]->macro.activity(), benches[1]->macro.activity());
}

TEST(MacroValues, TheEventNumberAddressesTheNoise) {
  Arrays arrays;
  MacroSpec spec = small_spec(TimingLevel::loosely_timed);
  spec.readout.curves.front().noise_lsb = 2.0;
  const ArrayId array = arrays.add(spec);
  Backend& backend = arrays.backend();
  Bench bench("bench", backend, array, spec, [&](Agent& agent) {
    const std::vector<InputCode> codes = input_codes(spec, 0);
    agent.start(codes);
    EXPECT_EQ(agent.read_outputs(6), direct_mvm(backend, array, spec.readout, codes, 0).sums);
    agent.start(codes);
    EXPECT_EQ(agent.read_outputs(6), direct_mvm(backend, array, spec.readout, codes, 1).sums);
    agent.write(reg::event_low, 77);
    agent.write(reg::event_high, 5);
    agent.start(codes);
    EXPECT_EQ(agent.read_outputs(6), direct_mvm(backend, array, spec.readout, codes, (std::uint64_t{5} << 32) + 77).sums);
    EXPECT_EQ(agent.read(reg::event_low), 78u);
    MvmExtension extension;
    extension.event = 9;
    agent.start(codes, &extension);
    EXPECT_EQ(agent.read_outputs(6), direct_mvm(backend, array, spec.readout, codes, 9).sums);
    EXPECT_EQ(agent.read(reg::event_low), 78u);
  });
  sc_core::sc_start();
  EXPECT_TRUE(bench.initiator.finished());
}

TEST(MacroValues, ReadsMoveTheCellsOfAMacroWithoutANetworkEveryFewMvms) {
  Arrays arrays;
  constexpr std::uint64_t every = 3;
  std::vector<std::unique_ptr<Series>> runs;
  CellSpec cell = preset_cell_spec("vteam_multilevel");
  cell.parameters[VteamCell::v_off] = 0.02;  // far below the read voltage
  cell.nonidealities.read_disturb.every = every;
  MacroSpec spec = small_spec(TimingLevel::loosely_timed);
  spec.readout.adc.bits = 10;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    spec.level = level;
    runs.push_back(make_run("moving_" + std::to_string(runs.size()), arrays, spec, Source::at_event, cell));
  }
  // The same by hand: three MVMs, then the cells move.
  const ArrayId expected = arrays.add(spec, cell);
  ReadEpoch epoch(arrays.backend().cells(), expected, spec.readout.dac);
  double largest = 0.0;
  std::vector<std::vector<std::int32_t>> sums;
  for (std::uint64_t vector = 0; vector < vectors; ++vector) {
    const std::vector<InputCode> codes = input_codes(spec, vector);
    sums.push_back(direct_mvm(arrays.backend(), expected, spec.readout, codes, vector).sums);
    epoch.add(codes.data(), 1, codes.size(), spec.rows);
    if ((vector + 1) % every == 0) largest = std::max(largest, epoch.end(arrays.backend().cells(), 7e-9));
  }
  sc_core::sc_start();
  EXPECT_GT(largest, 0.01);
  for (const auto& run : runs) {
    EXPECT_EQ(run->sums, sums);
    EXPECT_EQ(arrays.backend().cells().state(run->bench->macro.array()).cells, arrays.backend().cells().state(expected).cells);
    EXPECT_EQ(run->bench->macro.activity().read_movement, largest);
  }
}

}  // namespace
}  // namespace memcosim::macro_test
