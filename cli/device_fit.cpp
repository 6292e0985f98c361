// SPDX-License-Identifier: Apache-2.0
// `memcosim device fit`: fits step tables to measured pulse trains and reports how well they agree with the measurement.
#include "memcosim/cli/device_fit.hpp"

#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "memcosim/cli/device_commands.hpp"
#include "memcosim/cli/device_fit_plots.hpp"
#include "memcosim/cli/device_report.hpp"
#include "memcosim/cli/device_waveform.hpp"
#include "memcosim/cli/quantity_option.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/devices/fits/iv_sweep.hpp"
#include "memcosim/devices/fits/table_fit.hpp"
#include "memcosim/runs/results/interrupt_watch.hpp"
#include "memcosim/runs/results/result_folder.hpp"

namespace memcosim {
namespace {

FitOptions fit_options(const DeviceFitOptions& options) {
  FitOptions fit;
  if (options.grid_points != 0) fit.grid_points = options.grid_points;
  if (options.cdf_points != 0) fit.cdf_points = options.cdf_points;
  if (options.minimum_samples != 0) fit.minimum_samples = options.minimum_samples;
  if (options.bandwidth != 0.0) fit.bandwidth = options.bandwidth;
  fit.seed = options.seed;
  if (options.abscissa == "middle") {
    fit.abscissa = FitOptions::Abscissa::middle;
  } else if (options.abscissa != "before") {
    throw InputError(fmt::format("--abscissa {}: expected before or middle", options.abscissa));
  }
  return fit;
}

/// Voltage of a pulse, whose sign is its polarity; 0 if the option is not given.
double signed_option(const std::string& text, const char* option) {
  const double volts = quantity_option(text, option, Dimension::voltage);
  if (!text.empty() && volts == 0.0)
    throw InputError(fmt::format("{} {}: a pulse of 0 V does nothing; expected another value", option, text));
  return volts;
}

PulseDefaults pulse_defaults(const DeviceFitOptions& options) {
  using Polarity = PulseDefaults::Polarity;
  PulseDefaults defaults;
  if (!options.polarity.empty()) defaults.polarity = options.polarity == "set" ? Polarity::raising : Polarity::lowering;
  if (!options.pattern.empty()) {
    std::tie(defaults.raising_count, defaults.lowering_count) = pulse_counts(options.pattern);
    if (defaults.raising_count + defaults.lowering_count == 0) throw InputError("--pattern 0,0: expected at least one pulse");
    if (!options.polarity.empty()) throw InputError("--polarity and --pattern: give one of them");
  }
  defaults.unit = options.unit;
  defaults.read_voltage_v = positive_option(options.read_voltage, "--read-voltage", Dimension::voltage);
  defaults.raising_v = signed_option(options.set_voltage, "--set-voltage");
  defaults.lowering_v = signed_option(options.reset_voltage, "--reset-voltage");
  defaults.duration_s = positive_option(options.width, "--width", Dimension::time);
  return defaults;
}

PulseTrains read_trains(const DeviceFitOptions& options) {
  const PulseDefaults defaults = pulse_defaults(options);
  if (options.ltp.empty() && options.ltd.empty()) return read_pulse_trains(options.csv, defaults);
  if (!options.csv.empty()) throw InputError(fmt::format("{}: leave it out, --ltp and --ltd name the files", options.csv.string()));
  if (!options.polarity.empty() || !options.pattern.empty()) {
    throw InputError("--polarity, --pattern: --ltp holds raising pulses and --ltd lowering ones: leave the other option out");
  }
  return read_pulse_trains(options.ltp, options.ltd, defaults);
}

void summarise(const PolarityReport& report, StatisticGroup& group) {
  group.add_count("samples", report.samples, "measured steps");
  group.add_count("trains", report.trains, "unbroken runs of pulses of this polarity");
  group.add("mean_voltage", report.mean_voltage_v, Dimension::voltage, "mean of the pulses");
  group.add("g_low", report.g_low_s, Dimension::conductance, "lowest conductance at which a pulse started");
  group.add("g_high", report.g_high_s, Dimension::conductance, "highest conductance at which a pulse started");
  group.add("residual_mean", report.residual_mean_s, Dimension::conductance, "mean of measured steps less the table's mean");
  group.add("residual_sigma", report.residual_sigma_s, Dimension::conductance, "standard deviation of that difference");
  group.add("ks_distance", report.ks_distance, Dimension::dimensionless, "Kolmogorov-Smirnov distance of data and draws from the table");
  group.add("ks_limit", report.ks_limit, Dimension::dimensionless, "exceeded by equal distributions in 1 % of cases");
}

void summarise(const DeviceFitReport& report, StatisticGroup& group) {
  group.add("range_low", report.range.low, Dimension::conductance, "lowest conductance that was read, where the table's device ends");
  group.add("range_high", report.range.high, Dimension::conductance, "highest conductance that was read");
  summarise(report.set, group.group("set"));
  summarise(report.reset, group.group("reset"));
}

StatisticGroup summarise(const TableFit& fit, const PulseTrains& trains) {
  StatisticGroup summary;
  StatisticGroup& all = summary.group("fit");
  all.add_count("devices", trains.devices.size(), "measured devices");
  all.add_count("tables", fit.per_device.devices.size(), "devices with a table of their own");
  all.add_text("raising_polarity", fit.inverted ? "negative" : "positive", "sign of the voltage that raises the conductance");
  summarise(fit.pool, summary.group("all_devices"));
  StatisticGroup& devices = summary.group("devices");
  for (const DeviceFitReport& device : fit.devices)
    summarise(device, devices.group(device.name));
  return summary;
}

void print_polarity(const std::string& device, const char* polarity, const PolarityReport& report) {
  if (report.samples == 0) {
    fmt::print("  {:<12} {:<6} {:>8} {:>8}\n", device, polarity, 0, 0);
    return;
  }
  fmt::print("  {:<12} {:<6} {:>8} {:>8}  {:>10} to {:<10} {:>11} {:>8.4f} {:>8.4f}{}\n", device, polarity, report.samples, report.trains,
             format_quantity(report.g_low_s, Dimension::conductance), format_quantity(report.g_high_s, Dimension::conductance),
             format_quantity(report.residual_sigma_s, Dimension::conductance, 3), report.ks_distance, report.ks_limit,
             report.ks_distance > report.ks_limit ? "  differs" : "");
}

void print_device(const std::string& name, const DeviceFitReport& report) {
  print_polarity(name, "set", report.set);
  print_polarity(name, "reset", report.reset);
  fmt::print("  {:<12} {:<6} {:>8} {:>8}  {:>10} to {:<10}\n", name, "device", "", "",
             format_quantity(report.range.low, Dimension::conductance), format_quantity(report.range.high, Dimension::conductance));
}

std::string pulse_text(double volts, double seconds) {
  const std::string amplitude = volts > 0.0 ? format_quantity(volts, Dimension::voltage) : "unknown amplitude";
  return fmt::format("{}, {}", amplitude, seconds > 0.0 ? format_quantity(seconds, Dimension::time) : "unknown duration");
}

/// The measured pulses, which runs will use, and the options that give what the file does not contain.
std::vector<std::string> pulse_lines(const MeasuredPulses& measured) {
  std::vector<std::string> lines = {
      fmt::format("set {}; reset {}; read at {}", pulse_text(measured.set_voltage_v, measured.set_duration_s),
                  pulse_text(measured.reset_voltage_v, measured.reset_duration_s),
                  measured.read_voltage_v > 0.0 ? format_quantity(measured.read_voltage_v, Dimension::voltage) : "an unknown voltage")};
  const bool all = measured.set_voltage_v > 0.0 && measured.reset_voltage_v > 0.0 && measured.set_duration_s > 0.0 &&
                   measured.reset_duration_s > 0.0 && measured.read_voltage_v > 0.0;
  if (!all) {
    lines.emplace_back(
        "(--set-voltage, --reset-voltage, --width and --read-voltage say what the file does not; runs and device simulate "
        "use the pulses that are known)");
  }
  return lines;
}

void print_outcome(const TableFit& fit, const DeviceFitOptions& options, const std::filesystem::path& folder) {
  fmt::print("  {:<12} {:<6} {:>8} {:>8}  {:>10}    {:<10} {:>11} {:>8} {:>8}\n", "device", "", "steps", "trains", "range", "", "spread",
             "KS", "limit");
  print_device("all", fit.pool);
  if (fit.devices.size() > 1) {
    for (const DeviceFitReport& device : fit.devices)
      print_device(device.name, device);
  }
  const std::vector<std::string> lines = pulse_lines(fit.pooled.measured);
  for (std::size_t i = 0; i < lines.size(); ++i)
    fmt::print("  {:<8} {}\n", i == 0 ? "pulses" : "", lines[i]);
  for (const std::string& warning : fit.warnings)
    fmt::print("  note: {}\n", warning);
  fmt::print("  tables   {} (device: {{model: step_table, tables: {}}})\n  report   {}\n", options.tables.string(), options.tables.string(),
             (folder / "report.html").string());
}

bool is_sweep(const DeviceFitOptions& options) {
  if (options.model == "step_table") return false;
  if (options.model != "automatic") return true;
  return !options.csv.empty() && is_iv_sweep(options.csv);
}

int fit_pulses(const DeviceFitOptions& options) {
  const FitOptions choices = fit_options(options);
  const PulseTrains trains = read_trains(options);
  check_fit_file(options);
  const std::filesystem::path report = fit_report_folder(options);
  ResultFolder folder(report, "device fit", options.force);
  const InterruptWatch interrupts({}, [&] { return folder.leave(); });
  folder.keep_out(options.tables, "--out");
  for (const std::filesystem::path& measured : {options.csv, options.ltp, options.ltd})
    folder.keep_out(measured, "the measurement");
  TableFit fit = fit_step_tables(trains, choices);
  fit.warnings.insert(fit.warnings.begin(), trains.assumptions.begin(), trains.assumptions.end());

  const StatisticGroup summary = summarise(fit, trains);
  const std::vector<FitPlot> plots = fit_plots(trains, fit, choices);
  std::vector<Plot> shown;
  for (const FitPlot& one : plots)
    shown.push_back(one.plot);
  const std::string name = (options.csv.empty() ? options.tables : options.csv).stem().string();
  std::vector<std::string> remarks = fit.warnings;
  remarks.push_back(fmt::format("Pulses as measured: {}.", pulse_lines(fit.pooled.measured).front()));
  remarks.emplace_back(
      "Each polarity has a table over the conductances at which its pulses started; beyond, its outermost steps are held.");
  remarks.emplace_back("Dots: measured steps of all devices. Line and bands: mean and quantiles of the table of all devices together.");
  folder.write("summary.json", summary.to_json());
  for (const FitPlot& one : plots) {
    if (!one.file.empty()) folder.write(one.file, render_plot_file(one.plot));
  }
  folder.write("report.html", render_device_page({name + ": step tables", options.command_line, "What was measured, and the tables", shown,
                                                  remarks, &summary, "", ""}));
  write_file(options.tables, to_json(options.pooled || fit.per_device.devices.empty() ? fit.pooled : fit.per_device));
  folder.put_in_place(options.command_line, nlohmann::ordered_json::object());
  print_outcome(fit, options, report);
  return 0;
}

}  // namespace

void keep_measurements(const DeviceFitOptions& options, const std::filesystem::path& written) {
  for (const std::filesystem::path& measured : {options.csv, options.ltp, options.ltd}) {
    std::error_code missing;
    if (!measured.empty() && std::filesystem::equivalent(measured, written, missing)) {
      throw InputError(fmt::format("--out {}: would write {} over the measurement of that name; choose another name",
                                   options.tables.string(), written.string()));
    }
  }
}

void check_fit_file(const DeviceFitOptions& options) {
  const std::filesystem::path parent = std::filesystem::absolute(options.tables).parent_path();
  if (access(parent.c_str(), W_OK) != 0 || std::filesystem::is_directory(options.tables)) {
    throw InputError(fmt::format("--out {}: cannot write here; choose a file in a writable folder", options.tables.string()));
  }
  keep_measurements(options, options.tables);
}

std::filesystem::path fit_report_folder(const DeviceFitOptions& options) {
  std::filesystem::path folder = options.report;
  if (folder.empty()) {
    folder = options.tables;
    folder.replace_extension();
    folder += "_report";
  }
  return folder;
}

int device_fit_command(const DeviceFitOptions& options) {
  if (options.csv.empty() && options.ltp.empty() && options.ltd.empty()) {
    throw InputError("device fit: name a file of measured pulses or I-V sweeps, or --ltp FILE and --ltd FILE");
  }
  if (!is_sweep(options)) {
    if (!options.sweep_rate.empty() || options.law != "automatic") {
      throw InputError(
          "--sweep-rate, --law: are for I-V sweeps (columns voltage and current): leave them out, or name the model with --model");
    }
    return fit_pulses(options);
  }
  const std::pair<bool, const char*> of_pulses[] = {
      {!options.ltp.empty() || !options.ltd.empty(), "--ltp, --ltd"},
      {!options.polarity.empty(), "--polarity"},
      {!options.pattern.empty(), "--pattern"},
      {!options.unit.empty(), "--unit"},
      {!options.set_voltage.empty() || !options.reset_voltage.empty(), "--set-voltage, --reset-voltage"},
      {!options.width.empty(), "--width"},
      {options.pooled, "--pooled"},
      {options.grid_points > 0, "--grid-points"},
      {options.cdf_points > 0, "--cdf-points"},
      {options.minimum_samples > 0, "--minimum-samples"},
      {options.bandwidth > 0.0, "--bandwidth"}};
  for (const auto& [given, option] : of_pulses) {
    if (given)
      throw InputError(
          fmt::format("{}: is for trains of pulses, and this is an I-V sweep: leave it out, or take --model step_table", option));
  }
  return fit_iv(options);
}

}  // namespace memcosim
