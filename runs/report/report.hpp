// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "memcosim/common/statistics.hpp"

namespace memcosim {

/// One bar of a breakdown: label, value (SI).
struct ReportPart {
  std::string label;
  double value;
};

/// A matrix drawn as a heat map, row-major, SI values. Only its first used_rows x used_columns values enter the statistics; 0: all.
struct ReportMap {
  std::string title;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::vector<double> values;
  std::uint32_t used_rows = 0;
  std::uint32_t used_columns = 0;
};

/// One phase on a lane of the timeline of one MVM; times in seconds from its start.
struct ReportPhase {
  std::string lane;
  std::string series;  ///< phases of a series have one colour and one entry in the key
  std::string name;
  double begin_s;
  double end_s;
};

/// Everything that the report shows. Plain data, so that the report can be tested without a run.
struct ReportData {
  std::string title;
  std::string command;                      ///< command line of the run
  std::vector<std::string> notes;           ///< what is not modelled, what was approximated
  const StatisticGroup* summary = nullptr;  ///< every number, as tables
  std::vector<ReportPart> energy_per_image_j;
  std::vector<ReportPart> area_m2;
  std::vector<ReportPart> latency_s;                         ///< per stage, of one image
  std::vector<std::pair<ReportMap, ReportMap>> conductance;  ///< for each array shown, target and programmed conductances, S
  std::vector<std::uint64_t> pulse_histogram;                ///< element i: number of cells that needed i pulses
  std::vector<std::string> class_names;
  std::vector<std::uint64_t> confusion;  ///< images, classes x classes; row: label, column: prediction
  std::vector<ReportPhase> mvm_timeline;
  std::string effective_config;  ///< YAML text
};

/// A self-contained HTML page (inline CSS and SVG, no script, nothing fetched), the same bytes for the same data. Empty sections are
/// left out. Values that are not finite, negative values or times, and sizes that do not fit are programming errors (std::logic_error).
std::string render_report(const ReportData& data);

}  // namespace memcosim
