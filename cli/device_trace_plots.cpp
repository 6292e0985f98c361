// SPDX-License-Identifier: Apache-2.0
// Plots of a trace (declared in device_report.hpp).
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "memcosim/cli/device_report.hpp"
#include "memcosim/runs/report/report_text.hpp"

namespace memcosim {
namespace {

using Kind = PlotSeries::Kind;

/// Ratio of conductances from which the axis is logarithmic.
constexpr double logarithmic_from = 30.0;
/// Largest number of single devices drawn as lines behind the mean.
constexpr std::size_t shown_traced_devices = 8;

std::size_t population_size(const DeviceTrace& trace) {
  return trace.population.empty() ? 0 : trace.steps.size();
}

bool is_wide(const DeviceTrace& trace) {
  double low = HUGE_VAL;
  double high = 0.0;
  for (const PopulationRow& row : trace.population) {
    low = std::min(low, row.q05);
    high = std::max(high, row.q95);
  }
  return low > 0.0 && high > logarithmic_from * low;
}

bool has_spread(const DeviceTrace& trace) {
  return std::any_of(trace.population.begin(), trace.population.end(),
                     [](const PopulationRow& row) { return row.q95 - row.q05 > 1e-6 * std::fabs(row.mean); });
}

template <typename Value>
std::vector<double> of_group(const DeviceTrace& trace, std::size_t group, Value value) {
  std::vector<double> values;
  for (const PopulationRow& row : trace.population) {
    if (row.group == group) values.push_back(value(row));
  }
  return values;
}

std::vector<double> times(const DeviceTrace& trace) {
  std::vector<double> values;
  for (const TraceStep& step : trace.steps)
    values.push_back(step.time_s);
  return values;
}

std::vector<double> numbers(std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(static_cast<double>(i));
  return values;
}

template <typename Value>
std::vector<double> of_device(const DeviceTrace& trace, std::size_t device, Value value) {
  std::vector<double> values;
  for (std::size_t step = 0; step < trace.steps.size(); ++step)
    values.push_back(value(trace.devices[device][step], trace.steps[step]));
  return values;
}

/// Every n-th value of a long trace and the last one, since thinning cannot reduce noise, which has no smooth shape.
std::vector<double> sparse(const std::vector<double>& values) {
  constexpr std::size_t most = 300;  // two pixels apart
  const std::size_t stride = (values.size() + most - 1) / most;
  std::vector<double> kept;
  for (std::size_t i = 0; i < values.size(); i += stride)
    kept.push_back(values[i]);
  if (stride > 1 && (values.size() - 1) % stride != 0) kept.push_back(values.back());
  return kept;
}

/// Label of a group of a retention trace: the conductance at its start.
std::string group_label(const DeviceTrace& trace, std::size_t group) {
  return "from " +
         report::display_quantity(of_group(trace, group, [](const auto& row) { return row.mean; }).front(), Dimension::conductance, 3);
}

/// Band, single devices and mean of all groups over `x`.
void add_population(const DeviceTrace& trace, const std::vector<double>& x, bool label_groups, Plot& plot) {
  const bool spread = has_spread(trace);
  for (std::size_t group = 0; spread && group < trace.groups; ++group) {
    const int colour = static_cast<int>(group);
    plot.series.push_back({Kind::band, colour, group == 0 ? "5 % to 95 %" : "", sparse(x),
                           sparse(of_group(trace, group, [](const auto& row) { return row.q05; })),
                           sparse(of_group(trace, group, [](const auto& row) { return row.q95; }))});
  }
  for (std::size_t device = 0; spread && trace.groups == 1 && device < std::min(shown_traced_devices, trace.devices.size()); ++device) {
    plot.series.push_back({Kind::thin_line, 5, device == 0 ? "single devices" : "", sparse(x),
                           sparse(of_device(trace, device, [](const TraceRow& row, const TraceStep&) { return row.siemens; }))});
  }
  for (std::size_t group = 0; group < trace.groups; ++group) {
    std::string label;
    if (label_groups) {
      label = group_label(trace, group);
    } else if (spread && group == 0) {
      label = "mean";
    }
    plot.series.push_back(
        {Kind::line, static_cast<int>(group), label, x, of_group(trace, group, [](const auto& row) { return row.mean; })});
  }
}

Plot current_plot(const DeviceTrace& trace, const std::string& name, bool logarithmic) {
  Plot plot{logarithmic ? "Magnitude of the current" : name + ": current over voltage",
            "",
            {"voltage", Dimension::voltage},
            {logarithmic ? "|current|" : "current", Dimension::current, logarithmic},
            {}};
  const std::vector<double> volts = of_device(trace, 0, [](const TraceRow&, const TraceStep& step) { return step.volts; });
  for (std::size_t i = std::min(shown_traced_devices, trace.devices.size()); i-- > 0;) {
    std::vector<double> amperes =
        of_device(trace, i, [&](const TraceRow& row, const TraceStep&) { return logarithmic ? std::fabs(row.amperes) : row.amperes; });
    plot.series.push_back({i == 0 ? Kind::line : Kind::thin_line, i == 0 ? 0 : 5, "", volts, std::move(amperes)});
  }
  if (logarithmic) {
    // Very small currents near the zero crossings would extend the axis by decades without information.
    double largest = 0.0;
    for (const PlotSeries& series : plot.series) {
      for (const double value : series.y)
        largest = std::max(largest, value);
    }
    for (PlotSeries& series : plot.series) {
      for (double& value : series.y)
        value = value < 1e-6 * largest ? 0.0 : value;
    }
  }
  return plot;
}

}  // namespace

std::vector<Plot> pulse_plots(const DeviceTrace& trace, const std::string& name) {
  const std::vector<double> pulses = numbers(population_size(trace));
  Plot conductance{name + ": conductance over pulses", "", {"pulse"}, {"conductance", Dimension::conductance, is_wide(trace)}, {}};
  add_population(trace, pulses, false, conductance);

  Plot change{"Change by one pulse",
              "first device",
              {"conductance before the pulse", Dimension::conductance, is_wide(trace)},
              {"change", Dimension::conductance},
              {}};
  PlotSeries raised{Kind::dots, 0, "up", {}, {}};
  PlotSeries lowered{Kind::dots, 1, "down", {}, {}};
  const std::vector<TraceRow>& first = trace.devices.front();
  for (std::size_t i = 1; i < first.size(); ++i) {
    const double step = first[i].siemens - first[i - 1].siemens;
    PlotSeries& side = step >= 0.0 ? raised : lowered;
    side.x.push_back(first[i - 1].siemens);
    side.y.push_back(step);
  }
  change.series = {raised, lowered};

  Plot energy{"Energy of one pulse", "mean over devices", {"pulse"}, {"energy", Dimension::energy}, {}};
  std::vector<double> joules = of_group(trace, 0, [](const auto& row) { return row.energy_j; });
  if (!joules.empty()) joules.erase(joules.begin());
  energy.series.push_back({Kind::line, 1, "", {pulses.begin() + (pulses.empty() ? 0 : 1), pulses.end()}, std::move(joules)});
  return {conductance, change, energy};
}

std::vector<Plot> loop_plots(const DeviceTrace& trace, const std::string& name) {
  Plot conductance{"Conductance over time",
                   "as read at the read voltage",
                   {"time", Dimension::time},
                   {"conductance", Dimension::conductance, is_wide(trace)},
                   {}};
  add_population(trace, times(trace), false, conductance);
  Plot voltage{"Voltage over time", "of the source", {"time", Dimension::time}, {"voltage", Dimension::voltage}, {}};
  voltage.series.push_back(
      {Kind::line, 5, "", times(trace), of_device(trace, 0, [](const TraceRow&, const TraceStep& step) { return step.volts; })});
  return {current_plot(trace, name, false), current_plot(trace, name, true), conductance, voltage};
}

std::vector<Plot> retention_plots(const DeviceTrace& trace, const std::string& name) {
  Plot conductance{name + ": conductance over age",
                   "",
                   {"time since programming", Dimension::time, true},
                   {"conductance", Dimension::conductance, is_wide(trace)},
                   {}};
  add_population(trace, times(trace), true, conductance);
  if (!has_spread(trace)) return {conductance};
  Plot spread{"Spread over age",
              "standard deviation of each group",
              {"time since programming", Dimension::time, true},
              {"sigma", Dimension::conductance},
              {}};
  for (std::size_t group = 0; group < trace.groups; ++group) {
    spread.series.push_back({Kind::line, static_cast<int>(group), group_label(trace, group), times(trace),
                             of_group(trace, group, [](const auto& row) { return row.sigma; })});
  }
  return {conductance, spread};
}

}  // namespace memcosim
