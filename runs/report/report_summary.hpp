// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "memcosim/common/statistics.hpp"

namespace memcosim::report {

/// Cards with the headline numbers, such as accuracy, latency and energy. A number that the summary lacks has no card.
std::string headline_cards(const StatisticGroup& summary);

/// Tables of every statistic with value, unit and meaning: one block per top-level group. Sub-groups that hold the same names are columns
/// of one table.
std::string statistic_tables(const StatisticGroup& summary);

}  // namespace memcosim::report
