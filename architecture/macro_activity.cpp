// SPDX-License-Identifier: Apache-2.0
#include "memcosim/architecture/macro_activity.hpp"

#include <algorithm>

namespace memcosim {

namespace {

struct Combine {
  MacroActivity& total;
  const MacroActivity& part;

  template <typename Class, typename T>
  void operator()(const Field<Class, T>& field) const {
    total.*field.member += part.*field.member;
  }
  template <typename Class, typename T>
  void operator()(const Field<Class, T, Largest>& field) const {
    total.*field.member = std::max(total.*field.member, part.*field.member);
  }
  void operator()(const BaseField<ProgrammingCounts>&) const { static_cast<ProgrammingCounts&>(total) += part; }
};

}  // namespace

MacroActivity& operator+=(MacroActivity& total, const MacroActivity& part) {
  macro_activity_fields.for_each(Combine{total, part});
  return total;
}

void count_conversion_clocks(MacroActivity& activity, std::uint32_t clocks) {
  activity.timed_groups += 1;
  activity.conversion_clocks += clocks;
  activity.most_conversion_clocks = std::max<std::uint64_t>(activity.most_conversion_clocks, clocks);
}

}  // namespace memcosim
