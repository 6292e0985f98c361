// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/ledger.hpp"

#include <algorithm>
#include <string>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/common/moments.hpp"

namespace memcosim {

namespace {

/// Operations of one run, over all macros and stages.
struct Operations {
  MacroActivity macros;
  DigitalWork digital;
  std::uint64_t buffer_bytes = 0;
};

/// Bytes of one image in the input buffer of the chip.
std::uint64_t network_input_bytes(const MappingPlan& plan) {
  std::uint64_t bytes = 0;
  for (const StagePlan& stage : plan.stages) {
    const bool first = std::find(stage.predecessors.begin(), stage.predecessors.end(), -1) != stage.predecessors.end();
    if (first) bytes = std::max(bytes, stage.input_bytes);
  }
  return bytes;
}

/// Operations of one stage: its macros, its digital units, and the activations that it reads and writes.
Operations stage_operations(const MappingPlan& plan, const RunActivity& activity, std::size_t stage_index) {
  const StagePlan& stage = plan.stages[stage_index];
  const std::uint64_t images = activity.images[stage_index];
  Operations done;
  for (const std::uint32_t tile : stage.tiles)
    done.macros += activity.macros[tile];
  done.digital = {images * stage.digital.additions, images * stage.digital.activations, images * stage.digital.comparisons};
  done.buffer_bytes = images * (stage.input_bytes + stage.output_bytes);
  return done;
}

Operations operations(const MappingPlan& plan, const RunActivity& activity) {
  Operations total;
  for (const MacroActivity& macro : activity.macros)
    total.macros += macro;
  total.buffer_bytes = network_input_bytes(plan) * activity.image_end_s.size();
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const StagePlan& stage = plan.stages[s];
    const std::uint64_t images = activity.images[s];
    total.digital.additions += images * stage.digital.additions;
    total.digital.activations += images * stage.digital.activations;
    total.digital.comparisons += images * stage.digital.comparisons;
    total.buffer_bytes += images * (stage.input_bytes + stage.output_bytes);
  }
  return total;
}

/// One kind of component: its cost, the number of instances, and the number and meaning of its operations in the inference.
struct Component {
  const char* name;
  ComponentCost ComponentCosts::*cost;
  std::uint64_t instances;
  std::uint64_t operations;
  const char* operation;  ///< meaning of an operation; null: no energy per operation of the inference
};

/// The part of a chip whose components are counted.
struct Scope {
  std::uint64_t macros = 0;
  std::uint64_t stages = 0;
  std::uint64_t buffered_bytes = 0;  ///< of one image
};

Scope whole_chip(const MappingPlan& plan) {
  Scope scope{plan.tiles.size(), plan.stages.size(), network_input_bytes(plan)};
  for (const StagePlan& stage : plan.stages)
    scope.buffered_bytes += stage.output_bytes;
  return scope;
}

std::vector<Component> components(const ChipSpec& spec, const MappingPlan& plan, const Scope& scope, const Operations& done) {
  const std::uint64_t macros = scope.macros;
  const std::uint64_t stages = scope.stages;
  const std::uint64_t rows = spec.macro.rows;
  const std::uint64_t columns = spec.macro.columns;
  const std::uint64_t adcs = spec.macro.adcs();
  const std::uint64_t input_register_bytes = rows * sizeof(InputCode);
  // A macro holds two results.
  const std::uint64_t output_register_bytes = 2 * sizeof(std::int32_t) * plan.encoding->outputs_of(spec.macro.columns);
  using C = ComponentCosts;
  return {
      {"row_drivers", &C::row_driver, macros * rows, done.macros.rows_driven, "rows driven with a non-zero code"},
      {"cells", &C::cell, macros * rows * columns, 0, nullptr},
      {"sample_hold", &C::sample_hold, macros * plan.encoding->conversions_in(spec.macro.columns), done.macros.samples, "columns sampled"},
      {"adc", &C::adc, macros * adcs, done.macros.conversions, "conversions"},
      {"shift_add", &C::shift_add, macros * adcs, done.macros.accumulations, "codes shifted and added"},
      {"controllers", &C::controller, macros, done.macros.controller_slices, "slices sequenced"},
      {"input_registers", &C::input_register, macros * input_register_bytes, 2 * done.macros.input_bytes, "bytes written and read once"},
      {"output_registers", &C::output_register, macros * output_register_bytes, 2 * done.macros.output_bytes,
       "bytes written and read once"},
      {"programmers", &C::programmer, macros, 0, nullptr},
      {"buffers", &C::buffer, spec.buffered_images * scope.buffered_bytes, done.buffer_bytes, "bytes of activations read or written"},
      {"buses", &C::bus, stages, done.buffer_bytes, "bytes between buffers and macros or digital units"},
      {"adders", &C::adder, stages * spec.units.adders, done.digital.additions, "additions"},
      {"activations", &C::activation, stages * spec.units.activations, done.digital.activations, "activations"},
      {"comparators", &C::comparator, stages * spec.units.comparators, done.digital.comparisons, "comparisons"},
  };
}

/// Adds parts to a group and finally their total, summed in the same order.
class Parts {
 public:
  Parts(StatisticGroup& group, Dimension dimension) : group_(group), dimension_(dimension) {}
  void add(const char* name, double value, const std::string& meaning) {
    group_.add(name, value, dimension_, meaning);
    total_ += value;
  }
  double close(const std::string& meaning) {
    group_.add("total", total_, dimension_, meaning);
    return total_;
  }

