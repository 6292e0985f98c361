// SPDX-License-Identifier: Apache-2.0
// `memcosim device simulate`: makes the waveform from the options, and the result files from the trace.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "memcosim/cli/device_commands.hpp"
#include "memcosim/cli/device_defaults.hpp"
#include "memcosim/cli/device_idle_options.hpp"
#include "memcosim/cli/device_report.hpp"
#include "memcosim/cli/device_source.hpp"
#include "memcosim/cli/device_trace.hpp"
#include "memcosim/cli/device_waveform.hpp"
#include "memcosim/cli/quantity_option.hpp"
#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/held_cells.hpp"
#include "memcosim/runs/results/draw_summary.hpp"
#include "memcosim/runs/results/interrupt_watch.hpp"
#include "memcosim/runs/results/result_folder.hpp"

namespace memcosim {
namespace {

constexpr double first_age_s = 1.0;
constexpr int ages_per_decade = 8;
constexpr double usual_age_s = 1e6;

enum class WaveKind { sine, triangle, pulses, csv, retention };

/// True if pulses do not move the device but its section has effects that programming or time show: simulate retention then.
bool lives_by_ageing(const CellSpec& spec) {
  return cell_model(spec.model).set_polarity == 0 &&
         (!shows_its_state(spec.nonidealities) || spec.nonidealities.programming_error.law.form != SpreadLaw::Form::none);
}

WaveKind kind_of(const DeviceSimulateOptions& options, const CellSpec& spec) {
  if (!options.retention.empty()) {
    if (!options.waveform.empty() || !options.csv.empty()) throw InputError("--retention: leaves no room for a waveform: give one of them");
    return WaveKind::retention;
  }
  if (options.waveform == "csv" && options.csv.empty()) throw InputError("--waveform csv: needs --csv FILE");
  if (!options.csv.empty()) {
    if (!options.waveform.empty() && options.waveform != "csv") {
      throw InputError(fmt::format("--csv: the waveform comes from the file: leave --waveform {} out", options.waveform));
    }
    return WaveKind::csv;
  }
  if (options.waveform == "sine") return WaveKind::sine;
  if (options.waveform == "triangle") return WaveKind::triangle;
  if (options.waveform == "pulses") return WaveKind::pulses;
  if (!options.waveform.empty()) {
    throw InputError(fmt::format("--waveform {}: expected sine, triangle, pulses or csv", options.waveform));
  }
  if (lives_by_ageing(spec)) return WaveKind::retention;
  return cell_model(spec.model).set_polarity == 0 ? WaveKind::sine : WaveKind::pulses;
}

/// Adds a series resistance to the access device, so that pulses and reads see it.
void add_series_resistance(const std::string& text, CellSpec& spec) {
  const double ohms = quantity_option(text, "--series", Dimension::resistance);
  if (!(ohms >= 0.0)) throw InputError(fmt::format("--series {}: must not be negative", text));
  AccessDevice& access = spec.circuit.access;
  switch (access.kind) {
    case AccessDevice::Kind::none:
      if (ohms == 0.0) return;
      access.kind = AccessDevice::Kind::transistor;
      access.on_ohms = ohms;
      access.compliance_a = HUGE_VAL;
      break;
    case AccessDevice::Kind::transistor:
      access.on_ohms += ohms;
      break;
    case AccessDevice::Kind::selector_threshold:
      access.on_ohms += ohms;
      access.off_ohms += ohms;
      break;
    case AccessDevice::Kind::selector_exponential:
      throw InputError("--series: the exponential selector of this device takes no further resistance in series");
  }
  check(spec);
}

/// Signed voltage of the pulses of one polarity: the user's, else the lowest that crosses 90 % of the window.
double pulse_voltage_of(const DeviceSource& source, const std::string& text, bool set, double width_s, std::uint32_t count) {
  const char* option = set ? "--set-voltage" : "--reset-voltage";
  if (!text.empty()) return quantity_option(text, option, Dimension::voltage);
  const int polarity = cell_model(source.spec.model).set_polarity * (set ? 1 : -1);
  if (polarity == 0 || !knows_pulses(source.use)) {
    throw InputError(
        fmt::format("{}: '{}' has no pulses of its own: give --set-voltage, --reset-voltage and --width", option, source.name));
  }
  return polarity * crossing_amplitude(source, set, width_s, count);
}

/// Duration of the pulses of one polarity: the user's, else that of the device.
double width_of(const DeviceSimulateOptions& options, const DeviceSource& source, bool set) {
  if (!options.width.empty()) return positive_option(options.width, "--width", Dimension::time);
  const double own = set ? source.use.set.duration_s : source.use.reset.duration_s;
  if (!(own > 0.0))
    throw InputError(fmt::format("--width: '{}' has no pulses of its own: give --set-voltage, --reset-voltage and --width", source.name));
  return own;
}

/// Number of pulses per polarity with which the slower one crosses the window, at the user's voltage or the limit of the device.
std::uint32_t count_of(const DeviceSimulateOptions& options, const DeviceSource& source) {
  const int polarity = cell_model(source.spec.model).set_polarity;
  std::uint32_t count = 1;
  for (const bool set : {true, false}) {
    const std::string& text = set ? options.set_voltage : options.reset_voltage;
    const double own = (set ? polarity * source.use.set.limit_v : -polarity * source.use.reset.limit_v);
    const double volts = text.empty() ? own : quantity_option(text, set ? "--set-voltage" : "--reset-voltage", Dimension::voltage);
    count = std::max(count, crossing_count(source, set, volts, width_of(options, source, set)));
  }
  return count;
}

PulsePattern pulses_of(const DeviceSimulateOptions& options, const DeviceSource& source) {
  PulsePattern pattern{};
  if (options.pattern.empty()) {
    pattern.set_count = pattern.reset_count = count_of(options, source);
  } else {
    std::tie(pattern.set_count, pattern.reset_count) = pulse_counts(options.pattern);
  }
  pattern.pulses = options.pulses != 0 ? options.pulses : 2 * (std::uint64_t{pattern.set_count} + pattern.reset_count);
  if (pattern.set_count > 0) {
    pattern.set.seconds = width_of(options, source, true);
    pattern.set.volts = pulse_voltage_of(source, options.set_voltage, true, pattern.set.seconds, pattern.set_count);
  }
  if (pattern.reset_count > 0) {
    pattern.reset.seconds = width_of(options, source, false);
    pattern.reset.volts = pulse_voltage_of(source, options.reset_voltage, false, pattern.reset.seconds, pattern.reset_count);
  }
  pattern.interval_s = options.interval.empty() ? std::max(pattern.set.seconds, pattern.reset.seconds)
                                                : quantity_option(options.interval, "--interval", Dimension::time);
  return pattern;
}

Waveform continuous_wave(const DeviceSimulateOptions& options, const DeviceSource& source, WaveKind kind) {
  const CellUse& use = source.use;
  const bool moves = cell_model(source.spec.model).set_polarity != 0;
  if (moves && !knows_pulses(use) && (options.amplitude.empty() || options.frequency.empty())) {
    throw InputError(fmt::format("'{}' has no voltages of its own: give --amplitude and --frequency", source.name));
  }
  const double usual_v = moves ? std::max(use.set.limit_v, use.reset.limit_v) : use.read_voltage_v;
  const double amplitude = options.amplitude.empty() ? usual_v : positive_option(options.amplitude, "--amplitude", Dimension::voltage);
  double frequency = 1e3;
  if (!options.frequency.empty()) {
    frequency = positive_option(options.frequency, "--frequency", Dimension::frequency);
  } else if (moves) {
    frequency = loop_frequency(source, amplitude, std::max(use.set.duration_s, use.reset.duration_s));
  }
  return kind == WaveKind::sine ? sine_wave(amplitude, frequency, options.periods, options.samples)
                                : triangle_wave(amplitude, frequency, options.periods, options.samples);
}

/// Last age of the simulation. Ages that a run refuses are refused here too.
double last_age(const DeviceSimulateOptions& options, const RetentionSpec& retention) {
  if (options.retention.empty()) return std::min(usual_age_s, longest_valid_time(retention));
  const double age_s = positive_option(options.retention, "--retention", Dimension::time);
  const std::string fault = fault_of_age(retention, age_s);
  if (!fault.empty()) throw InputError(fmt::format("--retention {}: law {}: {}", options.retention, name_of(retention.law), fault));
  return age_s;
}

/// Ages from 0 to last_s, logarithmically spaced, or those at which the law was measured.
std::vector<double> ages_to(double last_s, const RetentionSpec& retention) {
  std::vector<double> ages = {0.0};
  const std::vector<double> measured = measured_ages(retention);
  if (!measured.empty()) {
    std::copy_if(measured.begin(), measured.end(), std::back_inserter(ages), [&](double age_s) { return age_s <= last_s; });
    return ages;
  }
  const double first = last_s > 10.0 * first_age_s ? first_age_s : 1e-6 * last_s;
  const int count = static_cast<int>(std::ceil(std::log10(last_s / first) * ages_per_decade));
  for (int i = 0; i <= count; ++i)
    ages.push_back(i == count ? last_s : first * std::pow(last_s / first, static_cast<double>(i) / count));
  return ages;
}

/// Target conductances: none, the same for all devices, or for retention one per group, spread over the window.
void set_targets(const DeviceSimulateOptions& options, const DeviceSource& source, WaveKind kind, TraceSetup& setup) {
  const ConductanceRange range =
      conductance_range(cell_model(source.spec.model), nominal_cell(source.spec, setup.read_voltage_v), source.spec.circuit);
  if (!options.initial.empty()) {
    double target = 0.0;
    if (options.initial == "low") {
      target = range.low;
    } else if (options.initial == "high") {
      target = range.high;
    } else {
      target = quantity_option(options.initial, "--initial", Dimension::conductance);
      if (!(target >= range.low && target <= range.high)) {
        throw InputError(fmt::format("--initial {}: the device has {} to {}; low and high name the ends", options.initial,
                                     format_quantity(range.low, Dimension::conductance),
                                     format_quantity(range.high, Dimension::conductance)));
      }
    }
    setup.targets_s.assign(setup.devices, target);
    return;
  }
  if (kind != WaveKind::retention) return;
  setup.groups = std::min<std::size_t>(options.levels, setup.devices);
  for (std::uint32_t i = 0; i < setup.devices; ++i) {
    const double share = setup.groups == 1 ? 1.0 : static_cast<double>(i % setup.groups) / static_cast<double>(setup.groups - 1);
    setup.targets_s.push_back(source.use.g_min + share * (source.use.g_max - source.use.g_min));
  }
}

TraceSetup setup_of(const DeviceSimulateOptions& options, const DeviceSource& source, WaveKind kind) {
  TraceSetup setup;
  // In retention every level needs at least one device.
  setup.devices = kind == WaveKind::retention && options.initial.empty() ? std::max(options.devices, options.levels) : options.devices;
  setup.traced = std::min(options.trace_devices, setup.devices);
  setup.seed = options.seed;
  setup.read_voltage_v = source.use.read_voltage_v;
  setup.quiet = options.quiet;
  set_targets(options, source, kind, setup);
  return setup;
}

const char* name_of(WaveKind kind) {
  switch (kind) {
    case WaveKind::sine:
      return "sine";
    case WaveKind::triangle:
      return "triangle";
    case WaveKind::pulses:
      return "pulses";
    case WaveKind::csv:
      return "csv";
    case WaveKind::retention:
      return "retention";
  }
  return "";
}

void summarise_conductance(const DeviceTrace& trace, StatisticGroup& group) {
  const auto first = trace.population.begin();
  const auto last = trace.population.end() - static_cast<std::ptrdiff_t>(trace.groups);
  const auto [low, high] = std::minmax_element(trace.population.begin(), trace.population.end(),
                                               [](const PopulationRow& a, const PopulationRow& b) { return a.mean < b.mean; });
  group.add("initial_mean", first->mean, Dimension::conductance, "mean of the first group before the first step");
  group.add("initial_sigma", first->sigma, Dimension::conductance, "its standard deviation");
  group.add("final_mean", last->mean, Dimension::conductance, "mean of the first group after the last step");
  group.add("final_sigma", last->sigma, Dimension::conductance, "its standard deviation");
  group.add("lowest_mean", low->mean, Dimension::conductance, "lowest mean of a group after a step");
  group.add("highest_mean", high->mean, Dimension::conductance, "highest mean of a group after a step");
}

StatisticGroup summarise(const DeviceTrace& trace, const TraceSetup& setup, const DeviceSource& source, WaveKind kind) {
  StatisticGroup summary;
  StatisticGroup& run = summary.group("simulation");
  run.add_text("device", source.name, "model, preset or file");
  run.add_text("model", source.spec.model, "cell model");
  run.add_text("kind", name_of(kind), "waveform, or retention");
  run.add_count("devices", setup.devices, "devices simulated");
  run.add_count("seed", setup.seed, "seed of all random draws");
  run.add_count("steps", trace.steps.size() - 1, "constant voltages, or ages");
  run.add("time", trace.steps.back().time_s, Dimension::time, "simulated time");
  run.add("read_voltage", setup.read_voltage_v, Dimension::voltage, "conductances are current over voltage at this voltage");
  run.add_count("adjusted", trace.adjusted, "devices whose drawn parameters contradicted each other and were made consistent");
  run.add_count("faulty", trace.faulty, "devices that are stuck");
  summarise_draws(source.spec, trace.clamped, run);
  summarise_conductance(trace, summary.group("conductance"));
  if (kind == WaveKind::retention) return summary;
  double total = 0.0;
  double largest = 0.0;
  for (const PopulationRow& row : trace.population) {
    total += row.energy_j;
    largest = std::max(largest, row.energy_j);
  }
  StatisticGroup& energy = summary.group("energy");
  energy.add("per_device", total, Dimension::energy, "integral of V I over all steps, mean over devices");
  energy.add("largest_step", largest, Dimension::energy, "of one step, mean over devices");
  return summary;
}

std::vector<std::string> remarks_of(const DeviceSimulateOptions& options, const DeviceTrace& trace, const TraceSetup& setup,
                                    const DeviceSource& source, WaveKind kind) {
  std::vector<std::string> remarks;
  if (!options.series.empty()) remarks.push_back(fmt::format("Behind {} in series, beside what device.yaml says.", options.series));
  if (!source.preset.empty()) {
    const CellPreset& preset = cell_preset(source.preset);
    remarks.push_back(fmt::format("Source of the numbers: {}.", preset.source));
    remarks.push_back(fmt::format("Validity: {}.", preset.validity));
  }
  remarks.push_back(fmt::format("Equations: {}.", cell_model(source.spec.model).summary));
  for (const std::string& line : beyond_validity(source.spec.nonidealities, {source.use.g_min, source.use.g_max}))
    remarks.push_back(line);
  if (setup.devices > 1 && source.spec.variations.empty() && source.spec.cycle_variations.empty() && setup.groups == 1 &&
      trace.population.back().low == trace.population.back().high) {
    remarks.emplace_back("All devices are alike: give them a spread with device.variability.");
  }
  if (kind == WaveKind::retention && shows_its_state(source.spec.nonidealities)) {
    remarks.emplace_back("The device section has no effect of time: the conductances stay. See device.retention.");
  }
  if (kind == WaveKind::pulses || kind == WaveKind::csv)
    remarks.emplace_back("Current and conductance of a row are those at the end of its step.");
  return remarks;
}

/// Warnings about settings of the device section that are probably mistakes, and about their effects in the trace.
std::vector<std::string> warnings_of(const DeviceTrace& trace, const TraceSetup& setup, const DeviceSource& source, WaveKind kind) {
  const CellSpec& spec = source.spec;
  std::vector<std::string> warnings = spread_warnings(spec);
  if (kind != WaveKind::retention) {
    const CellModel& model = cell_model(spec.model);
    const CellParameters nominal = nominal_cell(spec, setup.read_voltage_v);
    const double start =
        setup.targets_s.empty() ? model.initial_state(nominal) : model.state_of_conductance(nominal, spec.circuit, setup.targets_s.front());
    const std::string reason = why_held(spec, setup.read_voltage_v, start);
    if (!reason.empty()) warnings.push_back(fmt::format("The waveform moves nothing. {} Or give --initial a conductance between.", reason));
  }
  for (std::string& warning : counted_spread_warnings(spec, trace.clamped, trace.adjusted, setup.devices))
    warnings.push_back(std::move(warning));
  return warnings;
}

std::vector<Plot> plots_of(const DeviceTrace& trace, const std::string& name, WaveKind kind) {
  if (kind == WaveKind::pulses) return pulse_plots(trace, name);
  if (kind == WaveKind::retention) return retention_plots(trace, name);
  return loop_plots(trace, name);
}

void print_outcome(const StatisticGroup& summary, const std::filesystem::path& out) {
  const auto value = [&](const char* path) {
    const Statistic* statistic = summary.find(path);
    return format_quantity(std::get<double>(statistic->value), statistic->dimension);
  };
  const auto count = [&](const char* path) { return std::get<std::uint64_t>(summary.find(path)->value); };
  fmt::print("{}: {}, {} device{}, {} steps, {}\n", std::get<std::string>(summary.find("simulation.device")->value),
             std::get<std::string>(summary.find("simulation.kind")->value), count("simulation.devices"),
             count("simulation.devices") == 1 ? "" : "s", count("simulation.steps"), value("simulation.time"));
  fmt::print("  conductance  {} to {}, from {} to {} on the way\n", value("conductance.initial_mean"), value("conductance.final_mean"),
             value("conductance.lowest_mean"), value("conductance.highest_mean"));
  if (summary.find("energy.per_device") != nullptr) fmt::print("  energy       {} per device\n", value("energy.per_device"));
  fmt::print("  results      {}\n", (out / "report.html").string());
}

}  // namespace

int device_simulate_command(const DeviceSimulateOptions& options) {
  if (options.devices < 1) throw InputError("--devices: must be at least 1");
  if (options.trace_devices < 1) throw InputError("--trace-devices: must be at least 1");
  std::vector<std::string> overrides = options.overrides;
  if (!options.stepping.empty()) overrides.push_back("stepping.mode=" + options.stepping);
  DeviceSource source = read_device_source(options.device, overrides);
  if (!options.read_voltage.empty()) {
    source.use.read_voltage_v = positive_option(options.read_voltage, "--read-voltage", Dimension::voltage);
    check_cell_voltage(source.use.read_voltage_v, "--read-voltage");
  }
  if (!options.series.empty()) add_series_resistance(options.series, source.spec);

  const WaveKind kind = kind_of(options, source.spec);
  refuse_idle_options(options.given, name_of(kind));
  Waveform wave;
  std::vector<double> ages;
  if (kind == WaveKind::pulses) wave = pulse_train(pulses_of(options, source));
  if (kind == WaveKind::csv) wave = read_wave_csv(options.csv);
  if (kind == WaveKind::sine || kind == WaveKind::triangle) wave = continuous_wave(options, source, kind);
  RetentionSpec& retention = source.spec.nonidealities.retention;
  retention.time_s = kind == WaveKind::retention ? last_age(options, retention) : 0.0;
  if (kind == WaveKind::retention) ages = ages_to(retention.time_s, retention);
  const TraceSetup setup = setup_of(options, source, kind);

  const std::filesystem::path out =
      options.out.empty() ? std::filesystem::path("results") / "device" / std::filesystem::path(options.device).stem() : options.out;
  ResultFolder folder(out, "device simulate", options.force);
  const InterruptWatch interrupts({}, [&] { return folder.leave(); });
  folder.keep_out(options.csv, "--csv");
  for (const NamedFile& named : source.files)
    folder.keep_out(named.file, named.path);
  const DeviceTrace trace =
      kind == WaveKind::retention ? trace_retention(source.spec, setup, ages) : trace_waveform(source.spec, setup, wave);

  StatisticGroup summary = summarise(trace, setup, source, kind);
  const std::vector<std::string> warnings = warnings_of(trace, setup, source, kind);
  std::vector<std::string> remarks;
  for (std::size_t i = 0; i < warnings.size(); ++i) {
    summary.group("warnings").add_text(fmt::format("warning_{}", i + 1), warnings[i], "what these numbers may not be good for");
    remarks.push_back("Warning: " + warnings[i]);
  }
  for (std::string& remark : remarks_of(options, trace, setup, source, kind))
    remarks.push_back(std::move(remark));
  const std::string name = std::filesystem::path(options.device).stem().string();
  const std::vector<Plot> plots = plots_of(trace, name, kind);
  folder.write("trace.csv", trace_csv(trace));
  folder.write("population.csv", population_csv(trace));
  folder.write("device.yaml", source.effective_yaml);
  folder.write("summary.json", summary.to_json());
  folder.write("plot.svg", render_plot_file(plots.front()));
  folder.write("report.html", render_device_page({name, options.command_line, "What the device does", plots, remarks, &summary,
                                                  "device.yaml", source.effective_yaml}));
  folder.put_in_place(options.command_line, nlohmann::ordered_json::object());
  if (options.quiet) return 0;
  print_outcome(summary, out);
  for (const std::string& warning : warnings)
    spdlog::warn("{}", warning);
  return 0;
}

}  // namespace memcosim
