// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "memcosim/runs/report/report.hpp"
#include "memcosim/runs/report/report_png.hpp"

namespace memcosim::report {

/// Colour map viridis, interpolated between samples: perceptually uniform, also for colour-blind readers. 0 <= position <= 1.
Colour sequential_colour(double position);
/// Blue through near white to red, for values of both signs: zero is at position 0.5.
Colour diverging_colour(double position);

/// Maps of target, programmed and deviation of each array, on the same colour scales for all arrays. Maps with more than 256 rows or
/// columns are drawn as means over blocks. Empty text for an empty list.
std::string conductance_maps(const std::vector<std::pair<ReportMap, ReportMap>>& arrays);

/// A map with a separate colour scale.
struct ScaledMap {
  ReportMap map;  ///< not empty
  Dimension dimension;
};

/// Maps side by side, each with its scale: centred at zero if values of both signs are large enough, else from the lowest to the highest
/// value.
std::string scaled_maps(const std::vector<ScaledMap>& maps);

}  // namespace memcosim::report
