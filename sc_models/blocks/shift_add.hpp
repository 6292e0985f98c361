// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <systemc>
#include <vector>

#include "memcosim/sc_models/blocks/macro_context.hpp"
#include "memcosim/sc_models/blocks/mvm_record.hpp"

namespace memcosim {

/// Accumulates the codes of all slices, each shifted by the weight of its slice; the lines of a digital pair are subtracted. The sums must
/// equal those of the functional core: a difference is a fatal error.
class ShiftAdd : public sc_core::sc_module {
 public:
  ShiftAdd(const sc_core::sc_module_name& name, MacroContext& context);

  /// Takes the codes of one group, at the present time.
  void accumulate(const SliceTurn& turn, std::uint32_t group);
  /// All codes of the MVM are accumulated.
  void finish(const MvmRecord& mvm);

 private:
  struct Addition {
    std::uint64_t begin;
    int slice;
    int group;
  };
  void report_additions();

  MacroContext& context_;
  std::vector<std::int64_t> sums_;
  sc_core::sc_event added_;
  std::deque<Addition> additions_;  ///< in progress; only while somebody observes
};

}  // namespace memcosim
