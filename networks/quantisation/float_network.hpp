// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <gsl/span>

#include "memcosim/common/progress.hpp"
#include "memcosim/networks/images/image_set.hpp"
#include "memcosim/networks/layers/network.hpp"

namespace memcosim {

/// Callback with the value of a layer (or of network_input, normalised) for a batch of images, images x elements.
using ValueObserver = std::function<void(std::int32_t value, gsl::span<const double> elements)>;

/// Runs the imported network in double. `inputs`: images x elements of Network::input, before the normalisation. Returns images x classes
/// logits. Processes the images in small batches, so memory does not grow with their number; `observe` is called for each value of each
/// batch. Throws InputError naming the layer where a value is not finite.
std::vector<double> run_float(const Network& network, gsl::span<const double> inputs, const ValueObserver& observe = {});
/// The same on images, which `on_progress` counts. Throws InputError when they do not have the shape of the network's input.
std::vector<double> run_float(const Network& network, const ImageSet& images, const ValueObserver& observe = {},
                              const OnProgress& on_progress = {});
/// The same result bit for bit, with the batches distributed over threads.
std::vector<double> run_float(const Network& network, const ImageSet& images, unsigned threads, const OnProgress& on_progress = {});

/// Index of the largest logit (the first of equal ones) for each row of rows x classes.
std::vector<std::uint32_t> predicted_classes(gsl::span<const double> logits, std::size_t classes);

}  // namespace memcosim
