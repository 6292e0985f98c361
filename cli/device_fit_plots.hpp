// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memcosim/cli/device_plot.hpp"
#include "memcosim/devices/fits/table_fit.hpp"

namespace memcosim {

/// One plot of the report.
struct FitPlot {
  std::string file;  ///< name of a file that the drawing is also written to; empty: only on the page
  Plot plot;
};

/// The plots of a fit, in order: for each measured polarity (raising first) the measured steps over the conductance with the quantiles of
/// the table; the measured trains with a replay of the first one by mean steps of the table; the Kolmogorov-Smirnov distances per device.
std::vector<FitPlot> fit_plots(const PulseTrains& trains, const TableFit& fit, const FitOptions& options);

}  // namespace memcosim
