// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/fits/iv_fit.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/fits/iv_models.hpp"
#include "memcosim/devices/fits/least_squares.hpp"

namespace memcosim {

namespace {

/// Weight (per square root of the number of points) of the residuals that draw resistances not visited in the sweep to those visited: far
/// below the weight of a point.
constexpr double bound_weight = 5e-3;
/// Smallest difference of the logarithms of the currents of two branches that counts as hysteresis.
constexpr double least_hysteresis = 0.05;

/// A sweep with the signs of voltages and currents of the model.
struct ModelSweep {
  std::vector<IvPoint> points;
  double highest_v = 0.0;  ///< above 0 V
  double lowest_v = 0.0;   ///< magnitude, below 0 V
  double largest_a = 0.0;
  double floor_a = 0.0;
};

ModelSweep in_signs_of_model(const IvSweep& sweep, bool exchanged) {
  ModelSweep result;
  std::vector<double> magnitudes;
  for (IvPoint point : sweep.points) {
    if (exchanged) {
      point.volts = -point.volts;
      point.amperes = -point.amperes;
    }
    result.points.push_back(point);
    result.highest_v = std::max(result.highest_v, point.volts);
    result.lowest_v = std::max(result.lowest_v, -point.volts);
    magnitudes.push_back(std::fabs(point.amperes));
  }
  result.largest_a = *std::max_element(magnitudes.begin(), magnitudes.end());
  if (!(result.largest_a > 0.0)) throw InputError(fmt::format("{}: all currents are 0", sweep.source));
  const auto middle = magnitudes.begin() + static_cast<std::ptrdiff_t>(magnitudes.size() / 2);
  std::nth_element(magnitudes.begin(), middle, magnitudes.end());
  result.floor_a = std::max(0.1 * *middle, 1e-9 * result.largest_a);
  return result;
}

/// Index ranges of consecutive points on the same side of 0 V.
std::vector<std::pair<std::size_t, std::size_t>> half_cycles(const std::vector<IvPoint>& points) {
  std::vector<std::pair<std::size_t, std::size_t>> runs;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].volts == 0.0) continue;
    const bool continues = !runs.empty() && runs.back().second == i && points[i - 1].volts * points[i].volts > 0.0;
    if (continues) {
      runs.back().second = i + 1;
    } else {
      runs.emplace_back(i, i + 1);
    }
  }
  return runs;
}

/// Current at a magnitude of the voltage, interpolated on a branch with monotonic voltage; empty outside of the branch.
std::optional<double> current_on(const std::vector<IvPoint>& points, std::size_t first, std::size_t last, double magnitude) {
  for (std::size_t i = first; i < last; ++i) {
    const double a = std::fabs(points[i].volts) - magnitude;
    const double b = std::fabs(points[i + 1].volts) - magnitude;
    if (a * b > 0.0 || a == b) continue;
    return std::fabs(points[i].amperes + (points[i + 1].amperes - points[i].amperes) * (a / (a - b)));
  }
  return std::nullopt;
}

/// Logarithm of the ratio of the currents after and before the peak of each half cycle, at the same voltages.
struct Hysteresis {
  double largest = 0.0;
  double resistance_falls_when_positive = 0.0;  ///< sum over half cycles; negative: it rises
};

Hysteresis hysteresis_of(const std::vector<IvPoint>& points) {
  Hysteresis result;
  for (const auto& [first, end] : half_cycles(points)) {
    std::size_t peak = first;
    for (std::size_t i = first; i < end; ++i) {
      if (std::fabs(points[i].volts) > std::fabs(points[peak].volts)) peak = i;
    }
    double sum = 0.0;
    std::size_t count = 0;
    for (const double share : {0.3, 0.5, 0.7}) {
      const double volts = share * std::fabs(points[peak].volts);
      const auto up = current_on(points, first, peak, volts);
      const auto back = current_on(points, peak, end - 1, volts);
      if (!up || !back || !(*up > 0.0) || !(*back > 0.0)) continue;
      sum += std::log(*back / *up);
      ++count;
    }
    if (count == 0) continue;
    const double mean = sum / static_cast<double>(count);
    result.largest = std::max(result.largest, std::fabs(mean));
    result.resistance_falls_when_positive += points[peak].volts > 0.0 ? mean : -mean;
  }
  return result;
}

