// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include <gsl/span>

#include "memcosim/kernels/backend.hpp"

namespace memcosim {

/// One MVM of a network run.
struct MvmPosition {
  std::uint64_t image = 0;
  std::uint32_t stage = 0;
  std::uint32_t window = 0;
  std::uint32_t tile = 0;  ///< index in MappingPlan::tiles
};

/// The result of one MVM that was computed ahead of its event. The spans stay valid until the stage is finished for that image.
struct MvmOutcome {
  gsl::span<const std::int32_t> sums;     ///< outputs of the array
  gsl::span<const double> drive_siemens;  ///< per slice
  std::uint32_t clipped = 0;
  gsl::span<const std::int32_t> codes;  ///< slices x converted columns; empty unless kept
};

/// Where the values of a network come from while the hardware side plays its time. networks/ implements it; sc_models/ knows no network.
/// Calls come in simulated order: begin(image) ... for each stage: inputs()/ahead()/deliver() per window and tile, finish(stage, image).
class StageValues {
 public:
  virtual ~StageValues() = default;
  /// Makes the image's input available (may compute a whole batch ahead).
  virtual void begin(std::uint64_t image) = 0;
  /// Input codes of the tile's used rows.
  virtual gsl::span<const InputCode> inputs(const MvmPosition& position) = 0;
  /// The result if it was computed ahead; nothing: the macro computes it at its event from inputs().
  virtual std::optional<MvmOutcome> ahead(const MvmPosition& position) = 0;
  /// The sums that the macro returned for this tile (used outputs).
  virtual void deliver(const MvmPosition& position, gsl::span<const std::int32_t> sums) = 0;
  /// All windows and tiles of the stage are delivered: digital work is done, successors may read.
  virtual void finish(std::uint32_t stage, std::uint64_t image) = 0;
  /// Event number of an MVM on its array; the address of its random draws.
  virtual std::uint64_t event(const MvmPosition& position) const = 0;
};

}  // namespace memcosim
