// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include <gsl/span>

#include "memcosim/common/progress.hpp"
#include "memcosim/kernels/products/readout.hpp"
#include "memcosim/networks/images/image_set.hpp"
#include "memcosim/networks/layers/network.hpp"

namespace memcosim {

/// Bits of weights and inputs, and the range of the activations.
struct QuantisationSpec {
  unsigned weight_bits = 8;              ///< 2 to 16, sign included
  unsigned input_bits = 8;               ///< 1 to 16 (at least 2 where a stage input has both signs)
  double activation_percentile = 99.99;  ///< percentile of the absolute values at a stage input that the codes cover; 100: the maximum
};

/// A matrix layer as the hardware computes it: integers on the arrays, scales on the digital side.
///   real = (lsb * sum of codes - corrections) * (weight_scale * input_scale) + bias
/// A stage that reads the network input of images of 8 bits can take the pixels' own codes although the network normalises its input
/// (reads_pixels): pixel code c stands for gain * c * input_scale + offset. The gains are in the weights, the offsets in zero_offsets.
struct QuantisedStage {
  std::uint32_t layer = 0;               ///< in Network::layers: geometry, bias, name
  std::vector<std::int32_t> weights;     ///< rows x outputs, within +-(2^(weight_bits-1) - 1)
  double weight_scale = 1.0;             ///< real weight of integer 1
  double input_scale = 1.0;              ///< real activation of one code step
  bool signed_input = false;             ///< codes are offset by zero_code
  std::int32_t zero_code = 0;            ///< code of activation 0, or of pixel 0: 2^(input_bits-1) for signed inputs behind a layer
  bool reads_pixels = false;             ///< codes are those of the image before its normalisation
  std::vector<InputCode> padding_codes;  ///< for each channel of the windows: code of the padding, whose activation is 0
  std::vector<double> zero_offsets;      ///< contribution of zero activations to the sum: one for each output, or outputs x windows

  /// Code of a real activation: floor(value / input_scale + 0.5) + zero_code (halves round up), clipped to the code range; *clipped is
  /// raised when it was.
  std::uint16_t code(double value, std::int32_t code_max, std::uint64_t* clipped) const;
  /// Codes of many activations (as many as there are codes); returns how many were clipped.
  std::uint64_t encode(gsl::span<const double> values, std::int32_t code_max, gsl::span<std::uint16_t> codes) const;
};

/// A network with integer weights and input codes; refers to the layers of the float network.
struct QuantisedNetwork {
  QuantisationSpec spec;
  std::vector<QuantisedStage> stages;        ///< one for each matrix layer, in order
  std::vector<std::int32_t> stage_of_layer;  ///< -1 for layers without weights

  std::int32_t code_max() const { return (std::int32_t{1} << spec.input_bits) - 1; }
};

/// Quantises weights (symmetric, one scale for each layer, halves away from zero) and stage inputs. The scale of an input comes from the
/// float network on the calibration images; inputs that can be negative get signed codes. A stage that reads the network input directly
/// takes pixels as codes: their range is known, [0, 1], and the normalisation is folded into the stage exactly, padding included. Where the
/// gains differ within a channel of a convolution, or by more than a factor of 4 overall, and for images that are not 8-bit pixels, the
/// normalised values are quantised instead, over the range of the calibration images, with a separate zero code. A stage input that is zero
/// on all images gets the scale of the range [0, 1]. Throws InputError for a network or image set that cannot be quantised as specified.
QuantisedNetwork quantise(const Network& network, const QuantisationSpec& spec, const ImageSet& calibration,
                          const OnProgress& on_progress = {});

}  // namespace memcosim
