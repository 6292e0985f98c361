// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/macro/macro_port.hpp"

#include <limits>

#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

MacroPort::MacroPort(const sc_core::sc_module_name& name, MacroContext& context, const DigitalBlocks& blocks, Backend& backend,
                     ArrayId array, tlm::tlm_target_socket<32>& socket)
    : sc_module(name),
      core_("core", context, blocks, backend, array, *this),
      socket_(socket),
      timed_(context.spec.level == TimingLevel::approximately_timed),
      steps_("steps") {
  SC_HAS_PROCESS(MacroPort);
  SC_METHOD(do_steps);
  sensitive << steps_.get_event();
  dont_initialize();
}

void MacroPort::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  MacroAccess access;
  access.payload = &payload;
  access.arrival = ticks_now() + delay.value();
  core_.decode(access);
  if (core_.needs_simulated_time(access)) sc_core::wait(time_of_ticks(access.request_end - ticks_now()));
  core_.evaluate(access);
  if (!access.resolved) block(access);
  const std::uint64_t now = ticks_now();
  if (timed_ && access.completion > now) {
    sc_core::wait(time_of_ticks(access.completion - now));
    delay = sc_core::SC_ZERO_TIME;
  } else {
    delay = time_of_ticks(access.completion - now);
  }
}

void MacroPort::block(MacroAccess& access) {
  if (free_waiters_.empty()) {
    waiters_.push_back(std::make_unique<sc_core::sc_event>());
    free_waiters_.push_back(waiters_.back().get());
  }
  access.waiter = free_waiters_.back();
  free_waiters_.pop_back();
  sc_core::wait(*access.waiter);
  free_waiters_.push_back(access.waiter);
}

void MacroPort::resolved(MacroAccess& access) {
  if (&access == evaluating_) return;
  const sc_core::sc_time left = time_of_ticks(access.completion - ticks_now());
  if (access.waiter != nullptr) {
    // In loosely_timed the caller continues at once and gets the time as an annotated delay; it may run ahead of simulated time.
    access.waiter->notify(timed_ ? left : sc_core::SC_ZERO_TIME);
  } else if (access.non_blocking) {
    schedule(access, MacroAccess::Step::response_due, left);
  }
}

tlm::tlm_sync_enum MacroPort::nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (phase == tlm::BEGIN_REQ) return begin_request(payload, delay);
  if (phase == tlm::END_RESP) return end_response(payload, delay);
  if (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP) SC_REPORT_ERROR(message_ids::macro, "END_REQ and BEGIN_RESP belong to the target");
  return tlm::TLM_ACCEPTED;  // ignorable phases are ignored
}

tlm::tlm_sync_enum MacroPort::begin_request(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  if (request_ != nullptr) {
    SC_REPORT_ERROR(message_ids::macro, "BEGIN_REQ before END_REQ or BEGIN_RESP of the last request");
    return tlm::TLM_ACCEPTED;
  }
  if (free_accesses_.empty()) {
    accesses_.push_back(std::make_unique<MacroAccess>());
    free_accesses_.push_back(accesses_.back().get());
  }
  MacroAccess& access = *free_accesses_.back();
  free_accesses_.pop_back();
  access = MacroAccess{};
  access.payload = &payload;
  access.arrival = ticks_now() + delay.value();
  access.non_blocking = true;
  core_.decode(access);
  if (core_.is_independent(access)) {
    evaluating_ = &access;
    core_.evaluate(access);
    evaluating_ = nullptr;
    delay = time_of_ticks(access.completion - ticks_now());
    free_accesses_.push_back(&access);
    return tlm::TLM_COMPLETED;
  }
  if (!payload.has_mm()) {
    SC_REPORT_ERROR(message_ids::macro, "nb_transport needs a payload with a memory manager");
    free_accesses_.push_back(&access);
    return tlm::TLM_ACCEPTED;
  }
  payload.acquire();
  request_ = &access;
  schedule(access, MacroAccess::Step::request_over, time_of_ticks(access.request_end - ticks_now()));
  return tlm::TLM_ACCEPTED;
}

tlm::tlm_sync_enum MacroPort::end_response(const tlm::tlm_generic_payload& payload, const sc_core::sc_time& delay) {
  if (response_ == nullptr || response_->payload != &payload) {
    SC_REPORT_ERROR(message_ids::macro, "END_RESP without a response of that transaction");
    return tlm::TLM_ACCEPTED;
  }
  schedule(*response_, MacroAccess::Step::response_over, delay);
  return tlm::TLM_COMPLETED;
}

void MacroPort::schedule(MacroAccess& access, MacroAccess::Step step, sc_core::sc_time delay) {
  access.step = step;
  steps_.notify(access, delay);
}

void MacroPort::do_steps() {
  while (MacroAccess* access = steps_.get_next_transaction())
    do_step(*access);
}

void MacroPort::do_step(MacroAccess& access) {
  switch (access.step) {
    case MacroAccess::Step::request_over:
      end_request(access);
      break;
    case MacroAccess::Step::response_due:
      responses_.push_back(&access);
      send_responses();
      break;
    case MacroAccess::Step::response_over:
      response_ = nullptr;
      recycle(access);
      send_responses();
      break;
  }
}

void MacroPort::end_request(MacroAccess& access) {
  evaluating_ = &access;
  core_.evaluate(access);
  evaluating_ = nullptr;
  request_ = nullptr;
  const std::uint64_t now = ticks_now();
  if (access.resolved && access.completion == now && response_ == nullptr && responses_.empty()) {
    responses_.push_back(&access);  // BEGIN_RESP also ends the request
    send_responses();
    return;
  }
  if (access.resolved) schedule(access, MacroAccess::Step::response_due, time_of_ticks(access.completion - now));
  tlm::tlm_phase phase = tlm::END_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket_->nb_transport_bw(*access.payload, phase, delay);
}

void MacroPort::send_responses() {
  while (response_ == nullptr && !responses_.empty()) {
    response_ = responses_.front();
    responses_.pop_front();
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    MacroAccess& access = *response_;
    const tlm::tlm_sync_enum answer = socket_->nb_transport_bw(*access.payload, phase, delay);
    if (answer == tlm::TLM_COMPLETED || (answer == tlm::TLM_UPDATED && phase == tlm::END_RESP)) {
      schedule(access, MacroAccess::Step::response_over, delay);
    }
  }
}

void MacroPort::recycle(MacroAccess& access) {
  access.payload->release();
  free_accesses_.push_back(&access);
}

bool MacroPort::get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  // No direct memory access: every access takes time, and no address is plain memory.
  payload.set_dmi_allowed(false);
  dmi.allow_none();
  dmi.set_start_address(0);
  dmi.set_end_address(std::numeric_limits<sc_dt::uint64>::max());
  return false;
}

unsigned int MacroPort::transport_dbg(tlm::tlm_generic_payload& payload) {
  return core_.debug(payload);
}

}  // namespace memcosim
