// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include <gsl/span>
#include <tlm_utils/simple_initiator_socket.h>

#include "memcosim/architecture/mapping_plan.hpp"
#include "memcosim/sc_models/blocks/mvm_extension.hpp"

namespace memcosim {

/// Initiator side of the link to one macro. Every call is one blocking transport: it adds its time to `delay` (loosely timed) or waits
/// (approximately timed), as the macro decides. Payloads are allocated once. A response other than OK is an SC_REPORT_ERROR, since the chip
/// makes no access that a macro may refuse. Starts and reads may come from two processes at a time, control accesses from a third.
class TilePort : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<TilePort> socket;

  /// `tile` outlives the port.
  TilePort(const sc_core::sc_module_name& name, const TilePlan& tile, std::uint32_t array_columns);
  ~TilePort() override;

  const TilePlan& tile() const { return tile_; }

  /// Tells the macro which rows and outputs the tile uses.
  void configure(sc_core::sc_time& delay);
  /// Extension of the next start, to be filled in place.
  MvmExtension& next_mvm() { return extension_; }
  /// Writes the input codes of the used rows and starts an MVM; returns when it has started.
  void start_mvm(gsl::span<const InputCode> inputs, sc_core::sc_time& delay);
  /// Reads the sums of the oldest unread MVM (used outputs), waiting until it is done; valid until the next call.
  gsl::span<const std::int32_t> read_sums(sc_core::sc_time& delay);

  /// Writes the region to program and its target levels, row by row.
  void load_targets(sc_core::sc_time& delay);
  void start_programming(sc_core::sc_time& delay);
  /// Returns when the programming has ended.
  void await_programming(sc_core::sc_time& delay);

 private:
  void transport(tlm::tlm_generic_payload& payload, std::uint64_t address, void* data, std::size_t bytes, sc_core::sc_time& delay);
  void write_register(std::uint64_t address, std::uint32_t value, sc_core::sc_time& delay);

  const TilePlan& tile_;
  std::uint32_t array_columns_;
  MvmExtension extension_;
  tlm::tlm_generic_payload start_payload_;
  tlm::tlm_generic_payload read_payload_;
  tlm::tlm_generic_payload control_payload_;
  std::vector<std::int32_t> sums_;
};

}  // namespace memcosim
