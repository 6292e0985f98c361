// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "memcosim/cli/report.hpp"
#include "memcosim/cli/report_png.hpp"

namespace memcosim::report {

/// Dark to bright with even perceived steps, also for colour-blind readers: interpolated between samples of viridis. 0 <= position <= 1.
Colour sequential_colour(double position);
/// Blue over near white to red, for values around zero at position 0.5.
Colour diverging_colour(double position);

/// Target, programmed state and deviation of each array, on one colour scale for all of them. Maps with more than 256 rows or columns are
/// drawn as block means. Nothing for an empty list.
std::string conductance_maps(const std::vector<std::pair<ReportMap, ReportMap>>& arrays);

/// A map on a colour scale of its own.
struct ScaledMap {
  ReportMap map;  ///< with some values
  Dimension dimension;
};

/// Maps side by side, each with its scale: around zero where both signs matter, else from the lowest to the highest value.
std::string scaled_maps(const std::vector<ScaledMap>& maps);

}  // namespace memcosim::report
