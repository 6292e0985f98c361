// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/chip/run_activity.hpp"

namespace memcosim {

RunActivity run_activity(const Chip& chip, const Host& host) {
  RunActivity activity;
  activity.macros.resize(chip.plan().tiles.size());
  for (std::uint32_t s = 0; s < chip.plan().stages.size(); ++s) {
    const StageWork work = chip.completed_work(s);
    activity.images.push_back(work.stage.images);
    activity.busy_s.push_back(work.stage.busy.to_seconds());
    for (std::size_t place = 0; place < work.macros.size(); ++place)
      activity.macros[chip.plan().stages[s].tiles[place]] = work.macros[place];
  }
  for (std::uint64_t image = 0; image < chip.completed(); ++image) {
    // Subtracted as sc_time, which is exact: the results are the same with or without programming before.
    activity.image_begin_s.push_back((chip.images()[image].begin - host.inference_begin()).to_seconds());
    activity.image_end_s.push_back((chip.images()[image].end - host.inference_begin()).to_seconds());
  }
  activity.programming_s = host.programming_time().to_seconds();
  activity.inference_s = host.inference_time().to_seconds();
  return activity;
}

}  // namespace memcosim
