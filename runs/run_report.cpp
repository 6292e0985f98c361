// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/run_report.hpp"

#include <fmt/format.h>

#include "memcosim/architecture/stage_formula.hpp"
#include "memcosim/architecture/tdm_times.hpp"
#include "memcosim/runs/summary.hpp"

namespace memcosim {
namespace {

const std::vector<std::string> fashion_mnist_classes = {"T-shirt", "trouser", "pullover", "dress", "coat",
                                                        "sandal",  "shirt",   "sneaker",  "bag",   "boot"};

std::vector<ReportPart> parts_of(const StatisticGroup* group, double scale, Dimension dimension) {
  std::vector<ReportPart> parts;
  if (group == nullptr) return parts;
  for (const Statistic& statistic : group->statistics()) {
    if (statistic.name == "total" || statistic.dimension != dimension) continue;
    const double value = std::get<double>(statistic.value) * scale;
    if (value != 0.0) parts.push_back({statistic.name, value});
  }
  return parts;
}

std::vector<std::uint64_t> confusion_matrix(const SimulationOutcome& outcome, std::size_t classes) {
  std::vector<std::uint64_t> counts;
  if (outcome.analog_classes.empty()) return counts;
  counts.resize(classes * classes, 0);
  for (std::size_t i = 0; i < outcome.analog_classes.size(); ++i)
    ++counts[outcome.images.labels[i] * classes + outcome.analog_classes[i]];
  return counts;
}

/// Phases of one product of an array, from the schedule, which is the same at every timing level.
std::vector<ReportPhase> mvm_phases(const MacroSpec& macro, const TilePlan& tile) {
  const TdmSchedule schedule = tile_schedule(macro, tile);
  const TdmTimes times(schedule);
  const double clock = macro.timing.clock_period_s;
  std::vector<ReportPhase> phases;
  for (std::uint32_t slice = 0; slice < schedule.slices(); ++slice) {
    const std::string series = fmt::format("slice {}", slice);
    const auto add = [&](const char* lane, const std::string& name, std::uint64_t begin, std::uint64_t end) {
      phases.push_back({lane, series, name, static_cast<double>(begin) * clock, static_cast<double>(end) * clock});
    };
    add("rows driven", series, times.drive_edge(slice), times.release_edge(slice));
    add("sample", series, times.sample_edge(slice), times.release_edge(slice));
    if (!schedule.steps[slice].converts) continue;
    for (std::uint32_t group = 0; group < schedule.groups; ++group) {
      add("ADC", fmt::format("slice {}, column group {}", slice, group), times.convert_edge(slice, group), times.code_edge(slice, group));
      add("shift-and-add", fmt::format("slice {}, column group {}", slice, group), times.code_edge(slice, group),
          times.accumulated_edge(slice, group));
    }
  }
  return phases;
}

ReportMap map_of(std::string title, const MappingPlan& plan, const TilePlan& tile, const std::vector<double>& values) {
  return {std::move(title), plan.array_rows, plan.array_columns, values, tile.rows, tile.columns};
}

}  // namespace

ReportData report_data(const RunSpec& spec, const SimulationOutcome& outcome, const StatisticGroup& summary, const std::string& command,
                       const std::string& effective_config) {
  const MappingPlan& plan = outcome.compiled.plan;
  const std::size_t classes = outcome.compiled.network.classes();
  const std::size_t images = outcome.activity.image_end_s.size();
  ReportData data;
  data.title =
      fmt::format("{} on {} arrays of {} x {}", spec.network.model.stem().string(), plan.tiles.size(), plan.array_rows, plan.array_columns);
  data.command = command;
  data.notes = modelling_notes(spec, outcome);
  data.summary = &summary;
  if (images > 0)
    data.energy_per_image_j = parts_of(summary.find_group("energy.inference"), 1.0 / static_cast<double>(images), Dimension::energy);
  data.area_m2 = parts_of(summary.find_group("area"), 1.0, Dimension::area);
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    if (outcome.activity.images[s] > 0)
      data.latency_s.push_back({plan.stages[s].name, outcome.activity.busy_s[s] / static_cast<double>(outcome.activity.images[s])});
  }
  data.conductance.emplace_back(map_of("array 0, target", plan, plan.tiles.front(), outcome.target_s.front()),
                                map_of("array 0, programmed", plan, plan.tiles.front(), outcome.programmed_s.front()));
  if (plan.tiles.size() > 1) {
    const std::string name = fmt::format("array {}", plan.tiles.size() - 1);
    data.conductance.emplace_back(map_of(name + ", target", plan, plan.tiles.back(), outcome.target_s.back()),
                                  map_of(name + ", programmed", plan, plan.tiles.back(), outcome.programmed_s.back()));
  }
  data.pulse_histogram = pulse_histogram(outcome);
  const bool fashion =
      spec.dataset.images.front().string().find("fashion-mnist") != std::string::npos && classes == fashion_mnist_classes.size();
  for (std::size_t c = 0; c < classes; ++c)
    data.class_names.push_back(fashion ? fashion_mnist_classes[c] : fmt::format("{}", c));
  data.confusion = confusion_matrix(outcome, classes);
  data.mvm_timeline = mvm_phases(spec.chip.macro, plan.tiles.front());
  data.effective_config = effective_config;
  return data;
}

}  // namespace memcosim
