// SPDX-License-Identifier: Apache-2.0
// `memcosim device fit` of an I-V sweep: writes a device section with fitted parameters and reports how well it agrees with the sweep.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "memcosim/cli/device_fit.hpp"
#include "memcosim/cli/device_report.hpp"
#include "memcosim/cli/quantity_option.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/fits/iv_fit.hpp"
#include "memcosim/runs/results/interrupt_watch.hpp"
#include "memcosim/runs/results/result_folder.hpp"

namespace memcosim {
namespace {

std::string number_text(double value, const ParameterInfo& info) {
  return info.dimension == Dimension::dimensionless ? exact_number(value) : exact_quantity(value, info.dimension);
}

/// The points of a tabulated current law in the format of the file of current_law.file.
std::string law_csv(const CurrentLaw& law) {
  std::string text = "voltage_v,current_a\n";
  for (int i = law.points + law.points_below - 1; i >= law.points; --i)
    text += fmt::format("{},{}\n", exact_number(-law.volts[i]), exact_number(-law.relative[i]));
  for (int i = 0; i < law.points; ++i)
    text += fmt::format("{},{}\n", exact_number(law.volts[i]), exact_number(law.relative[i]));
  return text;
}

std::string device_yaml(const IvFit& fit, const std::string& law_file) {
  const CellModel& model = cell_model(fit.spec.model);
  std::string text = fmt::format("device:\n  model: {}\n  parameters:\n", model.name);
  for (std::size_t i = 0; i < model.parameter_count; ++i) {
    const ParameterInfo& info = model.parameters[i];
    if (fit.spec.parameters[i] != info.fallback) text += fmt::format("    {}: {}\n", info.name, number_text(fit.spec.parameters[i], info));
  }
  const CurrentLaw& law = fit.spec.circuit.law;
  if (law.kind == CurrentLaw::Kind::sinh)
    text += fmt::format("  current_law: {{law: sinh, voltage: {}}}\n", exact_quantity(law.v0, Dimension::voltage));
  if (law.kind == CurrentLaw::Kind::table) text += fmt::format("  current_law: {{law: table, file: {}}}\n", law_file);
  text += fmt::format("array: {{g_min: {}, g_max: {}, read_voltage: {}}}\n", exact_quantity(fit.use.g_min, Dimension::conductance),
                      exact_quantity(fit.use.g_max, Dimension::conductance), exact_quantity(fit.use.read_voltage_v, Dimension::voltage));
  std::string ramps;
  for (const auto& [name, hint] : {std::pair{"set", fit.use.set}, std::pair{"reset", fit.use.reset}}) {
    if (!(hint.limit_v > 0.0)) continue;
    ramps += fmt::format("  {}: {{start: {}, step: {}, limit: {}, duration: {}}}\n", name, exact_quantity(hint.start_v, Dimension::voltage),
                         exact_quantity(hint.step_v, Dimension::voltage), exact_quantity(hint.limit_v, Dimension::voltage),
                         exact_quantity(hint.duration_s, Dimension::time));
  }
  return ramps.empty() ? text : text + "programming:\n" + ramps;
}

Plot current_plot(const IvSweep& sweep, const IvFit& fit, bool logarithmic) {
  Plot plot{logarithmic ? "Magnitude of the current" : "Current over voltage",
            fmt::format("{} points", sweep.points.size()),
            {"voltage", Dimension::voltage},
            {logarithmic ? "|current|" : "current", Dimension::current, logarithmic},
            {}};
  PlotSeries measured{PlotSeries::Kind::dots, 5, "measured", {}, {}};
  PlotSeries fitted{PlotSeries::Kind::line, 0, "fitted", {}, {}};
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    const auto shown = [&](double amperes) { return logarithmic ? std::fabs(amperes) : amperes; };
    measured.x.push_back(sweep.points[i].volts);
    measured.y.push_back(shown(sweep.points[i].amperes));
    fitted.x.push_back(sweep.points[i].volts);
    fitted.y.push_back(shown(fit.modelled_a[i]));
  }
  plot.series = {std::move(measured), std::move(fitted)};
  return plot;
}

Plot residual_plot(const IvSweep& sweep, const IvFit& fit) {
  Plot plot{"Fitted less measured",
            fmt::format("relative for currents well above {}", format_quantity(fit.floor_a, Dimension::current, 3)),
            {"voltage", Dimension::voltage},
            {"residual"},
            {}};
  PlotSeries dots{PlotSeries::Kind::dots, 1, "", {}, {}};
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    dots.x.push_back(sweep.points[i].volts);
    dots.y.push_back(std::asinh(fit.modelled_a[i] / fit.floor_a) - std::asinh(sweep.points[i].amperes / fit.floor_a));
  }
  plot.series = {std::move(dots)};
  return plot;
}

