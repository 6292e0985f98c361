// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>

#include "memcosim/architecture/tdm_schedule.hpp"
#include "memcosim/rtl/bridge/tdm_controller_pins.hpp"

namespace memcosim {

/// Largest values of everything that a TDM controller is told, which depend on how it was elaborated.
struct TdmLimits {
  TdmRegisterValues registers;
  TdmStepValues step;
  TdmSizes sizes;
};
/// Those of rtl/tdm_controller.sv as it is delivered.
TdmLimits tdm_limits();

/// A number from low to high with evenly distributed logarithm: as many below 10 as from 1,000 to 10,000.
std::uint32_t log_uniform(std::mt19937_64& random, std::uint32_t low, std::uint32_t high);

/// The schedule with the most in flight: an MVM can start at every clock, and conversions and sums take as long as there is room for.
TdmSchedule crowded_tdm_schedule(const TdmLimits& limits);

/// A schedule that the controller can play, with logarithmically uniform values over the range of every register: mostly short, so that many
/// are played, at times with a register near its end or the crowded one.
TdmSchedule random_tdm_schedule(std::mt19937_64& random, const TdmLimits& limits);

/// Inputs of a TDM controller, clock by clock: MVMs at once and at random distances, starts while it is not ready, stalls, resets and aborts
/// at any clock, and other registers whenever it is not busy. A job that takes too long is cut by a reset or abort, whatever the controller
/// does.
class TdmStimulus {
 public:
  struct Kinds {
    bool stalls = true;
    bool resets = true;
  };
  TdmStimulus(std::uint64_t seed, const TdmLimits& limits, const Kinds& kinds);

  /// Keeps to one schedule from now on. Throws as tdm_registers().
  void fix_schedule(const TdmSchedule& schedule);
  /// The inputs of the next edge, which samples the levels `ready` and `busy`. The first edges are a reset.
  const TdmControllerPins::Inputs& next(bool ready, bool busy);
  /// True if the registers have changed for this edge.
  bool new_registers() const { return new_registers_; }
  const TdmSchedule& schedule() const { return schedule_; }
  const TdmControllerPins::Registers& registers() const { return registers_; }
  /// Starts that were given at edges which sampled ready.
  std::uint64_t started() const { return started_; }

 private:
  bool chance(double probability);
  void plan();
  void draw_registers();
  void draw_stall();

  const TdmLimits limits_;
  const Kinds kinds_;
  std::mt19937_64 random_;
  TdmSchedule schedule_;
  TdmControllerPins::Registers registers_;
  TdmControllerPins::Inputs inputs_;
  bool fixed_ = false;
  bool first_ = true;
  bool new_registers_ = false;
  std::uint64_t started_ = 0;

  // The present plan: some MVMs with the same registers.
  std::uint32_t mvms_left_ = 0;
  std::uint64_t clocks_left_ = 0;  ///< until it is cut
  double start_chance_ = 1.0;
  double idle_start_chance_ = 0.0;  ///< of a start while it has no effect
  double stall_begins_ = 0.0;
  double stall_ends_ = 1.0;
  double reset_chance_ = 0.0;
  std::uint32_t reset_left_ = 3;
};

}  // namespace memcosim
