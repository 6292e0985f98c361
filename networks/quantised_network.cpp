// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/quantised_network.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/networks/detail/magnitude_histogram.hpp"
#include "memcosim/networks/float_network.hpp"

namespace memcosim {
namespace {

/// For each layer: its result can never be below zero, given that pixels are not.
std::vector<char> non_negative_layers(const Network& network) {
  std::vector<char> known;
  for (const Layer& layer : network.layers) {
    const bool inputs = std::all_of(layer.inputs.begin(), layer.inputs.end(), [&](std::int32_t input) {
      return input == network_input || known[static_cast<std::size_t>(input)] != 0;
    });
    known.push_back(layer.kind == LayerKind::relu || (inputs && !is_matrix(layer.kind)) ? 1 : 0);
  }
  return known;
}

bool is_network_input(const Network& network, std::int32_t value) {
  while (value != network_input && network.layers[static_cast<std::size_t>(value)].kind == LayerKind::reshape) {
    value = network.layers[static_cast<std::size_t>(value)].inputs[0];
  }
  return value == network_input;
}

void quantise_weights(const Layer& layer, unsigned weight_bits, QuantisedStage& stage) {
  const std::int32_t level_max = (std::int32_t{1} << (weight_bits - 1)) - 1;
  double largest = 0.0;
  for (const double weight : layer.weights)
    largest = std::max(largest, std::abs(weight));
  // The smallest normal scale keeps the quotient below finite; weights below it are zero for every purpose.
  stage.weight_scale = largest > 0.0 ? std::max(largest / level_max, std::numeric_limits<double>::min()) : 1.0;
  stage.weights.reserve(layer.weights.size());
  stage.column_sums.assign(layer.outputs, 0);
  for (std::size_t i = 0; i < layer.weights.size(); ++i) {
    const auto magnitude =
        static_cast<std::int32_t>(std::min(std::floor(std::abs(layer.weights[i]) / stage.weight_scale + 0.5), double(level_max)));
    stage.weights.push_back(layer.weights[i] < 0.0 ? -magnitude : magnitude);
    stage.column_sums[i % layer.outputs] += stage.weights.back();
  }
}

/// Largest absolute value that the codes of a stage input shall reach, for the values that stages read.
std::map<std::int32_t, double> calibrate_ranges(const Network& network, double percentile, const ImageSet& images) {
  std::map<std::int32_t, MagnitudeHistogram> histograms;
  for (const Layer& layer : network.layers) {
    if (is_matrix(layer.kind) && !is_network_input(network, layer.inputs[0])) histograms.emplace(layer.inputs[0], MagnitudeHistogram());
  }
  if (!histograms.empty()) {
    if (images.count == 0) throw InputError(network.file + ": quantisation needs at least one calibration image");
    run_float(network, images, [&](std::int32_t value, gsl::span<const double> elements) {
      if (const auto found = histograms.find(value); found != histograms.end()) found->second.add(elements);
    });
  }
  std::map<std::int32_t, double> ranges;
  for (const auto& [value, histogram] : histograms) {
    const double range = histogram.percentile(percentile);
    ranges[value] = range > 0.0 ? range : histogram.maximum();
  }
  return ranges;
}

void check(const QuantisationSpec& spec) {
  if (spec.weight_bits < 2 || spec.weight_bits > 16) throw InputError(fmt::format("weight_bits is {}; expected 2 to 16", spec.weight_bits));
  if (spec.input_bits < 1 || spec.input_bits > 16) throw InputError(fmt::format("input_bits is {}; expected 1 to 16", spec.input_bits));
  if (!(spec.activation_percentile > 0.0 && spec.activation_percentile <= 100.0)) {
    throw InputError(fmt::format("activation_percentile is {}; expected a number above 0, at most 100", spec.activation_percentile));
  }
}

}  // namespace

std::uint16_t QuantisedStage::code(double value, std::int32_t code_max, std::uint64_t* clipped) const {
  const double wanted = std::floor(value / input_scale + 0.5) + zero_code;
  const double possible = std::clamp(wanted, 0.0, static_cast<double>(code_max));
  if (possible != wanted) ++*clipped;
  return static_cast<std::uint16_t>(possible);
}

std::uint64_t QuantisedStage::encode(gsl::span<const double> values, std::int32_t code_max, gsl::span<std::uint16_t> codes) const {
  // code() without branches and library calls. One step beyond each end of the range is kept, so that what is clipped still shows; between
  // these bounds every floor is a 32-bit integer.
  const double lowest = -zero_code - 1.0;
  const double highest = code_max - zero_code + 1.0;
  std::uint64_t clipped = 0;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const double rounded = std::min(std::max(values[i] / input_scale + 0.5, lowest), highest);
    const auto truncated = static_cast<std::int32_t>(rounded);
    const std::int32_t wanted = truncated - (truncated > rounded ? 1 : 0) + zero_code;
    const std::int32_t possible = std::min(std::max(wanted, 0), code_max);
    clipped += possible != wanted ? 1 : 0;
    codes[i] = static_cast<std::uint16_t>(possible);
  }
  return clipped;
}

QuantisedNetwork quantise(const Network& network, const QuantisationSpec& spec, const ImageSet& calibration) {
  check(spec);
  check_images(network, calibration);
  const auto ranges = calibrate_ranges(network, spec.activation_percentile, calibration);
  const auto non_negative = non_negative_layers(network);
  QuantisedNetwork result;
  result.spec = spec;
  result.stage_of_layer.assign(network.layers.size(), -1);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (!is_matrix(layer.kind)) continue;
    QuantisedStage stage;
    stage.layer = static_cast<std::uint32_t>(i);
    quantise_weights(layer, spec.weight_bits, stage);
    stage.signed_input = layer.inputs[0] != network_input && non_negative[static_cast<std::size_t>(layer.inputs[0])] == 0;
    if (stage.signed_input && spec.input_bits < 2) {
      throw InputError(
          fmt::format("{}: the input of layer '{}' has both signs, so input_bits must be at least 2", network.file, layer.name));
    }
    if (stage.signed_input) stage.zero_code = std::int32_t{1} << (spec.input_bits - 1);
    const auto found = ranges.find(layer.inputs[0]);
    const double range = found != ranges.end() && found->second > 0.0 ? found->second : 1.0;
    stage.input_scale = std::max(range / (result.code_max() - stage.zero_code), std::numeric_limits<double>::min());
    result.stage_of_layer[i] = static_cast<std::int32_t>(result.stages.size());
    result.stages.push_back(std::move(stage));
  }
  return result;
}

}  // namespace memcosim
