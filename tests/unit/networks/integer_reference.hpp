// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "memcosim/networks/layers/network.hpp"

namespace memcosim::test {

/// Converters of the reference: bit-serial inputs, pairs of lines converted apart, an integer LSB. g_min is `offset` steps.
struct ReferenceAdc {
  std::int64_t rows = 0;  ///< of an array
  std::int64_t lsb = 1;
  std::int64_t code_max = 0;
  std::int64_t offset = 0;
};

/// The quantised network as plain loops over integers, with nothing in common with the library but the imported layers: its own weight
/// quantisation, its own convolution, signed activations without any offset encoding. Converters are left out unless given.
class IntegerReference {
 public:
  /// `input_scales`: one for each matrix layer in order.
  IntegerReference(const Network& network, unsigned weight_bits, unsigned input_bits, std::vector<double> input_scales)
      : network_(network), weight_bits_(weight_bits), input_bits_(input_bits), input_scales_(std::move(input_scales)) {}

  void use_adc(const ReferenceAdc& adc) { adc_ = adc; }
  void set_lsb(std::size_t stage, std::int64_t lsb) {
    lsbs_.resize(std::max(lsbs_.size(), stage + 1), 1);
    lsbs_[stage] = lsb;
  }

  std::vector<double> run(const std::uint8_t* pixels) {
    std::vector<std::vector<double>> values;
    std::vector<double> image;
    for (std::size_t i = 0; i < element_count(network_.input); ++i)
      image.push_back(pixels[i] / 255.0);
    std::size_t stage = 0;
    for (const Layer& layer : network_.layers) {
      const auto input = [&](std::size_t k) -> const std::vector<double>& {
        return layer.inputs[k] == network_input ? image : values[static_cast<std::size_t>(layer.inputs[k])];
      };
      std::vector<double> result;
      switch (layer.kind) {
        case LayerKind::dense:
        case LayerKind::convolution:
          result = matrix(layer, stage, input(0));
          ++stage;
          break;
        case LayerKind::relu:
          for (const double v : input(0))
            result.push_back(v > 0.0 ? v : 0.0);
          break;
        case LayerKind::max_pool:
          result = pool(layer, input(0), true);
          break;
        case LayerKind::average_pool:
          result = pool(layer, input(0), false);
          break;
        case LayerKind::add:
          for (std::size_t i = 0; i < input(0).size(); ++i)
            result.push_back(input(0)[i] + input(1)[i]);
          break;
        case LayerKind::reshape:
          result = input(0);
          break;
      }
      values.push_back(result);
    }
    return values[static_cast<std::size_t>(network_.output)];
  }

  /// Requantised values that lay exactly on a half, and conversions that did.
  std::uint64_t activation_ties() const { return activation_ties_; }
  std::uint64_t conversion_ties() const { return conversion_ties_; }

 private:
  bool can_be_negative(const Layer& layer) const {
    std::int32_t value = layer.inputs[0];
    while (value != network_input) {
      const Layer& from = network_.layers[static_cast<std::size_t>(value)];
      if (from.kind == LayerKind::relu) return false;
      if (from.kind == LayerKind::add || from.kind == LayerKind::dense || from.kind == LayerKind::convolution) return true;
      value = from.inputs[0];
    }
    return false;
  }

  std::vector<double> matrix(const Layer& layer, std::size_t stage, const std::vector<double>& input) {
    const std::int64_t top = (1 << (weight_bits_ - 1)) - 1;
    double largest = 0.0;
    for (const double w : layer.weights)
      largest = std::max(largest, std::fabs(w));
    const double weight_scale = largest / static_cast<double>(top);
    const double input_scale = input_scales_[stage];
    const bool has_sign = can_be_negative(layer);
    const std::int64_t high = has_sign ? (1 << (input_bits_ - 1)) - 1 : (1 << input_bits_) - 1;
    const std::int64_t low = has_sign ? -(1 << (input_bits_ - 1)) : 0;

    std::vector<std::int64_t> activation;
    for (const double v : input) {
      const double steps = v / input_scale;
      if (steps - std::floor(steps) == 0.5) ++activation_ties_;
      activation.push_back(std::min(high, std::max(low, static_cast<std::int64_t>(std::floor(steps + 0.5)))));
    }
    const auto& g = layer.grid;
    const std::int64_t height = g.input[0], width = g.input[1];
    std::vector<double> result(element_count(layer.shape));
    std::vector<std::int64_t> weights;
    for (const double w : layer.weights)
      weights.push_back(static_cast<std::int64_t>(w < 0 ? -std::floor(-w / weight_scale + 0.5) : std::floor(w / weight_scale + 0.5)));
    std::vector<std::int64_t> window;
    for (std::int64_t y = 0; y < g.output[0]; ++y) {
      for (std::int64_t x = 0; x < g.output[1]; ++x) {
        window.clear();
        for (std::int64_t c = 0; c < g.channels; ++c) {
          for (std::int64_t ky = 0; ky < g.kernel[0]; ++ky) {
            for (std::int64_t kx = 0; kx < g.kernel[1]; ++kx) {
              const std::int64_t iy = y * g.stride[0] + ky * g.dilation[0] - g.padding[0];
              const std::int64_t ix = x * g.stride[1] + kx * g.dilation[1] - g.padding[1];
              const bool outside = iy < 0 || ix < 0 || iy >= height || ix >= width;
              window.push_back(outside ? 0 : activation[static_cast<std::size_t>((c * height + iy) * width + ix)]);
            }
          }
        }
        for (std::size_t n = 0; n < layer.outputs; ++n) {
          const std::int64_t sum = adc_.code_max > 0 ? converted(window, weights, n, layer.outputs, stage, has_sign)
                                                     : product(window, weights, n, layer.outputs);
          const std::size_t place = (n * g.output[0] + static_cast<std::size_t>(y)) * g.output[1] + static_cast<std::size_t>(x);
          result[place] = static_cast<double>(sum) * (weight_scale * input_scale) + layer.bias[n];
        }
      }
    }
    return result;
  }

