// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/cli/device_waveform.hpp"
#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/draw_limits.hpp"

namespace memcosim {

/// One device after one step of a waveform (row 0: before the first step), or at one age.
struct TraceRow {
  double amperes;   ///< current at the end of the step, at its voltage, from the observed conductance
  double siemens;   ///< observed conductance at the read voltage
  double state;     ///< in the model's own unit
  double energy_j;  ///< delivered by the source during the step
};

/// Conductances of all devices of one group after one step.
struct PopulationRow {
  std::size_t step;
  std::size_t group;
  double mean;
  double sigma;  ///< of the population: divided by n
  double low;
  double q05;
  double q25;
  double median;
  double q75;
  double q95;
  double high;
  double energy_j;  ///< mean energy of the step per device
};

/// Time and voltage of one step, the same for all devices.
struct TraceStep {
  double time_s;  ///< at the end of the step
  double volts;   ///< during the step
};

/// Result of a simulation of single devices.
struct DeviceTrace {
  std::vector<TraceStep> steps;
  std::vector<std::vector<TraceRow>> devices;  ///< recorded devices x steps
  std::vector<PopulationRow> population;       ///< steps x groups, without empty groups
  std::size_t groups = 1;
  std::size_t adjusted = 0;           ///< devices whose drawn parameters contradicted each other
  std::size_t faulty = 0;             ///< devices that are stuck
  std::vector<ClampedDraws> clamped;  ///< of each device-to-device variation
};

/// Which devices are simulated. They form one row of an array, so that their random draws are those of an array with this seed.
struct TraceSetup {
  std::uint32_t devices = 1;
  std::uint32_t traced = 1;  ///< the first devices, which are recorded individually
  std::uint64_t seed = 1;
  double read_voltage_v = 0.1;
  std::vector<double> targets_s;  ///< one per device, programmed at the start; empty: the model's initial state
  std::size_t groups = 1;         ///< device i belongs to group i % groups
  bool quiet = true;
};

/// Largest number of rows of trace.csv (recorded devices times steps).
inline constexpr std::uint64_t max_trace_rows = 5'000'000;

/// Applies the waveform to every device. Pauses only advance the time of the trace, since no model changes its state at 0 V. Throws
/// InputError for more than max_trace_rows.
DeviceTrace trace_waveform(const CellSpec& spec, const TraceSetup& setup, const Waveform& wave);

/// Programs the devices and reads them at rising ages (s, the first may be 0) with the read voltage; these reads do not disturb the cells.
/// Throws InputError for more than max_trace_rows.
DeviceTrace trace_retention(const CellSpec& spec, const TraceSetup& setup, const std::vector<double>& ages_s);

/// trace.csv: device, step, time_s, voltage_v, current_a, conductance_s, state, energy_j.
std::string trace_csv(const DeviceTrace& trace);
/// population.csv: step, time_s, voltage_v, group, mean_s, sigma_s, min_s, q05_s, q25_s, median_s, q75_s, q95_s, max_s, energy_j.
std::string population_csv(const DeviceTrace& trace);

}  // namespace memcosim
