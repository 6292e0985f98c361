// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace memcosim {

// Options of `memcosim device ...` as the user wrote them: quantities are texts with units; an empty text selects the default that suits
// the device.

/// Options of `memcosim device list`.
struct DeviceListOptions {
  bool json = false;
};

/// Options of `memcosim device show`.
struct DeviceShowOptions {
  std::string name;  ///< model or preset
  bool json = false;
};

/// Options of `memcosim device simulate`.
struct DeviceSimulateOptions {
  std::string device;                  ///< model, preset or YAML file
  std::vector<std::string> overrides;  ///< path.to.key=value in the device section
  std::filesystem::path out;
  std::string waveform;   ///< sine, triangle, pulses, csv; empty: pulses, or what a model without pulses can show
  std::string amplitude;  ///< peak voltage of a sine or triangle
  std::string frequency;
  double periods = 2.0;
  std::uint32_t samples = 1000;  ///< per period
  std::uint64_t pulses = 0;      ///< in all; 0: two repetitions of the pattern
  std::string pattern;           ///< "set pulses,reset pulses"
  std::string set_voltage;       ///< with its sign
  std::string reset_voltage;
  std::string width;          ///< duration of a pulse
  std::string interval;       ///< from the end of a pulse to the start of the next
  std::filesystem::path csv;  ///< waveform with columns time_s and voltage_v
  std::string retention;      ///< last age; not empty: no waveform
  std::uint32_t levels = 5;   ///< retention: target conductances over the window
  std::string initial;        ///< low, high or a conductance
  std::string read_voltage;
  std::string stepping;  ///< exact, adaptive or sampled; empty: of the device section
  std::string series;    ///< resistance between source and cell
  std::uint32_t devices = 1;
  std::uint32_t trace_devices = 10;  ///< devices in trace.csv
  std::uint64_t seed = 1;
  bool force = false;  ///< replace what another command left in the result folder
  bool quiet = false;
  std::vector<std::string> given;  ///< names of the options that the user wrote, with their dashes
  std::string command_line;        ///< for the report
};

/// Options of `memcosim device fit`.
struct DeviceFitOptions {
  std::filesystem::path csv;          ///< pulses or I-V sweeps; empty where ltp or ltd is given
  std::filesystem::path ltp;          ///< file of raising pulses only
  std::filesystem::path ltd;          ///< file of lowering pulses only
  std::filesystem::path tables;       ///< file to write
  std::filesystem::path report;       ///< folder; empty: beside the tables
  std::uint32_t grid_points = 0;      ///< conductances per table; 0 here and below: the default of FitOptions
  std::uint32_t cdf_points = 0;       ///< quantiles per conductance
  std::uint32_t minimum_samples = 0;  ///< least number of steps around a conductance
  double bandwidth = 0.0;             ///< half width of the window around a conductance, in grid spacings
  std::string abscissa = "before";    ///< conductance that a step belongs to: before the pulse, or middle
  bool pooled = false;                ///< one table of all devices instead of one per device
  std::string model = "automatic";    ///< step_table, or a model for an I-V sweep
  std::string law = "automatic";      ///< current law of an I-V sweep
  std::string sweep_rate;             ///< V/s, of an I-V sweep without times
  // For pulses: what the file does not contain.
  std::string polarity;  ///< set or reset; empty: from the direction in which the conductance changes
  std::string pattern;   ///< "raising pulses,lowering pulses", repeated
  std::string unit;      ///< of conductances
  std::string read_voltage;
  std::string set_voltage;  ///< with its sign
  std::string reset_voltage;
  std::string width;
  std::uint64_t seed = 1;
  bool force = false;  ///< replace what another command left in the report's folder
  std::string command_line;
};

// Each command returns the exit code of the process; bad input is thrown as InputError.
int device_list_command(const DeviceListOptions& options);
int device_show_command(const DeviceShowOptions& options);
int device_simulate_command(const DeviceSimulateOptions& options);
int device_fit_command(const DeviceFitOptions& options);

}  // namespace memcosim