  static std::int64_t product(const std::vector<std::int64_t>& window, const std::vector<std::int64_t>& weights, std::size_t n,
                              std::size_t outputs) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < window.size(); ++i)
      sum += window[i] * weights[i * outputs + n];
    return sum;
  }

  /// What the arrays give: bit by bit, array by array, each line through its own converter; the sign offset taken off at the end.
  std::int64_t converted(const std::vector<std::int64_t>& window, const std::vector<std::int64_t>& weights, std::size_t n,
                         std::size_t outputs, std::size_t stage, bool has_sign) {
    const std::int64_t lsb = lsbs_.at(stage);
    const std::int64_t zero = has_sign ? 1 << (input_bits_ - 1) : 0;
    std::int64_t sum = 0;
    std::int64_t weight_sum = 0;
    for (const bool negative : {false, true}) {
      for (unsigned bit = 0; bit < input_bits_; ++bit) {
        for (std::size_t first = 0; first < window.size(); first += static_cast<std::size_t>(adc_.rows)) {
          std::int64_t line = 0;
          for (std::size_t i = first; i < std::min(window.size(), first + static_cast<std::size_t>(adc_.rows)); ++i) {
            if ((((window[i] + zero) >> bit) & 1) == 0) continue;
            const std::int64_t w = weights[i * outputs + n];
            line += adc_.offset + std::max<std::int64_t>(0, negative ? -w : w);
          }
          if (lsb > 1 && 2 * (line % lsb) == lsb) ++conversion_ties_;
          const std::int64_t code = std::min(adc_.code_max, (2 * line + lsb) / (2 * lsb));
          sum += (negative ? -code : code) * (std::int64_t{1} << bit);
        }
      }
    }
    for (std::size_t i = 0; i < window.size(); ++i)
      weight_sum += weights[i * outputs + n];
    return sum * lsb - zero * weight_sum;
  }

  static std::vector<double> pool(const Layer& layer, const std::vector<double>& input, bool maximum) {
    const auto& g = layer.grid;
    std::vector<double> result;
    for (std::int64_t c = 0; c < g.channels; ++c) {
      for (std::int64_t y = 0; y < g.output[0]; ++y) {
        for (std::int64_t x = 0; x < g.output[1]; ++x) {
          double largest = -1e300, sum = 0.0;
          int taps = 0;
          for (std::int64_t ky = 0; ky < g.kernel[0]; ++ky) {
            for (std::int64_t kx = 0; kx < g.kernel[1]; ++kx) {
              const std::int64_t iy = y * g.stride[0] + ky * g.dilation[0] - g.padding[0];
              const std::int64_t ix = x * g.stride[1] + kx * g.dilation[1] - g.padding[1];
              if (iy < 0 || ix < 0 || iy >= g.input[0] || ix >= g.input[1]) continue;
              const double v = input[static_cast<std::size_t>((c * g.input[0] + iy) * g.input[1] + ix)];
              largest = std::max(largest, v);
              sum += v;
              ++taps;
            }
          }
          result.push_back(maximum ? largest : sum / (layer.count_padding ? static_cast<double>(g.taps()) : taps));
        }
      }
    }
    return result;
  }

  const Network& network_;
  unsigned weight_bits_;
  unsigned input_bits_;
  std::vector<double> input_scales_;
  ReferenceAdc adc_;
  std::vector<std::int64_t> lsbs_;
  std::uint64_t activation_ties_ = 0;
  std::uint64_t conversion_ties_ = 0;
};

}  // namespace memcosim::test
