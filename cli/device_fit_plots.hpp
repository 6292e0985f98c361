// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/cli/device_plot.hpp"
#include "memcosim/devices/table_fit.hpp"

namespace memcosim {

/// Measured steps over the conductance with the table's quantiles, raising polarity first, lowering second; measured trains with what the
/// table makes of the first one on average; distance of the distributions per device.
std::vector<Plot> fit_plots(const PulseTrains& trains, const TableFit& fit, const FitOptions& options);

}  // namespace memcosim
