// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "memcosim/common/statistics.hpp"

namespace memcosim::report {

/// The numbers an architect asks for first. A number that the summary lacks has no card.
std::string headline_cards(const StatisticGroup& summary);

/// Every statistic with value, unit and meaning: one block per top group. Sub-groups with the same names stand side by side.
std::string statistic_tables(const StatisticGroup& summary);

}  // namespace memcosim::report
