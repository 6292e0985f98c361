// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memcosim/cli/device_plot.hpp"
#include "memcosim/cli/device_trace.hpp"
#include "memcosim/common/statistics.hpp"

namespace memcosim {

/// A page about one device: plots, remarks, numbers, effective configuration.
struct DevicePage {
  std::string title;
  std::string command;
  std::string heading;  ///< of the section with the plots
  std::vector<Plot> plots;
  std::vector<std::string> remarks;
  const StatisticGroup* summary = nullptr;
  std::string config_name;  ///< file name of `config`
  std::string config;       ///< YAML; empty: none
};

/// A self-contained HTML page (inline CSS and SVG, no script, nothing fetched), the same bytes for the same data.
std::string render_device_page(const DevicePage& page);

/// Plots of a pulse train: conductance over pulses, its change over the conductance, energy per pulse.
std::vector<Plot> pulse_plots(const DeviceTrace& trace, const std::string& name);
/// Plots of a continuous waveform: current over voltage on a linear and a logarithmic axis, conductance and voltage over time.
std::vector<Plot> loop_plots(const DeviceTrace& trace, const std::string& name);
/// Plots of retention: conductance over age with one colour per group; its spread over age if the devices differ.
std::vector<Plot> retention_plots(const DeviceTrace& trace, const std::string& name);

}  // namespace memcosim
