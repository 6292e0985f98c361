// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "memcosim/sc_models/blocks/macro_context.hpp"
#include "memcosim/sc_models/macro/digital_blocks.hpp"
#include "memcosim/sc_models/macro/macro_register_file.hpp"
#include "memcosim/sc_models/macro/mvm_sequencer.hpp"

namespace memcosim {

/// One transaction in progress in a macro. Times are absolute ticks.
struct MacroAccess {
  /// Next step of a non-blocking transaction.
  enum class Step { request_over, response_due, response_over };

  tlm::tlm_generic_payload* payload = nullptr;
  MacroRequest request;
  std::uint64_t arrival = 0;
  std::uint64_t request_end = 0;  ///< the last clock of a write, the first clock of a read
  std::uint64_t completion = 0;   ///< valid when resolved
  bool resolved = false;          ///< the time of its end is known
  bool accepted = false;          ///< a start whose codes are stored, waiting for its edge
  bool starts = false;            ///< a waiting write that starts an MVM
  bool retires = false;           ///< a read that takes the last output
  MacroAccess* next = nullptr;    ///< next access in the same AccessQueue
  bool non_blocking = false;      ///< came through nb_transport
  Step step = Step::request_over;
  sc_core::sc_event* waiter = nullptr;  ///< of a blocked b_transport
};

/// Queue of waiting accesses, linked through the accesses themselves so that it allocates nothing.
class AccessQueue {
 public:
  bool empty() const { return first_ == nullptr; }
  MacroAccess& front() const { return *first_; }
  void push(MacroAccess& access);
  void pop();

 private:
  MacroAccess* first_ = nullptr;
  MacroAccess* last_ = nullptr;
};

/// Function and timing of the accesses to a macro, independent of the TLM protocol (MacroPort). An access is evaluated after its request:
/// approximately_timed at that simulated time; loosely_timed possibly earlier, with all times taken from the access. It sees the state at
/// its arrival.
class MacroCore : public sc_core::sc_module {
 public:
  /// Called for every access that is resolved: its response is set and its completion time (now or later) is known.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void resolved(MacroAccess& access) = 0;
  };

  MacroCore(const sc_core::sc_module_name& name, MacroContext& context, const DigitalBlocks& blocks, Backend& backend, ArrayId array,
            Listener& listener);

  /// Fills in the request and its times.
  void decode(MacroAccess& access) const;
  /// True if an access must be evaluated at its simulated time: always in approximately_timed; in loosely_timed while programming, and for
  /// a read of outputs that finds none, since a process with an earlier local time may still start an MVM.
  bool needs_simulated_time(const MacroAccess& access) const {
    return timed_ || programming_ || (access.request.kind == AccessKind::output_read && sequencer_.unread() == 0);
  }
  /// True if the access depends on no operation in progress, so that it may be evaluated at once at every level of timing.
  bool is_independent(const MacroAccess& access) const;
  void evaluate(MacroAccess& access);
  /// Moves what the map has from the address on without a hole, up to the length; returns the number of bytes.
  unsigned debug(const tlm::tlm_generic_payload& of);

  MvmSequencer& sequencer() { return sequencer_; }
  const MvmSequencer& sequencer() const { return sequencer_; }
  CellWriter& writer() { return *writer_; }
  const CellWriter& writer() const { return *writer_; }

 private:
  void resolve(MacroAccess& access, std::uint64_t completion, tlm::tlm_response_status response = tlm::TLM_OK_RESPONSE);
  void read_registers(const MacroRequest& request, std::uint64_t at, tlm::tlm_generic_payload& payload) const;
  std::uint32_t status(std::uint64_t at) const;

  void write(MacroAccess& access);
  void retry_writes();
  bool try_write(MacroAccess& access);
  bool try_control(MacroAccess& access, std::uint64_t earliest);
  bool try_start_mvm(MacroAccess& access, std::uint64_t earliest);
  bool asks_for_mvm(const MacroAccess& access) const;

  void read_outputs(MacroAccess& access);
  std::uint64_t read_sums(const MacroRequest& request, std::uint64_t arrival, tlm::tlm_generic_payload& payload);
  void retry_reads();

  void request_program(MacroAccess& access, std::uint64_t earliest);
  void start_program();
  void end_program();
  void read_program_count(MacroAccess& access);
  std::uint32_t program_count(std::uint32_t address) const;
  bool programming(std::uint64_t at) const;

  MacroContext& context_;
  Listener& listener_;
  const bool timed_;
  MacroRegisterFile registers_;
  MvmSequencer sequencer_;
  std::unique_ptr<CellWriter> writer_;

  AccessQueue writes_;  ///< a start that waits, and the writes after it
  AccessQueue reads_;   ///< reads of outputs that wait for done
  AccessQueue program_reads_;
  std::uint64_t waiting_starts_ = 0;
  std::uint64_t waiting_retires_ = 0;
  std::uint64_t write_barrier_ = 0;  ///< edge of the last start, before which no later write is answered

  sc_core::sc_event program_event_;
  bool programming_ = false;  ///< from the acceptance of a programming to its end
  std::uint64_t program_start_ = 0;
  std::uint64_t program_done_ = 0;
  std::uint64_t program_draws_ = 0;  ///< event number of the programming
  std::uint32_t program_rows_ = 0;
  std::uint32_t program_columns_ = 0;
  std::vector<double> program_targets_;
};

}  // namespace memcosim
