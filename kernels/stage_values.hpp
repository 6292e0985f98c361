// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
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
  gsl::span<const std::int32_t> sums;                       ///< outputs of the array
  gsl::span<const double> drive_siemens;                    ///< per slice
  ClipCounts clipped{};                                     ///< of used columns
  gsl::span<const std::int32_t> codes;                      ///< slices x converted columns; empty unless kept
  std::optional<std::uint64_t> driven_rows = std::nullopt;  ///< of all slices, as driven_rows() says; nothing: to be counted
};

/// A matrix in somebody else's memory, of which each row has `elements` of interest.
template <typename Element>
struct ElementRows {
  const Element* first = nullptr;
  std::size_t stride = 0;
  std::size_t elements = 0;

  gsl::span<const Element> row(std::size_t index) const { return {first + index * stride, elements}; }
};

/// Asks for all lines of some elements. Always inlined: a function that only prefetches has no effect that gcc sees, and it drops the call.
template <typename Element>
[[gnu::always_inline]] inline void prefetch_lines(const Element* first, std::size_t count) {
  for (std::size_t i = 0; i < count; i += 64 / sizeof(Element))
    __builtin_prefetch(first + i);
  __builtin_prefetch(first + count - 1);  // the elements need not begin at a line
}

/// What was computed ahead for one tile in one stage of one image; row w is that of window w.
struct TileValues {
  ElementRows<InputCode> inputs;  ///< codes of the tile's used rows
  ElementRows<std::int32_t> sums;
  std::size_t used_outputs = 0;  ///< of the sums; the tile's
  ElementRows<double> drive_siemens;
  const ClipCounts* clipped = nullptr;
  ElementRows<std::int32_t> codes;
  ElementRows<std::uint32_t> driven_rows;  ///< one element; none: not counted

  MvmOutcome outcome(std::size_t window) const {
    MvmOutcome result{sums.row(window), drive_siemens.row(window), clipped[window], codes.row(window)};
    if (driven_rows.elements != 0) result.driven_rows = driven_rows.first[window * driven_rows.stride];
    return result;
  }
  /// Whether a macro returned what is known here.
  bool agrees(std::size_t window, gsl::span<const std::int32_t> returned) const {
    return returned.size() == used_outputs &&
           std::equal(returned.data(), returned.data() + used_outputs, sums.first + window * sums.stride);
  }
  /// Other cores wrote these values, mostly long ago: asked for early they are there when they are played.
  [[gnu::always_inline]] void prefetch(std::size_t window) const {
    prefetch_lines(inputs.first + window * inputs.stride, inputs.elements);
    prefetch_lines(sums.first + window * sums.stride, used_outputs);
    prefetch_lines(drive_siemens.first + window * drive_siemens.stride, drive_siemens.elements);
    __builtin_prefetch(clipped + window);
    __builtin_prefetch(driven_rows.first + window * driven_rows.stride);
  }
};

/// Where the values of a network come from while the hardware side plays its time. networks/ implements it; sc_models/ knows no network.
/// Calls come in simulated order: begin(image) ... for each stage: ahead(stage, image), where nothing is known ahead per window and tile
/// inputs() and deliver(), then finish(stage, image).
class StageValues {
 public:
  virtual ~StageValues() = default;
  /// Makes the image's input available (may compute a whole batch ahead).
  virtual void begin(std::uint64_t image) = 0;
  /// What was computed ahead for each of the stage's tiles, valid until the stage is finished for that image; nothing: the macros compute
  /// it at its event from inputs().
  virtual gsl::span<const TileValues> ahead(std::uint32_t stage, std::uint64_t image) = 0;
  /// Input codes of the tile's used rows.
  virtual gsl::span<const InputCode> inputs(const MvmPosition& position) = 0;
  /// The sums that the macro returned for this tile (used outputs), unless they agree with what is known ahead.
  virtual void deliver(const MvmPosition& position, gsl::span<const std::int32_t> sums) = 0;
  /// All windows and tiles of the stage are there: digital work is done, successors may read.
  virtual void finish(std::uint32_t stage, std::uint64_t image) = 0;
  /// Event number of a stage's first window on each of its arrays, the address of its random draws; each further window has the next.
  virtual std::uint64_t first_event(std::uint32_t stage, std::uint64_t image) const = 0;
};

}  // namespace memcosim
