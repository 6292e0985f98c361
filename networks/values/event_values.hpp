// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "memcosim/networks/values/network_values.hpp"

namespace memcosim {

/// Values of a network whose products the macros compute at their events: provides input codes and takes the sums. Needed if values depend
/// on simulated time, or if RTL computes part of them. If reads move cells, every stage must take the images in order (std::logic_error
/// otherwise).
class EventValues : public NetworkValues {
 public:
  EventValues(const CompiledNetwork& compiled, const ImageSet& images);
  ~EventValues() override;

  void begin(std::uint64_t image) override;
  /// The span stays valid until the stage is finished for the image.
  gsl::span<const InputCode> inputs(const MvmPosition& position) override;
  gsl::span<const TileValues> ahead(std::uint32_t, std::uint64_t) override { return {}; }
  void deliver(const MvmPosition& position, gsl::span<const std::int32_t> sums) override;
  void finish(std::uint32_t stage, std::uint64_t image) override;

 private:
  struct Stage;
  struct Image;
  Image& in_flight(std::uint64_t image);
  /// The stage's inputs, unrolled when first used.
  Stage& open_stage(Image& image, std::uint32_t stage);

  std::map<std::uint64_t, std::unique_ptr<Image>> images_in_flight_;
  std::vector<std::uint64_t> next_images_;  ///< per stage: its next image; used only if reads move cells
};

}  // namespace memcosim
