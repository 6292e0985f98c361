// SPDX-License-Identifier: Apache-2.0
// Pulses and write-verify on the cells of one GPU, resident in its memory; medians of 25 runs, each after the one before has ended.
//
// Predictions are the larger of two times. Memory: a pass over the cells reads and writes 8 bytes of state, writes 8 of energy and reads 8
// for every parameter of the cell's own that the pulses ask for; a write-verify reads state, parameters and target and writes state and 33
// bytes of results. Arithmetic: double-precision instructions, counted in the machine code of VTEAM with linear resistance: 24 for a pulse,
// 12 for each different pulse of a train, 10 for a cell; in a write-verify 26 for a read and 40 for a pulse.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <cuda_runtime.h>

#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/kernels/cuda/cells/resident_cells.hpp"
#include "memcosim/kernels/cuda/gpu/gpus.hpp"

namespace memcosim::benchmarks {

namespace {

constexpr int runs = 25;

/// Median seconds of one call, with all work on the GPU done.
double median_seconds(const cuda::ResidentCells& resident, const std::function<void()>& before, const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int run = 0; run < runs + 2; ++run) {
    before();
    resident.wait();
    const auto start = std::chrono::steady_clock::now();
    work();
    resident.wait();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  seconds.erase(seconds.begin(), seconds.begin() + 2);  // the first ones also load the code
  std::nth_element(seconds.begin(), seconds.begin() + runs / 2, seconds.end());
  return seconds[runs / 2];
}

/// Rates of the first GPU by its clocks.
struct Ceilings {
  double bytes_per_s;
  double instructions_per_s;  ///< of double precision, lanes together
};

Ceilings ceilings(const cuda::Gpu& gpu) {
  int memory_khz = 0;
  int bus_bits = 0;
  int clock_khz = 0;
  if (cudaDeviceGetAttribute(&memory_khz, cudaDevAttrMemoryClockRate, 0) != cudaSuccess ||
      cudaDeviceGetAttribute(&bus_bits, cudaDevAttrGlobalMemoryBusWidth, 0) != cudaSuccess ||
      cudaDeviceGetAttribute(&clock_khz, cudaDevAttrClockRate, 0) != cudaSuccess) {
    return {0.0, 0.0};
  }
  const double lanes = gpu.compute_major == 8 ? 32.0 : 64.0;  // of a multiprocessor that is made for double precision
  return {2e3 * memory_khz * bus_bits / 8.0, 1e3 * clock_khz * lanes * gpu.multiprocessors};
}

double predicted_seconds(const Ceilings& limit, double bytes, double instructions) {
  return std::max(bytes / limit.bytes_per_s, instructions / limit.instructions_per_s);
}

CellSpec vary(CellSpec spec, std::size_t parameters) {
  for (std::size_t k = 0; k < parameters; ++k) {
    const double value = spec.parameters[k];
    const double a = 0.8 * value;
    const double b = 1.2 * value;
    spec.variations.push_back({k, Distribution::normal, 0.02 * std::abs(value), std::min(a, b), std::max(a, b), false});
  }
  return spec;
}

/// A number from 0 to 1, another one for every cell.
double spread(std::size_t cell, unsigned factor) {
  return static_cast<double>(cell * factor % 1048573u) / 1048573.0;
}

/// States across the middle of the range, another one in every cell.
std::vector<double> middle_states(const CellSpec& spec, std::size_t cells) {
  const CellModel& model = cell_model(spec.model);
  const CellParameters nominal = nominal_cell(spec, 0.2);
  const double low = model.state_low(nominal);
  const double range = model.state_high(nominal) - low;
  std::vector<double> states(cells);
  for (std::size_t cell = 0; cell < cells; ++cell)
    states[cell] = low + range * (0.3 + 0.4 * spread(cell, 2654435761u));
  return states;
}

struct PulseCase {
  const char* name;
  const char* preset;
  double up_v;
  double down_v;
  double seconds;
  std::size_t own_parameters;
  std::uint32_t pairs;  ///< of pulses in one call; 0: single pulses, up and down in turns
  std::uint32_t rows;
  bool predicted;  ///< the instructions above are those of this model
};

void run_pulses(const PulseCase& shape, const Ceilings& limit) {
  const CellSpec spec = vary(preset_cell_spec(shape.preset), shape.own_parameters);
  cuda::ResidentCells resident(spec, {shape.rows, 8192, 0.2, 1, 0});
  const std::vector<double> start = middle_states(spec, resident.size());
  const cuda::PulseStep up{shape.up_v, shape.seconds};
  const cuda::PulseStep down{shape.down_v, shape.seconds};
  bool rising = false;
  const double seconds = median_seconds(
      resident,
      [&] {
        rising = !rising;
        resident.set_states(start);  // else cells whose steps up and down differ would end up at a bound
      },
      [&] {
        if (shape.pairs == 0) {
          resident.pulse_train({rising ? up : down});
        } else {
          resident.pulse_train({up, down}, shape.pairs);
        }
      });
  const double pulses = static_cast<double>(resident.size()) * std::max(1.0, 2.0 * shape.pairs);
  // Of the four parameters that vary, single pulses ask for one speed alone.
  const double fetched = static_cast<double>(shape.own_parameters) - (shape.pairs == 0 && shape.own_parameters == 4 ? 1.0 : 0.0);
  const double bytes = static_cast<double>(resident.size()) * (24.0 + 8.0 * fetched);
  const double steps = shape.pairs == 0 ? 1.0 : 2.0;
  const double instructions = 24.0 * pulses + (10.0 + 12.0 * steps) * static_cast<double>(resident.size());
  std::printf("%-48s %4u M cells %9.3f ms %8.2f G pulses/s  %7.1f GB/s", shape.name, shape.rows * 8192 >> 20, 1e3 * seconds,
              1e-9 * pulses / seconds, 1e-9 * bytes / seconds);
  if (shape.predicted) std::printf("  predicted %8.2f G pulses/s", 1e-9 * pulses / predicted_seconds(limit, bytes, instructions));
  std::printf("\n");
  std::fflush(stdout);
}

struct WriteCase {
  const char* name;
  std::size_t own_parameters;
  double noise_lsb;
};

/// Cells within 30 % of their targets are written to 1 % of the window: about ten pulses each, some three times as many.
void run_write(const WriteCase& shape, const Ceilings& limit) {
  constexpr std::uint32_t rows = 8192;
  constexpr std::uint32_t columns = 8192;
  const CellSpec spec = vary(preset_cell_spec("vteam_multilevel_linear"), shape.own_parameters);
  const CellUse use = cell_use(spec);
  cuda::ResidentCells resident(spec, {rows, columns, use.read_voltage_v, 1, 0});
  const CellModel& model = cell_model(spec.model);
  const CellParameters nominal = nominal_cell(spec, use.read_voltage_v);
  std::vector<double> targets(resident.size());
  std::vector<double> start(resident.size());
  for (std::size_t cell = 0; cell < targets.size(); ++cell) {
    targets[cell] = use.g_min + (use.g_max - use.g_min) * (0.1 + 0.8 * spread(cell, 40503u));
    start[cell] = model.state_of_conductance(nominal, spec.circuit, targets[cell] * (0.7 + 0.6 * spread(cell, 2654435761u)));
  }
  resident.set_targets(rows, columns, targets.data());
  WriteVerifySpec write;
  write.set = {0.9, 0.05, 2.5, 200e-9};
  write.reset = write.set;
  write.tolerance_s = 0.01 * (use.g_max - use.g_min);
  write.verify = {10, 1.3 * use.g_max, 1, shape.noise_lsb, use.read_voltage_v, 1e-8};
  const double seconds = median_seconds(
      resident, [&] { resident.set_states(start); }, [&] { resident.write(write, 0); });
  const ProgramResult result = resident.program_result();
  double pulses = 0.0;
  double reads = 0.0;
  std::size_t done = 0;
  for (std::size_t cell = 0; cell < targets.size(); ++cell) {
    pulses += result.pulses[cell];
    reads += result.reads[cell];
    if (result.outcome[cell] == WriteOutcome::done) ++done;
  }
  const double cells = static_cast<double>(targets.size());
  const double bytes = cells * (57.0 + 8.0 * static_cast<double>(shape.own_parameters));
  std::printf(
      "%-48s %4u M cells %9.3f ms %8.2f G pulses/s  pulses %.2f (most %u)  reads %.2f  done %.4f  predicted without noise %.2f ms\n",
      shape.name, rows * columns >> 20, 1e3 * seconds, 1e-9 * pulses / seconds, pulses / cells,
      *std::max_element(result.pulses.begin(), result.pulses.end()), reads / cells, static_cast<double>(done) / cells,
      1e3 * predicted_seconds(limit, bytes, 26.0 * reads + 40.0 * pulses));
  std::fflush(stdout);
}

}  // namespace

}  // namespace memcosim::benchmarks

