// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include <gsl/span>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/architecture/macro_spec.hpp"
#include "memcosim/kernels/arrays/cell_store.hpp"
#include "memcosim/sc_models/blocks/macro_observer.hpp"

namespace memcosim {

/// The block that programs the cells of an array with pulses and verify reads, at both levels of timing. It adds what it did to the
/// MacroActivity that its factory gave it.
class CellWriter : public sc_core::sc_module {
 public:
  explicit CellWriter(const sc_core::sc_module_name& name) : sc_module(name) {}
  /// Throws InputError if start() could not write these targets, S; the macro then refuses to start programming.
  virtual void check_targets(gsl::span<const double> /*targets_s*/) const {}
  /// Starts at the present time; region rows x columns from cell (0, 0), targets in S, row-major. `event`: address of its random draws. An
  /// exception (an impossible region or target) is reported as a SystemC error, and nothing is programmed.
  virtual void start(std::uint32_t rows, std::uint32_t columns, std::vector<double> targets_s, std::uint64_t event) = 0;
  /// Fires when the programming is over and its result is valid.
  virtual const sc_core::sc_event& done_event() const = 0;
  /// Result of the last programming.
  virtual const ProgramResult& result() const = 0;
  /// Pulses of the last programming in the order of their time; empty unless MacroSpec::keep_pulses.
  virtual const std::vector<ProgrammingPulse>& kept_pulses() const = 0;
  /// Phases are reported on the lane "programmer"; null: to nobody.
  virtual void set_observer(MacroObserver* observer) = 0;
};

/// Makes a writer inside the module under construction. `store`, `macro` and `activity` outlive it.
using CellWriterFactory = std::function<std::unique_ptr<CellWriter>(const std::string& name, CellStore& store, ArrayId array,
                                                                    const MacroSpec& macro, MacroActivity& activity)>;

}  // namespace memcosim
