// SPDX-License-Identifier: Apache-2.0
// Statistical laws over 10 million cells on one thread: programming errors, what a read sees of aged cells, and faults.
//
// Expectation: a normal draw is one Philox block (about 40 integer multiplications in ten dependent rounds, some 15 ns) and one rational
// function (a division and 15 fused multiply-adds, some 10 ns), or a library call per fma where the instruction set has none. The law
// itself is a polynomial. So 30 to 60 ns per cell against the limit of 100 ns that 10 million cells in a second mean. Power-law drift adds
// one exponential and one or two logarithms, a telegraph cell three to four draws.
#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "memcosim/devices/nonidealities/nonidealities.hpp"

namespace memcosim::benchmarks {

namespace {

constexpr std::uint32_t cells = 10'000'000;
constexpr ConductanceRange range{0.0, 50e-6};

std::vector<double> targets() {
  std::vector<double> values(cells);
  for (std::uint32_t cell = 0; cell < cells; ++cell)
    values[cell] = 25e-6 * static_cast<double>(cell % 1024) / 1023.0;
  return values;
}

void report(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * cells);
}

void programming_error(benchmark::State& state, const std::string& law) {
  CellNonidealities effects;
  effects.programming_error.law = spread_law(law);
  if (effects.programming_error.law.g_max == 0.0) effects.programming_error.law = spread_law(law, 0.02, 25e-6);
  const std::vector<double> target = targets();
  std::vector<double> g(cells);
  for (auto _ : state) {
    programmed_conductances(effects, range, {1, 2, 0}, 3, target.data(), cells, g.data());
    benchmark::DoNotOptimize(g.data());
    benchmark::ClobberMemory();
  }
  report(state);
}

/// The peer: the same normal error from the C++ library's generator, which has to be used in order.
void library_normal(benchmark::State& state) {
  const std::vector<double> target = targets();
  std::vector<double> g(cells);
  std::mt19937_64 generator(1);
  std::normal_distribution<double> normal(0.0, 0.02 * 25e-6);
  for (auto _ : state) {
    for (std::uint32_t cell = 0; cell < cells; ++cell)
      g[cell] = std::clamp(target[cell] + normal(generator), range.low, range.high);
    benchmark::DoNotOptimize(g.data());
    benchmark::ClobberMemory();
  }
  report(state);
}

void observe(benchmark::State& state, const CellNonidealities& effects) {
  const std::vector<double> target = targets();
  std::vector<double> g(cells);
  ArrayHistory history;
  history.event = 1;
  history.age_s = 86400.0;
  for (auto _ : state) {
    observed_conductances(effects, range, {1, 2, 0}, history, nullptr, target.data(), cells, g.data());
    benchmark::DoNotOptimize(g.data());
    benchmark::ClobberMemory();
  }
  report(state);
}

void drift(benchmark::State& state, RetentionSpec::Law law) {
  CellNonidealities effects;
  effects.retention = retention_law(law);
  observe(state, effects);
}

void telegraph(benchmark::State& state) {
  CellNonidealities effects;
  effects.read_noise.telegraph = {1.0, 0.1, 1e-3, 1e-3};
  observe(state, effects);
}

void random_faults(benchmark::State& state) {
  FaultSpec spec;
  spec.low_resistance_share = 0.01;
  for (auto _ : state)
    benchmark::DoNotOptimize(make_faults(spec, 10'000, cells / 10'000, 1, 2));
  report(state);
}

}  // namespace

BENCHMARK(library_normal)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(programming_error, generic_normal, "normal_independent")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(programming_error, generic_uniform, "uniform_independent")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(programming_error, pcm_joshi_2020, "pcm_joshi_2020")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(programming_error, rram_wan_2022, "rram_wan_2022")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(programming_error, sonos_agrawal_2022, "sonos_agrawal_2022")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(drift, pcm_like, RetentionSpec::Law::pcm_like)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(drift, sonos_agrawal_2022, RetentionSpec::Law::sonos_agrawal_2022)->Unit(benchmark::kMillisecond);
BENCHMARK(telegraph)->Unit(benchmark::kMillisecond);
BENCHMARK(random_faults)->Unit(benchmark::kMillisecond);

}  // namespace memcosim::benchmarks

BENCHMARK_MAIN();