 private:
  StatisticGroup& group_;
  Dimension dimension_;
  double total_ = 0.0;
};

double static_power(const ComponentCosts& costs, const std::vector<Component>& parts) {
  double watts = 0.0;
  for (const Component& part : parts)
    watts += static_cast<double>(part.instances) * (costs.*part.cost).static_power_w;
  return watts;
}

/// Reports the energy of the operations of a part of the chip; returns the total.
double report_inference(const ComponentCosts& costs, const std::vector<Component>& kinds, const Operations& done, double inference_s,
                        StatisticGroup& group) {
  Parts parts(group, Dimension::energy);
  parts.add("array", done.macros.array_energy_j, "in the cells: V^2 G t over driven rows");
  for (const Component& kind : kinds) {
    if (kind.operation == nullptr) continue;
    parts.add(kind.name, static_cast<double>(kind.operations) * (costs.*kind.cost).energy_j, std::string("for ") + kind.operation);
  }
  parts.add("static", static_power(costs, kinds) * inference_s, "static power over the inference time");
  return parts.close("energy of all images");
}

}  // namespace

void report_energy(const ChipSpec& spec, const MappingPlan& plan, const RunActivity& activity, StatisticGroup& energy) {
  const ComponentCosts& costs = spec.macro.costs;
  const Operations done = operations(plan, activity);
  const std::vector<Component> kinds = components(spec, plan, whole_chip(plan), done);
  const double static_power_w = static_power(costs, kinds);

  const double inference_j = report_inference(costs, kinds, done, activity.inference_s, energy.group("inference"));

  Parts programming(energy.group("programming"), Dimension::energy);
  programming.add("pulses", done.macros.pulse_energy_j, "in the cells, during pulses");
  programming.add("verify_reads", done.macros.verify_energy_j, "in the cells, during verify reads");
  programming.add("programmers", static_cast<double>(done.macros.pulses + done.macros.verify_reads) * costs.programmer.energy_j,
                  "drivers and decisions, for each pulse and verify read");
  programming.add("adc", static_cast<double>(done.macros.verify_conversions) * costs.adc.energy_j,
                  "conversions of verify reads, each at the cost of a conversion of a product");
  programming.add("static", static_power_w * activity.programming_s, "static power of the chip over the programming time");
  const double programming_j = programming.close("energy of the programming");

  energy.add("total", inference_j + programming_j, Dimension::energy, "inference and programming");
  const std::size_t images = activity.image_end_s.size();
  if (images != 0) energy.add("per_image", inference_j / static_cast<double>(images), Dimension::energy, "inference energy over images");

  StatisticGroup& parts = energy.group("stages");
  Operations input;
  input.buffer_bytes = network_input_bytes(plan) * images;
  const Scope input_buffer{0, 0, network_input_bytes(plan)};
  report_inference(costs, components(spec, plan, input_buffer, input), input, activity.inference_s, parts.group("input"));
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const StagePlan& stage = plan.stages[s];
    const Operations work = stage_operations(plan, activity, s);
    const Scope scope{stage.tiles.size(), 1, stage.output_bytes};
    report_inference(costs, components(spec, plan, scope, work), work, activity.inference_s, parts.group("stage_" + std::to_string(s)));
  }
}

