// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/digital_side.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "memcosim/networks/detail/digital_layers.hpp"
#include "memcosim/networks/detail/window_unroll.hpp"

namespace memcosim {

std::vector<SumScale> sum_scales(const CompiledNetwork& compiled, const Backend& backend) {
  const MappingPlan& plan = compiled.plan;
  std::vector<SumScale> scales;
  for (const StagePlan& stage : plan.stages) {
    SumScale scale;
    scale.lsb = backend.readout(stage.tiles.front()).adc.lsb;
    for (const std::uint32_t tile : stage.tiles) {
      const ReadoutConfig& readout = backend.readout(tile);
      if (readout.adc.lsb != scale.lsb || readout.pairing != plan.pairing || readout.input_bits != compiled.quantised.spec.input_bits) {
        throw std::logic_error("the readouts of stage '" + stage.name + "' do not agree with each other or with the network");
      }
    }
    if (plan.pairing == ColumnPairing::single) {
      scale.input_offset = level_offset(plan.pairing, compiled.quantised.spec.weight_bits) + plan.window.g_min / plan.window.step();
    }
    scale.output_gains = stage.output_gains;
    scales.push_back(scale);
  }
  return scales;
}

DigitalSide::DigitalSide(const CompiledNetwork& compiled, std::vector<SumScale> scales) : compiled_(compiled), scales_(std::move(scales)) {
  if (scales_.size() != compiled.quantised.stages.size()) throw std::logic_error("DigitalSide: one scale for each stage is needed");
}

void DigitalSide::set_drift_factors(const std::vector<std::vector<double>>& factors) {
  if (factors.size() != scales_.size()) throw std::logic_error("DigitalSide: one list of drift factors for each stage is needed");
  for (std::size_t stage = 0; stage < factors.size(); ++stage)
    scales_[stage].drift_factors = factors[stage];
}

std::size_t DigitalSide::stride(std::size_t stage) const {
  return std::size_t{compiled_.plan.stages[stage].row_blocks} * compiled_.plan.array_rows;
}

ImageValues DigitalSide::start(gsl::span<const std::uint8_t> pixels) const {
  ImageValues image;
  image.input.reserve(pixels.size());
  for (const std::uint8_t pixel : pixels)
    image.input.push_back(pixel / 255.0);
  image.layers.resize(compiled_.network.layers.size());
  image.ready.assign(compiled_.network.layers.size(), 0);
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

bool DigitalSide::can_run(const ImageValues& image, std::size_t stage) const {
  return is_ready(image, compiled_.layer_of(stage).inputs[0]);
}

void DigitalSide::run_ready_layers(ImageValues& image) const {
  const auto& layers = compiled_.network.layers;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Layer& layer = layers[i];
    if (image.ready[i] != 0 || is_matrix(layer.kind)) continue;
    std::vector<gsl::span<const double>> inputs;
    for (const std::int32_t input : layer.inputs) {
      if (is_ready(image, input)) inputs.push_back(value(image, input));
    }
    if (inputs.size() < layer.inputs.size()) continue;
    image.layers[i] = run_digital_layer(layer, inputs);
    image.ready[i] = 1;
  }
}

StageInputs DigitalSide::make_inputs(std::size_t stage, std::size_t images) const {
  StageInputs inputs;
  inputs.stride = stride(stage);
  inputs.codes.assign(images * windows(stage) * inputs.stride, 0);
  inputs.sums.assign(images * windows(stage), 0);
  return inputs;
}

void DigitalSide::write_inputs(ImageValues& image, std::size_t stage, StageInputs& inputs, std::size_t slot) const {
  if (!can_run(image, stage))
    throw std::logic_error("stage '" + compiled_.plan.stages[stage].name + "' is read before its predecessors are finished");
  const QuantisedStage& quantised = compiled_.quantised.stages[stage];
  const Layer& layer = compiled_.layer_of(stage);
  const std::int32_t code_max = compiled_.quantised.code_max();
  const auto activations = value(image, layer.inputs[0]);
  std::vector<InputCode> codes(activations.size());
  std::uint64_t clipped = 0;
  for (std::size_t i = 0; i < codes.size(); ++i)
    codes[i] = quantised.code(activations[i], code_max, &clipped);
  image.clipped_inputs[stage] = clipped;
  const std::size_t count = windows(stage);
  InputCode* target = inputs.codes.data() + slot * count * inputs.stride;
  unroll_windows(layer.grid, codes.data(), static_cast<InputCode>(quantised.zero_code), inputs.stride, target);
  for (std::size_t window = 0; window < count; ++window, target += inputs.stride) {
    inputs.sums[slot * count + window] = std::accumulate(target, target + layer.grid.rows(), std::int64_t{0});
  }
}

void DigitalSide::finish_stage(ImageValues& image, std::size_t stage, gsl::span<const std::int64_t> sums,
                               gsl::span<const std::int64_t> input_sums) const {
  const QuantisedStage& quantised = compiled_.quantised.stages[stage];
  const Layer& layer = compiled_.layer_of(stage);
  const SumScale& scale = scales_[stage];
  const double real_step = quantised.weight_scale * quantised.input_scale;
  const std::size_t count = windows(stage);
  std::vector<double>& result = image.layers[quantised.layer];
  result.resize(count * layer.outputs);
  for (std::size_t window = 0; window < count; ++window) {
    const double input_offset = scale.input_offset * static_cast<double>(input_sums[window]);
    for (std::size_t output = 0; output < layer.outputs; ++output) {
      const double zero_offset = static_cast<double>(quantised.zero_code * quantised.column_sums[output]);
      const double steps =
          scale.lsb * scale.factor(output) * static_cast<double>(sums[window * layer.outputs + output]) - input_offset - zero_offset;
      result[output * count + window] = steps * real_step + layer.bias[output];
    }
  }
  image.ready[quantised.layer] = 1;
  run_ready_layers(image);
}

gsl::span<const double> DigitalSide::logits(const ImageValues& image) const {
  if (!is_ready(image, compiled_.network.output)) throw std::logic_error("logits are asked for before the last stage is finished");
  return value(image, compiled_.network.output);
}

}  // namespace memcosim
