// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/values/digital_side.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "memcosim/networks/layers/digital_layers.hpp"

namespace memcosim {
namespace {

std::int64_t sum_of_codes(const InputCode* codes, std::size_t count) {
  constexpr std::size_t block = std::size_t{1} << 15;  // the sum of this many 16-bit codes fits 32 bits
  std::int64_t sum = 0;
  for (std::size_t first = 0; first < count; first += block) {
    const std::size_t last = std::min(count, first + block);
    sum += std::accumulate(codes + first, codes + last, std::uint32_t{0});
  }
  return sum;
}

}  // namespace

std::vector<SumScale> sum_scales(const CompiledNetwork& compiled) {
  const MappingPlan& plan = compiled.plan;
  std::vector<SumScale> scales;
  for (std::size_t index = 0; index < plan.stages.size(); ++index) {
    const StagePlan& stage = plan.stages[index];
    const ReadoutConfig& readout = readout_of(plan, index);
    if (readout.encoding != plan.encoding || readout.input_bits != compiled.quantised.spec.input_bits)
      throw std::logic_error("the readout of stage '" + stage.name + "' does not agree with the network");
    SumScale scale;
    scale.lsb = readout.adc.lsb;
    scale.input_offset = plan.encoding->input_factor(compiled.quantised.spec.weight_bits) +
                         plan.encoding->net_lines_of_output() * (plan.window.g_min / plan.window.step());
    scale.output_gains = stage.output_gains;
    scales.push_back(scale);
  }
  return scales;
}

DigitalSide::DigitalSide(const CompiledNetwork& compiled, std::vector<SumScale> scales)
    : compiled_(compiled), scales_(std::move(scales)), readers_(compiled.network.layers.size(), 0) {
  if (scales_.size() != compiled.quantised.stages.size()) throw std::logic_error("DigitalSide: one scale for each stage is needed");
  for (std::size_t stage = 0; stage < scales_.size(); ++stage)
    unrolls_.emplace_back(compiled.layer_of(stage).grid);
  const auto count_reader = [&](std::int32_t value) {
    if (value != network_input) ++readers_[static_cast<std::size_t>(value)];
  };
  for (const Layer& layer : compiled.network.layers)
    std::for_each(layer.inputs.begin(), layer.inputs.end(), count_reader);
  count_reader(compiled.network.output);
}

void DigitalSide::set_drift_factors(const std::vector<std::vector<double>>& factors) {
  if (factors.size() != scales_.size()) throw std::logic_error("DigitalSide: one list of drift factors for each stage is needed");
  for (std::size_t stage = 0; stage < factors.size(); ++stage)
    scales_[stage].drift_factors = factors[stage];
}

std::size_t DigitalSide::stride(std::size_t stage) const {
  return std::size_t{compiled_.plan.stages[stage].row_blocks} * compiled_.plan.array_rows;
}

ImageValues DigitalSide::start(const ImageSet& images, std::size_t index) const {
  ImageValues image;
  image.input.resize(images.elements());
  images.copy(index, image.input.data());
  if (!compiled_.network.normalisation.empty()) {
    image.pixels = image.input;
    compiled_.network.normalisation.apply(image.input);
  }
  image.layers.resize(compiled_.network.layers.size());
  image.ready.assign(compiled_.network.layers.size(), 0);
  image.readers_left = readers_;
  image.clipped_inputs.assign(compiled_.quantised.stages.size(), 0);
  run_ready_layers(image);
  return image;
}

gsl::span<const double> DigitalSide::value(const ImageValues& image, std::int32_t index) const {
  return index == network_input ? gsl::span<const double>(image.input)
                                : gsl::span<const double>(image.layers[static_cast<std::size_t>(index)]);
}

bool DigitalSide::is_ready(const ImageValues& image, std::int32_t index) const {
  return index == network_input || image.ready[static_cast<std::size_t>(index)] != 0;
}

/// True if the value is computed and its memory not yet released.
bool DigitalSide::is_there(const ImageValues& image, std::int32_t index) const {
  return index == network_input ||
         (image.ready[static_cast<std::size_t>(index)] != 0 && image.readers_left[static_cast<std::size_t>(index)] != 0);
}

/// Called when a reader of a value is done; the last one releases its memory.
void DigitalSide::release(ImageValues& image, std::int32_t index) const {
  if (index == network_input) return;
  const auto layer = static_cast<std::size_t>(index);
  if (--image.readers_left[layer] == 0) std::vector<double>().swap(image.layers[layer]);
}

bool DigitalSide::can_run(const ImageValues& image, std::size_t stage) const {
  return is_there(image, compiled_.layer_of(stage).inputs[0]);
}

void DigitalSide::run_ready_layers(ImageValues& image) const {
  const auto& layers = compiled_.network.layers;
  std::vector<gsl::span<const double>> inputs;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Layer& layer = layers[i];
    if (image.ready[i] != 0 || is_matrix(layer.kind)) continue;
    inputs.clear();
    for (const std::int32_t input : layer.inputs) {
      if (is_ready(image, input)) inputs.push_back(value(image, input));
    }
    if (inputs.size() == layer.inputs.size()) run_layer(image, i, inputs);
  }
}

