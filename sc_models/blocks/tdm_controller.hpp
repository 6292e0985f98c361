// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <systemc>

#include <gsl/span>

#include "memcosim/architecture/tdm_schedule.hpp"

namespace memcosim {

/// Strobes from a TDM controller to the datapath. A slice is a drive step of the schedule; select, convert and accumulate come for those that
/// convert. Each call happens at the simulated time of the clock edge at which the pin changes; calls at one edge come in the order of this
/// list, done last.
class TdmStrobes {
 public:
  virtual ~TdmStrobes() = default;
  virtual void drive(std::uint32_t slice) = 0;                            ///< rows begin to be driven
  virtual void sample(std::uint32_t slice) = 0;                           ///< sample switches close (settling is over)
  virtual void release(std::uint32_t slice) = 0;                          ///< columns are held; rows are released
  virtual void select(std::uint32_t slice, std::uint32_t group) = 0;      ///< column multiplexers switch to a group
  virtual void convert(std::uint32_t slice, std::uint32_t group) = 0;     ///< converters start
  virtual void accumulate(std::uint32_t slice, std::uint32_t group) = 0;  ///< codes are valid: shift-and-add takes them
  virtual void done() = 0;                                                ///< all sums of the oldest MVM in flight are valid
};

/// A TDM controller, as SystemC model or as Verilated RTL; both follow TdmTimes. start() may be called only at a clock edge (a multiple
/// of the period) at which ready() is true; that edge is the start & ready edge. MVMs overlap when the schedule is pipelined. The number of
/// column groups is a register, which may change while busy() is false; the times of the slices follow from it.
class TdmController : public sc_core::sc_module {
 public:
  explicit TdmController(const sc_core::sc_module_name& name) : sc_module(name) {}
  virtual bool ready() const = 0;
  virtual void start() = 0;
  /// True if, as sampled by the present edge, an MVM is in flight or done is high.
  virtual bool busy() const = 0;
  /// Sets the number of groups of each slice from the next start on, from 1 to that of the controller's own schedule. An error while busy.
  virtual void set_groups(std::uint32_t groups) = 0;
  /// Sets the clocks of the conversions of the MVM that starts next, as TdmTimes takes them; without a call they take the latency of the
  /// converters. An error in controllers for which all conversions take the same time.
  virtual void set_conversion_clocks(gsl::span<const std::uint32_t> clocks);
  /// Fires when ready() may have become true.
  virtual const sc_core::sc_event& ready_event() const = 0;
};

/// Makes a controller inside the module under construction. `strobes` outlives it.
using TdmControllerFactory = std::function<std::unique_ptr<TdmController>(const std::string& name, const TdmSchedule& schedule,
                                                                          sc_core::sc_time period, TdmStrobes& strobes)>;

}  // namespace memcosim