std::string value_text(const FittedParameter& parameter) {
  return fmt::format("{:.6g}{}{}", parameter.value, parameter.unit.empty() ? "" : " ", parameter.unit);
}

std::string error_text(const FittedParameter& parameter) {
  return std::isfinite(parameter.error) ? fmt::format("{:.2g}{}{}", parameter.error, parameter.unit.empty() ? "" : " ", parameter.unit)
                                        : "unlimited";
}

StatisticGroup summarise(const IvSweep& sweep, const IvFit& fit) {
  StatisticGroup summary;
  StatisticGroup& all = summary.group("fit");
  all.add_text("model", fit.spec.model, "cell model");
  all.add_text("electrodes", fit.exchanged ? "exchanged" : "as measured", "whether voltages of the model have the sweep's sign");
  all.add_count("points", sweep.points.size(), "points of the sweep");
  all.add("rms", fit.rms, Dimension::dimensionless, "root mean square of the residuals asinh(I / floor): relative above the floor");
  all.add("floor", fit.floor_a, Dimension::current, "current below which residuals are absolute");
  all.add("rms_current", fit.rms_a, Dimension::current, "root mean square of fitted less measured current");
  all.add("largest_current", fit.largest_a, Dimension::current, "of the measurement");
  all.add("initial_conductance", fit.initial_s, Dimension::conductance, "of the first point, at the read voltage");
  all.add("lowest_conductance", fit.visited.low, Dimension::conductance, "of the sweep, at the read voltage");
  all.add("highest_conductance", fit.visited.high, Dimension::conductance, "of the sweep, at the read voltage");
  all.add("read_voltage", fit.use.read_voltage_v, Dimension::voltage, "at which conductances are given");
  StatisticGroup& laws = summary.group("current_laws");
  for (const IvCandidate& candidate : fit.candidates) {
    StatisticGroup& law = laws.group(candidate.law);
    law.add_count("parameters", candidate.parameters, "numbers that were fitted");
    law.add("rms", candidate.rms, Dimension::dimensionless, "root mean square of the residuals");
    law.add("bic", candidate.bic, Dimension::dimensionless, "Bayesian information criterion: the least is taken");
  }
  StatisticGroup& parameters = summary.group("parameters");
  for (const FittedParameter& parameter : fit.parameters) {
    const std::string unit = parameter.unit.empty() ? "" : fmt::format(", {}", parameter.unit);
    parameters.add(parameter.name, parameter.value, Dimension::dimensionless, "fitted" + unit);
    if (std::isfinite(parameter.error)) {
      parameters.add(parameter.name + "_error", parameter.error, Dimension::dimensionless, "standard error" + unit);
    } else {
      parameters.add_text(parameter.name + "_error", "unlimited", "the sweep does not tell");
    }
  }
  return summary;
}

std::string law_text(const IvFit& fit) {
  switch (fit.spec.circuit.law.kind) {
    case CurrentLaw::Kind::sinh:
      return "sinh";
    case CurrentLaw::Kind::table:
      return fit.spec.circuit.law.points_below > 0 ? "table, with its own side below 0 V" : "table, odd";
    default:
      return "the model's own";
  }
}

}  // namespace