/// Simulates the sweep from the initial state of the device: currents at the points, and the range of conductances visited.
void follow(const ModelSweep& sweep, const IvDevice& device, double read_voltage_v, std::vector<double>& amperes,
            ConductanceRange& visited) {
  const CellModel& model = cell_model(device.spec.model);
  const CellParameters cell = nominal_cell(device.spec, read_voltage_v);
  const CellCircuit bare;  // without access device the voltage alone moves the state
  PulseDrive drive;
  if (!model.has_closed_form(cell) || device.spec.model != "vteam") drive.stepping = {Stepping::adaptive, 1e-7, 1e-9};
  double state = device.state;
  double before_s = sweep.points.front().time_s;
  amperes.resize(sweep.points.size());
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    const IvPoint& point = sweep.points[i];
    drive.volts = point.volts;
    drive.seconds = point.time_s - before_s;
    before_s = point.time_s;
    if (drive.seconds > 0.0) state = model.apply_pulse(cell, bare, state, drive, {}).state;
    amperes[i] = model.current(cell, device.spec.circuit, state, point.volts);
    const double siemens = model.conductance(cell, device.spec.circuit, state);
    visited =
        i == 0 ? ConductanceRange{siemens, siemens} : ConductanceRange{std::min(visited.low, siemens), std::max(visited.high, siemens)};
  }
}

double compressed(double amperes, double floor_a) {
  return std::asinh(amperes / floor_a);
}

/// The best fit from several starts.
LeastSquaresFit best_fit(const Residuals& residuals, const std::vector<std::vector<double>>& starts, const std::string& source) {
  constexpr std::size_t tried = 6;
  constexpr std::size_t finished = 2;
  std::vector<std::pair<double, const std::vector<double>*>> ranked;
  std::vector<double> values;
  for (const std::vector<double>& start : starts) {
    if (!residuals(start, values)) continue;
    double sum = 0.0;
    for (const double value : values)
      sum += value * value;
    if (std::isfinite(sum)) ranked.emplace_back(sum, &start);
  }
  if (ranked.empty()) throw InputError(fmt::format("{}: no start of the fit has currents", source));
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  ranked.resize(std::min(ranked.size(), tried));
  const auto worse = [](const LeastSquaresFit& a, const LeastSquaresFit& b) { return a.sum_of_squares < b.sum_of_squares; };
  std::vector<LeastSquaresFit> fits;
  for (const auto& [sum, start] : ranked)
    fits.push_back(least_squares(residuals, *start, {25, 1e-6}));
  std::stable_sort(fits.begin(), fits.end(), worse);
  fits.resize(std::min(fits.size(), finished));
  for (LeastSquaresFit& fit : fits)
    fit = least_squares(residuals, fit.parameters, {300, 1e-11});
  std::stable_sort(fits.begin(), fits.end(), worse);
  return fits.front();
}

/// Parameters of the model with their standard errors, propagated from the covariance of the fitted numbers.
std::vector<FittedParameter> with_errors(const IvModel& model, const LeastSquaresFit& fit) {
  std::vector<FittedParameter> parameters;
  const std::vector<IvQuantity> here = model.quantities(fit.parameters);
  const std::size_t n = fit.parameters.size();
  std::vector<std::vector<double>> slopes(here.size(), std::vector<double>(n));
  for (std::size_t k = 0; k < n; ++k) {
    for (const double step : {1e-5, -1e-5}) {
      std::vector<double> moved = fit.parameters;
      moved[k] += step;
      const std::vector<IvQuantity> there = model.quantities(moved);
      if (there.empty()) continue;  // the step leaves the range of the model: try the other direction
      for (std::size_t i = 0; i < here.size(); ++i)
        slopes[i][k] = (there[i].value - here[i].value) / step;
      break;
    }
  }
  for (std::size_t i = 0; i < here.size(); ++i) {
    double variance = 0.0;
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t column = 0; column < n; ++column) {
        if (slopes[i][row] != 0.0 && slopes[i][column] != 0.0)
          variance += slopes[i][row] * fit.covariance[row * n + column] * slopes[i][column];
      }
    }
    const bool known = variance >= 0.0 && std::isfinite(variance);
    parameters.push_back({here[i].name, here[i].unit, here[i].value, known ? std::sqrt(variance) : HUGE_VAL});
  }
  return parameters;
}

