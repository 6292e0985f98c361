// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace memcosim {

// Options of `memcosim device ...` as the user wrote them: quantities are texts with units, empty ones take the device's own default.

struct DeviceListOptions {
  bool json = false;
};

struct DeviceShowOptions {
  std::string name;
  bool json = false;
};

struct DeviceSimulateOptions {
  std::string device;                  ///< model, preset or YAML file
  std::vector<std::string> overrides;  ///< path.to.key=value in the device section
  std::filesystem::path out;
  std::string waveform;  ///< sine, triangle, pulses, csv; empty: what suits the model
  std::string amplitude;
  std::string frequency;
  double periods = 2.0;
  std::uint32_t samples = 1000;  ///< per period
  std::uint64_t pulses = 0;      ///< 0: two rounds of the pattern
  std::string pattern;           ///< "set pulses,reset pulses"
  std::string set_voltage;
  std::string reset_voltage;
  std::string width;
  std::string interval;
  std::filesystem::path csv;
  std::string retention;  ///< age to reach; not empty: no waveform
  std::uint32_t levels = 5;
  std::string initial;
  std::string read_voltage;
  std::string stepping;
  std::string series;
  std::uint32_t devices = 1;
  std::uint32_t trace_devices = 10;
  std::uint64_t seed = 1;
  bool force = false;  ///< replace what another command left in the result folder
  bool quiet = false;
  std::vector<std::string> given;  ///< names of the options that the user wrote, with their dashes
  std::string command_line;        ///< for the report
};

struct DeviceFitOptions {
  std::filesystem::path csv;      ///< pulses or I-V sweeps; empty where ltp or ltd is given
  std::filesystem::path ltp;      ///< raising pulses alone
  std::filesystem::path ltd;      ///< lowering pulses alone
  std::filesystem::path tables;   ///< file to write
  std::filesystem::path report;   ///< folder; empty: beside the tables
  std::uint32_t grid_points = 0;  ///< 0: the fit's own default, as below
  std::uint32_t cdf_points = 0;
  std::uint32_t minimum_samples = 0;
  double bandwidth = 0.0;
  std::string abscissa = "before";
  bool pooled = false;              ///< one table of all devices instead of one per device
  std::string model = "automatic";  ///< step_table, or a model for an I-V sweep
  std::string law = "automatic";    ///< current law of an I-V sweep
  std::string sweep_rate;           ///< V/s, of an I-V sweep without times
  // What a file of pulses does not say.
  std::string polarity;  ///< set or reset; empty: as the conductance goes
  std::string pattern;   ///< "raising pulses,lowering pulses" in turn
  std::string unit;      ///< of conductances
  std::string read_voltage;
  std::string set_voltage;
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