int fit_iv(const DeviceFitOptions& options) {
  const double rate = options.sweep_rate.empty() ? 0.0 : std::strtod(options.sweep_rate.c_str(), nullptr);
  if (!options.sweep_rate.empty() && !(rate > 0.0 && std::isfinite(rate)))
    throw InputError(fmt::format("--sweep-rate {}: expected V/s, a number above 0", options.sweep_rate));
  const IvSweep sweep = read_iv_sweep(options.csv, rate);
  IvFitOptions choices;
  choices.model = options.model == "automatic" ? "" : options.model;
  choices.law = options.law == "automatic" ? "" : options.law;
  choices.read_voltage_v = positive_option(options.read_voltage, "--read-voltage", Dimension::voltage);
  check_fit_file(options);
  std::filesystem::path law_file = options.tables;
  law_file.replace_filename(options.tables.stem().string() + "_law.csv");
  keep_measurements(options, law_file);
  const std::filesystem::path report = fit_report_folder(options);
  ResultFolder folder(report, "device fit", options.force);
  const InterruptWatch interrupts({}, [&] { return folder.leave(); });
  folder.keep_out(options.tables, "--out");
  folder.keep_out(options.csv, "the measurement");
  const IvFit fit = fit_iv_sweep(sweep, choices);

  const bool has_table = fit.spec.circuit.law.kind == CurrentLaw::Kind::table;
  const bool has_ramps = fit.use.set.limit_v > 0.0 || fit.use.reset.limit_v > 0.0;
  const std::string yaml =
      fmt::format("# Fit of {} (rms of the residuals {:.3g}).\n{}{}", options.csv.filename().string(), fit.rms,
                  has_ramps ? "# Ramps: within the voltages of the sweep; a pulse at the limit moves the state by about a "
                              "twentieth of its range.\n"
                            : "",
                  device_yaml(fit, law_file.filename().string()));
  const StatisticGroup summary = summarise(sweep, fit);
  std::vector<std::string> notes = sweep.assumptions;
  notes.insert(notes.end(), fit.warnings.begin(), fit.warnings.end());
  std::vector<std::string> remarks = notes;
  remarks.push_back(fmt::format("Equations: {}.", cell_model(fit.spec.model).summary));
  const std::vector<Plot> plots = {current_plot(sweep, fit, false), current_plot(sweep, fit, true), residual_plot(sweep, fit)};
  folder.write("summary.json", summary.to_json());
  folder.write("iv.svg", render_plot_file(plots[0]));
  folder.write("report.html", render_device_page({options.csv.stem().string() + ": fit of an I-V sweep", options.command_line,
                                                  "What was measured, and the fitted device", plots, remarks, &summary,
                                                  options.tables.filename().string(), yaml}));
  if (has_table) write_file(law_file, law_csv(fit.spec.circuit.law));
  write_file(options.tables, yaml);
  folder.put_in_place(options.command_line, nlohmann::ordered_json::object());

  fmt::print("  {:<10} {}, current law {}\n", "model", fit.spec.model, law_text(fit));
  for (const FittedParameter& parameter : fit.parameters)
    fmt::print("  {:<20} {:<18} +- {}\n", parameter.name, value_text(parameter), error_text(parameter));
  fmt::print("  {:<10} {:.3g} (relative; {} rms of at most {})\n", "residual", fit.rms, format_quantity(fit.rms_a, Dimension::current, 3),
             format_quantity(fit.largest_a, Dimension::current, 3));
  fmt::print("  {:<10} {} to {} at {}\n", "states", format_quantity(fit.visited.low, Dimension::conductance),
             format_quantity(fit.visited.high, Dimension::conductance), format_quantity(fit.use.read_voltage_v, Dimension::voltage));
  for (const std::string& note : notes)
    fmt::print("  note: {}\n", note);
  fmt::print("  device   {}\n  report   {}\n", options.tables.string(), (report / "report.html").string());
  return 0;
}

}  // namespace memcosim
