// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <systemc>

#include "memcosim/sc_models/blocks/tdm_controller.hpp"

#include "call_lockstep.hpp"

namespace memcosim {

/// Makes the SystemC model.
TdmControllerFactory model_tdm_controller_factory();

/// When the MVMs of a lockstep run start.
struct TdmStarts {
  std::uint64_t mvms = 1;
  std::uint32_t max_gap = 0;     ///< clocks from ready to start, drawn from 0 to this
  std::uint32_t max_deltas = 0;  ///< delta cycles from the edge to the call of start(), drawn likewise
  std::uint64_t seed = 1;
  bool vary_groups = false;  ///< half of the MVMs use another number of column groups, as soon as both controllers are idle
};

/// Two TDM controllers with one schedule in lockstep. A start in a later delta cycle puts its `drive` anywhere among the strobes of older
/// MVMs: then the order within the edge is not compared.
class TdmCallLockstep : public CallLockstep {
 public:
  TdmCallLockstep(const sc_core::sc_module_name& name, const TdmSchedule& schedule, const sc_core::sc_time& period,
                  const TdmControllerFactory& left, const TdmControllerFactory& right, const TdmStarts& stimulus);

  std::uint64_t mvms() const { return started_; }

 private:
  /// Indices in the pins of the bench.
  enum Level : std::size_t { ready, busy };
  enum Strobe : std::size_t { drive, sample, release, select, convert, accumulate, done };
  static CallLayout pins();

  /// A controller whose strobes go to a side.
  class Controller : public TdmStrobes {
   public:
    explicit Controller(CallSide& side) : side_(side) {}
    void drive(std::uint32_t slice) override { side_.strobe(Strobe::drive, {slice}); }
    void sample(std::uint32_t slice) override { side_.strobe(Strobe::sample, {slice}); }
    void release(std::uint32_t slice) override { side_.strobe(Strobe::release, {slice}); }
    void select(std::uint32_t slice, std::uint32_t group) override { side_.strobe(Strobe::select, {slice, group}); }
    void convert(std::uint32_t slice, std::uint32_t group) override { side_.strobe(Strobe::convert, {slice, group}); }
    void accumulate(std::uint32_t slice, std::uint32_t group) override { side_.strobe(Strobe::accumulate, {slice, group}); }
    void done() override { side_.strobe(Strobe::done, {}); }
    void sample_levels();

    std::unique_ptr<TdmController> block;

   private:
    CallSide& side_;
  };

  void sample_levels() override;
  bool over() const override;
  std::optional<std::uint32_t> next_stimulus() override;
  void stimulate() override;

  const std::uint32_t most_groups_;
  TdmSchedule schedule_;  ///< with the groups of the last start
  std::uint32_t next_groups_;
  const TdmStarts stimulus_;
  std::mt19937_64 random_;
  Controller left_;
  Controller right_;
  std::uint64_t started_ = 0;
  std::uint64_t gap_ = 0;  ///< clocks still to wait once ready
  std::uint64_t last_clock_ = 0;
};

}  // namespace memcosim
