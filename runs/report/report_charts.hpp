// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "memcosim/common/units.hpp"
#include "memcosim/runs/report/report.hpp"

// Charts are HTML tables whose cells hold SVG with relative widths: bars scale with the page, letters keep their size, and screen readers
// see a table. Every function returns one <figure>, or an empty text for empty data.

namespace memcosim::report {

enum class BarOrder { as_given, largest_first };

/// Texts and look of a bar chart.
struct BarStyle {
  std::string_view title;
  std::string_view total;       ///< what the sum of the parts is, e.g. "per image"
  std::string_view label_head;  ///< column heading of the labels
  std::string_view colour;      ///< class of the bars in the style sheet
  Dimension dimension;
  BarOrder order;
};

/// Horizontal bars on a common axis from zero, with value and share of the sum.
std::string bar_chart(const BarStyle& style, std::vector<ReportPart> parts);

/// Histogram of the programming pulses: element i is the number of cells that needed i pulses. Adjacent numbers of pulses share a bar if
/// there are too many.
std::string pulse_chart(const std::vector<std::uint64_t>& cells_by_pulses);

/// Phases on lanes over time; phases of one lane that overlap are stacked.
std::string timeline_chart(const std::vector<ReportPhase>& phases);

}  // namespace memcosim::report