void DigitalSide::run_layer(ImageValues& image, std::size_t index, gsl::span<const gsl::span<const double>> inputs) const {
  const Layer& layer = compiled_.network.layers[index];
  const std::int32_t first = layer.inputs[0];
  std::vector<double>& result = image.layers[index];
  if (works_in_place(layer.kind) && first != network_input && image.readers_left[static_cast<std::size_t>(first)] == 1) {
    result = std::move(image.layers[static_cast<std::size_t>(first)]);  // the span in `inputs` stays valid: the memory is moved, not copied
  } else {
    result.resize(element_count(layer.shape));
  }
  run_digital_layer(layer, inputs, result);
  image.ready[index] = 1;
  for (const std::int32_t input : layer.inputs)
    release(image, input);
}

void DigitalSide::prepare_inputs(std::size_t stage, std::size_t images, StageInputs& inputs) const {
  inputs.stride = stride(stage);
  inputs.codes.resize(images * windows(stage) * inputs.stride, 0);
  inputs.sums.resize(images * windows(stage), 0);
}

void DigitalSide::write_inputs(ImageValues& image, std::size_t stage, StageInputs& inputs, std::size_t slot) const {
  if (!can_run(image, stage)) {
    throw std::logic_error("stage '" + compiled_.plan.stages[stage].name +
                           "' is read before its predecessors are finished, or after it is finished itself");
  }
  const QuantisedStage& quantised = compiled_.quantised.stages[stage];
  const Layer& layer = compiled_.layer_of(stage);
  const bool pixels = quantised.reads_pixels && !image.pixels.empty();
  const auto activations = pixels ? gsl::span<const double>(image.pixels) : value(image, layer.inputs[0]);
  std::vector<InputCode> codes(activations.size());
  image.clipped_inputs[stage] = quantised.encode(activations, compiled_.quantised.code_max(), codes);
  const std::size_t count = windows(stage);
  InputCode* target = inputs.codes.data() + slot * count * inputs.stride;
  std::vector<InputCode> padded;
  unrolls_[stage].pad(codes.data(), quantised.padding_codes, padded);
  unrolls_[stage].unroll(padded, inputs.stride, target);
  const std::size_t rows = layer.grid.rows();
  for (std::size_t window = 0; window < count; ++window, target += inputs.stride)
    inputs.sums[slot * count + window] = sum_of_codes(target, rows);
}

void DigitalSide::finish_stage(ImageValues& image, std::size_t stage, gsl::span<const std::int64_t> sums,
                               gsl::span<const std::int64_t> input_sums) const {
  const QuantisedStage& quantised = compiled_.quantised.stages[stage];
  const Layer& layer = compiled_.layer_of(stage);
  const SumScale& scale = scales_[stage];
  const double real_step = quantised.weight_scale * quantised.input_scale;
  const std::size_t count = windows(stage);
  const std::size_t zero_windows = quantised.zero_offsets.size() / layer.outputs;
  std::vector<double>& result = image.layers[quantised.layer];
  result.resize(count * layer.outputs);
  // Sums are ordered by window, results by output: with blocks of windows both stay in the first-level cache.
  constexpr std::size_t block = 64;
  std::array<double, block> input_offsets;
  for (std::size_t first = 0; first < count; first += block) {
    const std::size_t last = std::min(count, first + block);
    for (std::size_t window = first; window < last; ++window)
      input_offsets[window - first] = scale.input_offset * static_cast<double>(input_sums[window]);
    for (std::size_t output = 0; output < layer.outputs; ++output) {
      const double sum_step = scale.lsb * scale.factor(output);
      const double* zero_offsets = quantised.zero_offsets.data() + output * zero_windows;
      const std::int64_t* sum = sums.data() + first * layer.outputs + output;
      double* target = result.data() + output * count;
      for (std::size_t window = first; window < last; ++window, sum += layer.outputs) {
        const double steps =
            sum_step * static_cast<double>(*sum) - input_offsets[window - first] - zero_offsets[zero_windows == 1 ? 0 : window];
        target[window] = steps * real_step + layer.bias[output];
      }
    }
  }
  image.ready[quantised.layer] = 1;
  release(image, layer.inputs[0]);
  run_ready_layers(image);
}

gsl::span<const double> DigitalSide::logits(const ImageValues& image) const {
  if (!is_ready(image, compiled_.network.output)) throw std::logic_error("logits are asked for before the last stage is finished");
  return value(image, compiled_.network.output);
}

}  // namespace memcosim
