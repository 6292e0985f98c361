// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/fits/table_fit.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/moments.hpp"
#include "memcosim/common/random.hpp"
#include "memcosim/common/units.hpp"
#include "memcosim/devices/cell_base/conductance_range.hpp"
#include "memcosim/devices/cells/step_table_cell.hpp"

namespace memcosim {

namespace {

/// One measured step: the conductance to which it is assigned, and the change.
struct Step {
  double g_s;
  double dg_s;
};

/// The steps of one polarity, sorted by conductance, with statistics of their pulses.
struct PolaritySteps {
  std::vector<Step> steps;
  std::size_t trains = 0;
  double voltage_sum = 0.0;
  double lowest_v = 0.0;
  double highest_v = 0.0;
  double seconds_sum = 0.0;
  double shortest_s = HUGE_VAL;
  double longest_s = 0.0;

  double mean() const {
    double sum = 0.0;
    for (const Step& step : steps)
      sum += step.dg_s;
    return steps.empty() ? 0.0 : sum / static_cast<double>(steps.size());
  }
};

struct DeviceSteps {
  std::string name;
  PolaritySteps positive;
  PolaritySteps negative;
  std::vector<double> reads;  ///< S, before and after every pulse
  std::size_t gaps = 0;
};

void add(PolaritySteps& polarity, const Step& step, const PulseSample& pulse, bool starts_train) {
  const double volts = pulse.voltage_v;
  const bool first = polarity.steps.empty();
  polarity.seconds_sum += pulse.duration_s;
  polarity.shortest_s = std::min(polarity.shortest_s, pulse.duration_s);
  polarity.longest_s = std::max(polarity.longest_s, pulse.duration_s);
  polarity.steps.push_back(step);
  if (starts_train) ++polarity.trains;
  polarity.voltage_sum += volts;
  if (first || std::fabs(volts) < std::fabs(polarity.lowest_v)) polarity.lowest_v = volts;
  if (first || std::fabs(volts) > std::fabs(polarity.highest_v)) polarity.highest_v = volts;
}

DeviceSteps device_steps(const DevicePulses& device, const FitOptions& options) {
  DeviceSteps all;
  all.name = device.name;
  double train_sign = 0.0;
  for (std::size_t i = 1; i < device.samples.size(); ++i) {
    const PulseSample& before = device.samples[i - 1];
    const PulseSample& after = device.samples[i];
    // Rows of different cycles are not consecutive: the device may have changed in between.
    const bool follows = after.cycle == before.cycle && after.pulse == before.pulse + 1;
    if (!follows) {
      if (after.cycle == before.cycle) ++all.gaps;
      train_sign = 0.0;
      continue;
    }
    if (after.voltage_v == 0.0) {
      train_sign = 0.0;
      continue;
    }
    const double sign = after.voltage_v > 0.0 ? 1.0 : -1.0;
    const double middle = 0.5 * (before.conductance_s + after.conductance_s);
    const Step step{options.abscissa == FitOptions::Abscissa::before ? before.conductance_s : middle,
                    after.conductance_s - before.conductance_s};
    add(sign > 0.0 ? all.positive : all.negative, step, after, sign != train_sign);
    all.reads.push_back(before.conductance_s);
    all.reads.push_back(after.conductance_s);
    train_sign = sign;
  }
  return all;
}

void sort_steps(PolaritySteps& polarity) {
  std::sort(polarity.steps.begin(), polarity.steps.end(),
            [](const Step& a, const Step& b) { return a.g_s < b.g_s || (a.g_s == b.g_s && a.dg_s < b.dg_s); });
}

void append(PolaritySteps& to, const PolaritySteps& from) {
  if (from.steps.empty()) return;
  if (to.steps.empty() || std::fabs(from.lowest_v) < std::fabs(to.lowest_v)) to.lowest_v = from.lowest_v;
  if (to.steps.empty() || std::fabs(from.highest_v) > std::fabs(to.highest_v)) to.highest_v = from.highest_v;
  to.steps.insert(to.steps.end(), from.steps.begin(), from.steps.end());
  to.trains += from.trains;
  to.voltage_sum += from.voltage_sum;
  to.seconds_sum += from.seconds_sum;
  to.shortest_s = std::min(to.shortest_s, from.shortest_s);
  to.longest_s = std::max(to.longest_s, from.longest_s);
}

/// The samples around a grid point: [begin, end) of the sorted steps, those whose weight is above 0.
struct Window {
  std::size_t begin;
  std::size_t end;
  double half_width_s;
};

double weight(const Window& window, const Step& step, double g) {
  return std::max(0.0, 1.0 - std::fabs(step.g_s - g) / window.half_width_s);
}

Window window_around(const std::vector<Step>& steps, double g, double half_width, std::size_t least) {
  const auto below = [](const Step& step, double value) { return step.g_s < value; };
  const auto range = [&](double width) {
    const auto begin = std::lower_bound(steps.begin(), steps.end(), g - width, below);
    const auto end = std::lower_bound(begin, steps.end(), g + width, below);
    Window window{static_cast<std::size_t>(begin - steps.begin()), static_cast<std::size_t>(end - steps.begin()), width};
    while (window.begin < window.end && weight(window, steps[window.begin], g) == 0.0)
      ++window.begin;  // exactly at the edge
    while (window.end > window.begin && weight(window, steps[window.end - 1], g) == 0.0)
      --window.end;
    return window;
  };
  Window window = range(half_width);
  least = std::min(least, steps.size());
  if (window.end - window.begin >= least) return window;
  // Widen: add the nearest samples on either side until there are enough.
  std::size_t begin = static_cast<std::size_t>(std::lower_bound(steps.begin(), steps.end(), g, below) - steps.begin());
  std::size_t end = begin;
  double distance = half_width;
  while (end - begin < least) {
    const double left = begin > 0 ? g - steps[begin - 1].g_s : HUGE_VAL;
    const double right = end < steps.size() ? steps[end].g_s - g : HUGE_VAL;
    if (left <= right) {
      --begin;
    } else {
      ++end;
    }
    distance = std::max(distance, std::min(left, right));
  }
  window = range(distance * 1.001);  // so that the outermost sample has a weight above 0
  return window;
}

/// Local linear fit: value at g of the weighted least-squares line through the window.
struct LocalFit {
  double value;
  double spread;  ///< variance of the conductances in the window, relative to its half width squared
};
LocalFit local_fit(const std::vector<Step>& steps, const Window& window, double g) {
  double w0 = 0.0;
  double w1 = 0.0;
  double w2 = 0.0;
  double y0 = 0.0;
  double y1 = 0.0;
  for (std::size_t i = window.begin; i < window.end; ++i) {
    const double w = weight(window, steps[i], g);
    const double x = (steps[i].g_s - g) / window.half_width_s;
    w0 += w;
    w1 += w * x;
    w2 += w * x * x;
    y0 += w * steps[i].dg_s;
    y1 += w * x * steps[i].dg_s;
  }
  const double determinant = w0 * w2 - w1 * w1;
  const double spread = determinant / (w0 * w0);
  // With all samples at one conductance the slope is not determined: take their mean.
  return {spread > 1e-9 ? (w2 * y0 - w1 * y1) / determinant : y0 / w0, spread};
}

/// Interpolation through the points (x, y), linear also beyond the ends.
double on_line(const std::vector<double>& x, const std::vector<double>& y, double at) {
  const auto upper = std::upper_bound(x.begin() + 1, x.end() - 1, at);
  const auto i = static_cast<std::size_t>(upper - x.begin());
  return y[i - 1] + (y[i] - y[i - 1]) * ((at - x[i - 1]) / (x[i] - x[i - 1]));
}

struct Weighted {
  double value;
  double weight;
};

/// Mean of the outermost `mass` of a sorted list, from its front or back.
template <typename Iterator>
double tail_mean(Iterator begin, Iterator end, double mass) {
  double sum = 0.0;
  double left = mass;
  for (; begin != end && left > 0.0; ++begin) {
    const double taken = std::min(begin->weight, left);
    sum += taken * begin->value;
    left -= taken;
  }
  return sum / (mass - std::max(left, 0.0));
}

/// Quantiles at equally spaced cumulative probabilities. The two outermost are not the extremes, which depend on the size of the sample,
/// but chosen such that the mean over the outermost interval is that of the sample.
std::vector<double> quantiles(std::vector<Weighted>& sample, std::size_t points) {
  std::sort(sample.begin(), sample.end(), [](const Weighted& a, const Weighted& b) { return a.value < b.value; });
  double total = 0.0;
  for (const Weighted& one : sample)
    total += one.weight;
  std::vector<double> result(points);
  std::size_t i = 0;
  double before = 0.0;  // weight before sample i
  const auto place = [&](std::size_t k, double weight_before) { return (weight_before + 0.5 * sample[k].weight) / total; };
  for (std::size_t k = 0; k < points; ++k) {
    const double wanted = static_cast<double>(k) / static_cast<double>(points - 1);
    while (i + 1 < sample.size() && place(i + 1, before + sample[i].weight) < wanted) {
      before += sample[i].weight;
      ++i;
    }
    const double here = place(i, before);
    if (wanted <= here || i + 1 == sample.size()) {
      result[k] = sample[i].value;
    } else {
      const double next = place(i + 1, before + sample[i].weight);
      result[k] = sample[i].value + (sample[i + 1].value - sample[i].value) * ((wanted - here) / (next - here));
    }
  }
  if (points > 2) {
    const double mass = total / static_cast<double>(points - 1);
    result.front() = std::min(result[1], 2.0 * tail_mean(sample.begin(), sample.end(), mass) - result[1]);
    result.back() = std::max(result[points - 2], 2.0 * tail_mean(sample.rbegin(), sample.rend(), mass) - result[points - 2]);
  }
  return result;
}

/// Mean and standard deviation of a variable whose quantile function is linear between equally spaced points.
void moments(const std::vector<double>& row, double* mean, double* sigma) {
  double first = 0.0;
  double second = 0.0;
  const double middle = row[row.size() / 2];  // subtracted before squaring, to avoid cancellation
  for (std::size_t i = 1; i < row.size(); ++i) {
    const double a = row[i - 1] - middle;
    const double b = row[i] - middle;
    first += 0.5 * (a + b);
    second += (a * a + a * b + b * b) / 3.0;
  }
  const auto cells = static_cast<double>(row.size() - 1);
  first /= cells;
  second /= cells;
  *mean = middle + first;
  *sigma = std::sqrt(std::max(0.0, second - first * first));
}

/// Least number of samples in a window.
std::size_t samples_per_window(const FitOptions& options, std::size_t steps) {
  return options.minimum_samples > 0 ? options.minimum_samples : std::clamp<std::size_t>(steps / 10, 4, 30);
}

StepCurves fit_curves(const std::vector<Step>& steps, const ConductanceRange& range, const FitOptions& options, PolarityReport& report) {
  StepCurves curves;
  const std::size_t least = samples_per_window(options, steps.size());
  const double spacing = (range.high - range.low) / static_cast<double>(options.grid_points - 1);
  std::vector<Window> windows;
  std::vector<double> means;
  for (std::size_t k = 0; k < options.grid_points; ++k) {
    const double g = k + 1 == options.grid_points ? range.high : range.low + spacing * static_cast<double>(k);
    curves.g_s.push_back(g);
    Window window = window_around(steps, g, options.bandwidth * spacing, least);
    LocalFit fit = local_fit(steps, window, g);
    // A uniformly filled window has a spread of 1/6, at an edge of the range 1/18. If a device returns to the same few conductances, the
    // spread can be too small to determine the slope: take a wider window.
    while (fit.spread < 0.01 && window.end - window.begin < steps.size()) {
      window = window_around(steps, g, 1.5 * window.half_width_s, least);
      fit = local_fit(steps, window, g);
    }
    windows.push_back(window);
    means.push_back(fit.value);
    report.window_s.push_back(windows.back().half_width_s);
  }
  std::vector<Weighted> sample;
  for (std::size_t k = 0; k < options.grid_points; ++k) {
    sample.clear();
    for (std::size_t i = windows[k].begin; i < windows[k].end; ++i) {
      sample.push_back({means[k] + steps[i].dg_s - on_line(curves.g_s, means, steps[i].g_s), weight(windows[k], steps[i], curves.g_s[k])});
    }
    curves.dg_s.push_back(quantiles(sample, options.cdf_points));
    double mean = 0.0;
    double sigma = 0.0;
    moments(curves.dg_s.back(), &mean, &sigma);
    report.mean_s.push_back(mean);
    report.sigma_s.push_back(sigma);
  }
  report.g_s = curves.g_s;
  return curves;
}

/// Greatest distance between the empirical distributions of two samples.
double kolmogorov_smirnov(std::vector<double> a, std::vector<double> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  double distance = 0.0;
  std::size_t i = 0;
  std::size_t k = 0;
  while (i < a.size() && k < b.size()) {
    const double value = std::min(a[i], b[k]);
    while (i < a.size() && a[i] <= value)
      ++i;
    while (k < b.size() && b[k] <= value)
      ++k;
    distance = std::max(distance, std::fabs(static_cast<double>(i) / static_cast<double>(a.size()) -
                                            static_cast<double>(k) / static_cast<double>(b.size())));
  }
  return distance;
}

/// Compares measured steps of one polarity with the mean of a table and with steps drawn from it.
TableMatch compare(const std::vector<Step>& steps, const StepCurves& curves, const std::vector<double>& block, int towards,
                   std::uint64_t seed) {
  TableMatch match;
  if (curves.g_s.empty()) return match;
  static const double no_parameters[StepTableCell::pulse_width + 1] = {};
  const CellParameters cell(no_parameters, 0.1, block.data());
  std::vector<double> means;
  for (const std::vector<double>& row : curves.dg_s) {
    means.emplace_back();
    double sigma = 0.0;
    moments(row, &means.back(), &sigma);
  }
  std::vector<double> measured;
  std::vector<double> drawn;
  Moments residual_s;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    if (!(step.g_s >= curves.g_s.front() && step.g_s <= curves.g_s.back())) continue;
    const double u = random_uniform(seed, {Purpose::table_choice, towards > 0 ? 1u : 2u, static_cast<std::uint32_t>(i), 0, 0});
    measured.push_back(step.dg_s);
    drawn.push_back(StepTableCell::change(cell, towards, step.g_s, u));
    residual_s.add(step.dg_s - on_line(curves.g_s, means, step.g_s));
  }
  match.compared = measured.size();
  if (measured.empty()) return match;
  const auto count = static_cast<double>(measured.size());
  match.residual_mean_s = residual_s.mean();
  match.residual_sigma_s = residual_s.sigma();
  match.ks_distance = kolmogorov_smirnov(measured, drawn);
  match.ks_limit = std::fmin(1.0, 1.628 * std::sqrt(2.0 / count));  // Kolmogorov distribution: 1 % is above 1.628
  return match;
}

void describe(const PolaritySteps& polarity, PolarityReport& report) {
  report.samples = polarity.steps.size();
  report.trains = polarity.trains;
  if (polarity.steps.empty()) return;
  const auto count = static_cast<double>(polarity.steps.size());
  report.lowest_v = polarity.lowest_v;
  report.highest_v = polarity.highest_v;
  report.shortest_s = polarity.shortest_s;
  report.longest_s = polarity.longest_s;
  // For equal values take the value itself: their computed mean could differ by rounding.
  const bool equal_volts = polarity.lowest_v == polarity.highest_v;
  report.mean_voltage_v = equal_volts ? polarity.lowest_v : polarity.voltage_sum / count;
  const bool equal_seconds = polarity.shortest_s == polarity.longest_s;
  if (polarity.shortest_s > 0.0) report.mean_duration_s = equal_seconds ? polarity.shortest_s : polarity.seconds_sum / count;
  report.g_low_s = polarity.steps.front().g_s;
  report.g_high_s = polarity.steps.back().g_s;
}

/// Range of sorted values after removal of the trimmed share at each end.
template <typename Value, typename Conductance>
ConductanceRange trimmed(const std::vector<Value>& sorted, const FitOptions& options, const Conductance& conductance) {
  const auto out = static_cast<std::size_t>(options.trim * static_cast<double>(sorted.size()));
  return {conductance(sorted[out]), conductance(sorted[sorted.size() - 1 - out])};
}

/// Range of the conductances at which pulses of a polarity started; if that is a single one, extended by the conductances that they
/// reached.
ConductanceRange range_of(const PolaritySteps& polarity, const FitOptions& options) {
  ConductanceRange range = trimmed(polarity.steps, options, [](const Step& step) { return step.g_s; });
  if (range.low < range.high) return range;
  for (const Step& step : polarity.steps) {
    range.low = std::min(range.low, step.g_s + step.dg_s);
    range.high = std::max(range.high, step.g_s + step.dg_s);
  }
  return range;
}

ConductanceRange range_of(std::vector<double> reads, const FitOptions& options) {
  std::sort(reads.begin(), reads.end());
  return trimmed(reads, options, [](double siemens) { return siemens; });
}

/// Reason why a device cannot have a table; empty if it can.
std::string lacking(const DeviceSteps& device, const FitOptions& options) {
  if (device.positive.steps.empty() && device.negative.steps.empty()) {
    return "no step (a step is two rows of consecutive pulses of a cycle)";
  }
  for (const auto& [polarity, sign] : {std::pair{&device.positive, "positive"}, std::pair{&device.negative, "negative"}}) {
    if (polarity->steps.empty()) continue;
    const ConductanceRange range = range_of(*polarity, options);
    if (!(range.low < range.high)) {
      return fmt::format("pulses of {} voltage all start at {} and do not move it", sign,
                         format_quantity(range.low, Dimension::conductance));
    }
  }
  return "";
}

/// Reason why a device is left out: with far fewer steps than others its table would be poor, but as many cells would use it. Else empty.
std::string too_few(const DeviceSteps& device, const DeviceSteps& pool, std::size_t devices) {
  constexpr double share = 0.1;
  for (const auto& [own, all, sign] :
       {std::tuple{&device.positive, &pool.positive, "positive"}, std::tuple{&device.negative, &pool.negative, "negative"}}) {
    const auto count = static_cast<double>(own->steps.size());
    if (count < share * static_cast<double>(all->steps.size()) / static_cast<double>(devices)) {
      return fmt::format("{} steps by pulses of {} voltage, fewer than a tenth of what the devices have on average", own->steps.size(),
                         sign);
    }
  }
  return "";
}

std::string range_text(double low, double high, Dimension dimension) {
  return fmt::format("{} to {}", format_quantity(low, dimension), format_quantity(high, dimension));
}

void warn(const DeviceSteps& device, const DeviceFitReport& report, const FitOptions& options, std::vector<std::string>& warnings) {
  constexpr std::size_t few_steps = 30;
  constexpr double held_share = 0.02;  // of the device's range
  for (const auto& [polarity, name] : {std::pair{&report.set, "set"}, std::pair{&report.reset, "reset"}}) {
    const auto note = [&, name = name](const std::string& text) {
      warnings.push_back(fmt::format("device '{}', {}: {}", device.name, name, text));
    };
    if (polarity->samples == 0) {
      note("no pulse of this polarity was measured: in a simulation none makes a step");
      continue;
    }
    const double held = std::max(polarity->g_s.front() - report.range.low, report.range.high - polarity->g_s.back());
    if (held > held_share * (report.range.high - report.range.low)) {
      note(fmt::format("measured from {} of the device's {}: beyond, the outermost step is held",
                       range_text(polarity->g_s.front(), polarity->g_s.back(), Dimension::conductance),
                       range_text(report.range.low, report.range.high, Dimension::conductance)));
    }
    if (polarity->samples < few_steps) {
      note(fmt::format("{} step{} alone: the spread of a step is hardly known", polarity->samples, polarity->samples == 1 ? "" : "s"));
    }
    if (std::fabs(polarity->highest_v) > 1.01 * std::fabs(polarity->lowest_v)) {
      note(fmt::format("pulses of {} are taken as one; such a table knows identical pulses only",
                       range_text(polarity->lowest_v, polarity->highest_v, Dimension::voltage)));
    }
    if (polarity->longest_s > 1.01 * polarity->shortest_s) {
      note(fmt::format("pulses of {} are taken as one; such a table knows identical pulses only",
                       range_text(polarity->shortest_s, polarity->longest_s, Dimension::time)));
    }
    const double spacing = polarity->g_s[1] - polarity->g_s[0];
    std::size_t wide = 0;
    for (const double half_width : polarity->window_s) {
      if (half_width > 1.0001 * options.bandwidth * spacing) ++wide;
    }
    if (wide > 0 && polarity->samples >= few_steps) {
      note(
          fmt::format("{} of {} grid points have fewer than {} steps nearby, or all at one conductance; their windows were widened up to "
                      "{} (fewer grid points or more trains avoid it)",
                      wide, polarity->g_s.size(), samples_per_window(options, polarity->samples),
                      format_quantity(*std::max_element(polarity->window_s.begin(), polarity->window_s.end()), Dimension::conductance)));
    }
  }
  if (device.gaps > 0) {
    warnings.push_back(fmt::format("device '{}': {} gaps in the pulse numbers; steps across them were left out", device.name, device.gaps));
  }
}

DeviceStepTable fit_device(const DeviceSteps& device, bool inverted, const FitOptions& options, DeviceFitReport& report) {
  const PolaritySteps& set = inverted ? device.negative : device.positive;
  const PolaritySteps& reset = inverted ? device.positive : device.negative;
  report.name = device.name;
  report.range = range_of(device.reads, options);
  describe(set, report.set);
  describe(reset, report.reset);
  DeviceStepTable table;
  table.name = device.name;
  table.range = report.range;
  if (!set.steps.empty()) table.set = fit_curves(set.steps, range_of(set, options), options, report.set);
  if (!reset.steps.empty()) table.reset = fit_curves(reset.steps, range_of(reset, options), options, report.reset);
  const StepTables block = make_step_tables({table});
  static_cast<TableMatch&>(report.set) = compare(set.steps, table.set, block.devices.front(), 1, options.seed);
  static_cast<TableMatch&>(report.reset) = compare(reset.steps, table.reset, block.devices.front(), -1, options.seed);
  return table;
}

/// The measured pulses as defaults of runs: magnitudes; 0 where not known.
MeasuredPulses measured_pulses(const PulseTrains& trains, const TableFit& fit) {
  const bool set_known = fit.inverted ? trains.reset_voltage_known : trains.set_voltage_known;
  const bool reset_known = fit.inverted ? trains.set_voltage_known : trains.reset_voltage_known;
  return {set_known ? std::fabs(fit.pool.set.mean_voltage_v) : 0.0, fit.pool.set.mean_duration_s,
          reset_known ? std::fabs(fit.pool.reset.mean_voltage_v) : 0.0, fit.pool.reset.mean_duration_s, trains.read_voltage_v};
}

void check(const FitOptions& options) {
  if (options.grid_points < 2 || options.grid_points > 4096) throw InputError("the fit needs 2 to 4096 grid points");
  if (options.cdf_points < 2 || options.cdf_points > 4096) throw InputError("the fit needs 2 to 4096 CDF points");
  if (!(options.bandwidth >= 0.5 && options.bandwidth <= 1e6))
    throw InputError("the bandwidth of the fit must be at least 0.5 grid spacings");
  if (!(options.trim >= 0.0 && options.trim <= 0.1)) throw InputError("the trim of the fit must be a share from 0 to 0.1");
}

}  // namespace

