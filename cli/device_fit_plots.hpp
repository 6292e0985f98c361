// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memcosim/cli/device_plot.hpp"
#include "memcosim/devices/table_fit.hpp"

namespace memcosim {

struct FitPlot {
  std::string file;  ///< name of a file that holds the drawing too; empty: it is on the page alone
  Plot plot;
};

/// Measured steps over the conductance with the table's quantiles, of each polarity that was measured, raising first; measured trains with
/// what the table makes of the first one on average; distance of the distributions per device.
std::vector<FitPlot> fit_plots(const PulseTrains& trains, const TableFit& fit, const FitOptions& options);

}  // namespace memcosim
