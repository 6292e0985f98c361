// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/values/read_epochs.hpp"

#include <algorithm>

#include "memcosim/devices/read_movement.hpp"

namespace memcosim {

ReadEpochs::ReadEpochs(const MappingPlan& plan, CellStore& cells, double slice_s, std::uint64_t images)
    : plan_(plan), cells_(cells), slice_s_(slice_s), stages_(plan.stages.size()) {
  double longest_s = 0.0;
  for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
    for (const std::uint32_t tile : plan.stages[stage].tiles) {
      if (!cells.moves_when_read(tile)) continue;
      const ReadoutConfig& readout = readout_of(plan, stage);
      stages_[stage].emplace_back(cells, tile, readout);
      longest_s = std::max(longest_s, plan.stages[stage].windows * readout.slices() * slice_s);
      moves_ = true;
    }
  }
  if (!moves_) return;
  const ArrayConfig& any = cells.config(plan.stages.front().tiles.front());
  every_ = read_epoch_length(any.cell, any.read_voltage_v, longest_s, images);
}

void ReadEpochs::add(std::size_t stage, const InputCode* codes, std::size_t vectors, std::size_t stride) {
  for (ReadEpoch& epoch : stages_[stage]) {
    const TilePlan& tile = plan_.tiles[epoch.array()];
    epoch.add(codes + tile.first_row, vectors, stride, tile.rows);
  }
}

void ReadEpochs::end(std::size_t stage) {
  for (ReadEpoch& epoch : stages_[stage]) {
    const std::uint64_t number = epoch.ended();
    const double moved = epoch.end(cells_, slice_s_);
    if (movements_.size() <= number) movements_.resize(number + 1, 0.0);
    movements_[number] = std::max(movements_[number], moved);
  }
}

double ReadEpochs::largest_movement(std::uint64_t images) const {
  const std::size_t complete = std::min<std::size_t>(movements_.size(), images / every_);
  return complete == 0 ? 0.0 : *std::max_element(movements_.begin(), movements_.begin() + static_cast<std::ptrdiff_t>(complete));
}

}  // namespace memcosim