void report_performance(const MappingPlan& plan, const RunActivity& activity, double inference_j, double area_m2,
                        StatisticGroup& performance) {
  std::uint64_t per_image = 0;
  for (const StagePlan& stage : plan.stages)
    per_image += 2 * std::uint64_t{stage.rows} * stage.outputs * stage.windows;
  performance.add_count("operations_per_image", per_image,
                        "a multiplication and an addition for each weight of the matrix layers and each of their windows");
  const std::size_t images = activity.image_end_s.size();
  if (images == 0) return;
  const double operations = static_cast<double>(per_image) * static_cast<double>(images);
  const double tops = operations / activity.inference_s * 1e-12;
  performance.add("tops", tops, Dimension::dimensionless,
                  "10^12 operations per second of inference, filling and draining of the pipeline included");
  performance.add("mean_power", inference_j / activity.inference_s, Dimension::power, "inference energy over inference time");
  if (inference_j > 0.0) {
    performance.add("tops_per_watt", operations / inference_j * 1e-12, Dimension::dimensionless,
                    "10^12 operations per joule of inference energy");
  }
  if (area_m2 > 0.0)
    performance.add("tops_per_mm2", tops / (area_m2 * 1e6), Dimension::dimensionless, "tops over the area of all components in mm^2");
}

void report_area(const ChipSpec& spec, const MappingPlan& plan, StatisticGroup& area) {
  Parts parts(area, Dimension::area);
  for (const Component& kind : components(spec, plan, whole_chip(plan), {})) {
    parts.add(kind.name, static_cast<double>(kind.instances) * (spec.macro.costs.*kind.cost).area_m2,
              std::to_string(kind.instances) + " instances");
  }
  parts.close("all components, without wiring and routing");
}

void report_timing(const MappingPlan& plan, const RunActivity& activity, StatisticGroup& timing) {
  timing.add("programming", activity.programming_s, Dimension::time, "loading of targets and write-verify of all arrays, in parallel");
  timing.add("inference", activity.inference_s, Dimension::time, "from the first image handed over to the end of the last");
  const std::size_t images = activity.image_end_s.size();
  if (images == 0) return;
  Moments latency_s;
  for (std::size_t image = 0; image < images; ++image)
    latency_s.add(activity.image_end_s[image] - activity.image_begin_s[image]);
  timing.add("first_latency", activity.image_end_s[0] - activity.image_begin_s[0], Dimension::time,
             "of the first image, which finds the pipeline empty");
  timing.add("latency_per_image", latency_s.mean(), Dimension::time,
             "from the begin of an image's first stage to the end of its last, waiting between stages included");
  if (images > 1) {
    timing.add("interval", (activity.image_end_s[images - 1] - activity.image_end_s[0]) / static_cast<double>(images - 1), Dimension::time,
               "mean time between the ends of two images");
  }
  timing.add("throughput", static_cast<double>(images) / activity.inference_s, Dimension::frequency,
             "images per second of simulated time, filling and draining of the pipeline included");

  const auto slowest = std::max_element(activity.busy_s.begin(), activity.busy_s.end()) - activity.busy_s.begin();
  timing.add_text("bottleneck", plan.stages[static_cast<std::size_t>(slowest)].name, "the stage that is busy longest");
  StatisticGroup& stages = timing.group("stages");
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    StatisticGroup& stage = stages.group("stage_" + std::to_string(s));
    stage.add_text("name", plan.stages[s].name, "of the network's node");
    stage.add_count("tiles", plan.stages[s].tiles.size(), "arrays");
    stage.add_count("windows", plan.stages[s].windows, "products per image and array");
    stage.add("busy_fraction", activity.busy_s[s] / activity.inference_s, Dimension::dimensionless,
              "time with an image over inference time");
    if (activity.images[s] != 0) {
      stage.add("time_per_image", activity.busy_s[s] / static_cast<double>(activity.images[s]), Dimension::time,
                "mean from begin to end of an image");
    }
  }
}

