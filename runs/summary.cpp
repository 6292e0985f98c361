// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/summary.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/architecture/stage_formula.hpp"
#include "memcosim/common/moments.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/runs/results/draw_summary.hpp"
#include "memcosim/runs/run_warnings.hpp"

namespace memcosim {
namespace {

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

void summarise_accuracy(const SimulationOutcome& outcome, StatisticGroup& group) {
  const std::size_t images = outcome.analog_classes.size();
  std::uint64_t software = 0;
  std::uint64_t analog = 0;
  std::uint64_t agree = 0;
  for (std::size_t i = 0; i < images; ++i) {
    software += outcome.software_classes[i] == outcome.images.labels[i];
    analog += outcome.analog_classes[i] == outcome.images.labels[i];
    agree += outcome.analog_classes[i] == outcome.software_classes[i];
  }
  group.add("software", share(software, images), Dimension::dimensionless,
            "share of images that the imported network classifies right in double precision");
  group.add("analog", share(analog, images), Dimension::dimensionless, "share of images that the crossbars classify right");
  group.add("agreement", share(agree, images), Dimension::dimensionless,
            "share of images with the same class in software and on the crossbars");
}

void summarise_mapping(const RunSpec& spec, const MappingPlan& plan, StatisticGroup& group) {
  std::uint64_t used = 0;
  for (const TilePlan& tile : plan.tiles)
    used += std::uint64_t{tile.rows} * tile.columns;
  group.add_count("arrays", plan.tiles.size(), "crossbar macros on the chip");
  group.add_count("stages", plan.stages.size(), "matrix layers, each a stage of the pipeline");
  group.add_count("cells", std::uint64_t{plan.array_rows} * plan.array_columns * plan.tiles.size(), "cells of all arrays");
  group.add_count("used_cells", used, "cells that hold a weight");
  group.add("utilisation", plan.utilisation(), Dimension::dimensionless, "used cells over cells");
  const MacroSpec& macro = spec.chip.macro;
  std::uint64_t busy_converters = 0;
  TdmSchedule slowest = tile_schedule(macro, plan.tiles.front());
  for (const TilePlan& tile : plan.tiles) {
    busy_converters += macro.multiplexer().busy_converters(plan.encoding->conversions_of(tile.outputs));
    slowest.groups = std::max(slowest.groups, tile_schedule(macro, tile).groups);
  }
  group.add_count("converters", std::uint64_t{macro.adcs()} * plan.tiles.size(), "ADCs on the chip");
  group.add_count("busy_converters", busy_converters, "ADCs with a column that holds weights; the others never convert");
  group.add_count("column_groups", slowest.groups, "columns that one ADC converts one after the other, of the array with the most");
  group.add_count("mvm_latency_clocks", slowest.latency(), "clocks from start to done of one product, of that array");
  group.add_count("mvm_interval_clocks", slowest.interval(), "clocks between the starts of two products, of that array");
}

void summarise_device(const RunSpec& spec, const SimulationOutcome& outcome, StatisticGroup& group) {
  group.add_text("model", spec.cell.model, "cell model");
  if (!spec.cell.preset.empty()) group.add_text("preset", spec.cell.preset, "named device that the cell started from");
  group.add("age", spec.cell.nonidealities.retention.time_s, Dimension::time, "between programming and the first image");
  group.add_count("faulty_cells", outcome.faulty_cells, "stuck cells of all arrays");
  if (!spec.cell.variations.empty())
    group.add_count("adjusted_cells", outcome.adjusted_cells, "cells of all arrays whose drawn parameters contradicted each other");
  summarise_draws(spec.cell, outcome.clamped_draws, group);
  if (outcome.reads) {
    group.add_count("read_epoch", outcome.reads->every, "images after which the cells move by what reads did to them");
    group.add("read_movement", outcome.reads->largest, Dimension::dimensionless,
              "largest movement of a cell by the reads of one epoch, as a share of the range of its state");
  }
  RootMeanSquare error;
  for (std::size_t tile = 0; tile < outcome.target_s.size(); ++tile) {
    const TilePlan& plan = outcome.compiled.plan.tiles[tile];
    for (std::uint32_t row = 0; row < plan.rows; ++row) {
      for (std::uint32_t column = 0; column < plan.columns; ++column) {
        const std::size_t cell = std::size_t{row} * outcome.compiled.plan.array_columns + column;
        error.add(outcome.programmed_s[tile][cell] - outcome.target_s[tile][cell]);
      }
    }
  }
  group.add("error_rms", error.value(), Dimension::conductance,
            "root mean square of conductance minus target over the used cells, when the first image began");
  if (spec.drift_compensation == DriftCompensation::none) return;
  StatisticGroup& factors = group.group("drift_factors");
  for (std::size_t stage = 0; stage < outcome.drift_factors.size(); ++stage) {
    factors.add(fmt::format("stage_{}", stage), mean_of(outcome.drift_factors[stage]), Dimension::dimensionless,
                "drift compensation, mean over the outputs");
  }
}

void summarise_lines(const RunSpec& spec, const LineEffects& lines, StatisticGroup& group) {
  group.add("word_line_segment", spec.wires.word_line_ohms, Dimension::resistance, "between neighbouring cells of a word line");
  group.add("bit_line_segment", spec.wires.bit_line_ohms, Dimension::resistance, "between neighbouring cells of a bit line");
  group.add("source", spec.wires.source_ohms, Dimension::resistance, "of a word line's driver");
  group.add("sense", spec.wires.sense_ohms, Dimension::resistance, "of a bit line's converter or write driver");
  if (spec.settling_s > 0.0) {
    group.add(
        "settling", spec.settling_s, Dimension::time,
        "upper bound of the time until every column current is within half an LSB of the ADC's full scale of its end value, the slower "
        "of two arrays with all cells at one end of the window");
  }
  group.add("loss_rms", lines.loss_rms_s, Dimension::conductance,
            "root mean square over the weights: effective weight minus that of the levels, cells at their levels");
  if (spec.line_compensation == LineCompensation::none) return;
  group.add("residual_rms", lines.residual_rms_s, Dimension::conductance,
            "the same with the predistorted targets, outputs divided by their gains");
  group.add("smallest_gain", lines.smallest_gain, Dimension::dimensionless,
            "effective weights of an output over those of its levels, smallest of all outputs");
  group.add_count("bounded_cells", lines.bounded_cells, "predistorted targets at a bound of what a cell can hold");
}

void summarise_programming(const SimulationOutcome& outcome, StatisticGroup& group) {
  ProgrammingCounts all;
  double energy = 0.0;
  double squares = 0.0;
  for (const ArrayState& array : outcome.state.arrays) {
    const ProgrammingRecord& p = array.programming;
    all += p;
    energy += p.pulse_energy_j + p.verify_energy_j;
    squares += p.residual_square_sum;
  }
  const std::uint64_t cells = all.written_cells;
  group.add_count("written_cells", cells, "cells that the write-verify programmers worked on");
  group.add_count("failed_cells", all.failed_cells, "cells that did not reach their band");
  group.add("pulses_per_cell", share(all.pulses, cells), Dimension::dimensionless, "mean number of pulses");
  group.add("reads_per_cell", share(all.verify_reads, cells), Dimension::dimensionless, "mean number of verify reads");
  group.add("time", outcome.activity.programming_s, Dimension::time, "loading of targets and write-verify, all arrays in parallel");
  group.add("energy", energy, Dimension::energy, "in the cells, pulses and verify reads");
  group.add("residual_rms", cells == 0 ? 0.0 : std::sqrt(squares / static_cast<double>(cells)), Dimension::conductance,
            "root mean square of true conductance minus target");
  group.add_count("clipped_cells", outcome.clipped_cells, "directly set conductances beyond what the cell can hold");
}

void summarise_digital(const SimulationOutcome& outcome, StatisticGroup& group) {
  std::uint64_t differing = 0;
  std::uint64_t saturated = 0;
  for (const MacroActivity& macro : outcome.activity.macros) {
    differing += macro.differing_mvms;
    saturated += macro.saturated_mvms;
  }
  group.add_count("differing_mvms", differing, "products with other sums from the accumulator than from the functional core");
  group.add_count("saturated_mvms", saturated, "products in which a sum exceeded the width of the accumulator");
}

void summarise_adc(const SimulationOutcome& outcome, StatisticGroup& group) {
  std::uint64_t conversions = 0;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  for (const MacroActivity& macro : outcome.activity.macros) {
    conversions += macro.conversions;
    low += macro.clipped_low;
    high += macro.clipped_high;
  }
  group.add_count("conversions", conversions, "conversions of products, of columns that hold weights");
  group.add_count("clipped_low", low, "conversions below the lowest code: offset, noise, or the negative full scale of a signed converter");
  group.add_count("clipped_high", high, "conversions above the highest code: full scale");
  group.add_count("clipped", low + high, "both");
  group.add("saturation_low", share(low, conversions), Dimension::dimensionless, "conversions below the lowest code over conversions");
  group.add("saturation_high", share(high, conversions), Dimension::dimensionless, "conversions above the highest code over conversions");
  group.add("saturation", share(low + high, conversions), Dimension::dimensionless, "both");
  StatisticGroup& stages = group.group("lsb");
  for (std::size_t s = 0; s < outcome.readouts.size(); ++s) {
    stages.add(fmt::format("stage_{}", s), outcome.readouts[s].lsb, Dimension::dimensionless,
               "LSB of the stage's converters in conductance steps at one DAC step");
  }
  StatisticGroup& activations = group.group("clipped_activations");
  for (std::size_t s = 0; s < outcome.clipped_activations.size(); ++s) {
    activations.add_count(fmt::format("stage_{}", s), outcome.clipped_activations[s], "activations beyond the stage's input codes");
  }
}

/// Call after energy and area are in the summary, which it reads.
void summarise_performance(const RunSpec& spec, const SimulationOutcome& outcome, StatisticGroup& summary) {
  const auto total = [&](const char* path) { return std::get<double>(summary.find(path)->value); };
  StatisticGroup& group = summary.group("performance");
  report_performance(outcome.compiled.plan, outcome.activity, total("energy.inference.total"), total("area.total"), group);
  group.add_count("input_bits", spec.network.quantisation.input_bits, "of the inputs that are multiplied");
  group.add_count("weight_bits", spec.network.quantisation.weight_bits, "of the weights");
}

/// Warnings about the configuration and about the results.
std::vector<std::string> all_warnings(const RunSpec& spec, const SimulationOutcome& outcome) {
  std::vector<std::string> warnings = configuration_warnings(spec);
  for (std::string& warning : result_warnings(spec, outcome))
    warnings.push_back(std::move(warning));
  return warnings;
}

}  // namespace

std::vector<std::uint64_t> pulse_histogram(const SimulationOutcome& outcome) {
  std::vector<std::uint64_t> histogram;
  for (const ArrayState& array : outcome.state.arrays) {
    const std::vector<std::uint64_t>& part = array.programming.pulse_histogram;
    if (part.size() > histogram.size()) histogram.resize(part.size(), 0);
    for (std::size_t i = 0; i < part.size(); ++i)
      histogram[i] += part[i];
  }
  return histogram;
}

void summarise(const RunSpec& spec, const SimulationOutcome& outcome, StatisticGroup& summary) {
  StatisticGroup& run = summary.group("run");
  run.add_count("images", outcome.activity.image_end_s.size(), "images run through the chip");
  run.add_count("seed", spec.seed, "of all random draws");
  run.add_text("network", spec.network.model.filename().string(), "ONNX file");
  summarise_device(spec, outcome, summary.group("device"));
  if (!outcome.analog_classes.empty()) summarise_accuracy(outcome, summary.group("accuracy"));
  if (outcome.lines) summarise_lines(spec, *outcome.lines, summary.group("lines"));
  summarise_mapping(spec, outcome.compiled.plan, summary.group("mapping"));
  report_timing(outcome.compiled.plan, outcome.activity, summary.group("timing"));
  report_conversion_times(spec.chip.macro, outcome.activity, summary.group("timing"));
  for (std::uint32_t s = 0; s < outcome.compiled.plan.stages.size(); ++s) {
    report_stage_times(stage_times(spec.chip, outcome.compiled.plan, s),
                       summary.group("timing").group("stages").group(fmt::format("stage_{}", s)));
  }
  report_energy(spec.chip, outcome.compiled.plan, outcome.activity, summary.group("energy"));
  report_area(spec.chip, outcome.compiled.plan, summary.group("area"));
  summarise_performance(spec, outcome, summary);
  summarise_programming(outcome, summary.group("programming"));
  summarise_adc(outcome, summary.group("adc"));
  if (spec.chip.macro.digital.changes_sums()) summarise_digital(outcome, summary.group("digital"));
  report_counts(outcome.compiled.plan, outcome.activity, summary.group("counts"));
  report_costs(spec.chip.macro.costs, summary.group("costs"));
  const std::vector<std::string> warnings = all_warnings(spec, outcome);
  for (std::size_t i = 0; i < warnings.size(); ++i)
    summary.group("warnings").add_text(fmt::format("warning_{}", i + 1), warnings[i], "what these numbers may not be good for");
}

namespace {

std::vector<std::string> line_notes(const RunSpec& spec) {
  if (!spec.wires.modelled())
    return {"Word lines and bit lines are ideal wires: no line resistance, no sneak paths, no half-select disturb of neighbours."};
  std::vector<std::string> notes;
  if (spec.wires.resistive()) {
    notes.emplace_back("Products see the array through its lines, exactly; lines have settled when the columns are sampled.");
    if (spec.settling_s > spec.chip.macro.timing.settle_s) {
      notes.push_back(fmt::format("The lines need up to {} to settle, the configuration gives them {}: what is still missing is left out.",
                                  format_quantity(spec.settling_s, Dimension::time),
                                  format_quantity(spec.chip.macro.timing.settle_s, Dimension::time)));
    }
    if (has_read_noise(spec.cell.nonidealities))
      notes.emplace_back("Lines attenuate a cell's read noise with its signal; what it adds to other columns is left out.");
  }
  if (spec.programming == ProgrammingMethod::write_verify) {
    notes.emplace_back(
        spec.wires.selector == CellSelector::transistor
            ? "Rows are written and verified through their lines with the gates of all other rows off; gates and their lines are ideal."
            : "Cells are written and verified in the passive array: the lines that are not selected are biased, and all cells conduct.");
    notes.emplace_back("During a pulse the cells around a cell keep the currents that they have when it begins.");
  }
  return notes;
}

/// Notes on how reads move or disturb cells, and on what is not modelled.
std::vector<std::string> read_notes(const RunSpec& spec, const SimulationOutcome& outcome) {
  const ReadDisturbSpec& disturb = spec.cell.nonidealities.read_disturb;
  if (disturb.law == ReadDisturbSpec::Law::jiang_2021) return {};
  if (disturb.law == ReadDisturbSpec::Law::none) {
    return {cell_model(spec.cell.model).follows_rate
                ? "Cells are not disturbed by reads: device.read_disturb.law is none, though the model has a rate."
                : "Cells are not disturbed by reads: their model knows whole pulses, and nothing between them."};
  }
  if (!outcome.reads) return {"Cells are not disturbed by the products: none has a speed at the read voltage."};
  std::vector<std::string> notes = {
      fmt::format("Reads move the cells: at the end of every {} image{}, by what the input codes of these images drove; in between they "
                  "stand still. The calibration of the converters and of the drift compensation moves nothing.",
                  outcome.reads->every, outcome.reads->every == 1 ? "" : "s")};
  if (spec.wires.modelled())
    notes.emplace_back("Reads move a cell as the voltage of the word line's driver would: behind lines an upper bound.");
  return notes;
}

}  // namespace

std::vector<std::string> modelling_notes(const RunSpec& spec, const SimulationOutcome& outcome) {
  std::vector<std::string> notes;
  for (const std::string& warning : all_warnings(spec, outcome))
    notes.push_back("Warning: " + warning);
  for (std::string& note : line_notes(spec))
    notes.push_back(std::move(note));
  notes.insert(notes.end(), {
                                "Every array has its own converters; nothing contends for a shared ADC bank or bus.",
                                "Area is the sum of the components; wiring, routing and pads are left out.",
                            });
  const CellNonidealities& effects = spec.cell.nonidealities;
  if (shows_its_state(effects) && outcome.faulty_cells == 0) {
    notes.emplace_back("Cells show their state: no faults, no drift, no relaxation (see docs/devices.md for what can be switched on).");
  } else if (effects.retention.time_s > 0.0) {
    notes.push_back(fmt::format("All images were run {} after programming; cells do not age further while they run.",
                                format_quantity(effects.retention.time_s, Dimension::time)));
  }
  for (std::string& line : beyond_validity(effects, {spec.window.g_min, spec.window.g_max}))
    notes.push_back(std::move(line));
  for (std::string& note : read_notes(spec, outcome))
    notes.push_back(std::move(note));
  if (!has_read_noise(effects)) notes.emplace_back("Cells do not fluctuate between reads.");
  if (spec.drift_compensation != DriftCompensation::none)
    notes.emplace_back("The calibration reads of the drift compensation are free of noise and take neither time nor energy.");
  if (spec.programming == ProgrammingMethod::write_verify) {
    notes.emplace_back("Every bit line has its own write driver, so the cells of a row may get different amplitudes at once.");
  } else {
    notes.emplace_back("Conductances were set directly: programming took no time and no energy.");
  }
  if (spec.values == ValueMode::none)
    notes.emplace_back("No values were computed: accuracy, array energy and driven rows are absent or zero.");
  if (outcome.clipped_cells > 0)
    notes.push_back(fmt::format("{} cells cannot hold the conductance that was set; they hold their nearest.", outcome.clipped_cells));
  for (const std::string& note : outcome.backend_notes)
    notes.push_back(fmt::format("Values were computed by {}: {}.", outcome.backend, note));
  if (outcome.interrupted) notes.emplace_back("The run was interrupted: the numbers are those of the images done by then.");
  return notes;
}

}  // namespace memcosim
