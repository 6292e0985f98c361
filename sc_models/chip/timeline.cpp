// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/chip/timeline.hpp"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "memcosim/sc_models/chip/chip.hpp"
#include "memcosim/sc_models/clocks.hpp"

namespace memcosim {

namespace {

constexpr std::uint32_t stages_process = 0;  // process number of the stages; macros follow

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Trace events count in microseconds; six decimals are picoseconds, the kernel's resolution.
std::string microseconds(const sc_core::sc_time& time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", time.to_seconds() * 1e6);
  return text;
}

std::string metadata(const char* kind, std::uint32_t process, std::size_t thread, const std::string& name) {
  return "{\"ph\":\"M\",\"name\":\"" + std::string(kind) + "\",\"pid\":" + std::to_string(process) + ",\"tid\":" + std::to_string(thread) +
         ",\"args\":{\"name\":" + quoted(name) + "}}";
}

}  // namespace

/// Observes one macro for the timeline.
class Timeline::MacroRecorder : public MacroObserver {
 public:
  MacroRecorder(Timeline& timeline, std::uint32_t process, std::uint32_t stage) : timeline_(timeline), process_(process), stage_(stage) {}

  void phase(std::string_view lane, std::string_view name, const sc_core::sc_time& begin, int slice, int group) override {
    if (open_) {
      timeline_.record(process_, lane, name, begin, slice, group);
    } else {
      skip();
    }
  }
  bool wants_phases() const override { return open_; }
  void skip() override { ++timeline_.left_out_; }
  void close(std::uint32_t stage) { open_ = open_ && stage != stage_; }

 private:
  Timeline& timeline_;
  std::uint32_t process_;
  std::uint32_t stage_;
  bool open_ = true;
};

Timeline::Timeline(const TimelineLimits& limits) : limits_(limits) {}

Timeline::~Timeline() = default;

void Timeline::attach(Chip& chip) {
  const MappingPlan& plan = chip.plan();
  processes_.push_back({"stages", {}});
  for (const StagePlan& stage : plan.stages)
    stage_names_.push_back(stage.name);
  for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile) {
    const TilePlan& part = plan.tiles[tile];
    processes_.push_back({"macro " + std::to_string(tile) + ": " + plan.stages[part.stage].name + ", rows from " +
                              std::to_string(part.first_row) + ", outputs from " + std::to_string(part.first_output),
                          {}});
    recorders_.push_back(std::make_unique<MacroRecorder>(*this, tile + 1, part.stage));
    chip.macro(tile).set_observer(recorders_.back().get());
  }
  chip.set_observer(this);
}

void Timeline::stage_done(std::uint32_t stage, std::uint64_t image, const sc_core::sc_time& begin) {
  record(stages_process, std::to_string(stage) + ": " + stage_names_[stage], "image " + std::to_string(image), begin, -1, -1);
  if (image + 1 != limits_.images) return;
  for (const auto& recorder : recorders_)
    recorder->close(stage);
}

void Timeline::record(std::uint32_t process, std::string_view lane, std::string_view name, const sc_core::sc_time& begin, int slice,
                      int group) {
  const bool programming = lane == "programmer";
  if (events_.size() >= limits_.events || (programming && programming_events_ >= limits_.programming_events)) {
    ++left_out_;
    return;
  }
  programming_events_ += programming;
  const sc_core::sc_time now = time_now();
  const std::uint32_t on = track(process, lane, begin);
  tracks_[on].free_from = now;
  auto known = names_.find(name);
  if (known == names_.end()) known = names_.emplace(name).first;
  events_.push_back({on, &*known, begin, now, slice, group});
}

/// Returns the first track of a lane that is free from `begin` on, since phases of one thread of a trace must not overlap. Phases are
/// recorded in the order of their ends, so it suffices to compare with the last end of a track.
std::uint32_t Timeline::track(std::uint32_t process, std::string_view lane, const sc_core::sc_time& begin) {
  std::vector<Lane>& lanes = processes_[process].lanes;
  auto found = std::find_if(lanes.begin(), lanes.end(), [lane](const Lane& one) { return one.name == lane; });
  if (found == lanes.end()) found = lanes.insert(lanes.end(), Lane{std::string(lane), {}});
  for (const std::uint32_t index : found->tracks) {
    if (tracks_[index].free_from <= begin) return index;
  }
  const std::string number = found->tracks.empty() ? "" : " " + std::to_string(found->tracks.size() + 1);
  found->tracks.push_back(static_cast<std::uint32_t>(tracks_.size()));
  tracks_.push_back({process, found->name + number, sc_core::SC_ZERO_TIME});
  return found->tracks.back();
}

std::string Timeline::json() const {
  const std::string note = left_out_ == 0 ? "complete"
                                          : std::to_string(left_out_) + " phases left out: limited to " + std::to_string(limits_.images) +
                                                " images in the macros, " + std::to_string(limits_.programming_events) +
                                                " phases of programming and " + std::to_string(limits_.events) + " events";
  std::string text = "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"note\":" + quoted(note) + "},\n\"traceEvents\":[\n";
  const char* separator = "";
  const auto add = [&](const std::string& event) {
    text += separator + event;
    separator = ",\n";
  };
  for (std::uint32_t process = 0; process < processes_.size(); ++process)
    add(metadata("process_name", process, 0, processes_[process].name));
  for (std::size_t thread = 0; thread < tracks_.size(); ++thread)
    add(metadata("thread_name", tracks_[thread].process, thread, tracks_[thread].name));
  for (const Event& event : events_) {
    std::string args;
    if (event.slice >= 0) args += "\"slice\":" + std::to_string(event.slice);
    if (event.group >= 0) args += std::string(args.empty() ? "" : ",") + "\"group\":" + std::to_string(event.group);
    add("{\"ph\":\"X\",\"name\":" + quoted(*event.name) + ",\"pid\":" + std::to_string(tracks_[event.track].process) +
        ",\"tid\":" + std::to_string(event.track) + ",\"ts\":" + microseconds(event.begin) +
        ",\"dur\":" + microseconds(event.end - event.begin) + ",\"args\":{" + args + "}}");
  }
  return text + "\n]}\n";
}

}  // namespace memcosim