void report_conversion_times(const MacroSpec& macro, const RunActivity& activity, StatisticGroup& timing) {
  if (!macro.has_code_dependent_times()) return;
  MacroActivity done;
  for (const MacroActivity& part : activity.macros)
    done += part;
  StatisticGroup& group = timing.group("conversion");
  group.add_count("bound_clocks", macro.converter_timing(macro.converter_setting()).latency, "clocks of a conversion of the slowest code");
  if (done.timed_groups == 0) return;
  group.add("mean_clocks", static_cast<double>(done.conversion_clocks) / static_cast<double>(done.timed_groups), Dimension::dimensionless,
            "clocks of the slowest conversion of a column group, mean over slices and groups");
  group.add_count("most_clocks", done.most_conversion_clocks, "clocks of the slowest conversion of all");
}

void report_counts(const MappingPlan& plan, const RunActivity& activity, StatisticGroup& counts) {
  const Operations done = operations(plan, activity);
  const MacroActivity& macros = done.macros;
  counts.add_count("images", activity.image_end_s.size(), "images completed");
  counts.add_count("mvms", macros.mvms, "matrix-vector products of one array");
  counts.add_count("rows_driven", macros.rows_driven, "rows driven with a non-zero code, over slices");
  counts.add_count("conversions", macros.conversions, "conversions of products");
  counts.add_count("clipped_low", macros.clipped_low, "conversions below the lowest code");
  counts.add_count("clipped_high", macros.clipped_high, "conversions above the highest code");
  counts.add_count("accumulations", macros.accumulations, "codes shifted and added");
  counts.add_count("buffer_bytes", done.buffer_bytes, "bytes of activations read or written");
  counts.add_count("additions", done.digital.additions, "digital additions behind the arrays");
  counts.add_count("activations", done.digital.activations, "activations and requantisations");
  counts.add_count("comparisons", done.digital.comparisons, "comparisons of max pooling");
  counts.add_count("written_cells", macros.written_cells, "cells programmed");
  counts.add_count("failed_cells", macros.failed_cells, "cells that did not reach their band");
  counts.add_count("pulses", macros.pulses, "programming pulses");
  counts.add_count("verify_reads", macros.verify_reads, "verify reads");
  counts.add_count("verify_conversions", macros.verify_conversions, "conversions of verify reads");
}

void report_costs(const ComponentCosts& costs, StatisticGroup& group) {
  for (const Component& kind : components({}, {}, {}, {})) {
    const ComponentCost& cost = costs.*kind.cost;
    StatisticGroup& component = group.group(kind.name);
    component.add("energy", cost.energy_j, Dimension::energy, "per operation");
    component.add("static_power", cost.static_power_w, Dimension::power, "of one instance");
    component.add("area", cost.area_m2, Dimension::area, "of one instance");
    component.add_text("source", cost.source, "of these numbers");
  }
}

}  // namespace memcosim
