// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include <tlm_utils/peq_with_get.h>

#include "memcosim/sc_models/macro/macro_core.hpp"

namespace memcosim {

/// The TLM-2.0 side of a macro. Both interfaces lead to the same evaluation, so an access takes the same time through either.
/// b_transport. loosely_timed: the time is added to the annotated delay without wait(), except while a programming runs, for a read of
/// outputs when no MVM is unread and for a start that has no result slot until another process reads outputs. approximately_timed: the
/// annotated delay is spent first, then the access waits. A call that may wait must come from an SC_THREAD.
/// nb_transport (base protocol). An access that depends on no operation in progress is completed at once (TLM_COMPLETED with its time
/// annotated); any other is accepted. END_REQ follows when the request has taken its clocks, or BEGIN_RESP at that time if the access is
/// complete by then. One response is outstanding at a time; the next waits for END_RESP.
/// Concurrent b_transport calls of several processes are not serialised here; a bus in front of the macro must do that. Writes after a
/// waiting start, and reads of outputs, keep their order.
class MacroPort : public sc_core::sc_module, public tlm::tlm_fw_transport_if<>, private MacroCore::Listener {
 public:
  MacroPort(const sc_core::sc_module_name& name, MacroContext& context, const DigitalBlocks& blocks, Backend& backend, ArrayId array,
            tlm::tlm_target_socket<32>& socket);

  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override;
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) override;
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) override;
  unsigned int transport_dbg(tlm::tlm_generic_payload& payload) override;

  MacroCore& core() { return core_; }
  const MacroCore& core() const { return core_; }

 private:
  void resolved(MacroAccess& access) override;
  void block(MacroAccess& access);
  tlm::tlm_sync_enum begin_request(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  tlm::tlm_sync_enum end_response(const tlm::tlm_generic_payload& payload, const sc_core::sc_time& delay);
  void schedule(MacroAccess& access, MacroAccess::Step step, sc_core::sc_time delay);
  void do_steps();
  void do_step(MacroAccess& access);
  void end_request(MacroAccess& access);
  void send_responses();
  void recycle(MacroAccess& access);

  MacroCore core_;
  tlm::tlm_target_socket<32>& socket_;
  const bool timed_;
  tlm_utils::peq_with_get<MacroAccess> steps_;

  MacroAccess* request_ = nullptr;  ///< the non-blocking request whose phase is not over
  MacroAccess* evaluating_ = nullptr;
  MacroAccess* response_ = nullptr;     ///< sent, END_RESP not yet seen
  std::deque<MacroAccess*> responses_;  ///< complete, waiting for the response channel

  std::vector<std::unique_ptr<MacroAccess>> accesses_;
  std::vector<MacroAccess*> free_accesses_;
  std::vector<std::unique_ptr<sc_core::sc_event>> waiters_;
  std::vector<sc_core::sc_event*> free_waiters_;
};

}  // namespace memcosim
