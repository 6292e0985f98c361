// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/chip/chip.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/units.hpp"
#include "memcosim/kernels/arrays/programming_counts.hpp"

namespace memcosim {

void check_time_resolution(const ChipSpec& spec) {
  const double period_s = spec.clock_period_s;
  const double kept_s = sc_core::sc_time(period_s, sc_core::SC_SEC).to_seconds();
  if (std::abs(kept_s - period_s) <= 1e-6 * period_s) return;
  throw InputError("chip: a clock period of " + exact_quantity(period_s, Dimension::time) +
                   " is no multiple of the SystemC time resolution of " + sc_core::sc_get_time_resolution().to_string());
}

Chip::Chip(const sc_core::sc_module_name& name, const ChipSpec& spec, const MappingPlan& plan, Backend& backend, StageValues* values,
           const DigitalBlocks& blocks)
    : sc_module(name), spec_(spec), plan_(plan), values_(values), input_(spec.buffered_images) {
  check(spec_, plan_);
  check_time_resolution(spec_);
  for (std::uint32_t tile = 0; tile < plan_.tiles.size(); ++tile) {
    const std::string number = std::to_string(tile);
    MacroSpec macro = spec_.macro;
    if (const auto& readout = plan_.stages[plan_.tiles[tile].stage].readout) macro.readout = *readout;
    macros_.push_back(std::make_unique<Macro>(("macro_" + number).c_str(), macro, backend, tile, blocks));
    ports_.push_back(std::make_unique<TilePort>(("port_" + number).c_str(), plan_.tiles[tile], plan_.array_columns));
    ports_.back()->socket.bind(macros_.back()->socket);
  }

  ended_.resize(plan_.stages.size());
  std::vector<bool> has_successor(plan_.stages.size(), false);
  for (std::uint32_t s = 0; s < plan_.stages.size(); ++s) {
    const StagePlan& stage = plan_.stages[s];
    std::vector<TilePort*> ports;
    for (const std::uint32_t tile : stage.tiles)
      ports.push_back(ports_[tile].get());
    // A stage that reads one predecessor twice has that buffer only once among its inputs.
    std::vector<ActivationBuffer*> inputs;
    bool reads_input = false;
    for (const std::int32_t predecessor : stage.predecessors) {
      ActivationBuffer* buffer = predecessor < 0 ? &input_ : buffers_[static_cast<std::size_t>(predecessor)].get();
      if (std::find(inputs.begin(), inputs.end(), buffer) == inputs.end()) inputs.push_back(buffer);
      if (predecessor < 0) {
        reads_input = true;
      } else {
        has_successor[static_cast<std::size_t>(predecessor)] = true;
      }
    }
    buffers_.push_back(std::make_unique<ActivationBuffer>(spec_.buffered_images));
    stages_.push_back(std::make_unique<StageProcess>(("stage_" + std::to_string(s)).c_str(), spec_, plan_, s, std::move(ports), values_,
                                                     std::move(inputs), *buffers_.back()));
    if (reads_input) {
      stages_.back()->on_begin(
          [this](std::uint64_t image) { images_[image].begin = std::min(images_[image].begin, sc_core::sc_time_stamp()); });
    }
    stages_.back()->on_end([this, s](std::uint64_t image, const sc_core::sc_time& begin) { image_ended(s, image, begin); });
  }
  for (std::uint32_t s = 0; s < plan_.stages.size(); ++s) {
    if (!has_successor[s]) last_stages_.push_back(s);
  }
  progress_ |= input_.changed_event();
  progress_ |= completed_event_;
}

Chip::~Chip() = default;

void Chip::accept() {
  if (values_ != nullptr) values_->begin(images_.size());
  images_.push_back({sc_core::sc_max_time(), sc_core::SC_ZERO_TIME});
  last_stages_left_.push_back(last_stages_.size());
  input_.begin();
  input_.complete();
}

void Chip::image_ended(std::uint32_t stage, std::uint64_t image, const sc_core::sc_time& begin) {
  if (observer_ != nullptr) observer_->stage_done(stage, image, begin);
  StageWork work{image, stages_[stage]->activity(), {}};
  for (const std::uint32_t tile : plan_.stages[stage].tiles)
    work.macros.push_back(macros_[tile]->activity());
  ended_[stage].push_back(std::move(work));
  if (std::find(last_stages_.begin(), last_stages_.end(), stage) == last_stages_.end()) return;
  if (--last_stages_left_[image] != 0) return;
  // Every stage ends its images in order, so the images complete in order too.
  images_[image].end = sc_core::sc_time_stamp();
  ++completed_;
  for (std::deque<StageWork>& of_stage : ended_) {
    while (of_stage.front().image < image)
      of_stage.pop_front();
  }
  completed_event_.notify();
}

StageWork Chip::completed_work(std::uint32_t stage) const {
  if (completed_ != 0) return ended_.at(stage).front();
  StageWork work;
  for (const std::uint32_t tile : plan_.stages.at(stage).tiles) {
    MacroActivity programming;
    static_cast<ProgrammingCounts&>(programming) = macros_[tile]->activity();
    programming.programming_s = macros_[tile]->activity().programming_s;
    work.macros.push_back(programming);
  }
  return work;
}

}  // namespace memcosim
