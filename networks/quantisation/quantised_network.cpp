// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/quantisation/quantised_network.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/networks/quantisation/float_network.hpp"
#include "memcosim/networks/quantisation/magnitude_histogram.hpp"

namespace memcosim {
namespace {

/// Codes for values of both signs: scale and code of the value 0.
struct AffineCodes {
  double scale = 1.0;
  std::int32_t zero_code = 0;
};

/// True if the network input is never negative: for pixels in general, else on the calibration images.
bool is_input_non_negative(const Network& network, const ImageSet& calibration) {
  if (!calibration.has_pixels()) return input_statistics(network, calibration).lowest >= 0.0;
  const InputNormalisation& normalisation = network.normalisation;
  for (std::size_t i = 0; i < normalisation.gain.size(); ++i) {
    if (std::min(0.0, normalisation.gain[i]) + normalisation.offset[i] < 0.0) return false;
  }
  return true;
}

/// For each layer: 1 if its result can never be negative.
std::vector<char> non_negative_layers(const Network& network, bool input) {
  std::vector<char> known;
  for (const Layer& layer : network.layers) {
    const bool inputs = std::all_of(layer.inputs.begin(), layer.inputs.end(), [&](std::int32_t value) {
      return value == network_input ? input : known[static_cast<std::size_t>(value)] != 0;
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

/// `gains`: factor of the weights of each row of the matrix; empty: 1.
void quantise_weights(const Layer& layer, unsigned weight_bits, const std::vector<double>& gains, QuantisedStage& stage) {
  const std::int32_t level_max = (std::int32_t{1} << (weight_bits - 1)) - 1;
  const auto weight = [&](std::size_t i) { return gains.empty() ? layer.weights[i] : layer.weights[i] * gains[i / layer.outputs]; };
  double largest = 0.0;
  for (std::size_t i = 0; i < layer.weights.size(); ++i)
    largest = std::max(largest, std::abs(weight(i)));
  // At least the smallest normal number, so that the quotient below stays finite; smaller weights are practically zero.
  stage.weight_scale = largest > 0.0 ? std::max(largest / level_max, std::numeric_limits<double>::min()) : 1.0;
  stage.weights.reserve(layer.weights.size());
  for (std::size_t i = 0; i < layer.weights.size(); ++i) {
    const auto magnitude =
        static_cast<std::int32_t>(std::min(std::floor(std::abs(weight(i)) / stage.weight_scale + 0.5), double(level_max)));
    stage.weights.push_back(weight(i) < 0.0 ? -magnitude : magnitude);
  }
}

/// Padding codes and offsets of the sums for a stage whose activation 0 has the code zero_code.
void set_zero_code(const Layer& layer, QuantisedStage& stage) {
  stage.padding_codes.assign(layer.grid.channels, static_cast<InputCode>(stage.zero_code));
  std::vector<std::int64_t> column_sums(layer.outputs, 0);
  for (std::size_t i = 0; i < stage.weights.size(); ++i)
    column_sums[i % layer.outputs] += stage.weights[i];
  for (const std::int64_t sum : column_sums)
    stage.zero_offsets.push_back(static_cast<double>(stage.zero_code * sum));
}

/// Normalisation gain of each input channel, to be folded into the weights; empty if the stage cannot take pixels directly.
std::vector<double> channel_gains(const Network& network, const WindowGrid& grid) {
  constexpr double largest_ratio = 4.0;  // with a larger ratio the weights of channels with small gains would lose more than two bits
  const std::vector<double>& gain = network.normalisation.gain;
  const std::size_t plane = std::size_t{grid.input[0]} * grid.input[1];
  std::vector<double> gains;
  double smallest = std::numeric_limits<double>::infinity();
  double largest = 0.0;
  for (std::size_t i = 0; i < gain.size(); ++i) {
    if (i % plane == 0) gains.push_back(gain[i]);
    if (gain[i] != gains.back()) return {};
    smallest = std::min(smallest, std::abs(gain[i]));
    largest = std::max(largest, std::abs(gain[i]));
  }
  return smallest > 0.0 && largest <= largest_ratio * smallest ? gains : std::vector<double>();
}

/// Offsets of the sums of each window that follow from the offsets of the normalisation and from the padding. The value 0 of element e has
/// the (real) code -offset / (gain * scale); the padding has the nearest integer code of its channel.
void set_pixel_zeros(const Network& network, const Layer& layer, std::int32_t code_max, QuantisedStage& stage) {
  const WindowGrid& grid = layer.grid;
  const std::size_t plane = std::size_t{grid.input[0]} * grid.input[1];
  std::vector<double> zeros;
  for (std::size_t i = 0; i < network.normalisation.gain.size(); ++i)
    zeros.push_back(-network.normalisation.offset[i] / (network.normalisation.gain[i] * stage.input_scale));
  for (std::uint32_t channel = 0; channel < grid.channels; ++channel) {
    const double nearest = std::clamp(std::floor(zeros[channel * plane] + 0.5), 0.0, static_cast<double>(code_max));
    stage.padding_codes.push_back(static_cast<InputCode>(nearest));
  }
  const std::size_t windows = grid.windows();
  stage.zero_offsets.assign(layer.outputs * windows, 0.0);
  for (std::uint32_t y = 0, window = 0; y < grid.output[0]; ++y) {
    for (std::uint32_t x = 0; x < grid.output[1]; ++x, ++window) {
      std::size_t row = 0;
      for (std::uint32_t channel = 0; channel < grid.channels; ++channel) {
        for (std::uint32_t tap_y = 0; tap_y < grid.kernel[0]; ++tap_y) {
          for (std::uint32_t tap_x = 0; tap_x < grid.kernel[1]; ++tap_x, ++row) {
            const std::int64_t at_y = grid.position(0, y, tap_y);
            const std::int64_t at_x = grid.position(1, x, tap_x);
            const bool inside = grid.inside(0, at_y) && grid.inside(1, at_x);
            const double zero = inside ? zeros[channel * plane + static_cast<std::size_t>(at_y * grid.input[1] + at_x)]
                                       : static_cast<double>(stage.padding_codes[channel]);
            for (std::size_t output = 0; output < layer.outputs; ++output)
              stage.zero_offsets[output * windows + window] += zero * stage.weights[row * layer.outputs + output];
          }
        }
      }
    }
  }
  // Without padding, or with exact padding codes, all windows have the same offsets: keep one per output.
  for (std::size_t i = 0; i < stage.zero_offsets.size(); ++i) {
    if (stage.zero_offsets[i] != stage.zero_offsets[i - i % windows]) return;
  }
  for (std::size_t output = 0; output < layer.outputs; ++output)
    stage.zero_offsets[output] = stage.zero_offsets[output * windows];
  stage.zero_offsets.resize(layer.outputs);
}

/// Ranges of the values that stages read.
struct Ranges {
  std::map<std::int32_t, double> magnitude;  ///< results of layers: largest absolute value that codes represent
  double below = 0.0;                        ///< network input: largest magnitude of negative values
  double above = 0.0;                        ///< network input: largest positive value
};

double range_of(const MagnitudeHistogram& histogram, double percentile) {
  const double range = histogram.percentile(percentile);
  return range > 0.0 ? range : histogram.maximum();
}

Ranges calibrate_ranges(const Network& network, double percentile, bool measure_input, const ImageSet& images,
                        const OnProgress& on_progress) {
  std::map<std::int32_t, MagnitudeHistogram> histograms;
  for (const Layer& layer : network.layers) {
    if (is_matrix(layer.kind) && !is_network_input(network, layer.inputs[0])) histograms.emplace(layer.inputs[0], MagnitudeHistogram());
  }
  MagnitudeHistogram below;
  MagnitudeHistogram above;
  if (!histograms.empty() || measure_input) {
    if (images.count == 0) throw InputError(network.file + ": quantisation needs at least one calibration image");
    const auto observe = [&](std::int32_t value, gsl::span<const double> elements) {
      if (const auto found = histograms.find(value); found != histograms.end()) found->second.add(elements);
      if (value != network_input || !measure_input) return;
      std::vector<double> part(elements.size());
      std::transform(elements.begin(), elements.end(), part.begin(), [](double element) { return std::max(element, 0.0); });
      above.add(part);
      std::transform(elements.begin(), elements.end(), part.begin(), [](double element) { return std::max(-element, 0.0); });
      below.add(part);
    };
    run_float(network, images, observe, on_progress);
  }
  Ranges ranges;
  for (const auto& [value, histogram] : histograms)
    ranges.magnitude[value] = range_of(histogram, percentile);
  if (measure_input) {
    ranges.below = range_of(below, percentile);
    ranges.above = range_of(above, percentile);
  }
  return ranges;
}

/// Codes over a range around 0, which is a code itself.
AffineCodes codes_over(double below, double above, std::int32_t code_max) {
  AffineCodes codes;
  const double range = below + above;
  codes.scale = std::max((range > 0.0 ? range : 1.0) / code_max, std::numeric_limits<double>::min());
  codes.zero_code = static_cast<std::int32_t>(std::floor(below / codes.scale + 0.5));
  return codes;
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
  // As code(), without branches and library calls. The bounds are one code beyond the range, so that clipped values are still recognised,
  // and small enough that every floor fits 32 bits.
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

QuantisedNetwork quantise(const Network& network, const QuantisationSpec& spec, const ImageSet& calibration,
                          const OnProgress& on_progress) {
  check(spec);
  check_images(network, calibration);
  const bool pixels = calibration.has_pixels();
  const auto takes_pixels = [&](const Layer& layer) {
    if (!pixels || !is_network_input(network, layer.inputs[0])) return false;
    return network.normalisation.empty() || !channel_gains(network, layer.grid).empty();
  };
  const bool measure_input = std::any_of(network.layers.begin(), network.layers.end(), [&](const Layer& layer) {
    return is_matrix(layer.kind) && is_network_input(network, layer.inputs[0]) && !takes_pixels(layer);
  });
  const Ranges ranges = calibrate_ranges(network, spec.activation_percentile, measure_input, calibration, on_progress);
  const auto non_negative = non_negative_layers(network, is_input_non_negative(network, calibration));
  QuantisedNetwork result;
  result.spec = spec;
  result.stage_of_layer.assign(network.layers.size(), -1);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    if (!is_matrix(layer.kind)) continue;
    QuantisedStage stage;
    stage.layer = static_cast<std::uint32_t>(i);
    std::vector<double> gains;  // of the rows
    if (takes_pixels(layer)) {
      stage.reads_pixels = true;
      stage.input_scale = 1.0 / result.code_max();
      for (const double gain : channel_gains(network, layer.grid))
        gains.insert(gains.end(), layer.grid.taps(), gain);
    } else if (is_network_input(network, layer.inputs[0])) {
      const AffineCodes codes = codes_over(ranges.below, ranges.above, result.code_max());
      stage.signed_input = codes.zero_code != 0;
      stage.zero_code = codes.zero_code;
      stage.input_scale = codes.scale;
    } else {
      stage.signed_input = non_negative[static_cast<std::size_t>(layer.inputs[0])] == 0;
      if (stage.signed_input && spec.input_bits < 2) {
        throw InputError(
            fmt::format("{}: the input of layer '{}' has both signs, so input_bits must be at least 2", network.file, layer.name));
      }
      if (stage.signed_input) stage.zero_code = std::int32_t{1} << (spec.input_bits - 1);
      const double range = ranges.magnitude.at(layer.inputs[0]);
      stage.input_scale = std::max((range > 0.0 ? range : 1.0) / (result.code_max() - stage.zero_code), std::numeric_limits<double>::min());
    }
    quantise_weights(layer, spec.weight_bits, gains, stage);
    if (gains.empty()) {
      set_zero_code(layer, stage);
    } else {
      set_pixel_zeros(network, layer, result.code_max(), stage);
    }
    result.stage_of_layer[i] = static_cast<std::int32_t>(result.stages.size());
    result.stages.push_back(std::move(stage));
  }
  return result;
}

}  // namespace memcosim
