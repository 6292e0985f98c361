// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/architecture/stage_values.hpp"
#include "memcosim/kernels/products/product_engine.hpp"

namespace memcosim {

/// One MVM of a macro, from its start to the read of its result. Times are ticks.
struct MvmRecord {
  enum class Values {
    none,       ///< timing only: zeros
    given,      ///< by the initiator
    submitted,  ///< the backend computes
    collected,  ///< from the backend
  };

  bool in_use = false;      ///< false until the first start
  std::uint64_t start = 0;  ///< edge that samples the start
  std::uint64_t done = 0;   ///< edge that shows done
  bool done_known = false;  ///< loosely_timed: from the start on; approximately_timed: when the controller has said done
  std::uint64_t event = 0;  ///< address of its random draws
  Values values = Values::none;
  Ticket ticket;
  std::vector<InputCode> inputs;                 ///< of all rows
  std::size_t reached_rows = 0;                  ///< all codes of later rows are zero
  std::uint32_t used_outputs = 0;                ///< from output 0; sums of later outputs are zero
  std::uint32_t used_columns = 0;                ///< converted columns in use, from column 0
  ProductResult computed;                        ///< by the backend
  std::vector<std::int32_t> accumulated;         ///< by the accumulator block
  std::vector<std::uint32_t> conversion_clocks;  ///< slices x groups, where the converters' times depend on the codes
  MvmOutcome outcome;                            ///< the result as far as it is known; its data lie in the two above or with the initiator
  std::uint32_t released_slices = 0;             ///< slices whose rows have been driven
  std::uint32_t accounted_slices = 0;            ///< slices whose energy is in the activity
};

/// One slice of one MVM as the strobes of the controller reach it.
struct SliceTurn {
  MvmRecord& mvm;
  std::uint32_t slice;
  std::uint64_t held_set;  ///< counts the steps that convert, of all MVMs: its parity names the capacitors that the slice is held on
};

}  // namespace memcosim
