// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "memcosim/networks/values/network_values.hpp"

#include "array_batch.hpp"

namespace memcosim::test {

/// Stands for the hardware side: keeps some images in flight and works on whatever stage of whatever image is ready, in an order that jumps
/// about. Products that were not computed ahead are computed one by one on the backend, as a macro does.
class ValuePlayer {
 public:
  ValuePlayer(const CompiledNetwork& compiled, Backend& backend, std::uint64_t images, std::size_t in_flight = 4)
      : compiled_(compiled), backend_(backend), images_(images), in_flight_(in_flight) {}

  std::uint64_t clipped = 0;
  double drive_siemens = 0.0;

  void play(NetworkValues& values) {
    std::uint64_t next = 0;
    while (next < images_ || !finished_.empty()) {
      while (next < images_ && finished_.size() < in_flight_) {
        values.begin(next);
        finished_.emplace_back(next++, std::set<std::int32_t>{-1});
      }
      const auto [slot, stage] = pick();
      run_stage(values, finished_[slot].first, stage);
      finished_[slot].second.insert(static_cast<std::int32_t>(stage));
      if (finished_[slot].second.size() == compiled_.plan.stages.size() + 1)
        finished_.erase(finished_.begin() + static_cast<std::ptrdiff_t>(slot));
    }
  }

 private:
  std::pair<std::size_t, std::uint32_t> pick() {
    std::vector<std::pair<std::size_t, std::uint32_t>> ready;
    for (std::size_t slot = 0; slot < finished_.size(); ++slot) {
      const auto& done = finished_[slot].second;
      for (std::uint32_t stage = 0; stage < compiled_.plan.stages.size(); ++stage) {
        const auto& needed = compiled_.plan.stages[stage].predecessors;
        if (done.count(static_cast<std::int32_t>(stage)) == 0 &&
            std::all_of(needed.begin(), needed.end(), [&](std::int32_t p) { return done.count(p) != 0; })) {
          ready.emplace_back(slot, stage);
        }
      }
    }
    state_ = state_ * 1664525u + 1013904223u;
    return ready.at((state_ >> 8) % ready.size());
  }

  void run_stage(NetworkValues& values, std::uint64_t image, std::uint32_t stage) {
    const StagePlan& plan = compiled_.plan.stages[stage];
    const gsl::span<const TileValues> known = values.ahead(stage, image);
    for (std::uint32_t window = 0; window < plan.windows; ++window) {
      for (std::size_t place = 0; place < plan.tiles.size(); ++place) {
        const MvmPosition position{image, stage, window, plan.tiles[place]};
        if (!known.empty()) {
          const MvmOutcome outcome = known[place].outcome(window);
          add(outcome.clipped, outcome.drive_siemens);
        } else {
          const ProductResult result = multiply(values, position);
          add(result.clipped[0], result.drive_siemens);
          values.deliver(position, gsl::span<const std::int32_t>(result.sums).first(compiled_.plan.tiles[position.tile].outputs));
        }
      }
    }
    values.finish(stage, image);
  }

  ProductResult multiply(NetworkValues& values, const MvmPosition& position) {
    const auto codes = values.inputs(position);
    std::vector<InputCode> padded(compiled_.plan.array_rows, 0);
    std::copy(codes.begin(), codes.end(), padded.begin());
    ArrayBatch batch(backend_, position.tile, readout_of(compiled_.plan, position.stage), padded);
    batch.part.used_outputs = compiled_.plan.tiles[position.tile].outputs;
    batch.first_event = values.first_event(position.stage, position.image) + position.window;
    return compute(backend_, batch);
  }

  void add(const ClipCounts& conversions, gsl::span<const double> siemens) {
    clipped += conversions.low + conversions.high;
    for (const double value : siemens)
      drive_siemens += value;
  }

  const CompiledNetwork& compiled_;
  Backend& backend_;
  std::uint64_t images_;
  std::size_t in_flight_;
  std::vector<std::pair<std::uint64_t, std::set<std::int32_t>>> finished_;  ///< images in flight and their finished stages
  std::uint32_t state_ = 5;
};

}  // namespace memcosim::test
