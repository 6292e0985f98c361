// SPDX-License-Identifier: Apache-2.0
// Circuits with resistive lines on one GPU: the cases of CrossSim's wire-resistance benchmark, with what arithmetic and memory allow.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include <cuda_runtime.h>

#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"
#include "memcosim/kernels/cuda/circuits/cell_circuits.hpp"
#include "memcosim/kernels/cuda/circuits/effective_products.cuh"
#include "memcosim/kernels/cuda/circuits/front_reducer.cuh"
#include "memcosim/kernels/cuda/gpu/gpus.hpp"
#include "memcosim/kernels/cuda/gpu/stream.cuh"
#include "memcosim/kernels/cuda/gpu/work_graph.cuh"

namespace {

using namespace memcosim;

constexpr double wire_ohms = 1.0;
constexpr double low_siemens = 1e-6, high_siemens = 1e-4;
constexpr double crosssim_seconds = 0.5;  // 256 x 256, batch of 256, tolerance 2e-4, on one H200; see README.md

CrossbarCircuit lines_of(unsigned rows, unsigned columns) {
  CrossbarCircuit circuit;
  circuit.rows = rows;
  circuit.columns = columns;
  circuit.conductance.assign(std::size_t{rows} * columns, high_siemens);
  circuit.word_lines.segment = circuit.word_lines.start = {wire_ohms};
  circuit.bit_lines.segment = circuit.bit_lines.end = {wire_ohms};
  return circuit;
}

std::vector<double> random_values(std::size_t count, double low, double high, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> value(low, high);
  std::vector<double> values(count);
  for (double& entry : values)
    entry = value(generator);
  return values;
}

/// Median seconds of `repeats` runs, each of `times` calls that follow each other.
double seconds_of(const cuda::Stream& stream, unsigned repeats, unsigned times, const std::function<void(cudaStream_t)>& enqueue) {
  cuda::Event start(true);
  cuda::Event stop(true);
  std::vector<double> seconds;
  for (unsigned repeat = 0; repeat < repeats + 2; ++repeat) {
    start.record(stream.get());
    for (unsigned time = 0; time < times; ++time)
      enqueue(stream.get());
    stop.record(stream.get());
    stop.wait();
    if (repeat >= 2) seconds.push_back(1e-3 * stop.milliseconds_since(start) / times);
  }
  std::nth_element(seconds.begin(), seconds.begin() + repeats / 2, seconds.end());
  return seconds[repeats / 2];
}

struct Ceilings {
  double operations;  ///< per second, double precision in the tensor units
  double bytes;       ///< per second, of memory
};

/// What no version can avoid: the plan's operations; cells read, kept conductances written once and read once.
void print_reduction(const char* name, const cuda::FrontPlan& plan, std::size_t arrays, double seconds, double products,
                     const Ceilings& ceilings) {
  double bytes = 8.0 * plan.rows * plan.columns * 2.0;
  for (const cuda::FrontPlan::Front& front : plan.fronts)
    bytes += 8.0 * front.kept * front.kept;
  const double operations = plan.operations + products;
  const double floor = std::max(operations / ceilings.operations, bytes / ceilings.bytes);
  std::printf("%-58s %9.4f ms/array  %6.2f GF %7.1f MB  floor %7.4f ms  %5.2f TF/s", name, 1e3 * seconds / arrays, 1e-9 * operations,
              1e-6 * bytes, 1e3 * floor, 1e-12 * operations * arrays / seconds);
}

void print_ratio(double seconds) {
  std::printf("  CrossSim %.2f s: %.0fx\n", crosssim_seconds, crosssim_seconds / seconds);
}

void new_states(unsigned size, std::size_t arrays, std::size_t inputs, const Ceilings& ceilings) {
  const std::size_t cells = std::size_t{size} * size;
  cuda::FrontReducer reducer(cuda::make_front_plan(lines_of(size, size)), arrays);
  const std::vector<double> siemens = random_values(cells * arrays, low_siemens, high_siemens, 1);
  const cuda::DeviceArray<double> given(siemens);
  const cuda::DeviceArray<double> volts(random_values(std::size_t{size} * inputs * arrays, 0.0, 0.2, 2));
  cuda::DeviceArray<double> effective(cells * arrays);
  cuda::DeviceArray<double> currents(std::max<std::size_t>(1, std::size_t{size} * inputs * arrays));
  const cuda::Stream stream;
  cuda::prepare_effective_products();
  const double seconds = seconds_of(stream, 20, 1, [&](cudaStream_t queue) {
    reducer.reduce(given.data(), arrays, {nullptr, effective.data(), nullptr}, queue);
    cuda::multiply(
        {effective.data(), volts.data(), currents.data(), size, size, static_cast<unsigned>(inputs), static_cast<unsigned>(arrays)}, queue);
  });
  reducer.check_range();
  char name[100];
  std::snprintf(name, sizeof name, "%u x %u, new state%s, %zu at once (of %zu)", size, size, inputs > 0 ? " + batch of 256" : ": G_eff",
                arrays, reducer.arrays_at_once());
  print_reduction(name, reducer.plan(), arrays, seconds, 2.0 * cells * inputs, ceilings);
  if (size == 256) {
    print_ratio(seconds / arrays);
  } else {
    std::printf("\n");
  }
  CrossbarCircuit circuit = lines_of(size, size);
  circuit.conductance.assign(siemens.end() - static_cast<std::ptrdiff_t>(cells), siemens.end());
  const std::vector<double> expected = PortReduction(circuit).effective_conductance();
  const std::vector<double> found = effective.host();
  double largest = 0.0;
  for (std::size_t cell = 0; cell < cells; ++cell)
    largest = std::max(largest, std::abs(found[found.size() - cells + cell] / expected[cell] - 1.0));
  std::printf("    largest relative difference of an entry of G_eff from the CPU's: %.1e\n", largest);
}

void further_batch(unsigned size, unsigned inputs, const Ceilings& ceilings) {
  const std::size_t cells = std::size_t{size} * size;
  const cuda::DeviceArray<double> effective(random_values(cells, low_siemens, high_siemens, 3));
  const cuda::DeviceArray<double> volts(random_values(std::size_t{size} * inputs, 0.0, 0.2, 4));
  cuda::DeviceArray<double> currents(std::size_t{size} * inputs);
  cuda::prepare_effective_products();
  const cuda::WorkGraph graph([&](cudaStream_t queue) {
    cuda::multiply({effective.data(), volts.data(), currents.data(), size, size, inputs, 1}, queue);
  });
  const cuda::Stream stream;
  const double seconds = seconds_of(stream, 50, 20, [&](cudaStream_t queue) { graph.launch(queue); });
  const double operations = 2.0 * cells * inputs;
  std::printf("%u x %u, known state, batch of %u, one array %20.2f us  %.3f GF, floor %.2f us,  %5.2f TF/s", size, size, inputs,
              1e6 * seconds, 1e-9 * operations, 1e6 * operations / ceilings.operations, 1e-12 * operations / seconds);
  print_ratio(seconds);
}

/// Voltages of all cells at `inputs` inputs, from host to host, currents only; whether the law is a straight line or a sinh.
void all_voltages(unsigned size, std::size_t inputs, const cuda::CellLaw& law) {
  CrossbarCircuit circuit = lines_of(size, size);
  circuit.conductance = random_values(std::size_t{size} * size, low_siemens, high_siemens, 5);
  cuda::CellCircuits gpu(circuit);
  std::vector<cuda::CellCircuits::Input> given(inputs);
  for (std::size_t input = 0; input < inputs; ++input)
    given[input].voltages.word_line_start = random_values(size, 0.0, 0.2, 6 + static_cast<unsigned>(input));
  std::vector<double> seconds;
  unsigned steps = 0;
  for (unsigned repeat = 0; repeat < 7; ++repeat) {
    const auto start = std::chrono::steady_clock::now();
    steps = gpu.solve({circuit.conductance}, given, law, 1e-12, false).front().linear_steps;
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + 3, seconds.end());
  std::printf("%u x %u, %s cells, %zu inputs: %.1f us per input, %u steps of conjugate gradients, %.2f us per step and input\n", size, size,
              law.kind == cuda::CellLaw::Kind::linear ? "linear" : "sinh", inputs, 1e6 * seconds[3] / inputs, steps,
              1e6 * seconds[3] / inputs / steps);
}

/// Seconds per vector of products with converters of an array of sinh cells behind lines.
double seconds_per_vector(const char* backend_name, unsigned size, std::size_t vectors) {
  BackendOptions options;
  options.name = backend_name;
  const std::unique_ptr<Backend> backend = make_backend(options);
  ArrayConfig config;
  config.rows = config.columns = size;
  config.cell = default_cell_spec("ohmic");
  config.cell.parameters = {low_siemens, high_siemens};
  config.cell.circuit.law.kind = CurrentLaw::Kind::sinh;
  config.window = {low_siemens, high_siemens, 16};
  config.read_voltage_v = 0.2;
  config.wires.word_line_ohms = config.wires.bit_line_ohms = config.wires.source_ohms = wire_ohms;
  const ArrayId array = backend->cells().create_array(config);
  backend->cells().set_conductance(array, random_values(std::size_t{size} * size, low_siemens, high_siemens, 7));
  ReadoutConfig readout;
  readout.dac.bits = 8;
  readout.adc.lsb = 8.0 * size;
  std::vector<InputCode> inputs;
  for (const double code : random_values(size * vectors, 0.0, 256.0, 8))
    inputs.push_back(static_cast<InputCode>(code));
  ProductPart part;
  part.array = array;
  part.version = backend->cells().version(array);
  part.readout = backend->products().add(readout);
  ProductBatch batch;
  batch.parts = {&part, 1};
  batch.inputs = inputs.data();
  batch.count = 1;
  backend->products().collect(backend->products().submit(batch));  // makes what the state needs
  batch.count = vectors;
  const auto start = std::chrono::steady_clock::now();
  backend->products().collect(backend->products().submit(batch));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / static_cast<double>(vectors);
}

void non_linear_products(unsigned size) {
  const double on_gpu = seconds_per_vector("cuda", size, 1024);
  const double on_core = seconds_per_vector("cpu", size, 4);
  std::printf("%u x %u sinh cells, products with converters, 1024 vectors: %.1f us per vector, one core %.1f ms: %.0fx\n", size, size,
              1e6 * on_gpu, 1e3 * on_core, on_core / on_gpu);
}

}  // namespace

