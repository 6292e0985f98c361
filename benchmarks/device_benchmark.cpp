// SPDX-License-Identifier: Apache-2.0
// Pulses on many cells through the erased interface that the simulator uses, with their energy, on one thread. A pulse and its opposite
// alternate, so that the states stay in the middle of their range.
//
// Limits: a VTEAM pulse with linear resistance is about 30 dependent floating-point operations with three divisions, without libm where the
// pulse changes the resistance little: 10 ns. A Stanford-PKU pulse is at least five evaluations of four exponentials: 5 * 4 * 5 ns = 100
// ns.
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim::benchmarks {

namespace {

struct Case {
  std::string name;
  std::string preset;
  double up_v;    ///< raises the state variable
  double down_v;  ///< moves it back by about as much
  double seconds;
  Stepping mode;
  bool own_parameters;  ///< the first four parameters differ from cell to cell
  double series_ohms;
};

void run_pulses(benchmark::State& state, const Case& shape) {
  constexpr std::size_t cells = 4096;
  const CellSpec spec = preset_cell_spec(shape.preset);
  const CellModel& model = cell_model(spec.model);
  const CellParameters nominal = nominal_cell(spec, 0.2);
  std::vector<std::size_t> varied;
  if (shape.own_parameters) varied = {0, 1, 2, 3};
  std::vector<double> drawn;
  for (std::size_t cell = 0; cell < cells; ++cell) {
    for (const std::size_t parameter : varied)
      drawn.push_back(spec.parameters[parameter] * (1.0 + 1e-5 * static_cast<double>(cell * 7 % 4096)));
  }
  const double low = model.state_low(nominal);
  const double range = model.state_high(nominal) - low;
  std::vector<double> states;
  for (std::size_t cell = 0; cell < cells; ++cell)
    states.push_back(low + range * (0.3 + 0.4 * static_cast<double>(cell * 13 % 4096) / 4096.0));
  std::vector<double> energy(cells);
  PulseBatch batch{nominal, &spec.circuit, varied.data(), varied.size(), drawn.data(), {}, nullptr,
                   {},      nullptr,       cells,         states.data(), energy.data()};
  batch.drive.seconds = shape.seconds;
  batch.drive.series_ohms = shape.series_ohms;
  batch.drive.stepping.mode = shape.mode;
  for (auto _ : state) {
    batch.drive.volts = shape.up_v;
    model.apply_pulses(batch);
    batch.drive.volts = shape.down_v;
    model.apply_pulses(batch);
    benchmark::DoNotOptimize(states.data());
    benchmark::DoNotOptimize(energy.data());
    benchmark::ClobberMemory();
  }
  state.counters["Mpulses/s"] = benchmark::Counter(2e-6 * cells * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void add_cases() {
  const std::vector<Case> cases = {
      {"vteam/linear/exact", "vteam_multilevel_linear", 1.2, -1.35, 100e-9, Stepping::exact, false, 0.0},
      {"vteam/linear/exact/own_parameters", "vteam_multilevel_linear", 1.2, -1.35, 100e-9, Stepping::exact, true, 0.0},
      {"vteam/exponential/exact", "vteam_multilevel", 1.2, -1.35, 100e-9, Stepping::exact, false, 0.0},
      {"vteam/exponential/exact/own_parameters", "vteam_multilevel", 1.2, -1.35, 100e-9, Stepping::exact, true, 0.0},
      {"vteam/linear/exact/10_us", "vteam_multilevel_linear", 1.2, -1.35, 10e-6, Stepping::exact, false, 0.0},
      {"vteam/exponential/exact/10_us", "vteam_multilevel", 1.2, -1.35, 10e-6, Stepping::exact, false, 0.0},
      {"vteam/linear/adaptive", "vteam_multilevel_linear", 1.2, -1.35, 100e-9, Stepping::adaptive, false, 0.0},
      {"vteam/linear/behind_1_kohm", "vteam_multilevel_linear", 1.2, -1.35, 100e-9, Stepping::automatic, false, 1e3},
      {"stanford_pku/adaptive", "stanford_pku_hfox", 1.1, -1.1, 10e-9, Stepping::adaptive, false, 0.0},
      {"stanford_pku/adaptive/own_parameters", "stanford_pku_hfox", 1.1, -1.1, 10e-9, Stepping::adaptive, true, 0.0},
      {"data_driven_2018/exact", "data_driven_2018_tiox", 0.7, -0.7, 1e-5, Stepping::exact, false, 0.0},
  };
  for (const Case& shape : cases)
    benchmark::RegisterBenchmark(shape.name.c_str(), [shape](benchmark::State& state) { run_pulses(state, shape); });
}

}  // namespace

}  // namespace memcosim::benchmarks

int main(int argc, char** argv) {
  memcosim::benchmarks::add_cases();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
