// SPDX-License-Identifier: Apache-2.0
// Products of whole layers with converters on one GPU, against CrossSim on the same kind of GPU and against the bare int8 product measured
// in the same run. Prints prediction and result. Times are of runs in a row, in which a launch is hidden by the run before; "alone": begun
// on an idle GPU, with the time of its launch.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <cuda_runtime.h>

#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/gpu/gpus.hpp"
#include "memcosim/kernels/cuda/gpu/stream.cuh"
#include "memcosim/kernels/cuda/products/tensor/tensor_product.hpp"

#include "gpu_int8_limit.cuh"

namespace memcosim {
namespace {

using cuda::DeviceArray;

struct Case {
  std::string name;
  std::uint32_t rows = 1152;
  std::uint32_t outputs = 256;
  std::size_t vectors = 16384;
  std::uint32_t array_rows = 128;
  unsigned dac_bits = 8;
  unsigned weight_slices = 1;
  unsigned levels = 16;  ///< of a weight slice
  bool programming_error = true;
  bool read_noise = false;
  double noise_lsb = 0.0;
  const WeightEncoding* encoding = &encodings::differential_analog;
  unsigned converters = 1;      ///< of their own gain and offset, where there are several
  double table_inl_lsb = 0.0;   ///< of the converters' tables of transitions; 0: linear
  double crosssim_tmacs = 0.0;  ///< logical TMAC/s on an H200; 0: not measured
  cuda::TensorInstructions instructions = cuda::TensorInstructions::best;
};

class Layer {
 public:
  explicit Layer(const Case& one) {
    std::mt19937_64 generator(5);
    ConductanceWindow window;
    window.g_min = 1e-6;
    window.g_max = 31e-6;
    window.levels = one.levels;
    spec.rows = one.rows;
    spec.outputs = one.outputs;
    spec.readout.input_bits = 8;
    spec.readout.dac.bits = one.dac_bits;
    spec.readout.encoding = one.encoding;
    spec.readout.adc.bits = 8;
    spec.readout.adc.is_signed = one.encoding->converts_signed();
    spec.readout.curves.front().noise_lsb = one.noise_lsb;
    const std::uint32_t columns = one.encoding == &encodings::single ? one.outputs : 2 * one.outputs;
    std::uint32_t stream = 0;
    for (std::uint32_t row = 0; row < one.rows; row += one.array_rows) {
      for (unsigned slice = 0; slice < one.weight_slices; ++slice) {
        matrices.push_back(matrix(generator, std::min(one.array_rows, one.rows - row), columns, window, one));
        spec.arrays.push_back({matrices.back().get(), stream++, row, 0, 2 * slice});
      }
    }
    if (one.converters > 1) add_converters(generator, one, columns);
    // The full scale is four standard deviations of a value; unsigned converters take the mean too.
    const double codes = spec.readout.dac.code_max();
    const double code_square = one.dac_bits == 1 ? 0.5 : codes * codes / 3.0;
    const double deviation = std::sqrt(one.array_rows * code_square * one.levels * one.levels / 6.0);
    const double mean = one.array_rows * codes / 2.0 * one.levels / 2.0;
    spec.readout.adc.lsb =
        (spec.readout.adc.is_signed ? 4.0 * deviation : mean + 4.0 * deviation) / (spec.readout.adc.is_signed ? 128.0 : 256.0);
  }

  ProductSpec spec;

 private:
  void add_converters(std::mt19937_64& generator, const Case& one, std::uint32_t columns) {
    std::uniform_real_distribution<double> spread(-1.0, 1.0);
    const ConverterSetting& adc = spec.readout.adc;
    spec.readout.curves.assign(one.converters, spec.readout.curves.front());
    for (ConverterCurve& curve : spec.readout.curves) {
      curve.gain = 1.0 + 0.01 * spread(generator);
      curve.offset_lsb = 0.5 * spread(generator);
      if (one.table_inl_lsb == 0.0) continue;
      std::vector<double> transitions;
      for (std::int32_t code = adc.code_min(); code <= adc.code_max(); ++code)
        transitions.push_back(code + one.table_inl_lsb * std::sin(code / 40.0) + 0.2 * spread(generator));
      curve.transitions = std::make_shared<const std::vector<double>>(std::move(transitions));
    }
    for (std::uint32_t conversion = 0; conversion < spec.readout.conversions(columns); ++conversion)
      spec.readout.converter_of.push_back(static_cast<std::uint16_t>(conversion % one.converters));
  }

