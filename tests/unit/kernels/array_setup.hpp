// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "memcosim/devices/converters/adc_linearity.hpp"
#include "memcosim/kernels/backends/backends.hpp"

#include "array_batch.hpp"

namespace memcosim::testing {

/// A conductance step that is a power of two: levels, offset and sums of ideal arrays are then exact in binary.
constexpr double exact_step_s = 0x1p-20;

/// Linear cells whose window starts at one step (offset 1), or at zero.
inline ArrayConfig ohmic_array(std::uint32_t rows, std::uint32_t columns, std::uint32_t levels = 16, bool offset = true) {
  ArrayConfig config;
  config.rows = rows;
  config.columns = columns;
  config.cell = default_cell_spec("ohmic");
  config.window.g_min = offset ? exact_step_s : 0.0;
  config.window.g_max = config.window.g_min + exact_step_s * (levels - 1);
  config.window.levels = levels;
  config.cell.parameters = {config.window.g_min, config.window.g_max};
  config.read_voltage_v = 0.2;
  config.stream = 7;
  return config;
}

inline std::vector<double> random_siemens(const ArrayConfig& config, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> uniform(config.window.g_min, config.window.g_max);
  std::vector<double> siemens(std::size_t{config.rows} * config.columns);
  for (double& value : siemens)
    value = uniform(generator);
  return siemens;
}

inline std::vector<std::uint32_t> random_levels(const ArrayConfig& config, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::vector<std::uint32_t> levels(std::size_t{config.rows} * config.columns);
  for (auto& level : levels)
    level = static_cast<std::uint32_t>(generator() % config.window.levels);
  return levels;
}

inline std::vector<double> siemens_of(const ArrayConfig& config, const std::vector<std::uint32_t>& levels) {
  std::vector<double> siemens;
  for (const std::uint32_t level : levels)
    siemens.push_back(config.window.g_min + level * config.window.step());
  return siemens;
}

inline std::vector<InputCode> random_inputs(std::size_t count, std::uint32_t rows, unsigned bits, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::vector<InputCode> inputs(count * rows);
  for (InputCode& code : inputs)
    code = static_cast<InputCode>(generator() & ((1u << bits) - 1u));
  return inputs;
}

inline ReadoutConfig readout(const WeightEncoding* encoding, unsigned input_bits, unsigned dac_bits, unsigned adc_bits, double lsb,
                             double noise_lsb = 0.0) {
  ReadoutConfig config;
  config.encoding = encoding;
  config.input_bits = input_bits;
  config.dac.bits = dac_bits;
  config.adc.bits = adc_bits;
  config.adc.is_signed = encoding->converts_signed();
  config.adc.lsb = lsb;
  config.curves.front().noise_lsb = noise_lsb;
  return config;
}

/// Of a monotone converter that is not linear: transitions up to 0.45 LSB off their places.
inline std::shared_ptr<const std::vector<double>> random_transitions(const ConverterSetting& adc, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> uniform(-0.45, 0.45);
  std::vector<double> inl(static_cast<std::size_t>(std::int64_t{adc.code_max()} - adc.code_min() + 1));
  for (double& value : inl)
    value = uniform(generator);
  return std::make_shared<const std::vector<double>>(adc_transitions(adc, inl));
}

inline std::unique_ptr<Backend> reference_backend(std::uint64_t seed = 1) {
  BackendOptions options;
  options.name = "reference";
  options.seed = seed;
  return make_backend(options);
}

inline std::unique_ptr<Backend> cpu_backend(const std::string& instruction_set = "", unsigned threads = 1, std::uint64_t seed = 1) {
  BackendOptions options;
  options.name = "cpu";
  options.instruction_set = instruction_set;
  options.threads = threads;
  options.seed = seed;
  return make_backend(options);
}

/// One array with conductances and readout in a backend, and MVMs of it.
class ArrayUnderTest {
 public:
  ArrayUnderTest(std::unique_ptr<Backend> backend, const ArrayConfig& config, const std::vector<double>& siemens, const ReadoutConfig& mode)
      : backend_(std::move(backend)), id_(backend_->cells().create_array(config)), rows_(config.rows), mode_(mode) {
    backend_->cells().set_conductance(id_, siemens);
  }

  ProductResult run(const InputCode* inputs, std::size_t count, std::uint64_t first_event = 0, std::uint64_t event_stride = 1,
                    std::uint32_t used_outputs = 0) {
    test::ArrayBatch batch(*backend_, id_, mode_);
    batch.count = count;
    batch.inputs = inputs;
    batch.first_event = first_event;
    batch.event_stride = event_stride;
    batch.part.used_outputs = used_outputs;
    batch.keep_codes = true;
    batch.keep_values = true;
    return test::compute(*backend_, batch);
  }
  ProductResult run(const std::vector<InputCode>& inputs, std::uint32_t used_outputs = 0) {
    return run(inputs.data(), inputs.size() / rows_, 0, 1, used_outputs);
  }

  Backend& backend() { return *backend_; }
  ArrayId id() const { return id_; }
  /// A batch of the present state with as many vectors as `codes` has; they must outlive it.
  test::ArrayBatch batch(const std::vector<InputCode>& codes) { return {*backend_, id_, mode_, codes}; }

 private:
  std::unique_ptr<Backend> backend_;
  ArrayId id_;
  std::uint32_t rows_;
  ReadoutConfig mode_;
};

constexpr const WeightEncoding* all_encodings[] = {&encodings::single, &encodings::differential_digital, &encodings::differential_analog};

}  // namespace memcosim::testing
