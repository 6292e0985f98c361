// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "memcosim/common/statistics.hpp"
#include "memcosim/common/units.hpp"

namespace memcosim::report {

/// Escapes text for an HTML element or a quoted attribute. Labels come from user files: bytes that are not UTF-8, and control characters
/// that HTML forbids, become U+FFFD.
std::string escape_html(std::string_view text);

/// Quantity for readers: SI prefix, typographic signs (µ, Ω, m², minus sign) and digits grouped by three. Not escaped.
std::string display_quantity(double value, Dimension dimension, int digits = 4);
std::string display_count(std::uint64_t value);
/// The value of a statistic, formatted by its type.
std::string display_value(const Statistic& statistic);
/// "89.12 %"; a share that is not zero but rounds to zero becomes "< 0.1 %". Not escaped.
std::string display_percent(double fraction, int decimals);

/// Label of an axis tick: fewer digits, and no unit at zero.
std::string display_tick(double value, Dimension dimension);
/// Labels of all ticks of an axis, with enough digits to distinguish adjacent ticks.
std::vector<std::string> display_ticks(const std::vector<double>& values, Dimension dimension);

/// Number of characters (not bytes) of UTF-8 text.
std::size_t printed_length(std::string_view text);

/// Text of a coordinate or size in a drawing, three decimals at most.
std::string coordinate(double value);

/// Round values (1, 2, 2.5 or 5 times a power of ten apart) from 0 to the first one at or above `largest`, about `intervals` steps.
std::vector<double> round_ticks(double largest, int intervals);

/// Throw std::logic_error: such values cannot be drawn, and numbers of a report are checked where they arise.
void require_finite(double value, std::string_view where);
void require_not_negative(double value, std::string_view where);

}  // namespace memcosim::report
