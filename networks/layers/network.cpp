// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/layers/network.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace memcosim {

std::size_t element_count(const Shape& shape) {
  std::size_t count = 1;
  for (const std::uint32_t size : shape)
    count *= size;
  return count;
}

std::string to_text(const Shape& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

const char* to_text(LayerKind kind) {
  switch (kind) {
    case LayerKind::dense:
      return "dense";
    case LayerKind::convolution:
      return "convolution";
    case LayerKind::relu:
      return "relu";
    case LayerKind::max_pool:
      return "max_pool";
    case LayerKind::average_pool:
      return "average_pool";
    case LayerKind::add:
      return "add";
    case LayerKind::reshape:
      return "reshape";
  }
  return "unknown";
}

bool is_matrix(LayerKind kind) {
  return kind == LayerKind::dense || kind == LayerKind::convolution;
}

void InputNormalisation::then(const std::vector<double>& next_gain, const std::vector<double>& next_offset) {
  if (next_gain.size() != next_offset.size() || (!empty() && next_gain.size() != gain.size()))
    throw std::logic_error("InputNormalisation: one gain and one offset for each element are needed");
  if (empty()) {
    gain = next_gain;
    offset = next_offset;
    return;
  }
  for (std::size_t i = 0; i < gain.size(); ++i) {
    offset[i] = next_gain[i] * offset[i] + next_offset[i];
    gain[i] *= next_gain[i];
  }
}

void InputNormalisation::apply(gsl::span<double> image) const {
  for (std::size_t i = 0; i < gain.size(); ++i)
    image[i] = gain[i] * image[i] + offset[i];
}

}  // namespace memcosim
