// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "memcosim/common/statistics.hpp"
#include "memcosim/common/units.hpp"

namespace memcosim::report {

/// Text for an HTML element or a quoted attribute. Labels come from files of others: bytes that are no UTF-8, and control characters that
/// HTML forbids, become U+FFFD.
std::string escape_html(std::string_view text);

/// For people: SI prefix, the signs of print (µ, Ω, m², a real minus) and digits grouped by three. Not escaped.
std::string display_quantity(double value, Dimension dimension, int digits = 4);
std::string display_count(std::uint64_t value);
/// The value of a statistic in the form of its kind.
std::string display_value(const Statistic& statistic);
/// "89.12 %"; a share that rounds to nothing but is not zero says so ("< 0.1 %"). Not escaped.
std::string display_percent(double fraction, int decimals);

/// For an axis: fewer digits, and no unit at zero.
std::string display_tick(double value, Dimension dimension);
/// The same for all ticks of an axis, with as many digits as tell neighbours apart.
std::vector<std::string> display_ticks(const std::vector<double>& values, Dimension dimension);

/// Characters, not bytes, of UTF-8 text.
std::size_t printed_length(std::string_view text);

/// Short decimal form for a coordinate or a size, three decimals at most.
std::string coordinate(double value);

/// Round values (1, 2, 2.5 or 5 times a power of ten apart) from 0 to the first one at or above `largest`, about `intervals` steps.
std::vector<double> round_ticks(double largest, int intervals);

/// A drawing has no way to show such a value, and the numbers of a report are checked where they arise: std::logic_error.
void require_finite(double value, std::string_view where);
void require_not_negative(double value, std::string_view where);

}  // namespace memcosim::report
