// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <systemc>

#include <gsl/span>

#include "memcosim/architecture/tdm_schedule.hpp"
#include "memcosim/architecture/tdm_strobes.hpp"

namespace memcosim {

/// A TDM controller, as SystemC model or as Verilated RTL; both follow TdmTimes. start() may be called only at a clock edge (a multiple
/// of the period) at which ready() is true; that edge is the start & ready edge. MVMs overlap when the schedule is pipelined. The schedule
/// is in registers, which may change while busy() is false.
class TdmController : public sc_core::sc_module {
 public:
  explicit TdmController(const sc_core::sc_module_name& name) : sc_module(name) {}
  virtual bool ready() const = 0;
  virtual void start() = 0;
  /// True if, as sampled by the present edge, an MVM is in flight, done is high or a held set is not yet free.
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
