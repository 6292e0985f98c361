// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "memcosim/sc_models/blocks/adc_bank.hpp"
#include "memcosim/sc_models/blocks/crossbar.hpp"
#include "memcosim/sc_models/blocks/macro_context.hpp"
#include "memcosim/sc_models/blocks/mvm_record.hpp"
#include "memcosim/sc_models/blocks/row_drivers.hpp"
#include "memcosim/sc_models/blocks/sample_hold.hpp"
#include "memcosim/sc_models/blocks/tdm_controller.hpp"
#include "memcosim/sc_models/macro/digital_blocks.hpp"
#include "memcosim/sc_models/macro/digital_readout.hpp"

namespace memcosim {

/// Number of MVMs whose results a macro keeps: the one being read and the next one.
constexpr std::size_t result_slots = 2;

/// Checks the order of one kind of strobe of the controller: group by group, slice by slice, MVM by MVM. Strobes of conversions come for
/// steps that convert alone.
class StrobeStream {
 public:
  /// Strobes of rows and sample switches.
  StrobeStream(const char* name, const std::vector<DriveStep>& steps) : name_(name), steps_(steps), groups_(1), all_steps_(true) {}
  /// Strobes of conversions.
  StrobeStream(const char* name, const std::vector<DriveStep>& steps, std::uint32_t groups);
  /// Checks that this strobe is the next one, of an MVM that has started; anything else is a fatal error.
  void expect(std::uint32_t slice, std::uint32_t group, std::uint64_t started);
  /// Number of groups of later strobes; call only between MVMs.
  void set_groups(std::uint32_t groups) { groups_ = groups; }
  std::uint64_t mvm() const { return mvm_; }
  std::uint64_t held_set() const { return held_set_; }
  /// True if both are at the same slice of the same MVM.
  bool at_slice_of(const StrobeStream& other) const { return slice_ == other.slice_ && mvm_ == other.mvm_; }
  /// Goes on to the next strobe.
  void advance();

 private:
  bool converts() const { return steps_[slice_].converts; }
  void next_slice();

  const char* name_;
  std::vector<DriveStep> steps_;
  std::uint32_t groups_;
  bool all_steps_;  ///< also those that do not convert
  std::uint64_t mvm_ = 0;
  std::uint64_t held_set_ = 0;  ///< number of steps before this one that convert
  std::uint32_t slice_ = 0;
  std::uint32_t group_ = 0;
};

/// Signals of a macro in waveform files.
struct MacroWaves {
  bool ready = true;
  bool busy = false;
  bool done = false;
  std::uint32_t phase = 0;  ///< of the rows: 0 idle, 1 driven, 2 sampled
  std::uint32_t slice = 0;  ///< last driven
  std::uint32_t group = 0;  ///< last selected
};

/// The parts of a macro in approximately_timed: the controller's strobes move slices through row drivers, crossbar, sample-and-hold,
/// converters and digital blocks. The order of the strobes is checked, for any controller.
class MacroDatapath : public sc_core::sc_module, private TdmStrobes {
 public:
  using Records = std::array<MvmRecord, result_slots>;

  /// `mvm_done` is called when the sums of an MVM are valid, with its number.
  MacroDatapath(const sc_core::sc_module_name& name, MacroContext& context, const DigitalBlocks& blocks, Crossbar& crossbar,
                Records& records, std::function<void(std::uint64_t)> mvm_done);

  bool ready() const { return controller_->ready(); }
  const sc_core::sc_event& ready_event() const { return controller_->ready_event(); }
  /// True while an MVM is in flight or the controller does not yet accept set_groups().
  bool busy() const { return controller_->busy(); }
  /// Sets the number of column groups of later MVMs; not while busy.
  void set_groups(std::uint32_t groups);
  /// Starts MVM number `mvm`, whose record is filled, at the present edge.
  void start(std::uint64_t mvm);
  /// Names in the waveform file begin with `prefix`.
  void trace(sc_core::sc_trace_file* file, const std::string& prefix) const;

 private:
  void drive(std::uint32_t slice) override;
  void sample(std::uint32_t slice) override;
  void release(std::uint32_t slice) override;
  void select(std::uint32_t slice, std::uint32_t group) override;
  void convert(std::uint32_t slice, std::uint32_t group) override;
  void accumulate(std::uint32_t slice, std::uint32_t group) override;
  void done() override;

  SliceTurn turn(StrobeStream& stream, std::uint32_t slice, std::uint32_t group);
  void update_waves();

  MacroContext& context_;
  Crossbar& crossbar_;
  Records& records_;
  std::function<void(std::uint64_t)> mvm_done_;
  RowDrivers row_drivers_;
  SampleHold sample_hold_;
  AdcBank adc_bank_;
  DigitalReadout digital_readout_;
  std::unique_ptr<TdmController> controller_;
  std::uint64_t started_ = 0;
  std::uint64_t finished_ = 0;
  std::uint64_t done_at_ = 0;  ///< ticks
  StrobeStream drives_;
  StrobeStream samples_;
  StrobeStream releases_;
  StrobeStream selects_;
  StrobeStream conversions_;
  StrobeStream accumulations_;
  sc_core::sc_event waves_event_;
  MacroWaves waves_;
};

}  // namespace memcosim