int main(int argc, char** argv) {
  using namespace memcosim::benchmarks;
  const memcosim::cuda::Installation found = memcosim::cuda::installation();
  if (found.gpus.empty()) {
    std::printf("nothing to measure: %s\n", found.why_none.c_str());
    return 0;
  }
  std::printf("%s, %d multiprocessors\n", found.gpus.front().name.c_str(), found.gpus.front().multiprocessors);
  const Ceilings limit = ceilings(found.gpus.front());
  std::printf("%.2f TB/s, %.2f T double-precision instructions/s\n", 1e-12 * limit.bytes_per_s, 1e-12 * limit.instructions_per_s);
  constexpr double up = 1.2;
  constexpr double down = -1.35;
  const std::vector<PulseCase> pulses = {
      {"vteam linear, 4 own parameters, single pulses", "vteam_multilevel_linear", up, down, 100e-9, 4, 0, 2048, true},
      {"vteam linear, 4 own parameters, pairs", "vteam_multilevel_linear", up, down, 100e-9, 4, 1, 2048, true},
      {"vteam linear, 4 own parameters, 8 pulses", "vteam_multilevel_linear", up, down, 100e-9, 4, 4, 2048, true},
      {"vteam linear, 4 own parameters, 100 pulses", "vteam_multilevel_linear", up, down, 100e-9, 4, 50, 2048, true},
      {"vteam linear, equal cells, single pulses", "vteam_multilevel_linear", up, down, 100e-9, 0, 0, 2048, true},
      {"vteam linear, equal cells, pairs", "vteam_multilevel_linear", up, down, 100e-9, 0, 1, 2048, true},
      {"vteam linear, equal cells, 8 pulses", "vteam_multilevel_linear", up, down, 100e-9, 0, 4, 2048, true},
      {"vteam linear, equal cells, 100 pulses", "vteam_multilevel_linear", up, down, 100e-9, 0, 50, 2048, true},
      {"vteam exponential, 4 own, 100 pulses", "vteam_multilevel", up, down, 100e-9, 4, 50, 2048, false},
      {"vteam exponential, equal cells, 100 pulses", "vteam_multilevel", up, down, 100e-9, 0, 50, 2048, false},
      {"stanford_pku adaptive, equal cells, pairs", "stanford_pku_hfox", 1.1, -1.1, 10e-9, 0, 1, 128, false},
      {"data_driven_2018, equal cells, pairs", "data_driven_2018_tiox", 0.7, -0.7, 1e-5, 0, 1, 128, false},
  };
  const std::vector<WriteCase> writes = {
      {"write-verify to 1 %, equal cells", 0, 0.0},
      {"write-verify to 1 %, 4 own parameters", 4, 0.0},
      {"write-verify to 1 %, 4 own, noise 0.3 LSB", 4, 0.3},
  };
  const auto wanted = [&](std::size_t index) { return argc < 2 || std::to_string(index) == argv[1]; };
  for (std::size_t i = 0; i < pulses.size(); ++i)
    if (wanted(i)) run_pulses(pulses[i], limit);
  for (std::size_t i = 0; i < writes.size(); ++i)
    if (wanted(pulses.size() + i)) run_write(writes[i], limit);
  return 0;
}
