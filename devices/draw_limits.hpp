// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "memcosim/devices/cell_spec.hpp"

namespace memcosim {

/// Number of draws of a varied parameter that were clamped to a limit.
struct ClampedDraws {
  std::size_t low = 0;
  std::size_t high = 0;
};

/// Counts one drawn value (after clamping). `range` is the parameter's own range.
void count_clamped(const Variation& variation, const Range& range, double drawn, ClampedDraws& count);

/// Shares of the draws around `mean` that lie beyond the limits and are clamped, each 0 to 1. A truncated distribution has none.
struct ClampedShares {
  double low = 0.0;
  double high = 0.0;
};
ClampedShares expected_clamped_shares(const Variation& variation, double mean, const Range& range);

/// A warning for each spread of a specification that reaches far beyond the range of its parameter, with the expected share of such draws
/// and what to choose instead. Warns when more than one draw in a million is clamped to an end of the parameter's own range that is over a
/// hundred times off the nominal value (a resistance of 10 kohm that becomes 1 mohm), or more than 1 % to another end of that range. Limits
/// that the configuration sets inside the range are intended and give no warning.
std::vector<std::string> spread_warnings(const CellSpec& spec);

/// The same warnings from the counts in `cells` drawn cells: `clamped` has the device-to-device draws of each of the specification's
/// variations; `adjusted` is the number of cells whose parameters contradicted each other, a warning if significantly more than a tenth.
std::vector<std::string> counted_spread_warnings(const CellSpec& spec, const std::vector<ClampedDraws>& clamped, std::size_t adjusted,
                                                 std::size_t cells);

}  // namespace memcosim
