// SPDX-License-Identifier: Apache-2.0
// `memcosim device fit`: from measured pulse trains to step tables, and a report on how well the tables say what was measured.
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "memcosim/cli/device_commands.hpp"
#include "memcosim/cli/device_fit_plots.hpp"
#include "memcosim/cli/device_report.hpp"
#include "memcosim/cli/result_folder.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/devices/table_fit.hpp"

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

/// Made sure of before the work.
void check_tables(const DeviceFitOptions& options) {
  const std::filesystem::path parent = std::filesystem::absolute(options.tables).parent_path();
  if (access(parent.c_str(), W_OK) != 0 || std::filesystem::is_directory(options.tables)) {
    throw InputError(fmt::format("--out {}: cannot write the tables here; choose a file in a writable folder", options.tables.string()));
  }
}

std::filesystem::path report_folder(const DeviceFitOptions& options) {
  std::filesystem::path folder = options.report;
  if (folder.empty()) {
    folder = options.tables;
    folder.replace_extension();
    folder += "_report";
  }
  return folder;
}

void summarise(const PolarityReport& report, StatisticGroup& group) {
  group.add_count("samples", report.samples, "measured steps");
  group.add_count("trains", report.trains, "unbroken runs of pulses of this polarity");
  group.add("mean_voltage", report.mean_voltage_v, Dimension::voltage, "mean of the pulses");
  group.add("g_low", report.g_low_s, Dimension::conductance, "lowest conductance of the data");
  group.add("g_high", report.g_high_s, Dimension::conductance, "highest conductance of the data");
  group.add("residual_mean", report.residual_mean_s, Dimension::conductance, "mean of measured steps less the table's mean");
  group.add("residual_sigma", report.residual_sigma_s, Dimension::conductance, "standard deviation of that difference");
  group.add("ks_distance", report.ks_distance, Dimension::dimensionless, "Kolmogorov-Smirnov distance of data and draws from the table");
  group.add("ks_limit", report.ks_limit, Dimension::dimensionless, "exceeded by equal distributions in 1 % of cases");
}

StatisticGroup summarise(const TableFit& fit, const PulseTrains& trains) {
  StatisticGroup summary;
  StatisticGroup& all = summary.group("fit");
  all.add_count("devices", trains.devices.size(), "measured devices");
  all.add_count("tables", fit.per_device.devices.size(), "devices with a table of their own");
  all.add_text("raising_polarity", fit.inverted ? "negative" : "positive", "sign of the voltage that raises the conductance");
  summarise(fit.pool.set, summary.group("all_devices").group("set"));
  summarise(fit.pool.reset, summary.group("all_devices").group("reset"));
  StatisticGroup& devices = summary.group("devices");
  for (const DeviceFitReport& device : fit.devices) {
    summarise(device.set, devices.group(device.name).group("set"));
    summarise(device.reset, devices.group(device.name).group("reset"));
  }
  return summary;
}

void print_polarity(const std::string& device, const char* polarity, const PolarityReport& report) {
  fmt::print("  {:<12} {:<6} {:>8} {:>8}  {:>10} to {:<10} {:>11} {:>8.4f} {:>8.4f}{}\n", device, polarity, report.samples, report.trains,
             format_quantity(report.g_low_s, Dimension::conductance), format_quantity(report.g_high_s, Dimension::conductance),
             format_quantity(report.residual_sigma_s, Dimension::conductance, 3), report.ks_distance, report.ks_limit,
             report.ks_distance > report.ks_limit ? "  differs" : "");
}

void print_outcome(const TableFit& fit, const DeviceFitOptions& options, const std::filesystem::path& folder) {
  fmt::print("  {:<12} {:<6} {:>8} {:>8}  {:>10}    {:<10} {:>11} {:>8} {:>8}\n", "device", "", "steps", "trains", "range", "", "spread",
             "KS", "limit");
  print_polarity("all", "set", fit.pool.set);
  print_polarity("all", "reset", fit.pool.reset);
  if (fit.devices.size() > 1) {
    for (const DeviceFitReport& device : fit.devices) {
      print_polarity(device.name, "set", device.set);
      print_polarity(device.name, "reset", device.reset);
    }
  }
  for (const std::string& warning : fit.warnings)
    fmt::print("  note: {}\n", warning);
  fmt::print("  tables   {} (device: {{model: step_table, tables: {}}})\n  report   {}\n", options.tables.string(), options.tables.string(),
             (folder / "report.html").string());
}

}  // namespace

int device_fit_command(const DeviceFitOptions& options) {
  const FitOptions choices = fit_options(options);
  const PulseTrains trains = read_pulse_trains(options.csv);
  check_tables(options);
  const std::filesystem::path report = report_folder(options);
  ResultFolder folder(report, "device fit", options.force);
  folder.keep_out(options.tables, "--out");
  TableFit fit = fit_step_tables(trains, choices);

  const StatisticGroup summary = summarise(fit, trains);
  const std::vector<Plot> plots = fit_plots(trains, fit, choices);
  const std::string name = options.csv.stem().string();
  std::vector<std::string> remarks = fit.warnings;
  remarks.emplace_back("Dots: measured steps of all devices. Line and bands: mean and quantiles of the table of all devices together.");
  folder.write("summary.json", summary.to_json());
  folder.write("set.svg", render_plot_file(plots[0]));
  folder.write("reset.svg", render_plot_file(plots[1]));
  folder.write("report.html", render_device_page({name + ": step tables", options.command_line, "What was measured, and the tables", plots,
                                                  remarks, &summary, "", ""}));
  write_file(options.tables, to_json(options.pooled || fit.per_device.devices.empty() ? fit.pooled : fit.per_device));
  folder.put_in_place(options.command_line, nlohmann::ordered_json::object());
  print_outcome(fit, options, report);
  return 0;
}

}  // namespace memcosim
