// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "memcosim/runs/report/report.hpp"
#include "memcosim/runs/simulation.hpp"

namespace memcosim {

/// Gathers what report.html shows of a run. `summary` must outlive the result.
ReportData report_data(const RunSpec& spec, const SimulationOutcome& outcome, const StatisticGroup& summary, const std::string& command,
                       const std::string& effective_config);

}  // namespace memcosim
