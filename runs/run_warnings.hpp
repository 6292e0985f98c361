// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memcosim/runs/run_spec.hpp"
#include "memcosim/runs/simulation.hpp"

namespace memcosim {

/// Warnings about settings that are probably mistakes or lie outside the validity of a model: one sentence each, with the keys to change.
/// `memcosim check` and `memcosim run` print them; the report and summary.json repeat them.
std::vector<std::string> configuration_warnings(const RunSpec& spec);

/// Warnings that need the results of the run, such as cells that could not be programmed.
std::vector<std::string> result_warnings(const RunSpec& spec, const SimulationOutcome& outcome);

}  // namespace memcosim
