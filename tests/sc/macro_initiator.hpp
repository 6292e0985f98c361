// SPDX-License-Identifier: Apache-2.0
#pragma once

// An initiator for the tests of the macro: its programs are functions, and run through b_transport or nb_transport at any quantum.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <systemc>
#include <tlm>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <tlm_utils/peq_with_cb_and_phase.h>
#include <tlm_utils/simple_initiator_socket.h>

#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/sc_models/blocks/mvm_extension.hpp"
#include "memcosim/sc_models/macro/macro_registers.hpp"

namespace memcosim::macro_test {

namespace reg = macro_registers;

/// Payloads that live until their last user releases them.
class PayloadPool : public tlm::tlm_mm_interface {
 public:
  bool idle() const { return free_.size() == payloads_.size(); }
  tlm::tlm_generic_payload& take() {
    if (free_.empty()) {
      payloads_.push_back(std::make_unique<tlm::tlm_generic_payload>(this));
      free_.push_back(payloads_.back().get());
    }
    tlm::tlm_generic_payload& payload = *free_.back();
    free_.pop_back();
    payload.acquire();
    return payload;
  }
  void free(tlm::tlm_generic_payload* payload) override { free_.push_back(payload); }

 private:
  std::vector<std::unique_ptr<tlm::tlm_generic_payload>> payloads_;
  std::vector<tlm::tlm_generic_payload*> free_;
};

/// The rules of the base protocol (IEEE 1666-2011, 15.2) that concern one socket, checked on every call in either direction.
class PhaseChecker {
 public:
  void forward(const tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase) {
    if (phase == tlm::BEGIN_REQ) {
      EXPECT_EQ(request_, nullptr) << "BEGIN_REQ before the last request has ended";
      EXPECT_EQ(last_.count(&payload), 0u);
      request_ = &payload;
      last_[&payload] = tlm::BEGIN_REQ;
    } else {
      EXPECT_EQ(phase, tlm::END_RESP);
      end_response(payload);
    }
  }
  void forward_returned(const tlm::tlm_generic_payload& payload, const tlm::tlm_phase& sent, tlm::tlm_sync_enum answer,
                        const tlm::tlm_phase& phase) {
    if (sent != tlm::BEGIN_REQ) return;
    if (answer == tlm::TLM_COMPLETED) {
      expect_response_set(payload);
      if (request_ == &payload) request_ = nullptr;
      last_.erase(&payload);
      ++completed_at_once;
    } else if (answer == tlm::TLM_UPDATED) {
      backward(payload, phase);
    } else {
      EXPECT_EQ(phase, tlm::BEGIN_REQ) << "TLM_ACCEPTED leaves the phase alone";
    }
  }
  void backward(const tlm::tlm_generic_payload& payload, const tlm::tlm_phase& phase) {
    ASSERT_EQ(last_.count(&payload), 1u) << "a phase of an unknown transaction";
    tlm::tlm_phase& last = last_[&payload];
    if (phase == tlm::END_REQ) {
      EXPECT_EQ(last, tlm::BEGIN_REQ);
      ++end_requests;
    } else {
      EXPECT_EQ(phase, tlm::BEGIN_RESP);
      EXPECT_TRUE(last == tlm::BEGIN_REQ || last == tlm::END_REQ);
      EXPECT_EQ(response_, nullptr) << "BEGIN_RESP before END_RESP of the last response";
      expect_response_set(payload);
      response_ = &payload;
      ++responses;
    }
    last = phase;
    if (request_ == &payload) request_ = nullptr;
  }
  void end_response(const tlm::tlm_generic_payload& payload) {
    EXPECT_EQ(response_, &payload) << "END_RESP of a transaction that has no response";
    response_ = nullptr;
    last_.erase(&payload);
  }
  bool idle() const { return request_ == nullptr && response_ == nullptr && last_.empty(); }

  unsigned end_requests = 0;
  unsigned responses = 0;
  unsigned completed_at_once = 0;

 private:
  static void expect_response_set(const tlm::tlm_generic_payload& payload) {
    EXPECT_NE(payload.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE);
  }
  const tlm::tlm_generic_payload* request_ = nullptr;
  const tlm::tlm_generic_payload* response_ = nullptr;
  std::map<const tlm::tlm_generic_payload*, tlm::tlm_phase> last_;
};

enum class Transport { blocking, non_blocking };

struct AgentOptions {
  sc_core::sc_time quantum = sc_core::SC_ZERO_TIME;
  Transport transport = Transport::blocking;
  sc_core::sc_time end_response_delay = sc_core::SC_ZERO_TIME;  ///< between BEGIN_RESP and END_RESP
};

class Initiator;

/// One thread of an initiator with its own local time: it runs ahead of simulated time by at most the quantum, then waits.
class Agent {
 public:
  Agent(Initiator& initiator, const AgentOptions& options) : initiator_(initiator), options_(options) {}

