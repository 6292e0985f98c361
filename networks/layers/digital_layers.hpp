// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gsl/span>

#include "memcosim/networks/layers/network.hpp"

namespace memcosim {

/// One layer without weights on one image, in double: `inputs` are the values of layer.inputs in order, `result` has the elements of
/// layer.shape. The float reference and the digital side of the hardware both run this function. Pooling leaves the padding out; average
/// pooling divides by what it added up (or by all taps with count_padding), in the order of the taps.
void run_digital_layer(const Layer& layer, gsl::span<const gsl::span<const double>> inputs, gsl::span<double> result);

/// Element by element: `result` may be the first input itself.
bool works_in_place(LayerKind kind);

}  // namespace memcosim
