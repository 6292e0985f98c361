// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/cli/simulation.hpp"
#include "memcosim/common/statistics.hpp"

namespace memcosim {

/// Every number of a run with unit and meaning. Deterministic: the same for the same configuration and seed, whatever host and threads.
void summarise(const RunSpec& spec, const SimulationOutcome& outcome, StatisticGroup& summary);

/// What this run did not model or approximated, one sentence each.
std::vector<std::string> modelling_notes(const RunSpec& spec, const SimulationOutcome& outcome);

/// predictions.csv: image, label, software class, analog class, times.
std::string predictions_table(const SimulationOutcome& outcome);
/// arrays.csv: per tile, where it lies, programming, activity.
std::string arrays_table(const RunSpec& spec, const SimulationOutcome& outcome);
/// stages.csv: per stage, shape, converters, work, time, the parts of the time by formula, and energy. `summary` is the run's.
std::string stages_table(const RunSpec& spec, const SimulationOutcome& outcome, const StatisticGroup& summary);

/// Cells that needed i pulses, over all arrays.
std::vector<std::uint64_t> pulse_histogram(const SimulationOutcome& outcome);

/// The table that `memcosim run` prints.
std::string summary_text(const RunSpec& spec, const SimulationOutcome& outcome, const StatisticGroup& summary);

}  // namespace memcosim