double criterion(const LeastSquaresFit& fit) {
  constexpr double rounding = 1e-7;  // smaller residuals do not distinguish models
  const auto count = static_cast<double>(fit.residuals);
  const double variance = std::fmax(fit.sum_of_squares / count, rounding * rounding);
  return count * std::log(variance) + static_cast<double>(fit.parameters.size()) * std::log(count);
}

std::vector<IvLaw> laws_of(const std::string& law, const std::string& model) {
  if (model == "data_driven_2021") {
    if (!law.empty() && law != "model") {
      throw InputError(fmt::format("--law {}: data_driven_2021 has a current of its own (sinh on either side): leave --law out", law));
    }
    return {IvLaw::model};
  }
  if (law == "model") return {IvLaw::model};
  if (law == "sinh") return {IvLaw::sinh};
  if (law == "table") return {IvLaw::table};
  if (law.empty()) return {IvLaw::model, IvLaw::sinh, IvLaw::table};
  throw InputError(fmt::format("--law {}: expected model, sinh or table", law));
}

/// A pulse ramp within the voltages of the sweep. Its duration moves the state by at most 5 % of its range at the highest voltage.
PulseHint ramp_of(const IvDevice& device, double read_voltage_v, double limit_v, double threshold_v) {
  if (!(limit_v > 0.0)) return {};
  const CellModel& model = cell_model(device.spec.model);
  const CellParameters cell = nominal_cell(device.spec, read_voltage_v);
  const double low = model.state_low(cell);
  const double high = model.state_high(cell);
  const auto moved = [&](double sign, double seconds) {
    PulseDrive drive;
    drive.volts = sign * limit_v;
    drive.seconds = seconds;
    const double middle = 0.5 * (low + high);
    return std::fabs(model.apply_pulse(cell, {}, middle, drive, {}).state - middle) / (high - low);
  };
  const double sign = threshold_v < 0.0 ? -1.0 : 1.0;
  double seconds = 1e-12;
  for (; seconds < 0.5 && moved(sign, 2.0 * seconds) < 0.05;)
    seconds *= 2.0;
  // Round down to 1, 2 or 5 times a power of ten, so that the user sees a short number.
  const double decade = std::pow(10.0, std::floor(std::log10(seconds)));
  const double part = seconds / decade;
  seconds = decade * (part >= 5.0 ? 5.0 : (part >= 2.0 ? 2.0 : 1.0));
  const double start = std::fmin(limit_v, 1.05 * std::fabs(threshold_v));
  return {start, (limit_v - start) / 20.0, limit_v, seconds};
}

