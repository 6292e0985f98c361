// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_trace.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/common/moments.hpp"
#include "memcosim/common/progress.hpp"
#include "memcosim/kernels/arrays/cell_array.hpp"

namespace memcosim {
namespace {

/// Device steps below which no progress bar is shown: it would vanish before one can read it.
constexpr std::uint64_t long_work = 300'000;

/// Quantile of `values` by the nearest rank. Partially sorts `values`: those before `from` must be the smallest; `from` becomes the rank,
/// so that further calls with rising shares only sort the rest.
double quantile(std::vector<double>& values, double share, std::size_t& from) {
  const auto rank = static_cast<std::size_t>(std::lround(share * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin() + static_cast<std::ptrdiff_t>(from), values.begin() + static_cast<std::ptrdiff_t>(rank), values.end());
  from = rank;
  return values[rank];
}

class Recorder {
 public:
  Recorder(const CellSpec& spec, const TraceSetup& setup, std::uint64_t steps)
      : setup_(setup),
        array_(spec, {1, setup.devices, setup.read_voltage_v, setup.seed, 0}),
        siemens_(setup.devices),
        energy_j_(setup.devices, 0.0) {
    if (steps * setup.traced > max_trace_rows) {
      throw InputError(fmt::format("--trace-devices: {} devices over {} steps are more rows than {}: record fewer devices", setup.traced,
                                   steps, max_trace_rows));
    }
    if (!setup.targets_s.empty()) array_.program(setup.targets_s.data());
    trace_.devices.resize(setup.traced);
    trace_.groups = setup.groups;
    trace_.adjusted = array_.adjusted();
    trace_.faulty = array_.faulty();
    trace_.clamped = array_.clamped_draws();
  }

  CellArray& array() { return array_; }

  void pulse(double volts, double seconds) {
    const std::vector<double> all(setup_.devices, volts);
    energy_j_ = array_.pulse_all(all.data(), seconds);
  }

  void record(double time_s, double volts) {
    const std::size_t step = trace_.steps.size();
    trace_.steps.push_back({time_s, volts});
    array_.conductances(siemens_.data());
    record_devices(volts);
    for (std::size_t group = 0; group < setup_.groups; ++group)
      record_group(step, group);
  }

  DeviceTrace take() { return std::move(trace_); }

 private:
  void record_devices(double volts) {
    const CellArrayState state = array_.state();
    for (std::uint32_t device = 0; device < setup_.traced; ++device) {
      const double amperes = volts == 0.0 ? 0.0 : volts * array_.conductance_at(device, volts);
      trace_.devices[device].push_back({amperes, siemens_[device], state.cells[device], energy_j_[device]});
    }
  }

  void record_group(std::size_t step, std::size_t group) {
    group_.clear();
    Moments siemens;
    Moments energy_j;
    for (std::size_t i = group; i < siemens_.size(); i += setup_.groups) {
      group_.push_back(siemens_[i]);
      siemens.add(siemens_[i]);
      energy_j.add(energy_j_[i]);
    }
    if (group_.empty()) return;
    PopulationRow row{};
    row.step = step;
    row.group = group;
    row.mean = siemens.mean();
    row.sigma = siemens.sigma();
    row.energy_j = energy_j.mean();
    std::size_t from = 0;
    row.low = quantile(group_, 0.0, from);
    row.q05 = quantile(group_, 0.05, from);
    row.q25 = quantile(group_, 0.25, from);
    row.median = quantile(group_, 0.5, from);
    row.q75 = quantile(group_, 0.75, from);
    row.q95 = quantile(group_, 0.95, from);
    row.high = quantile(group_, 1.0, from);
    trace_.population.push_back(row);
  }

  const TraceSetup& setup_;
  CellArray array_;
  std::vector<double> siemens_;
  std::vector<double> energy_j_;
  std::vector<double> group_;
  DeviceTrace trace_;
};

}  // namespace

DeviceTrace trace_waveform(const CellSpec& spec, const TraceSetup& setup, const Waveform& wave) {
  Recorder recorder(spec, setup, wave.size() + 1);
  recorder.record(0.0, 0.0);
  const std::uint64_t work = wave.size() * setup.devices;
  Progress progress("device", "steps of a device", work, setup.quiet || work < long_work);
  double time_s = 0.0;
  for (std::size_t i = 0; i < wave.size(); ++i) {
    const WaveStep& step = wave[i];
    recorder.pulse(step.volts, step.seconds);
    recorder.record(time_s + step.seconds, step.volts);
    time_s += step.seconds + step.pause_s;
    progress.update((i + 1) * setup.devices);
  }
  return recorder.take();
}

DeviceTrace trace_retention(const CellSpec& spec, const TraceSetup& setup, const std::vector<double>& ages_s) {
  Recorder recorder(spec, setup, ages_s.size());
  const std::uint64_t work = ages_s.size() * setup.devices;
  Progress progress("device", "steps of a device", work, setup.quiet || work < long_work);
  double age_s = 0.0;
  for (std::size_t i = 0; i < ages_s.size(); ++i) {
    if (ages_s[i] > age_s) recorder.array().advance_age(ages_s[i] - age_s);
    age_s = ages_s[i];
    recorder.record(age_s, setup.read_voltage_v);
    progress.update((i + 1) * setup.devices);
  }
  return recorder.take();
}

std::string trace_csv(const DeviceTrace& trace) {
  CsvTable table({"device", "step", "time_s", "voltage_v", "current_a", "conductance_s", "state", "energy_j"});
  for (std::size_t device = 0; device < trace.devices.size(); ++device) {
    for (std::size_t step = 0; step < trace.steps.size(); ++step) {
      const TraceRow& row = trace.devices[device][step];
      table.row().cell(std::uint64_t{device}).cell(std::uint64_t{step}).cell(trace.steps[step].time_s).cell(trace.steps[step].volts);
      table.cell(row.amperes).cell(row.siemens).cell(row.state).cell(row.energy_j);
    }
  }
  return table.str();
}

std::string population_csv(const DeviceTrace& trace) {
  CsvTable table({"step", "time_s", "voltage_v", "group", "mean_s", "sigma_s", "min_s", "q05_s", "q25_s", "median_s", "q75_s", "q95_s",
                  "max_s", "energy_j"});
  for (const PopulationRow& row : trace.population) {
    table.row().cell(std::uint64_t{row.step}).cell(trace.steps[row.step].time_s).cell(trace.steps[row.step].volts);
    table.cell(std::uint64_t{row.group});
    for (const double value : {row.mean, row.sigma, row.low, row.q05, row.q25, row.median, row.q75, row.q95, row.high, row.energy_j})
      table.cell(value);
  }
  return table.str();
}

}  // namespace memcosim
