// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_fit_plots.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace memcosim {
namespace {

using Kind = PlotSeries::Kind;

constexpr std::size_t shown_measured_devices = 6;
constexpr std::size_t shown_cycles = 3;

/// True if exactly one pulse lies between sample i and the one before it.
bool is_step(const DevicePulses& device, std::size_t i) {
  const PulseSample& before = device.samples[i - 1];
  const PulseSample& after = device.samples[i];
  return after.cycle == before.cycle && after.pulse == before.pulse + 1 && after.voltage_v != 0.0;
}

bool raises(const TableFit& fit, double volts) {
  return (volts > 0.0) != fit.inverted;
}

PlotSeries measured_steps(const PulseTrains& trains, const TableFit& fit, const FitOptions& options, bool set) {
  PlotSeries dots{Kind::dots, 5, "measured", {}, {}};
  for (const DevicePulses& device : trains.devices) {
    for (std::size_t i = 1; i < device.samples.size(); ++i) {
      if (!is_step(device, i) || raises(fit, device.samples[i].voltage_v) != set) continue;
      const double before = device.samples[i - 1].conductance_s;
      const double after = device.samples[i].conductance_s;
      dots.x.push_back(options.abscissa == FitOptions::Abscissa::before ? before : 0.5 * (before + after));
      dots.y.push_back(after - before);
    }
  }
  return dots;
}

/// Quantile of the steps at each grid conductance, interpolated between rows, which are at equally spaced probabilities.
std::vector<double> quantiles(const StepCurves& curves, double probability) {
  std::vector<double> values;
  for (const std::vector<double>& row : curves.dg_s) {
    const double at = probability * static_cast<double>(row.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(at), row.size() - 2);
    const double part = at - static_cast<double>(below);
    values.push_back(row[below] + part * (row[below + 1] - row[below]));
  }
  return values;
}

Plot step_plot(const PulseTrains& trains, const TableFit& fit, const FitOptions& options, bool set) {
  const StepCurves& curves = set ? fit.pooled.devices.front().set : fit.pooled.devices.front().reset;
  const PolarityReport& report = set ? fit.pool.set : fit.pool.reset;
  Plot plot{set ? "Steps of raising pulses" : "Steps of lowering pulses",
            fmt::format("{} steps", report.samples),
            {"conductance", Dimension::conductance},
            {"change by one pulse", Dimension::conductance},
            {}};
  const int colour = set ? 0 : 1;
  plot.series.push_back({Kind::band, colour, "5 % to 95 % of the table", curves.g_s, quantiles(curves, 0.05), quantiles(curves, 0.95)});
  plot.series.push_back({Kind::band, colour, "25 % to 75 %", curves.g_s, quantiles(curves, 0.25), quantiles(curves, 0.75)});
  plot.series.push_back(measured_steps(trains, fit, options, set));
  plot.series.push_back({Kind::line, colour, "mean", report.g_s, report.mean_s});
  return plot;
}

double mean_step(const PolarityReport& report, double siemens) {
  const std::vector<double>& g = report.g_s;
  if (g.empty()) return 0.0;
  const double inside = std::clamp(siemens, g.front(), g.back());
  const auto upper =
      std::clamp<std::ptrdiff_t>(std::lower_bound(g.begin(), g.end(), inside) - g.begin(), 1, static_cast<std::ptrdiff_t>(g.size()) - 1);
  const auto i = static_cast<std::size_t>(upper);
  const double part = (inside - g[i - 1]) / (g[i] - g[i - 1]);
  return report.mean_s[i - 1] + part * (report.mean_s[i] - report.mean_s[i - 1]);
}

/// Simulates the first cycle of a device with the mean steps of the table.
PlotSeries replayed(const DevicePulses& device, const TableFit& fit) {
  PlotSeries line{Kind::dashed_line, 4, "mean steps of the table", {}, {}};
  double siemens = device.samples.front().conductance_s;
  line.x.push_back(static_cast<double>(device.samples.front().pulse));
  line.y.push_back(siemens);
  for (std::size_t i = 1; i < device.samples.size() && device.samples[i].cycle == device.samples.front().cycle; ++i) {
    const PulseSample& sample = device.samples[i];
    if (is_step(device, i)) {
      siemens += mean_step(raises(fit, sample.voltage_v) ? fit.pool.set : fit.pool.reset, siemens);
      siemens = std::clamp(siemens, fit.pool.range.low, fit.pool.range.high);
    } else if (sample.voltage_v != 0.0) {
      siemens = sample.conductance_s;  // pulses are missing before this one: start again from the measurement
    }
    line.x.push_back(static_cast<double>(sample.pulse));
    line.y.push_back(siemens);
  }
  return line;
}

Plot train_plot(const PulseTrains& trains, const TableFit& fit) {
  Plot plot{"Measured trains", "", {"pulse"}, {"conductance", Dimension::conductance}, {}};
  const std::size_t devices = std::min(shown_measured_devices, trains.devices.size());
  for (std::size_t d = 0; d < devices; ++d) {
    const DevicePulses& device = trains.devices[d];
    std::size_t cycles = 0;
    for (std::size_t i = 0; i < device.samples.size(); ++i) {
      if (i == 0 || device.samples[i].cycle != device.samples[i - 1].cycle) {
        if (++cycles > shown_cycles) break;
        plot.series.push_back({Kind::thin_line, static_cast<int>(d), cycles == 1 ? device.name : "", {}, {}});
      }
      plot.series.back().x.push_back(static_cast<double>(device.samples[i].pulse));
      plot.series.back().y.push_back(device.samples[i].conductance_s);
    }
  }
  plot.caption = fmt::format("{} of {} devices, at most {} cycles each", devices, trains.devices.size(), shown_cycles);
  plot.series.push_back(replayed(trains.devices.front(), fit));
  return plot;
}

Plot distance_plot(const TableFit& fit) {
  Plot plot{"Distance of data and table",
            "Kolmogorov-Smirnov; above the limit they differ; devices in the order of the file, from 0",
            {"device"},
            {"distance"},
            {}};
  for (const bool set : {true, false}) {
    PlotSeries dots{Kind::dots, set ? 0 : 1, set ? "raising" : "lowering", {}, {}};
    PlotSeries limit{Kind::dashed_line, set ? 0 : 1, set ? "limit (1 %)" : "", {}, {}};
    for (std::size_t i = 0; i < fit.devices.size(); ++i) {
      const PolarityReport& report = set ? fit.devices[i].set : fit.devices[i].reset;
      if (report.samples == 0) continue;
      dots.x.push_back(static_cast<double>(i));
      dots.y.push_back(report.ks_distance);
      limit.x.push_back(static_cast<double>(i));
      limit.y.push_back(report.ks_limit);
    }
    if (dots.x.empty()) continue;
    plot.series.push_back(std::move(dots));
    plot.series.push_back(std::move(limit));
  }
  return plot;
}

}  // namespace

std::vector<FitPlot> fit_plots(const PulseTrains& trains, const TableFit& fit, const FitOptions& options) {
  std::vector<FitPlot> plots;
  if (fit.pool.set.samples > 0) plots.push_back({"set.svg", step_plot(trains, fit, options, true)});
  if (fit.pool.reset.samples > 0) plots.push_back({"reset.svg", step_plot(trains, fit, options, false)});
  plots.push_back({"", train_plot(trains, fit)});
  if (fit.devices.size() > 1) plots.push_back({"", distance_plot(fit)});
  return plots;
}

}  // namespace memcosim
