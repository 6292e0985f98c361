// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/run_warnings.hpp"

#include <fmt/format.h>

namespace memcosim {
namespace {

constexpr double most_failed = 0.01;  ///< share of written cells that may fail without a warning

void warn_of_failed_cells(const SimulationOutcome& outcome, std::vector<std::string>& warnings) {
  std::uint64_t written = 0;
  std::uint64_t failed = 0;
  for (const ArrayState& array : outcome.state.arrays) {
    written += array.programming.written_cells;
    failed += array.programming.failed_cells;
  }
  if (written == 0) return;
  const double share = static_cast<double>(failed) / static_cast<double>(written);
  if (share <= most_failed) return;
  warnings.push_back(
      fmt::format("{} of {} programmed cells ({:.1f} %) did not reach their target: compare programming.set and programming.reset "
                  "(amplitudes, duration), programming.tolerance and programming.max_pulses with what the device needs.",
                  failed, written, 100.0 * share));
}

}  // namespace

std::vector<std::string> configuration_warnings(const RunSpec&) {
  return {};
}

std::vector<std::string> result_warnings(const RunSpec&, const SimulationOutcome& outcome) {
  std::vector<std::string> warnings;
  warn_of_failed_cells(outcome, warnings);
  return warnings;
}

}  // namespace memcosim
