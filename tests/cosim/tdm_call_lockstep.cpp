// SPDX-License-Identifier: Apache-2.0
#include "tdm_call_lockstep.hpp"

#include "memcosim/sc_models/macro/digital_blocks.hpp"

namespace memcosim {

TdmControllerFactory model_tdm_controller_factory() {
  return DigitalBlocks().tdm_controller.at(model_block);
}

CallLayout TdmCallLockstep::pins() {
  return {{"ready", "busy"},
          {{"drive", {"slice"}},
           {"sample", {"slice"}},
           {"release", {"slice"}},
           {"select", {"slice", "group"}},
           {"convert", {"slice", "group"}},
           {"accumulate", {"slice", "group"}},
           {"done", {}}}};
}

void TdmCallLockstep::Controller::sample_levels() {
  side_.set_level(Level::ready, block->ready());
  side_.set_level(Level::busy, block->busy());
}

TdmCallLockstep::TdmCallLockstep(const sc_core::sc_module_name& name, const TdmSchedule& schedule, const sc_core::sc_time& period,
                                 const TdmControllerFactory& left, const TdmControllerFactory& right, const TdmStarts& stimulus)
    : CallLockstep(name, pins(), period, stimulus.max_deltas != 0),
      most_groups_(schedule.groups),
      schedule_(schedule),
      next_groups_(schedule.groups),
      stimulus_(stimulus),
      random_(stimulus.seed),
      left_(CallLockstep::left()),
      right_(CallLockstep::right()) {
  left_.block = left("left", schedule, period, left_);
  right_.block = right("right", schedule, period, right_);
}

void TdmCallLockstep::sample_levels() {
  left_.sample_levels();
  right_.sample_levels();
}

bool TdmCallLockstep::over() const {
  return started_ == stimulus_.mvms && clocks() == last_clock_;
}

std::optional<std::uint32_t> TdmCallLockstep::next_stimulus() {
  const CallSide& side = CallLockstep::left();
  if (started_ == stimulus_.mvms || !side.level(Level::ready)) return std::nullopt;
  if (next_groups_ != schedule_.groups && side.level(Level::busy)) return std::nullopt;
  if (gap_ != 0) {
    --gap_;
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(random_() % (std::uint64_t{stimulus_.max_deltas} + 1));
}

void TdmCallLockstep::stimulate() {
  if (next_groups_ != schedule_.groups) {
    schedule_.groups = next_groups_;
    left_.block->set_groups(next_groups_);
    right_.block->set_groups(next_groups_);
  }
  left_.block->start();
  right_.block->start();
  ++started_;
  gap_ = random_() % (std::uint64_t{stimulus_.max_gap} + 1);
  if (stimulus_.vary_groups && random_() % 2 == 0) next_groups_ = 1 + static_cast<std::uint32_t>(random_() % most_groups_);
  last_clock_ = clocks() + schedule_.latency() + 2;  // done, its fall, and one clock in which nothing may come
}

}  // namespace memcosim