void warn(const IvSweep& sweep, const ModelSweep& model_sweep, const IvModel& model, IvFit& fit) {
  const auto quantity = [](double value, Dimension dimension) { return format_quantity(value, dimension, 3); };
  double slowest = HUGE_VAL;
  double fastest = 0.0;
  for (std::size_t i = 1; i < sweep.points.size(); ++i) {
    const double seconds = sweep.points[i].time_s - sweep.points[i - 1].time_s;
    const double rate = std::fabs(sweep.points[i].volts - sweep.points[i - 1].volts) / seconds;
    if (!(rate > 0.0)) continue;
    slowest = std::min(slowest, rate);
    fastest = std::max(fastest, rate);
  }
  const auto [lowest, highest] = std::minmax_element(model_sweep.points.begin(), model_sweep.points.end(),
                                                     [](const IvPoint& a, const IvPoint& b) { return a.volts < b.volts; });
  const std::string voltages =
      fmt::format("measured from {} to {}{}", quantity(lowest->volts, Dimension::voltage), quantity(highest->volts, Dimension::voltage),
                  fit.exchanged ? " (in the signs of the model)" : "");
  if (!model.has_state()) fit.warnings.push_back(voltages + ": beyond, currents are extrapolated");
  if (model.has_state()) {
    fit.warnings.push_back(
        fmt::format("{}, at {:.3g} V/s to {:.3g} V/s: beyond, currents and speeds are extrapolated", voltages, slowest, fastest));
    if (sweep.assumed_rate_v_per_s > 0.0) {
      fit.warnings.push_back(
          fmt::format("no column of times: the voltage is taken to change at {} V/s (--sweep-rate says otherwise); all "
                      "speeds are in proportion to it",
                      sweep.assumed_rate_v_per_s));
    }
  }
  if (model_sweep.lowest_v == 0.0 || model_sweep.highest_v == 0.0) {
    fit.warnings.push_back(
        fmt::format("measured on one side of 0 V: the current on the other side is taken as the same with the opposite "
                    "sign{}",
                    model.has_state() ? ", and the speeds there are the defaults of the model" : ""));
  }
  if (fit.exchanged) {
    fit.warnings.emplace_back(
        "the resistance goes the other way than in the model: electrodes are exchanged, a positive voltage of the model "
        "is a negative one of the sweep");
  }
  if (model.has_state()) {
    const CellParameters cell = nominal_cell(fit.spec, fit.use.read_voltage_v);
    const ConductanceRange range = conductance_range(cell_model(fit.spec.model), cell, fit.spec.circuit);
    const auto far = [](double a, double b) { return std::fabs(std::log(a / b)) > 0.02; };
    if (far(fit.visited.low, range.low) || far(fit.visited.high, range.high)) {
      fit.warnings.push_back(fmt::format("the sweep moved the state from {} to {}; the model's range of {} to {} beyond it is extrapolated",
                                         quantity(fit.visited.low, Dimension::conductance),
                                         quantity(fit.visited.high, Dimension::conductance), quantity(range.low, Dimension::conductance),
                                         quantity(range.high, Dimension::conductance)));
    }
  } else {
    fit.warnings.emplace_back(
        "one state was measured: it is g_max, and g_min is a tenth of it; the current law is taken for all conductances between");
  }
  for (const FittedParameter& parameter : fit.parameters) {
    if (!(parameter.error <= 0.5 * std::fabs(parameter.value))) {
      const double share = parameter.error / std::fabs(parameter.value);
      fit.warnings.push_back(fmt::format("{} is not determined by this sweep: its standard error is {}", parameter.name,
                                         share <= 1.0 ? fmt::format("{:.0f} % of it", 100.0 * share) : "larger than the value"));
    }
  }
  if (fit.rms > 0.3) {
    fit.warnings.push_back(
        fmt::format("the fitted currents are off by a factor of {:.2g} (rms): the model does not say this device", std::exp(fit.rms)));
  }
}

}  // namespace

