// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/values/evaluate.hpp"

#include <algorithm>
#include <stdexcept>

#include "memcosim/networks/quantisation/float_network.hpp"
#include "memcosim/networks/values/batch_pass.hpp"

namespace memcosim {
namespace {

/// `multiply(pass, stage, inputs, result)` returns the sums for pass.finish().
template <typename Multiply>
Evaluation run_chunks(const CompiledNetwork& compiled, std::vector<SumScale> scales, const ImageSet& images, std::size_t chunk,
                      Multiply multiply) {
  check_images(compiled.network, images);
  if (chunk == 0) throw std::logic_error("evaluate: a chunk has at least one image");
  const DigitalSide digital(compiled, std::move(scales));
  Evaluation result;
  result.clipped_activations.assign(compiled.quantised.stages.size(), 0);
  for (std::size_t first = 0; first < images.count; first += chunk) {
    BatchPass pass(digital, images, first, std::min(chunk, images.count - first));
    for (std::size_t stage = 0; stage < compiled.quantised.stages.size(); ++stage) {
      const StageInputs inputs = pass.inputs(stage);
      pass.finish(stage, inputs, multiply(pass, stage, inputs, result));
    }
    for (std::size_t slot = 0; slot < pass.count(); ++slot) {
      const auto logits = digital.logits(pass.values(slot));
      result.logits.insert(result.logits.end(), logits.begin(), logits.end());
      for (std::size_t s = 0; s < result.clipped_activations.size(); ++s)
        result.clipped_activations[s] += pass.values(slot).clipped_inputs[s];
    }
  }
  return result;
}

}  // namespace

Evaluation evaluate(const CompiledNetwork& compiled, Backend& backend, const ImageSet& images, std::size_t chunk) {
  return run_chunks(compiled, sum_scales(compiled), images, chunk,
                    [&](const BatchPass& pass, std::size_t stage, const StageInputs& inputs, Evaluation& result) {
                      return pass.multiply(backend, stage, inputs, result.clipped_conversions);
                    });
}

Evaluation evaluate_exactly(const CompiledNetwork& compiled, const ImageSet& images, std::size_t chunk) {
  return run_chunks(compiled, std::vector<SumScale>(compiled.quantised.stages.size()), images, chunk,
                    [](const BatchPass& pass, std::size_t stage, const StageInputs& inputs, Evaluation&) {
                      return pass.multiply_exactly(stage, inputs);
                    });
}

}  // namespace memcosim
