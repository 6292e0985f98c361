// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "memcosim/sc_models/blocks/macro_context.hpp"
#include "memcosim/sc_models/blocks/mvm_record.hpp"

namespace memcosim {

/// Word-line drivers with their DACs: each slice drives the rows whose `dac.bits` bits of the input code are not all zero. Rows that change
/// before the columns of the slice are held are a fatal error.
class RowDrivers : public sc_core::sc_module {
 public:
  RowDrivers(const sc_core::sc_module_name& name, MacroContext& context);

  /// Rows begin to be driven, at the present time.
  void drive(const SliceTurn& turn);
  /// The present slice, which has not been released: a fatal error unless its rows have been driven and the array has settled.
  void require_settled(const SliceTurn& turn) const;
  /// Rows are released; the phase ends at the present time.
  void release(const SliceTurn& turn);
  /// Driven rows of all slices at once, for loosely_timed; counted unless the outcome has their number.
  void count_all_slices(const MvmRecord& mvm);

 private:
  MacroContext& context_;
  std::uint64_t drives_ = 0;
  std::uint64_t releases_ = 0;
  std::uint64_t begin_[2] = {0, 0};  ///< the next slice may begin at the edge that releases this one
};

}  // namespace memcosim
