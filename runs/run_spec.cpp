// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/run_spec.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/converters/adc_linearity.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"
#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/kernels/products/readout.hpp"
#include "memcosim/networks/mapping/mapping.hpp"
#include "memcosim/runs/digital_blocks.hpp"
#include "memcosim/runs/schema.hpp"

namespace memcosim {
namespace {

constexpr std::int64_t largest_array_side = 4096;
constexpr unsigned most_adc_bits = 24;
constexpr unsigned sum_bits = 31;  ///< shifted and added codes of one MVM must fit 32 signed bits

const WeightEncoding& read_encoding(const ConfigNode& array) {
  std::vector<std::string> names;
  for (const WeightEncoding* encoding : weight_encodings())
    names.emplace_back(encoding->name);
  return *weight_encodings()[array.choice("pairing", names, names.front())];
}

void read_device(const ConfigNode& root, RunSpec& spec) {
  const ConfigNode device = root.map("device");
  spec.cell = read_cell_spec(device);
  spec.use = cell_use(spec.cell);
  spec.drift_compensation = root.map("network").one_of<DriftCompensation>(
      "drift_compensation",
      {{"none", DriftCompensation::none}, {"global", DriftCompensation::global}, {"per_column", DriftCompensation::per_column}}, "none");
}

void read_array(const ConfigNode& array, RunSpec& spec) {
  MacroSpec& macro = spec.chip.macro;
  macro.rows = static_cast<std::uint32_t>(array.integer("rows", 1, largest_array_side, 128));
  macro.columns = static_cast<std::uint32_t>(array.integer("columns", 1, largest_array_side, 128));
  macro.read_voltage_v = array.quantity("read_voltage", Dimension::voltage, cell_voltages, spec.use.read_voltage_v);
  spec.encoding = &read_encoding(array);
  if (!spec.encoding->fits(macro.columns)) {
    array.fault("columns", fmt::format("{} bit lines do not divide: pairing {} has {} for each output{}", macro.columns,
                                       spec.encoding->name, spec.encoding->lines,
                                       spec.encoding->shared_lines > 0 ? fmt::format(" and {} for all", spec.encoding->shared_lines) : ""));
    macro.columns = spec.encoding->lines_of(std::max(1u, spec.encoding->outputs_of(macro.columns)));  // legal for the checks that follow
  }
  spec.window.g_min = array.quantity("g_min", Dimension::conductance, Range::non_negative(), spec.use.g_min);
  spec.window.g_max = array.quantity("g_max", Dimension::conductance, Range::positive(), spec.use.g_max);
  spec.window.levels = spec.encoding->levels(spec.network.quantisation.weight_bits);
  if (spec.window.g_max <= spec.window.g_min) {
    array.fault("g_max", fmt::format("{} is not above g_min ({}): expected the conductance of the highest level",
                                     format_quantity(spec.window.g_max, Dimension::conductance),
                                     format_quantity(spec.window.g_min, Dimension::conductance)));
    spec.window.g_max = 2.0 * spec.window.g_min + 1e-6;  // a valid window for the checks that follow
    return;
  }
  try {
    check_window(spec.window, spec.cell, macro.read_voltage_v);
  } catch (const InputError& error) {
    array.fault("", fmt::format("g_min, g_max: {}", error.what()));
  }
}

void read_wires(const ConfigNode& array, RunSpec& spec) {
  spec.wires = read_array_wires(array);
  spec.line_compensation = array.one_of<LineCompensation>(
      "compensation", {{"none", LineCompensation::none}, {"predistorted", LineCompensation::predistorted}}, "none");
  if (spec.line_compensation == LineCompensation::predistorted && !spec.wires.resistive()) {
    array.fault("compensation",
                "predistorted targets make up for the resistance of the lines, and all of them are 0: expected none, or a positive "
                "wire_resistance, source_resistance or sense_resistance");
  }
}

/// Settling time: the longer of those of two arrays with all cells at g_min (if above 0), or all at g_max.
double settling_of(const RunSpec& spec, unsigned adc_bits) {
  double slower = 0.0;
  for (const double siemens : {spec.window.g_min, spec.window.g_max}) {
    if (!(siemens > 0.0)) continue;
    slower = std::max(slower, settling_bound(spec.wires, spec.chip.macro.rows, spec.chip.macro.columns, siemens,
                                             std::ldexp(0.5, -static_cast<int>(adc_bits))));
  }
  return slower;
}

/// Reads the transitions of a non-linear ADC from the file of macro.adc.inl.
void read_linearity(const ConfigNode& adc, ReadoutConfig& readout) {
  const std::filesystem::path file = adc.existing_file("inl", "");
  if (file.empty()) return;
  try {
    readout.curves.front().transitions = std::make_shared<const std::vector<double>>(read_adc_transitions(file, readout.adc));
  } catch (const InputError& error) {
    adc.fault("inl", error.what());
  }
}

void read_macro(const ConfigNode& root, const DigitalBlocks& blocks, RunSpec& spec) {
  const ConfigNode node = root.map("macro");
  const MacroSpec array = spec.chip.macro;
  const auto settling = [&](unsigned adc_bits) {
    try {
      spec.settling_s = settling_of(spec, adc_bits);
    } catch (const RunError& error) {
      node.map("timing").fault("settle",
                               fmt::format("does not follow from the lines ({}): expected array.wire_capacitance: 0 F", error.what()));
    }
    return spec.settling_s;
  };
  const bool settles = spec.wires.node_farads > 0.0 && spec.wires.resistive();
  MacroSpec& macro = spec.chip.macro;
  macro = read_macro_spec(node, settles ? std::function<double(unsigned)>(settling) : nullptr);
  macro.rows = array.rows;
  macro.columns = array.columns;
  macro.read_voltage_v = array.read_voltage_v;
  macro.readout.encoding = spec.encoding;
  macro.readout.adc.is_signed = spec.encoding->converts_signed();
  macro.readout.input_bits = spec.network.quantisation.input_bits;
  read_linearity(node.map("adc"), macro.readout);
  spec.adc_range = read_adc_range_spec(node.map("adc").map("full_scale"));
  if (macro.readout.adc.is_signed && macro.readout.adc.bits < 2) {
    node.map("adc").fault("bits", fmt::format("a converter of one bit cannot convert signed values: expected at least 2 with pairing {}",
                                              spec.encoding->name));
  }
  if (macro.readout.adc.bits + macro.readout.input_bits > sum_bits) {
    node.map("adc").fault("bits",
                          fmt::format("{} ADC bits and {} input bits need more than the {} bits of the accumulators: lower one of them",
                                      macro.readout.adc.bits, macro.readout.input_bits, sum_bits + 1));
  }
  macro.digital = read_digital_spec(node.map("digital"), blocks);
  if (macro.digital.tdm_controller == rtl_block && macro.has_code_dependent_times()) {
    node.map("adc").fault("kind",
                          fmt::format("the RTL TDM controller gives all conversions the same time, those of {} depend on the code: "
                                      "expected another kind, macro.adc.latency and interval, or macro.digital.tdm_controller: model",
                                      macro.timing.adc_kind->name()));
  }
  try {
    macro.schedule();
  } catch (const InputError& error) {
    node.fault("", error.what());
  }
}

void read_programming(const ConfigNode& root, RunSpec& spec) {
  const ConfigNode node = root.map("programming");
  const bool pulses_move = cell_model(spec.cell.model).set_polarity != 0;
  spec.programming = node.one_of<ProgrammingMethod>("method",
                                                    {{"write_verify", ProgrammingMethod::write_verify},
                                                     {"statistical", ProgrammingMethod::statistical},
                                                     {"ideal", ProgrammingMethod::ideal},
                                                     {"map", ProgrammingMethod::map}},
                                                    pulses_move ? "write_verify" : "statistical");
  spec.chip.macro.programming = read_write_verify_spec(node, spec.window, spec.use, spec.chip.macro.read_voltage_v);
  spec.conductance_map = node.existing_file("conductance_map", "");
  if (spec.programming == ProgrammingMethod::map && spec.conductance_map.empty()) {
    node.fault("conductance_map", "method map needs a .npy file of measured conductances (arrays x rows x columns, in S)");
  }
  if (spec.programming == ProgrammingMethod::write_verify && !pulses_move) {
    node.fault("method",
               fmt::format("cells of model {} do not move under pulses, so write_verify cannot program them: expected statistical, ideal "
                           "or map, or another device.model",
                           spec.cell.model));
  }
  if (spec.programming != ProgrammingMethod::write_verify || spec.line_compensation != LineCompensation::none) return;
  try {
    start_write(spec.chip.macro.programming, spec.window.g_max);
  } catch (const InputError& error) {
    node.fault("", error.what());
  }
}

void check_passive_writes(const ConfigNode& root, const RunSpec& spec) {
  if (spec.wires.selector != CellSelector::none || spec.programming != ProgrammingMethod::write_verify) return;
  if (spec.chip.macro.programming.row_parallel) {
    root.map("programming")
        .fault("row_parallel", "cells of a passive array (array.selector: none) are written one after the other: expected false");
  }
}

void read_simulation(const ConfigNode& root, RunSpec& spec) {
  const ConfigNode node = root.map("simulation");
  spec.chip.macro.level = node.one_of<TimingLevel>(
      "level", {{"loosely_timed", TimingLevel::loosely_timed}, {"approximately_timed", TimingLevel::approximately_timed}}, "loosely_timed");
  spec.values = node.one_of<ValueMode>(
      "values", {{"ahead", ValueMode::ahead}, {"at_event", ValueMode::at_event}, {"none", ValueMode::none}}, "ahead");
  spec.chunk = static_cast<std::uint32_t>(node.integer("chunk", 0, 1 << 16, spec.chunk));
  std::vector<std::string> names;
  for (const BackendInfo& backend : backends())
    names.emplace_back(backend.name);
  spec.backend.name = names[node.choice("backend", names, "auto")];
  spec.backend.precision = node.one_of<Precision>("precision",
                                                  {{"auto", Precision::automatic},
                                                   {"single", Precision::single_precision},
                                                   {"double", Precision::double_precision},
                                                   {"within_noise", Precision::within_noise}},
                                                  "auto");
  spec.backend.threads = static_cast<unsigned>(node.integer("threads", 0, 1024, 1));
  spec.backend.gpus = static_cast<unsigned>(node.integer("gpus", 0, 64, 1));
  spec.backend.seed = spec.seed;
  check_digital_spec(root, spec);
}

void read_output(const ConfigNode& root, RunSpec& spec) {
  const ConfigNode node = root.map("output");
  spec.output.timeline_images = static_cast<std::uint64_t>(node.integer("timeline_images", 0, 1000, 1));
  spec.output.timeline_events = static_cast<std::uint64_t>(node.integer("timeline_events", 1, 10'000'000, 200'000));
  spec.output.waveform =
      node.one_of<Waveform>("waveform", {{"none", Waveform::none}, {"vcd", Waveform::vcd}, {"fst", Waveform::fst}}, "none");
  if (spec.output.waveform == Waveform::fst && spec.chip.macro.digital.tdm_controller != rtl_block) {
    node.fault("waveform", "fst records the RTL controller: expected vcd for SystemC models, or macro.digital.tdm_controller: rtl");
  }
  if (spec.output.waveform != Waveform::none && spec.chip.macro.level == TimingLevel::loosely_timed) {
    node.fault("waveform", "a loosely timed run has no signals to record: expected none, or simulation.level: approximately_timed");
  }
  spec.output.cells = node.boolean("cells", true);
  spec.output.sums = node.text("sums", "none");
  if (spec.output.sums != "none" && spec.values == ValueMode::none) {
    node.fault("sums", "simulation.values: none computes no values: expected none, or simulation.values: ahead");
  }
  spec.output.pulse_trains = node.boolean("pulse_trains", false);
  if (spec.output.pulse_trains && spec.programming != ProgrammingMethod::write_verify) {
    node.fault("pulse_trains", "the cells are set directly and see no pulses: expected false, or programming.method: write_verify");
  }
}

}  // namespace

RunSpec read_run_spec(const ConfigDocument& document) {
  return read_run_spec(document, DigitalBlocks());
}

RunSpec read_run_spec(const ConfigDocument& document, const DigitalBlocks& own) {
  const ConfigNode root = document.root();
  RunSpec spec;
  spec.schema_version = read_schema_version(root);
  spec.seed = static_cast<std::uint64_t>(root.integer("seed", 0, std::numeric_limits<std::int64_t>::max(), 1));
  spec.network = read_network_spec(root.map("network"));
  spec.dataset = read_dataset_spec(root.map("dataset"));
  read_device(root, spec);
  read_array(root.map("array"), spec);
  read_wires(root.map("array"), spec);
  read_macro(root, with_rtl_blocks(own, ""), spec);
  read_programming(root, spec);
  check_passive_writes(root, spec);
  const ChipSpec chip = read_chip_spec(root.map("chip"));
  const MacroSpec macro = spec.chip.macro;
  spec.chip = chip;
  spec.chip.macro = macro;
  CostContext context;
  context.adc_bits = macro.readout.adc.bits;
  context.dac_bits = macro.readout.dac.bits;
  context.clock_hz = 1.0 / macro.timing.clock_period_s;
  context.adc_rate_hz = context.clock_hz / std::max(1u, macro.converter_timing(macro.converter_setting()).interval);
  ConverterSetting next_setting = macro.converter_setting();
  next_setting.bits = std::min(next_setting.bits + 1, most_adc_bits);
  context.next_adc_rate_hz = context.clock_hz / std::max(1u, macro.converter_timing(next_setting).interval);
  context.adc_cost = [&](unsigned bits, double rate_hz, double technology_m) {
    ConverterSetting setting = macro.converter_setting();
    setting.bits = bits;
    return macro.timing.adc_kind->cost(setting, rate_hz, technology_m);
  };
  spec.chip.macro.costs = read_component_costs(root.map("costs"), context);
  read_simulation(root, spec);
  read_output(root, spec);
  document.finish();
  spec.set_keys = document.set_keys();
  return spec;
}

}  // namespace memcosim
