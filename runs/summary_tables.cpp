// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/architecture/stage_formula.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/runs/summary.hpp"

namespace memcosim {
namespace {

double value_of(const StatisticGroup& summary, const std::string& path) {
  const Statistic* statistic = summary.find(path);
  return statistic == nullptr ? 0.0 : std::get<double>(statistic->value);
}

}  // namespace

std::string predictions_table(const SimulationOutcome& outcome) {
  CsvTable table({"image", "label", "software_class", "analog_class", "begin_s", "end_s"});
  for (std::size_t i = 0; i < outcome.activity.image_end_s.size(); ++i) {
    table.row().cell(std::uint64_t{i}).cell(std::uint64_t{outcome.images.labels[i]}).cell(std::uint64_t{outcome.software_classes[i]});
    if (outcome.analog_classes.empty()) {
      table.cell("");
    } else {
      table.cell(std::uint64_t{outcome.analog_classes[i]});
    }
    table.cell(outcome.activity.image_begin_s[i]).cell(outcome.activity.image_end_s[i]);
  }
  return table.str();
}

std::string arrays_table(const RunSpec& spec, const SimulationOutcome& outcome) {
  CsvTable table({"array",         "stage",  "first_row",    "rows",           "first_output",    "outputs",        "columns",
                  "column_groups", "mvms",   "conversions",  "clipped_low",    "clipped_high",    "array_energy_j", "written_cells",
                  "failed_cells",  "pulses", "verify_reads", "pulse_energy_j", "verify_energy_j", "programming_s"});
  for (std::size_t t = 0; t < outcome.compiled.plan.tiles.size(); ++t) {
    const TilePlan& tile = outcome.compiled.plan.tiles[t];
    const MacroActivity& macro = outcome.activity.macros[t];
    const ProgrammingRecord& p = outcome.state.arrays[t].programming;
    table.row().cell(std::uint64_t{t}).cell(outcome.compiled.plan.stages[tile.stage].name);
    for (const std::uint32_t number : {tile.first_row, tile.rows, tile.first_output, tile.outputs, tile.columns})
      table.cell(std::uint64_t{number});
    table.cell(std::uint64_t{tile_schedule(spec.chip.macro, tile).groups});
    table.cell(macro.mvms).cell(macro.conversions).cell(macro.clipped_low).cell(macro.clipped_high).cell(macro.array_energy_j);
    table.cell(p.written_cells).cell(p.failed_cells).cell(p.pulses).cell(p.verify_reads);
    table.cell(p.pulse_energy_j).cell(p.verify_energy_j).cell(p.duration_s);
  }
  return table.str();
}

std::string stages_table(const RunSpec& spec, const SimulationOutcome& outcome, const StatisticGroup& summary) {
  CsvTable table({"stage",
                  "name",
                  "rows",
                  "outputs",
                  "windows",
                  "arrays",
                  "adc_lsb",
                  "additions",
                  "activations",
                  "comparisons",
                  "input_bytes",
                  "output_bytes",
                  "busy_s",
                  "fetch_s",
                  "input_s",
                  "mvm_s",
                  "output_s",
                  "tree_s",
                  "units_s",
                  "write_s",
                  "mvm_interval_s",
                  "window_interval_s",
                  "time_by_formula_s",
                  "energy_j"});
  for (std::size_t s = 0; s < outcome.compiled.plan.stages.size(); ++s) {
    const StagePlan& stage = outcome.compiled.plan.stages[s];
    table.row().cell(std::uint64_t{s}).cell(stage.name).cell(std::uint64_t{stage.rows}).cell(std::uint64_t{stage.outputs});
    table.cell(std::uint64_t{stage.windows}).cell(std::uint64_t{stage.tiles.size()}).cell(outcome.readouts[s].lsb);
    table.cell(stage.digital.additions).cell(stage.digital.activations).cell(stage.digital.comparisons);
    table.cell(stage.input_bytes).cell(stage.output_bytes).cell(outcome.activity.busy_s[s]);
    const StageTimes times = stage_times(spec.chip, outcome.compiled.plan, static_cast<std::uint32_t>(s));
    for (const double part : {times.fetch_s, times.input_s, times.mvm_s, times.output_s, times.tree_s, times.units_s, times.write_s,
                              times.mvm_interval_s, times.window_s, times.image_s})
      table.cell(part);
    table.cell(value_of(summary, fmt::format("energy.stages.stage_{}.total", s)));
  }
  return table.str();
}

namespace {

std::string percent(double value) {
  return fmt::format("{:.2f} %", 100.0 * value);
}

void add_breakdown(std::string& text, const StatisticGroup& summary, const char* path, double scale, Dimension dimension) {
  const StatisticGroup* group = summary.find_group(path);
  if (group == nullptr) return;
  const double total = value_of(*group, "total");
  for (const Statistic& part : group->statistics()) {
    if (part.name == "total" || part.dimension != dimension) continue;
    const double value = std::get<double>(part.value);
    if (value == 0.0) continue;
    text += fmt::format("    {:<26} {:>12} {:>8}\n", part.name, format_quantity(value * scale, dimension),
                        percent(total == 0.0 ? 0.0 : value / total));
  }
}

/// Adds the energy per image of each stage.
void add_stage_energies(std::string& text, const StatisticGroup& summary, const SimulationOutcome& outcome, double scale) {
  const double total = value_of(summary, "energy.inference.total");
  text += fmt::format("  {}\n", "energy per image in each stage");
  const auto add = [&](const std::string& name, const std::string& group) {
    const double value = value_of(summary, "energy.stages." + group + ".total");
    text += fmt::format("    {:<26} {:>12} {:>8}\n", name, format_quantity(value * scale, Dimension::energy),
                        percent(total == 0.0 ? 0.0 : value / total));
  };
  add("input buffer", "input");
  for (std::size_t s = 0; s < outcome.compiled.plan.stages.size(); ++s)
    add(outcome.compiled.plan.stages[s].name, fmt::format("stage_{}", s));
}

std::string performance_text(const RunSpec& spec, const StatisticGroup& summary) {
  std::string text = fmt::format("{:.4g} TOPS", value_of(summary, "performance.tops"));
  for (const auto& [name, unit] : {std::pair{"tops_per_watt", "TOPS/W"}, std::pair{"tops_per_mm2", "TOPS/mm^2"}}) {
    if (summary.find(fmt::format("performance.{}", name)) != nullptr)
      text += fmt::format(", {:.4g} {}", value_of(summary, fmt::format("performance.{}", name)), unit);
  }
  return text +
         fmt::format(" ({}-bit inputs, {}-bit weights)", spec.network.quantisation.input_bits, spec.network.quantisation.weight_bits);
}

}  // namespace

std::string summary_text(const RunSpec& spec, const SimulationOutcome& outcome, const StatisticGroup& summary) {
  std::string text;
  const auto line = [&text](const char* name, const std::string& value) { text += fmt::format("  {:<28} {}\n", name, value); };
  const auto quantity = [&](const char* path, Dimension dimension) { return format_quantity(value_of(summary, path), dimension); };
  const std::size_t images = outcome.activity.image_end_s.size();
  line("images", fmt::format("{}", images));
  if (!outcome.analog_classes.empty()) {
    line("software accuracy", percent(value_of(summary, "accuracy.software")));
    line("analog accuracy", percent(value_of(summary, "accuracy.analog")));
    line("agreement", percent(value_of(summary, "accuracy.agreement")));
  }
  line("arrays", fmt::format("{} of {} x {}, {} used", outcome.compiled.plan.tiles.size(), outcome.compiled.plan.array_rows,
                             outcome.compiled.plan.array_columns, percent(outcome.compiled.plan.utilisation())));
  line("ADC saturation", fmt::format("{} at full scale, {} at the lowest code", percent(value_of(summary, "adc.saturation_high")),
                                     percent(value_of(summary, "adc.saturation_low"))));
  if (images > 0) {
    line("latency per image", fmt::format("{} (pipeline empty), {} mean", quantity("timing.first_latency", Dimension::time),
                                          quantity("timing.latency_per_image", Dimension::time)));
    line("throughput", fmt::format("{:.6g} images/s", value_of(summary, "timing.throughput")));
    line("energy per image", quantity("energy.per_image", Dimension::energy));
    add_breakdown(text, summary, "energy.inference", 1.0 / static_cast<double>(images), Dimension::energy);
    add_stage_energies(text, summary, outcome, 1.0 / static_cast<double>(images));
    line("mean power", quantity("performance.mean_power", Dimension::power));
    line("performance", performance_text(spec, summary));
  }
  line("area", quantity("area.total", Dimension::area));
  add_breakdown(text, summary, "area", 1.0, Dimension::area);
  for (const std::string& warning : spec.chip.macro.costs.warnings)
    line("note on costs", warning);
  if (spec.programming == ProgrammingMethod::write_verify) {
    line("programming", fmt::format("{:.2f} pulses and {:.2f} reads per cell, {} failed cells, {}, {}",
                                    value_of(summary, "programming.pulses_per_cell"), value_of(summary, "programming.reads_per_cell"),
                                    std::get<std::uint64_t>(summary.find("programming.failed_cells")->value),
                                    quantity("programming.time", Dimension::time), quantity("programming.energy", Dimension::energy)));
  }
  const double simulated = outcome.activity.programming_s + outcome.activity.inference_s;
  line("wall time", fmt::format("{:.2f} s ({:.2f} s preparation, {:.2f} s software reference, {:.2f} s simulation)",
                                outcome.wall.preparation_s + outcome.wall.software_s + outcome.wall.simulation_s,
                                outcome.wall.preparation_s, outcome.wall.software_s, outcome.wall.simulation_s));
  line("simulated / wall time",
       fmt::format("{:.3g} ({} simulated)", simulated / outcome.wall.simulation_s, format_quantity(simulated, Dimension::time)));
  return text;
}

}  // namespace memcosim