IvFit fit_iv_sweep(const IvSweep& sweep, const IvFitOptions& options) {
  const Hysteresis hysteresis = hysteresis_of(sweep.points);
  const std::string name = !options.model.empty() ? options.model : (hysteresis.largest > least_hysteresis ? "vteam" : "ohmic");
  if (name != "vteam" && name != "ohmic" && name != "data_driven_2021") {
    throw InputError(fmt::format("--model {}: expected vteam, data_driven_2021 or ohmic", name));
  }
  IvFit fit;
  const int polarity = cell_model(name).set_polarity;
  fit.exchanged = polarity != 0 && hysteresis.resistance_falls_when_positive * polarity < 0.0;
  const ModelSweep model_sweep = in_signs_of_model(sweep, fit.exchanged);
  const double largest_v = std::max(model_sweep.highest_v, model_sweep.lowest_v);
  const double read_v = options.read_voltage_v > 0.0 ? options.read_voltage_v : std::fmin(0.2, 0.1 * largest_v);
  fit.largest_a = model_sweep.largest_a;
  fit.floor_a = model_sweep.floor_a;

  struct Outcome {
    std::unique_ptr<IvModel> model;
    LeastSquaresFit fit;
    double bic;
  };
  std::optional<Outcome> best;
  for (const IvLaw law : laws_of(options.law, name)) {
    auto model = make_iv_model(name, law, {model_sweep.points, model_sweep.highest_v, model_sweep.lowest_v, read_v});
    std::vector<double> amperes;
    const Residuals residuals = [&](const std::vector<double>& numbers, std::vector<double>& values) {
      const std::optional<IvDevice> device = model->device(numbers);
      if (!device) return false;
      ConductanceRange visited{0.0, 0.0};
      follow(model_sweep, *device, read_v, amperes, visited);
      values.resize(amperes.size());
      for (std::size_t i = 0; i < amperes.size(); ++i)
        values[i] = compressed(amperes[i], model_sweep.floor_a) - compressed(model_sweep.points[i].amperes, model_sweep.floor_a);
      for (const double wider : model->unvisited(*device, visited))
        values.push_back(bound_weight * std::sqrt(static_cast<double>(amperes.size())) * wider);
      return true;
    };
    const std::vector<std::vector<double>> starts = model->starts();
    // A fit needs more points than parameters.
    if (starts.front().size() >= model_sweep.points.size()) continue;
    LeastSquaresFit found = best_fit(residuals, starts, sweep.source);
    const double bic = criterion(found);
    fit.candidates.push_back(
        {law_name(law), found.parameters.size(), std::sqrt(found.sum_of_squares / static_cast<double>(found.residuals)), bic});
    if (!best || bic < best->bic) best = Outcome{std::move(model), std::move(found), bic};
  }
  if (!best) throw InputError(fmt::format("{}: {} points are too few for this model", sweep.source, sweep.points.size()));

  const std::optional<IvDevice> device = best->model->device(best->fit.parameters);
  fit.spec = device->spec;
  check(fit.spec);
  follow(model_sweep, *device, read_v, fit.modelled_a, fit.visited);
  best->model->narrow(fit.spec, fit.visited);
  double squares = 0.0;
  double residuals = 0.0;
  for (std::size_t i = 0; i < fit.modelled_a.size(); ++i) {
    const double residual = compressed(fit.modelled_a[i], fit.floor_a) - compressed(model_sweep.points[i].amperes, fit.floor_a);
    residuals += residual * residual;
    const double difference = fit.modelled_a[i] - model_sweep.points[i].amperes;
    squares += difference * difference;
    if (fit.exchanged) fit.modelled_a[i] = -fit.modelled_a[i];
  }
  const auto count = static_cast<double>(fit.modelled_a.size());
  fit.rms = std::sqrt(residuals / count);
  fit.rms_a = std::sqrt(squares / count);
  fit.parameters = with_errors(*best->model, best->fit);
  const CellModel& model = cell_model(name);
  const CellParameters cell = nominal_cell(fit.spec, read_v);
  const ConductanceRange range = conductance_range(model, cell, fit.spec.circuit);
  fit.initial_s = model.conductance(cell, fit.spec.circuit, device->state);
  const bool moves = best->model->has_state() && fit.visited.high > 1.01 * fit.visited.low;
  fit.use.g_min = moves ? fit.visited.low : range.low;
  fit.use.g_max = moves ? fit.visited.high : range.high;
  fit.use.read_voltage_v = read_v;
  const PulseHint positive = ramp_of(*device, read_v, polarity == 0 ? 0.0 : model_sweep.highest_v, best->model->threshold_v(*device, true));
  const PulseHint negative = ramp_of(*device, read_v, polarity == 0 ? 0.0 : model_sweep.lowest_v, best->model->threshold_v(*device, false));
  fit.use.set = polarity > 0 ? positive : negative;
  fit.use.reset = polarity > 0 ? negative : positive;
  warn(sweep, model_sweep, *best->model, fit);
  return fit;
}

}  // namespace memcosim
