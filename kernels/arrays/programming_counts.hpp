// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/common/fields.hpp"

namespace memcosim {

/// What programming did to the cells of one array or of several.
struct ProgrammingCounts {
  std::uint64_t written_cells = 0;
  std::uint64_t failed_cells = 0;  ///< written cells that did not reach their band
  std::uint64_t pulses = 0;
  std::uint64_t verify_reads = 0;
  std::uint64_t verify_conversions = 0;  ///< a verify read averages one or several
  double pulse_energy_j = 0.0;           ///< in cells, during pulses
  double verify_energy_j = 0.0;          ///< in cells, during verify reads
};

inline constexpr auto programming_count_fields = field_list<ProgrammingCounts>(
    field("written_cells", &ProgrammingCounts::written_cells), field("failed_cells", &ProgrammingCounts::failed_cells),
    field("pulses", &ProgrammingCounts::pulses), field("verify_reads", &ProgrammingCounts::verify_reads),
    field("verify_conversions", &ProgrammingCounts::verify_conversions), field("pulse_energy_j", &ProgrammingCounts::pulse_energy_j),
    field("verify_energy_j", &ProgrammingCounts::verify_energy_j));

inline ProgrammingCounts& operator+=(ProgrammingCounts& total, const ProgrammingCounts& part) {
  programming_count_fields.for_each([&](const auto& field) { total.*field.member += part.*field.member; });
  return total;
}

}  // namespace memcosim
