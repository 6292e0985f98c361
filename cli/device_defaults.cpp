// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_defaults.hpp"

#include <algorithm>
#include <cmath>

#include "memcosim/cli/device_waveform.hpp"
#include "memcosim/devices/cells/cell_model.hpp"

namespace memcosim {
namespace {

constexpr int tried_amplitudes = 40;
constexpr std::uint32_t tried_samples = 200;

/// The nominal cell of a device, for trial pulses.
class Probe {
 public:
  explicit Probe(const DeviceSource& source)
      : spec_(source.spec), model_(cell_model(source.spec.model)), cell_(nominal_cell(source.spec, source.use.read_voltage_v)) {}

  void set(double siemens) { state_ = model_.state_of_conductance(cell_, spec_.circuit, siemens); }
  void reset() { state_ = model_.initial_state(cell_); }
  ConductanceRange range() const { return conductance_range(model_, cell_, spec_.circuit); }
  double siemens() const { return model_.conductance(cell_, spec_.circuit, state_); }
  void pulse(double volts, double seconds) {
    state_ = model_.apply_pulse(cell_, spec_.circuit, state_, {volts, seconds, 0.0, spec_.stepping}, {1, 0, 0, pulses_++}).state;
  }

 private:
  const CellSpec& spec_;
  const CellModel& model_;
  CellParameters cell_;
  double state_ = 0.0;
  std::uint64_t pulses_ = 0;
};

/// Number of pulses that move the cell over 90 % of the window; `most` + 1 if `most` pulses do not.
std::uint32_t pulses_to_cross(const DeviceSource& source, bool set, double volts, double seconds, std::uint32_t most) {
  const double low = source.use.g_min;
  const double high = source.use.g_max;
  Probe probe(source);
  probe.set(set ? probe.range().low : probe.range().high);
  for (std::uint32_t i = 1; i <= most; ++i) {
    probe.pulse(volts, seconds);
    const double left = set ? high - probe.siemens() : probe.siemens() - low;
    if (left <= 0.1 * (high - low)) return i;
  }
  return most + 1;
}

bool loops(const DeviceSource& source, double amplitude_v, double frequency_hz) {
  Probe probe(source);
  probe.reset();
  double low = probe.siemens();
  double high = low;
  for (const WaveStep& step : sine_wave(amplitude_v, frequency_hz, 1.0, tried_samples)) {
    probe.pulse(step.volts, step.seconds);
    low = std::min(low, probe.siemens());
    high = std::max(high, probe.siemens());
  }
  return high - low >= 0.8 * (source.use.g_max - source.use.g_min);
}

/// Rounded up to three significant digits, so that the user sees a short number.
double rounded_up(double volts) {
  if (!(volts > 0.0)) return 0.0;
  const double unit = std::pow(10.0, std::floor(std::log10(volts)) - 2.0);
  return std::ceil(volts / unit * (1.0 - 1e-12)) * unit;
}

}  // namespace

std::uint32_t crossing_count(const DeviceSource& source, bool set, double volts, double seconds) {
  constexpr std::uint32_t counts[] = {100, 200, 500, 1000, 2000, 5000, 10000};
  const std::uint32_t needed = pulses_to_cross(source, set, volts, seconds, counts[6]);
  for (const std::uint32_t count : counts) {
    if (needed <= count) return count;
  }
  return counts[0];
}

double crossing_amplitude(const DeviceSource& source, bool set, double seconds, std::uint32_t count) {
  const PulseHint& hint = set ? source.use.set : source.use.reset;
  const int polarity = cell_model(source.spec.model).set_polarity * (set ? 1 : -1);
  for (int i = 0; i <= tried_amplitudes; ++i) {
    const double volts = std::min(rounded_up(hint.start_v + (hint.limit_v - hint.start_v) * i / tried_amplitudes), hint.limit_v);
    if (pulses_to_cross(source, set, polarity * volts, seconds, count) <= count) return volts;
  }
  return hint.limit_v;
}

double loop_frequency(const DeviceSource& source, double amplitude_v, double pulse_s) {
  const double highest = 1.0 / (8.0 * pulse_s);
  // Keeps the steps of the trial wave within 1 s, the longest that cell models take.
  const double lowest = std::max(1e-6 * highest, 2.0 / tried_samples);
  double frequency = 0.0;
  for (int decade = static_cast<int>(std::floor(std::log10(highest))); decade >= -2; --decade) {
    for (const double part : {5.0, 2.0, 1.0}) {
      const double tried = part * std::pow(10.0, decade);
      if (tried > highest) continue;
      if (tried < lowest && frequency > 0.0) return frequency;
      frequency = tried;
      if (loops(source, amplitude_v, frequency)) return frequency;
    }
  }
  return std::max(frequency, lowest);
}

}  // namespace memcosim
