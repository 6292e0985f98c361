// SPDX-License-Identifier: Apache-2.0
// Batched MVMs of one array with slicing, conversion, shift-and-add and drive sums, against Eigen's bare single-precision product of the
// same size for every slice, on one thread with the same instruction set. Both run in turns in each iteration; the time of the benchmark is
// ours, the counters hold Eigen's and the ratio.
//
// Expectation: an array of R rows and C columns needs R * C fused multiply-adds per vector and slice in both, so the ratio is 1 plus what
// conversion, slicing and drive add: about 12, 6 and 8 percent of the product at 128 x 128 with AVX-512.
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <time.h>

#include "memcosim/kernels/backends/backends.hpp"

#include "eigen_product.hpp"

namespace memcosim::benchmarks {

namespace {

struct Case {
  std::uint32_t rows;
  std::uint32_t columns;
  unsigned dac_bits;
  std::size_t batch;
  const WeightEncoding* encoding;
  double noise_lsb;
};

EigenProduct eigen_product(const std::string& instruction_set) {
#ifdef MEMCOSIM_X86_KERNELS
  if (instruction_set == "avx512") return eigen_product_avx512;
  if (instruction_set == "avx2") return eigen_product_avx2;
#endif
  return eigen_product_baseline;
}

/// Processor time of this thread: other work on the machine does not count.
double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void run_mvm(benchmark::State& state, const std::string& instruction_set, const Case& shape) {
  BackendOptions options;
  options.name = "cpu";
  options.instruction_set = instruction_set;
  const auto backend = make_backend(options);
  ArrayConfig config;
  config.rows = shape.rows;
  config.columns = shape.columns;
  config.cell = default_cell_spec("ohmic");
  config.window = {1e-6, 1e-4, 16};
  config.read_voltage_v = 0.2;
  const ArrayId array = backend->cells().create_array(config);
  std::vector<double> siemens(std::size_t{shape.rows} * shape.columns);
  for (std::size_t cell = 0; cell < siemens.size(); ++cell)
    siemens[cell] = config.window.g_min + static_cast<double>(cell * 7 % 16) * config.window.step();
  backend->cells().set_conductance(array, siemens);
  ReadoutConfig readout;
  readout.dac.bits = shape.dac_bits;
  readout.encoding = shape.encoding;
  readout.adc.bits = 8;
  readout.adc.is_signed = shape.encoding->converts_signed();
  readout.adc.lsb = 4.7 * static_cast<double>(readout.dac.code_max());
  readout.curves.front().noise_lsb = shape.noise_lsb;
  std::vector<InputCode> inputs(shape.batch * shape.rows);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    inputs[i] = static_cast<InputCode>(i * 2654435761u >> 7 & 0xff);
  ProductPart part;
  part.array = array;
  part.version = backend->cells().version(array);
  part.readout = backend->products().add(readout);
  ProductBatch batch;
  batch.parts = {&part, 1};
  batch.count = shape.batch;
  batch.inputs = inputs.data();

  const std::size_t converted = shape.encoding->conversions_in(shape.columns);
  const std::vector<float> codes(inputs.begin(), inputs.end());
  const std::vector<float> weights(shape.rows * converted, 1.0f);
  std::vector<float> product(shape.batch * converted);
  const EigenProduct eigen = eigen_product(instruction_set);

  double ours_s = 0.0;
  double eigen_s = 0.0;
  for (auto _ : state) {
    const double eigen_start = thread_seconds();
    for (unsigned slice = 0; slice < readout.slices(); ++slice) {
      eigen(codes.data(), weights.data(), product.data(), shape.batch, shape.rows, converted);
      benchmark::DoNotOptimize(product.data());
      benchmark::ClobberMemory();
    }
    eigen_s += thread_seconds() - eigen_start;
    const double start = thread_seconds();
    const ProductResult result = backend->products().collect(backend->products().submit(batch));
    benchmark::DoNotOptimize(result.sums.data());
    const double elapsed = thread_seconds() - start;
    ours_s += elapsed;
    state.SetIterationTime(elapsed);
  }
  const double slices = static_cast<double>(state.iterations()) * readout.slices();
  const double products = slices * static_cast<double>(shape.batch * shape.rows * converted);
  state.counters["ours_us_per_slice"] = ours_s / slices * 1e6;
  state.counters["eigen_us_per_slice"] = eigen_s / slices * 1e6;
  state.counters["ratio_to_eigen"] = ours_s / eigen_s;
  state.counters["ours_GMAC/s"] = products / ours_s * 1e-9;
  state.counters["eigen_GMAC/s"] = products / eigen_s * 1e-9;
}

void add_cases() {
  const std::vector<Case> cases = {
      {128, 128, 1, 256, &encodings::differential_digital, 0.0}, {128, 64, 1, 256, &encodings::differential_digital, 0.0},
      {128, 128, 1, 256, &encodings::differential_analog, 0.0},  {128, 128, 4, 256, &encodings::differential_digital, 0.0},
      {512, 512, 1, 256, &encodings::differential_digital, 0.0}, {128, 128, 1, 1, &encodings::differential_digital, 0.0},
      {128, 128, 1, 256, &encodings::differential_digital, 0.5},
  };
  for (const std::string& instruction_set : cpu_instruction_sets()) {
    for (const Case& shape : cases) {
      const std::string name = "mvm/" + instruction_set + "/" + std::to_string(shape.rows) + "x" + std::to_string(shape.columns) +
                               "/dac_bits:" + std::to_string(shape.dac_bits) + "/batch:" + std::to_string(shape.batch) + "/" +
                               shape.encoding->name + (shape.noise_lsb > 0.0 ? "/noise" : "");
      benchmark::RegisterBenchmark(name.c_str(),
                                   [instruction_set, shape](benchmark::State& state) { run_mvm(state, instruction_set, shape); })
          ->UseManualTime()
          ->Unit(benchmark::kMicrosecond);
    }
  }
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