  sc_core::sc_time now() const { return sc_core::sc_time_stamp() + delay_; }
  void advance(const sc_core::sc_time& time) {
    delay_ += time;
    synchronise_beyond_quantum();
  }
  void synchronise() {
    sc_core::wait(delay_);
    delay_ = sc_core::SC_ZERO_TIME;
  }
  tlm::tlm_response_status access(tlm::tlm_command command, std::uint64_t address, void* data, std::size_t bytes,
                                  MvmExtension* extension = nullptr);
  tlm::tlm_response_status write(std::uint64_t address, std::uint32_t value) {
    return access(tlm::TLM_WRITE_COMMAND, address, &value, sizeof value);
  }
  std::uint32_t read(std::uint64_t address) {
    std::uint32_t value = 0;
    EXPECT_EQ(access(tlm::TLM_READ_COMMAND, address, &value, sizeof value), tlm::TLM_OK_RESPONSE) << "register " << address;
    return value;
  }
  tlm::tlm_response_status write_codes(std::uint64_t address, std::vector<InputCode> codes, MvmExtension* extension = nullptr) {
    return access(tlm::TLM_WRITE_COMMAND, address, codes.data(), codes.size() * sizeof(InputCode), extension);
  }
  tlm::tlm_response_status start(std::vector<InputCode> codes, MvmExtension* extension = nullptr) {
    return write_codes(reg::input_start_window, std::move(codes), extension);
  }
  std::vector<std::int32_t> read_outputs(std::uint32_t outputs) {
    std::vector<std::int32_t> sums(outputs);
    EXPECT_EQ(access(tlm::TLM_READ_COMMAND, reg::output_window, sums.data(), sums.size() * sizeof(std::int32_t)), tlm::TLM_OK_RESPONSE);
    return sums;
  }
  Initiator& initiator() { return initiator_; }

 private:
  void synchronise_beyond_quantum() {
    if (delay_ > options_.quantum) synchronise();
  }
  Initiator& initiator_;
  AgentOptions options_;
  sc_core::sc_time delay_ = sc_core::SC_ZERO_TIME;
};

using Program = std::function<void(Agent&)>;

/// One thread per program, all behind one socket.
class Initiator : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Initiator> socket;
  PhaseChecker checker;

  Initiator(const sc_core::sc_module_name& name, const AgentOptions& options, std::vector<Program> programs)
      : sc_module(name), socket("socket"), options_(options), programs_(std::move(programs)), end_responses_(*this) {
    socket.register_nb_transport_bw(this, &Initiator::nb_transport_bw);
    for (std::size_t index = 0; index < programs_.size(); ++index)
      sc_core::sc_spawn([this, index] { run(index); }, sc_core::sc_gen_unique_name("program"));
  }
  /// Every program has run to its end, no transaction is left over, and all payloads are released.
  bool finished() const { return finished_ == programs_.size() && checker.idle() && pool_.idle(); }

  tlm::tlm_generic_payload& payload(tlm::tlm_command command, std::uint64_t address, void* data, std::size_t bytes) {
    tlm::tlm_generic_payload& payload = pool_.take();
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(static_cast<unsigned>(bytes));
    payload.set_streaming_width(static_cast<unsigned>(bytes));
    payload.set_byte_enable_ptr(nullptr);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    return payload;
  }
  /// Sends BEGIN_REQ as soon as the request channel is free; returns when it has ended: true if the transaction is complete already.
  bool request(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    while (request_ != nullptr)
      sc_core::wait(request_free_);
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    checker.forward(payload, phase);
    request_ = &payload;
    const tlm::tlm_sync_enum answer = socket->nb_transport_fw(payload, phase, delay);
    checker.forward_returned(payload, tlm::BEGIN_REQ, answer, phase);
    if (answer == tlm::TLM_COMPLETED) {
      end_request();
      return true;
    }
    if (answer == tlm::TLM_UPDATED) end_request();
    return false;
  }
  void wait_for_response(tlm::tlm_generic_payload& payload) {
    while (!responded_[&payload])
      sc_core::wait(response_);
    responded_.erase(&payload);
  }

 private:
  /// Ends responses some time after they began.
  struct EndResponses {
    explicit EndResponses(Initiator& initiator) : queue("end_responses", &initiator, &Initiator::end_response) {}
    tlm_utils::peq_with_cb_and_phase<Initiator> queue;
  };
  void run(std::size_t index) {
    Agent agent(*this, options_);
    programs_[index](agent);
    agent.synchronise();
    ++finished_;
  }
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
    EXPECT_EQ(delay, sc_core::SC_ZERO_TIME);
    checker.backward(payload, phase);
    if (&payload == request_) end_request();
    if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
    responded_[&payload] = true;
    response_.notify(sc_core::SC_ZERO_TIME);
    if (options_.end_response_delay == sc_core::SC_ZERO_TIME) {
      checker.end_response(payload);
      return tlm::TLM_COMPLETED;
    }
    payload.acquire();
    end_responses_.queue.notify(payload, tlm::END_RESP, options_.end_response_delay);
    return tlm::TLM_ACCEPTED;
  }
  void end_response(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& sent) {
    tlm::tlm_phase phase = sent;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    checker.forward(payload, phase);
    socket->nb_transport_fw(payload, phase, delay);
    payload.release();
  }
  void end_request() {
    request_ = nullptr;
    request_free_.notify(sc_core::SC_ZERO_TIME);
  }

  AgentOptions options_;
  std::vector<Program> programs_;
  PayloadPool pool_;
  EndResponses end_responses_;
  std::size_t finished_ = 0;
  tlm::tlm_generic_payload* request_ = nullptr;
  std::map<tlm::tlm_generic_payload*, bool> responded_;
  sc_core::sc_event request_free_;
  sc_core::sc_event response_;
};

inline tlm::tlm_response_status Agent::access(tlm::tlm_command command, std::uint64_t address, void* data, std::size_t bytes,
                                              MvmExtension* extension) {
  tlm::tlm_generic_payload& payload = initiator_.payload(command, address, data, bytes);
  if (extension != nullptr) payload.set_extension(extension);
  if (options_.transport == Transport::blocking) {
    initiator_.socket->b_transport(payload, delay_);
  } else if (!initiator_.request(payload, delay_)) {
    initiator_.wait_for_response(payload);
    delay_ = sc_core::SC_ZERO_TIME;  // the annotated time has passed before the response
  }
  if (extension != nullptr) payload.clear_extension(extension);
  const tlm::tlm_response_status response = payload.get_response_status();
  payload.release();
  synchronise_beyond_quantum();
  return response;
}

}  // namespace memcosim::macro_test