int main() {
  const cuda::Installation installation = cuda::installation();
  if (installation.gpus.empty()) {
    std::fprintf(stderr, "no GPU: %s\n", installation.why_none.c_str());
    return 1;
  }
  const cuda::Gpu& gpu = installation.gpus.front();
  // Hopper's data sheet: 67 TFLOP/s; 4.8 TB/s with the memory of an H200, 3.35 TB/s with that of an H100.
  const Ceilings ceilings{67e12, gpu.memory_bytes > std::size_t{100} << 30 ? 4.8e12 : 3.35e12};
  std::printf("%s; floors from 67 TFLOP/s and %.2f TB/s\n", gpu.name.c_str(), 1e-12 * ceilings.bytes);
  new_states(256, 64, 256, ceilings);
  new_states(256, 1, 256, ceilings);
  further_batch(256, 256, ceilings);
  new_states(512, 64, 0, ceilings);
  new_states(128, 64, 0, ceilings);
  for (const unsigned size : {64u, 256u}) {
    for (const std::size_t inputs : {std::size_t{1}, std::size_t{256}}) {
      all_voltages(size, inputs, cuda::CellLaw::linear());
      all_voltages(size, inputs, cuda::CellLaw::sinh(0.25));
    }
  }
  for (const unsigned size : {64u, 128u, 256u})
    non_linear_products(size);
  return 0;
}
