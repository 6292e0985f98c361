// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memcosim/cli/run_spec.hpp"
#include "memcosim/cli/simulation.hpp"

namespace memcosim {

/// What a configuration asks for and is unlikely to be meant, or lies outside the range of a model: one sentence each, with the keys that
/// change it. `memcosim check` and `memcosim run` print them; the report and summary.json repeat them.
std::vector<std::string> configuration_warnings(const RunSpec& spec);

/// The same of what only the run itself can tell, such as cells that could not be programmed.
std::vector<std::string> result_warnings(const RunSpec& spec, const SimulationOutcome& outcome);

}  // namespace memcosim
