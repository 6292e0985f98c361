// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/common/statistics.hpp"
#include "memcosim/runs/simulation.hpp"

namespace memcosim {

/// Adds every number of a run, with unit and meaning. Deterministic: depends on configuration, seed and backend only, not on host or
/// threads.
void summarise(const RunSpec& spec, const SimulationOutcome& outcome, StatisticGroup& summary);

/// Effects that this run did not model or only approximated, one sentence each.
std::vector<std::string> modelling_notes(const RunSpec& spec, const SimulationOutcome& outcome);

/// predictions.csv: image, label, software class, analog class, times.
std::string predictions_table(const SimulationOutcome& outcome);
/// arrays.csv: per tile, its place in the weight matrix, programming, activity.
std::string arrays_table(const RunSpec& spec, const SimulationOutcome& outcome);
/// stages.csv: per stage, shape, converters, work, measured time, the times by formula, and energy. `summary`: of this run.
std::string stages_table(const RunSpec& spec, const SimulationOutcome& outcome, const StatisticGroup& summary);

/// Element i: number of cells of all arrays that needed i pulses.
std::vector<std::uint64_t> pulse_histogram(const SimulationOutcome& outcome);

/// The table that `memcosim run` prints.
std::string summary_text(const RunSpec& spec, const SimulationOutcome& outcome, const StatisticGroup& summary);

}  // namespace memcosim
