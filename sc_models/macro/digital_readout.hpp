// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <systemc>
#include <vector>

#include "memcosim/sc_models/blocks/macro_context.hpp"
#include "memcosim/sc_models/blocks/mvm_record.hpp"
#include "memcosim/sc_models/macro/digital_blocks.hpp"

namespace memcosim {

/// The codes of a macro on their way through its digital blocks, in approximately_timed: converter logic, accumulator, output registers.
/// The sums of the accumulator become those of the MVM, compared with the sums of the functional core (MacroSpec::digital.compare).
class DigitalReadout : public sc_core::sc_module {
 public:
  DigitalReadout(const sc_core::sc_module_name& name, MacroContext& context, const DigitalBlocks& blocks);

  /// The codes of one group are valid, at the present time. An MVM without codes (timing only, or sums alone that were computed ahead)
  /// passes the blocks by.
  void accumulate(const SliceTurn& turn, std::uint32_t group);
  /// All codes of the MVM are accumulated: takes the sums.
  void finish(MvmRecord& mvm);

 private:
  /// The conversions of a column group that the MVM uses.
  struct Group {
    ColumnGroup columns;
    std::vector<ConversionAddress> addresses;
    std::vector<AccumulatorTerm> terms;  ///< of all their codes
  };
  struct Addition {
    std::uint64_t begin;
    int slice;
    int group;
  };
  void use_outputs(std::uint32_t used);
  void begin(MvmRecord& mvm);
  void take_sums(MvmRecord& mvm);
  void compare(const MvmRecord& mvm, gsl::span<const std::int32_t> sums);
  void report_additions();

  MacroContext& context_;
  std::vector<Group> groups_;
  std::uint32_t used_outputs_ = 0;    ///< by the MVM whose codes come
  std::vector<std::int32_t> codes_;   ///< of one group
  MvmRecord* accumulated_ = nullptr;  ///< whose sums the accumulator has; null: those of an MVM that is done
  std::unique_ptr<ConverterLogic> converter_logic_;
  std::unique_ptr<Accumulator> accumulator_;
  sc_core::sc_event added_;
  std::deque<Addition> additions_;  ///< in progress; only while somebody observes
};

}  // namespace memcosim