  static std::unique_ptr<LevelMatrix> matrix(std::mt19937_64& generator, std::uint32_t rows, std::uint32_t columns,
                                             const ConductanceWindow& window, const Case& one) {
    std::normal_distribution<double> error(0.0, 0.1 * window.step());
    std::vector<double> siemens(std::size_t{rows} * columns);
    for (double& value : siemens) {
      value = window.g_min + static_cast<double>(generator() % one.levels) * window.step();
      if (one.programming_error) value = std::max(0.0, value + error(generator));
    }
    auto made = std::make_unique<LevelMatrix>(rows, columns, window, siemens);
    if (one.read_noise) {
      for (double& value : siemens)
        value *= 0.02;
      made->set_read_noise(window, siemens);
    }
    return made;
  }
  std::vector<std::unique_ptr<LevelMatrix>> matrices;
};

/// Time of a run, out of `in_a_row` runs that are begun one after the other; the median of `repeats` such times.
double median_ms(const std::function<void(int)>& run, int repeats, int in_a_row) {
  std::vector<float> times;
  for (int i = 0; i < 3; ++i)
    run(i);
  cuda::succeed(cudaDeviceSynchronize(), "warm up");
  for (int i = 0; i < repeats; ++i) {
    cuda::Event begin(true);
    cuda::Event end(true);
    begin.record(nullptr);
    for (int k = 0; k < in_a_row; ++k)
      run(i * in_a_row + k);
    end.record(nullptr);
    end.wait();
    times.push_back(end.milliseconds_since(begin) / static_cast<float>(in_a_row));
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

/// Gives the logical TMAC/s. `int8_tmacs`: the bare product; `copy_tbs`: bytes per second of a copy, read and written.
double measure(const Case& one, double int8_tmacs, double copy_tbs) {
  const Layer layer(one);
  const cuda::TensorProduct on_gpu(layer.spec, {}, one.instructions);
  // Three sets of inputs and results: together larger than the second-level cache.
  constexpr int sets = 3;
  std::mt19937_64 generator(7);
  std::vector<DeviceArray<std::uint16_t>> inputs;
  std::vector<DeviceArray<std::int32_t>> sums;
  for (int set = 0; set < sets; ++set) {
    std::vector<std::uint16_t> codes(one.vectors * one.rows);
    for (auto& code : codes)
      code = static_cast<std::uint16_t>(generator() & 255u);
    inputs.emplace_back(codes);
    sums.emplace_back(one.vectors * one.outputs);
  }
  DeviceArray<ClipCounts> clipped(one.vectors);
  const auto run_once = [&](int repeat) {
    cuda::TensorRun run;
    run.inputs = inputs[repeat % sets].data();
    run.count = one.vectors;
    run.sums = sums[repeat % sets].data();
    run.clipped = clipped.data();
    on_gpu.run(run, nullptr);
  };
  const double ms = median_ms(run_once, 21, 4 * sets);
  const double alone_ms = median_ms(run_once, 21, 1);
  std::uint64_t out_of_range = 0;
  for (const ClipCounts& counts : clipped.host())
    out_of_range += counts.low + counts.high;
  const cuda::TensorLayout& layout = on_gpu.layout();
  const double logical = 1e-12 * static_cast<double>(one.vectors) * one.rows * one.outputs;
  const double slices = layer.spec.readout.slices();
  const double columns = one.encoding->conversions_in(layer.spec.arrays.front().levels->columns);
  const double conversions = static_cast<double>(one.vectors) * columns * slices * static_cast<double>(layer.spec.arrays.size());
  const double passes = layout.shape.digits + (one.read_noise ? (one.dac_bits > 4 ? 4.0 : 2.0) : 0.0);
  const double products = logical * slices * one.weight_slices * passes * columns / one.outputs;
  // Of a conversion: value and code 14; a quarter of a random block 12, its normal 16; root of the variance 8.
  const double instructions = layout.shape.noise == cuda::NoiseKind::none        ? 14.0
                              : layout.shape.noise == cuda::NoiseKind::converter ? 42.0
                                                                                 : 50.0;
  const double bytes = static_cast<double>(one.vectors) * (one.rows * 2.0 + one.outputs * 4.0);
  int gpu = 0;
  int clock_khz = 0;
  int multiprocessors = 0;
  cudaGetDevice(&gpu);
  cudaDeviceGetAttribute(&clock_khz, cudaDevAttrClockRate, gpu);
  cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, gpu);
  const double product_ms = 1e3 * products / int8_tmacs;
  const double conversion_ms = conversions * instructions / (multiprocessors * 128.0 * clock_khz);
  const double copy_ms = 1e-9 * bytes / copy_tbs;
  std::printf("%-44s %-8s %8.4f ms (alone %.4f) %8.2f TMAC/s", one.name.c_str(), on_gpu.instructions().c_str(), ms, alone_ms,
              logical / ms * 1e3);
  if (one.crosssim_tmacs > 0.0) std::printf(" = %5.1f x CrossSim", logical / ms * 1e3 / one.crosssim_tmacs);
  std::printf(" | predicted: products %.4f, conversions %.4f, bytes %.4f ms; time / largest %.2f; margin %.1e LSB, clipped %.2e\n",
              product_ms, conversion_ms, copy_ms, ms / std::max({product_ms, conversion_ms, copy_ms}), layout.margin,
              static_cast<double>(out_of_range) / conversions);
  return logical / ms * 1e3;
}

double copy_rate_tbs() {
  const std::size_t count = std::size_t{1} << 28;
  const DeviceArray<float> from(count);
  DeviceArray<float> to(count);
  const double ms = median_ms(
      [&](int) { cuda::succeed(cudaMemcpyAsync(to.data(), from.data(), count * sizeof(float), cudaMemcpyDeviceToDevice), "copy"); }, 11, 1);
  return 1e-9 * 8.0 * static_cast<double>(count) / ms;
}

/// Converters that differ or are not linear against those that are alike, of the first case.
void compare_converters(double int8_tmacs, double copy_tbs) {
  for (const auto instructions : {cuda::TensorInstructions::best, cuda::TensorInstructions::mma_sync}) {
    for (const double noise_lsb : {0.0, 0.5}) {
      Case one;
      one.instructions = instructions;
      one.noise_lsb = noise_lsb;
      const auto tmacs = [&](const char* name, unsigned converters, double table_inl_lsb) {
        one.name = std::string(name) + (noise_lsb > 0.0 ? ", noise" : "");
        one.converters = converters;
        one.table_inl_lsb = table_inl_lsb;
        return measure(one, int8_tmacs, copy_tbs);
      };
      const double alike = tmacs("converters that are alike", 1, 0.0);
      const double linear = tmacs("16 converters, gain and offset", 16, 0.0);
      const double tables = tmacs("16 converters, a table each", 16, 0.3);
      const double far = tmacs("the same, 2 LSB of non-linearity", 16, 2.0);
      std::printf("TMAC/s over those of converters that are alike: gain and offset %.2f, tables %.2f, tables of 2 LSB %.2f\n",
                  linear / alike, tables / alike, far / alike);
    }
  }
}

}  // namespace
}  // namespace memcosim

/// gpu_mvm_benchmark [case]: all cases, or the one with this number.
int main(int argc, char** argv) {
  using namespace memcosim;
  const cuda::Installation found = cuda::installation();
  if (found.gpus.empty()) {
    std::printf("%s\n", found.why_none.c_str());
    return 0;
  }
  const double warp_tmacs = int8_limit_tmacs();
  const double copy = copy_rate_tbs();
  std::printf("%s: bare mma.sync int8 %.0f TMAC/s, copy %.2f TB/s\n", found.gpus.front().name.c_str(), warp_tmacs, copy);
  std::vector<Case> cases;
  const auto add = [&](const std::string& name, double crosssim, const std::function<void(Case&)>& change) {
    Case one;
    one.name = name;
    one.crosssim_tmacs = crosssim;
    change(one);
    cases.push_back(one);
  };
  add("1152x256x16384, 8-bit DAC, analog pairs", 2.27, [](Case&) {});
  add("the same by mma.sync", 2.27, [](Case& one) { one.instructions = cuda::TensorInstructions::mma_sync; });
  add("the same, ideal levels (one digit)", 2.27, [](Case& one) { one.programming_error = false; });
  add("the same, digital pairs", 2.27, [](Case& one) { one.encoding = &encodings::differential_digital; });
  add("bit-serial, 4 weight slices", 0.0682, [](Case& one) {
    one.dac_bits = 1;
    one.weight_slices = 4;
    one.levels = 4;
  });
  add("the same by mma.sync", 0.0682, [](Case& one) {
    one.dac_bits = 1;
    one.weight_slices = 4;
    one.levels = 4;
    one.instructions = cuda::TensorInstructions::mma_sync;
  });
  add("8-bit DAC, read noise", 0.0, [](Case& one) { one.read_noise = true; });
  add("8-bit DAC, read noise by mma.sync", 0.0, [](Case& one) {
    one.read_noise = true;
    one.instructions = cuda::TensorInstructions::mma_sync;
  });
  add("8-bit DAC, converter noise", 0.0, [](Case& one) { one.noise_lsb = 0.5; });
  add("one array 128x128, bit-serial, 65536 vectors", 0.0, [](Case& one) {
    one.rows = 128;
    one.outputs = 128;
    one.vectors = 65536;
    one.dac_bits = 1;
  });
  add("arrays of 1152 rows", 0.0, [](Case& one) { one.array_rows = 1152; });
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (argc < 2 || std::to_string(i) == argv[1]) measure(cases[i], warp_tmacs, copy);
  }
  if (argc < 2) compare_converters(warp_tmacs, copy);
  return 0;
}