TableFit fit_step_tables(const PulseTrains& trains, const FitOptions& options) {
  check(options);
  TableFit fit;
  DeviceSteps pool;
  pool.name = "pooled";
  std::vector<DeviceSteps> devices;
  for (const DevicePulses& device : trains.devices) {
    devices.push_back(device_steps(device, options));
    DeviceSteps& steps = devices.back();
    append(pool.positive, steps.positive);
    append(pool.negative, steps.negative);
    pool.reads.insert(pool.reads.end(), steps.reads.begin(), steps.reads.end());
    pool.gaps += steps.gaps;
    sort_steps(steps.positive);
    sort_steps(steps.negative);
  }
  sort_steps(pool.positive);
  sort_steps(pool.negative);
  const std::string missing = lacking(pool, options);
  if (!missing.empty()) throw InputError(fmt::format("{}: {}", trains.source, missing));

  fit.inverted = pool.positive.mean() < pool.negative.mean();
  if (fit.inverted) {
    fit.warnings.push_back(
        "pulses of negative voltage raise the conductance: they are the table's set, which model step_table makes with positive voltages");
  }
  if (!pool.positive.steps.empty() && !pool.negative.steps.empty() &&
      !(std::max(pool.positive.mean(), pool.negative.mean()) > 0.0 && std::min(pool.positive.mean(), pool.negative.mean()) < 0.0)) {
    fit.warnings.emplace_back("pulses of both polarities move the conductance the same way on average");
  }

  const std::string origin = fmt::format("fit of {}", trains.source);
  fit.per_device.provenance = origin;
  for (const DeviceSteps& device : devices) {
    std::string reason = lacking(device, options);
    if (reason.empty()) reason = too_few(device, pool, devices.size());
    if (!reason.empty()) {
      fit.warnings.push_back(fmt::format("device '{}' has no table of its own: {}", device.name, reason));
      continue;
    }
    if (fit.per_device.devices.size() == max_table_devices) {
      fit.warnings.push_back(fmt::format("only the first {} devices have tables of their own", max_table_devices));
      break;
    }
    fit.devices.emplace_back();
    fit.per_device.devices.push_back(fit_device(device, fit.inverted, options, fit.devices.back()));
    warn(device, fit.devices.back(), options, fit.warnings);
  }
  fit.pooled.provenance = fmt::format("{}, {} devices pooled", origin, devices.size());
  fit.pooled.devices.push_back(fit_device(pool, fit.inverted, options, fit.pool));
  if (devices.size() != 1) warn(pool, fit.pool, options, fit.warnings);
  fit.per_device.measured = fit.pooled.measured = measured_pulses(trains, fit);
  return fit;
}

DeviceMatch match_table(const DeviceStepTable& table, const DevicePulses& device, const FitOptions& options) {
  const StepTables tables = make_step_tables({table});
  DeviceSteps steps = device_steps(device, options);
  sort_steps(steps.positive);
  sort_steps(steps.negative);
  return {compare(steps.positive.steps, table.set, tables.devices.front(), 1, options.seed),
          compare(steps.negative.steps, table.reset, tables.devices.front(), -1, options.seed)};
}

}  // namespace memcosim
