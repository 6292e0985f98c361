// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_options.hpp"

namespace memcosim {

DeviceCommand::DeviceCommand(CLI::App& app, const std::string& command_line)
    : device_(app.add_subcommand("device", "cell models and presets: list, show, simulate, fit to measurements")) {
  device_->require_subcommand(1);
  device_->footer(
      "Examples:\n  memcosim device list\n  memcosim device show vteam\n  memcosim device simulate vteam_multilevel --devices 100 "
      "--set variability.device_to_device.r_off.relative_sigma=0.1");
  simulate_options_.command_line = command_line;
  fit_options_.command_line = command_line;
  add_list();
  add_show();
  add_simulate();
  add_fit();
}

void DeviceCommand::add_list() {
  list_ = device_->add_subcommand("list", "all models and presets, one line each");
  list_->add_flag("--json", list_options_.json, "as JSON");
  list_->footer("Example:\n  memcosim device list --json");
}

void DeviceCommand::add_show() {
  show_ = device_->add_subcommand("show", "source of the equations, parameters with unit, default and range, use of one device");
  show_->add_option("name", show_options_.name, "model or preset")->required();
  show_->add_flag("--json", show_options_.json, "as JSON");
  show_->footer("Example:\n  memcosim device show vteam_multilevel");
}

void DeviceCommand::add_simulate() {
  DeviceSimulateOptions& options = simulate_options_;
  simulate_ =
      device_->add_subcommand("simulate", "apply a waveform or let time pass; writes trace.csv, population.csv, plot.svg, report.html");
  simulate_->add_option("device", options.device, "model, preset, or YAML file with a device section")->required();
  simulate_->add_option("--set", options.overrides, "override one value of the device section: parameters.r_on=20kohm (repeatable)")
      ->take_all()
      ->allow_extra_args(false);
  simulate_->add_option("--out", options.out, "result folder (default: results/device/NAME)");
  simulate_->add_option("--waveform", options.waveform,
                        "sine, triangle, pulses or csv (default: pulses; retention or a sine for a model that none moves)");
  simulate_->add_option("--amplitude", options.amplitude, "sine, triangle: peak voltage (default: the preset's highest pulse)");
  simulate_->add_option("--frequency", options.frequency, "sine, triangle (default: highest of 1, 2, 5, 10, ... that opens the loop)");
  simulate_->add_option("--periods", options.periods, "sine, triangle: periods")->capture_default_str();
  simulate_->add_option("--samples", options.samples, "sine, triangle: constant voltages per period")->capture_default_str();
  simulate_->add_option("--pulses", options.pulses, "pulses: how many in all (default: two rounds of the pattern)");
  simulate_->add_option("--pattern", options.pattern,
                        "pulses: set pulses,reset pulses of one round (default: 100 of each, or as many as cross the preset's window)");
  simulate_->add_option("--set-voltage", options.set_voltage,
                        "pulses: with its sign (default: as measured for a fitted device, else weakest that crosses the preset's window)");
  simulate_->add_option("--reset-voltage", options.reset_voltage, "pulses: likewise");
  simulate_->add_option("--width", options.width, "pulses: duration of each (default: as measured, else the preset's)");
  simulate_->add_option("--interval", options.interval, "pulses: from end to start of the next (default: the width)");
  simulate_->add_option("--csv", options.csv, "csv: file with columns time_s,voltage_v; each voltage is held until the next row");
  simulate_->add_option(
      "--retention", options.retention,
      "no waveform: program, then look at growing ages up to this one (default: 1e6 s, or as far as the law was measured)");
  simulate_->add_option("--levels", options.levels, "retention: target conductances over the window")
      ->capture_default_str()
      ->check(CLI::Range(1u, 64u));
  simulate_->add_option("--initial", options.initial,
                        "start programmed to low, high or a conductance (default: the model's initial state)");
  simulate_->add_option("--read-voltage", options.read_voltage, "voltage of reads (default: the preset's)");
  simulate_->add_option("--stepping", options.stepping, "exact, adaptive or sampled (default: device.stepping.mode)");
  simulate_->add_option("--series", options.series, "resistance between source and cell, for pulses and reads");
  simulate_->add_option("--devices", options.devices, "devices, each with its own draws")
      ->capture_default_str()
      ->check(CLI::Range(1u, 100'000'000u));
  simulate_->add_option("--trace-devices", options.trace_devices, "devices in trace.csv, the first ones")->capture_default_str();
  simulate_->add_option("--seed", options.seed, "seed of all random draws")->capture_default_str();
  simulate_->add_flag("--force", options.force, "replace what another command of memcosim left in the result folder");
  simulate_->add_flag("--quiet", options.quiet, "no progress bar and no summary: only errors");
  simulate_->footer(
      "Examples:\n"
      "  memcosim device simulate vteam_multilevel\n"
      "  memcosim device simulate vteam --waveform sine --amplitude 1V --frequency 50MHz --set parameters.r_on=100ohm\n"
      "  memcosim device simulate vteam_multilevel --devices 1000 --set variability.device_to_device.r_off.relative_sigma=0.1\n"
      "  memcosim device simulate configs/fashion_mnist_mlp.yaml --csv measured.csv --series 2kohm\n"
      "  memcosim device simulate pcm_like --retention 1e6s --devices 500");
}

void DeviceCommand::add_fit() {
  DeviceFitOptions& options = fit_options_;
  fit_ = device_->add_subcommand("fit", "measured pulse trains to step tables, a measured I-V sweep to a state model and a current law");
  fit_->add_option(
      "csv", options.csv,
      "pulse trains: columns device, cycle, pulse, voltage_v, conductance_s, or conductances alone; an I-V sweep: columns voltage "
      "and current, with time if it is known. Separated by comma, semicolon, tab or blanks");
  fit_->add_option("--ltp", options.ltp, "file of raising pulses (instead of csv; with --ltd or alone)");
  fit_->add_option("--ltd", options.ltd, "file of lowering pulses");
  fit_->add_option("--out", options.tables,
                   "file to write: tables (JSON), or of an I-V sweep a device section with window and ramps (YAML)")
      ->required();
  fit_->add_option("--model", options.model,
                   "step_table for pulses; for I-V sweeps vteam, data_driven_2021, or ohmic (one state, the current law alone)")
      ->capture_default_str()
      ->check(CLI::IsMember({"automatic", "step_table", "vteam", "data_driven_2021", "ohmic"}));
  fit_->add_option("--law", options.law, "I-V sweeps: current law; a table may differ below 0 V")
      ->capture_default_str()
      ->check(CLI::IsMember({"automatic", "model", "sinh", "table"}));
  fit_->add_option("--sweep-rate", options.sweep_rate, "I-V sweeps without times: V/s (default: 1)");
  fit_->add_option("--polarity", options.polarity, "pulses without voltages: set raises, reset lowers (default: as the conductance goes)")
      ->check(CLI::IsMember({"set", "reset"}));
  fit_->add_option("--pattern", options.pattern,
                   "pulses without voltages: counts of raising and of lowering pulses in turn, such as 50,50");
  fit_->add_option("--unit", options.unit, "unit of the conductances, such as uS (default: of the title, else S)");
  fit_->add_option("--read-voltage", options.read_voltage, "voltage of the reads: turns currents into conductances; runs read with it");
  fit_->add_option("--set-voltage", options.set_voltage, "voltage of raising pulses with its sign, if the file has none; runs use it");
  fit_->add_option("--reset-voltage", options.reset_voltage, "voltage of lowering pulses, likewise");
  fit_->add_option("--width", options.width, "duration of the pulses, if the file has none; runs use it");
  fit_->add_option("--report", options.report, "folder for the fit report (default: beside the tables)");
  fit_->add_flag("--force", options.force, "replace what another command of memcosim left in that folder");
  fit_->add_option("--grid-points", options.grid_points, "conductances per table (default: 51)")->check(CLI::Range(2u, 4096u));
  fit_->add_option("--cdf-points", options.cdf_points, "quantiles per conductance (default: 101)")->check(CLI::Range(2u, 4096u));
  fit_->add_option("--minimum-samples", options.minimum_samples, "least steps around a conductance (default: a tenth of all, 4 to 30)")
      ->check(CLI::Range(1u, 1'000'000u));
  fit_->add_option("--bandwidth", options.bandwidth, "half width of the window around a conductance in grid spacings (default: 1)")
      ->check(CLI::Range(0.5, 4096.0));
  fit_->add_option("--abscissa", options.abscissa, "a step belongs to the conductance before the pulse, or to the middle")
      ->capture_default_str()
      ->check(CLI::IsMember({"before", "middle"}));
  fit_->add_flag("--pooled", options.pooled, "one table of all devices instead of one per device");
  fit_->add_option("--seed", options.seed, "seed of the draws that the report compares with")->capture_default_str();
  fit_->footer(
      "Examples:\n"
      "  memcosim device fit trains.csv --out tables.json --report results/fit\n"
      "  memcosim device fit --ltp ltp.csv --ltd ltd.csv --unit uS --set-voltage 1V --reset-voltage -1V --width 100ns --out tables.json\n"
      "  memcosim device fit ramp.csv --pattern 50,50 --out tables.json\n"
      "  memcosim device fit sweep.csv --out fitted.yaml    # then: memcosim device simulate fitted.yaml");
}

int DeviceCommand::run() const {
  if (list_->parsed()) return device_list_command(list_options_);
  if (show_->parsed()) return device_show_command(show_options_);
  if (simulate_->parsed()) {
    DeviceSimulateOptions options = simulate_options_;
    for (const CLI::Option* option : simulate_->get_options()) {
      if (option->count() > 0) options.given.push_back(option->get_name());
    }
    return device_simulate_command(options);
  }
  return device_fit_command(fit_options_);
}

}  // namespace memcosim
