// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <gsl/span>

#include "memcosim/kernels/products/readout.hpp"

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
  std::optional<std::uint64_t> driven_rows = std::nullopt;  ///< of all slices: result of driven_rows(); nothing: not counted yet
  gsl::span<const std::uint32_t> conversion_clocks = {};    ///< slices x groups: of the slowest converter; empty: all take the bound
};

/// View of a matrix with the first `elements` elements of each row.
template <typename Element>
struct ElementRows {
  const Element* first = nullptr;
  std::size_t stride = 0;    ///< elements from one row to the next
  std::size_t elements = 0;  ///< of a row that belong to the view

  gsl::span<const Element> row(std::size_t index) const { return {first + index * stride, elements}; }
};

/// Prefetches all cache lines of `count` elements. Always inlined: gcc takes a function that only prefetches to be without effect, and
/// drops calls of it.
template <typename Element>
[[gnu::always_inline]] inline void prefetch_lines(const Element* first, std::size_t count) {
  for (std::size_t i = 0; i < count; i += 64 / sizeof(Element))
    __builtin_prefetch(first + i);
  __builtin_prefetch(first + count - 1);  // the elements need not begin at a cache line
}

/// Inputs and results that were computed ahead for one tile of a stage and one image; row w belongs to window w.
struct TileValues {
  ElementRows<InputCode> inputs;  ///< codes of the tile's used rows
  ElementRows<std::int32_t> sums;
  std::size_t used_outputs = 0;  ///< outputs of the tile, the first ones of each row of `sums`
  ElementRows<double> drive_siemens;
  const ClipCounts* clipped = nullptr;
  ElementRows<std::int32_t> codes;
  ElementRows<std::uint32_t> driven_rows;  ///< one element; none: not counted

  MvmOutcome outcome(std::size_t window) const {
    MvmOutcome result{sums.row(window), drive_siemens.row(window), clipped[window], codes.row(window)};
    if (driven_rows.elements != 0) result.driven_rows = driven_rows.first[window * driven_rows.stride];
    return result;
  }
  /// True if a macro returned the sums that were computed ahead.
  bool agrees(std::size_t window, gsl::span<const std::int32_t> returned) const {
    return returned.size() == used_outputs &&
           std::equal(returned.data(), returned.data() + used_outputs, sums.first + window * sums.stride);
  }
  /// Prefetches the values of a window into the cache: other cores wrote them, mostly long ago.
  [[gnu::always_inline]] void prefetch(std::size_t window) const {
    prefetch_lines(inputs.first + window * inputs.stride, inputs.elements);
    prefetch_lines(sums.first + window * sums.stride, used_outputs);
    prefetch_lines(drive_siemens.first + window * drive_siemens.stride, drive_siemens.elements);
    __builtin_prefetch(clipped + window);
    __builtin_prefetch(driven_rows.first + window * driven_rows.stride);
  }
};

/// Source of a network's values while the hardware side simulates its timing. networks/ implements it; sc_models/ knows no network.
/// Calls come in simulated order: begin(image); then for each stage ahead(stage, image), inputs() and deliver() per window and tile if
/// nothing was computed ahead, and finish(stage, image).
class StageValues {
 public:
  virtual ~StageValues() = default;
  /// Makes the image's input available (may compute a whole batch ahead).
  virtual void begin(std::uint64_t image) = 0;
  /// Values that were computed ahead for each of the stage's tiles, valid until the stage is finished for that image; empty: the macros
  /// compute them at their events from inputs().
  virtual gsl::span<const TileValues> ahead(std::uint32_t stage, std::uint64_t image) = 0;
  /// Input codes of the tile's used rows.
  virtual gsl::span<const InputCode> inputs(const MvmPosition& position) = 0;
  /// Takes the sums that the macro returned for this tile (used outputs). Not called if they agree with the sums computed ahead.
  virtual void deliver(const MvmPosition& position, gsl::span<const std::int32_t> sums) = 0;
  /// Called when the sums of all windows and tiles of the stage are delivered: does the digital work, after which successors may read.
  virtual void finish(std::uint32_t stage, std::uint64_t image) = 0;
  /// Event number of a stage's first window on each of its arrays, the address of its random draws; each further window has the next.
  virtual std::uint64_t first_event(std::uint32_t stage, std::uint64_t image) const = 0;
};

}  // namespace memcosim
