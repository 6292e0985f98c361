// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/values/recorded_sums.hpp"

#include <stdexcept>

namespace memcosim {

RecordedSums::RecordedSums(const MappingPlan& plan, StageValues& source, const std::set<std::uint32_t>& stages, std::uint64_t images)
    : plan_(plan), source_(source), sums_(plan.stages.size()) {
  for (const std::uint32_t stage : stages) {
    if (stage >= plan.stages.size()) throw std::logic_error("RecordedSums: a stage beyond the plan");
    sums_[stage].assign(images * plan.stages[stage].windows * plan.stages[stage].outputs, 0);
  }
}

gsl::span<const TileValues> RecordedSums::ahead(std::uint32_t stage, std::uint64_t image) {
  const gsl::span<const TileValues> known = source_.ahead(stage, image);
  if (sums_[stage].empty()) return known;
  const std::vector<std::uint32_t>& tiles = plan_.stages[stage].tiles;
  for (std::size_t place = 0; place < known.size(); ++place) {
    for (std::uint32_t window = 0; window < plan_.stages[stage].windows; ++window)
      add({image, stage, window, tiles[place]}, known[place].sums.row(window).data());
  }
  return known;
}

void RecordedSums::deliver(const MvmPosition& position, gsl::span<const std::int32_t> sums) {
  source_.deliver(position, sums);  // throws if it has other sums for this position
  if (!sums_[position.stage].empty()) add(position, sums.data());
}

void RecordedSums::add(const MvmPosition& position, const std::int32_t* sums) {
  const StagePlan& stage = plan_.stages[position.stage];
  const TilePlan& tile = plan_.tiles[position.tile];
  const std::size_t first = (position.image * stage.windows + position.window) * stage.outputs + tile.first_output;
  for (std::uint32_t output = 0; output < tile.outputs; ++output)
    sums_[position.stage][first + output] += sums[output];
}

}  // namespace memcosim
