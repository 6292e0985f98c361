// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/values/network_values.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "memcosim/networks/quantisation/float_network.hpp"

namespace memcosim {

NetworkValues::NetworkValues(const CompiledNetwork& compiled, const ImageSet& images)
    : compiled_(compiled),
      images_(images),
      digital_(compiled, sum_scales(compiled)),
      classes_(compiled.network.classes()),
      logits_(images.count * classes_, 0.0),
      done_(images.count, 0),
      clipped_activations_(compiled.quantised.stages.size(), 0) {
  check_images(compiled.network, images);
}

std::uint64_t NetworkValues::first_event(std::uint32_t stage, std::uint64_t image) const {
  return image * compiled_.plan.stages[stage].windows;
}

void NetworkValues::let_reads_move(CellStore& cells, double slice_s) {
  auto reads = std::make_unique<ReadEpochs>(compiled_.plan, cells, slice_s, images_.count);
  if (reads->moves()) reads_ = std::move(reads);
}

gsl::span<const double> NetworkValues::logits(std::uint64_t image) const {
  if (!finished(image)) throw std::logic_error("NetworkValues: logits of an image that is not finished");
  return {logits_.data() + image * classes_, classes_};
}

std::uint32_t NetworkValues::predicted_class(std::uint64_t image) const {
  return predicted_classes(logits(image), classes_).front();
}

void NetworkValues::record(std::uint64_t image, gsl::span<const double> logits, const std::vector<std::uint64_t>& clipped_inputs) {
  std::copy(logits.begin(), logits.end(), logits_.begin() + static_cast<std::ptrdiff_t>(image * classes_));
  done_[image] = 1;
  ++finished_images_;
  for (std::size_t s = 0; s < clipped_inputs.size(); ++s)
    clipped_activations_[s] += clipped_inputs[s];
}

}  // namespace memcosim
