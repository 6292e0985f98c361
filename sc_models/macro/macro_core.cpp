// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/macro/macro_core.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <numeric>
#include <string>
#include <utility>

#include "memcosim/common/error.hpp"
#include "memcosim/sc_models/macro/macro_registers.hpp"
#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

namespace {

namespace reg = macro_registers;

bool reads_status(const MacroRequest& request) {
  return request.first <= reg::status / 4 && reg::status / 4 < request.first + request.count;
}

}  // namespace

void AccessQueue::push(MacroAccess& access) {
  access.next = nullptr;
  (first_ == nullptr ? first_ : last_->next) = &access;
  last_ = &access;
}

void AccessQueue::pop() {
  first_ = first_->next;
}

MacroCore::MacroCore(const sc_core::sc_module_name& name, MacroContext& context, const DigitalBlocks& blocks, Backend& backend,
                     ArrayId array, Listener& listener)
    : sc_module(name),
      context_(context),
      listener_(listener),
      timed_(context.spec.level == TimingLevel::approximately_timed),
      registers_(context, backend.cells().config(array).window),
      sequencer_("sequencer", context, blocks, backend, array, [this] { retry_reads(); }),
      writer_(blocks.writer.at(context.spec.digital.writer)("programmer", backend.cells(), array, context.spec, context.activity)),
      program_event_("program_event") {
  SC_HAS_PROCESS(MacroCore);
  if (timed_) {
    SC_METHOD(retry_writes);
    sensitive << sequencer_.retry_event() << *sequencer_.controller_ready_event();
    dont_initialize();
  }
  SC_METHOD(start_program);
  sensitive << program_event_;
  dont_initialize();
  SC_METHOD(end_program);
  sensitive << writer_->done_event();
  dont_initialize();
}

void MacroCore::decode(MacroAccess& access) const {
  access.request = registers_.decode(*access.payload);
  const std::uint64_t clocks = access.payload->is_write() ? access.request.clocks : 1;
  access.request_end = access.arrival + clocks * context_.period;
}

bool MacroCore::is_independent(const MacroAccess& access) const {
  switch (access.request.kind) {
    case AccessKind::refused:
      return true;
    case AccessKind::register_read:
      return !reads_status(access.request);
    case AccessKind::register_write:
    case AccessKind::input_write:
    case AccessKind::target_write:
      return writes_.empty() && write_barrier_ <= access.request_end;
    default:
      return false;
  }
}

void MacroCore::evaluate(MacroAccess& access) {
  switch (access.request.kind) {
    case AccessKind::refused:
      return resolve(access, access.request_end, access.request.response);
    case AccessKind::register_read:
      read_registers(access.request, access.arrival, *access.payload);
      return resolve(access, access.request_end);
    case AccessKind::output_read:
      return read_outputs(access);
    case AccessKind::program_read:
      return read_program_count(access);
    default:
      return write(access);
  }
}

void MacroCore::resolve(MacroAccess& access, std::uint64_t completion, tlm::tlm_response_status response) {
  access.completion = completion;
  access.payload->set_response_status(response);
  access.resolved = true;
  listener_.resolved(access);
}

void MacroCore::read_registers(const MacroRequest& request, std::uint64_t at, tlm::tlm_generic_payload& payload) const {
  for (std::uint32_t word = 0; word < request.count; ++word) {
    const std::uint32_t address = 4 * (request.first + word);
    const bool counts = address == reg::program_pulses || address == reg::program_reads || address == reg::program_failed;
    const std::uint32_t value = address == reg::status ? status(at) : counts ? program_count(address) : registers_.read(address);
    MacroRegisterFile::give(request, word, &value, payload);
  }
}

std::uint32_t MacroCore::status(std::uint64_t at) const {
  const bool programs = programming(at);
  std::uint32_t bits = 0;
  if (!programs && waiting_starts_ == 0 && sequencer_.ready(at, registers_.used_outputs())) bits |= reg::status_ready;
  if (sequencer_.busy(at)) bits |= reg::status_busy;
  if (sequencer_.result(at)) bits |= reg::status_result;
  if (programs) bits |= reg::status_programming;
  return bits;
}

void MacroCore::write(MacroAccess& access) {
  if (writes_.empty() && try_write(access)) return;
  access.starts = asks_for_mvm(access);
  if (access.starts) ++waiting_starts_;
  writes_.push(access);
}

void MacroCore::retry_writes() {
  while (!writes_.empty()) {
    MacroAccess& access = writes_.front();
    if (!try_write(access)) return;
    writes_.pop();
    if (access.starts) --waiting_starts_;
  }
}

bool MacroCore::asks_for_mvm(const MacroAccess& access) const {
  if (access.request.kind == AccessKind::control_write)
    return (MacroRegisterFile::control_word(access.request, *access.payload) & reg::control_start_mvm) != 0;
  return access.request.kind == AccessKind::input_start_write && registers_.covers_last_row(access.request);
}

/// Executes a write; returns false if it starts an MVM that cannot start yet.
bool MacroCore::try_write(MacroAccess& access) {
  const bool starts = asks_for_mvm(access);
  const std::uint64_t earliest = std::max(access.request_end, write_barrier_);
  if (starts && (programming_ || access.arrival < program_done_)) {
    resolve(access, earliest, tlm::TLM_COMMAND_ERROR_RESPONSE);
    return true;
  }
  if (access.request.kind == AccessKind::control_write) {
    if (!try_control(access, earliest)) return true;
  } else if (!access.accepted) {
    const tlm::tlm_response_status response = registers_.write(access.request, *access.payload);
    const bool codes = access.request.kind == AccessKind::input_write || access.request.kind == AccessKind::input_start_write;
    if (codes && response == tlm::TLM_OK_RESPONSE) context_.activity.input_bytes += access.payload->get_data_length();
    if (!starts || response != tlm::TLM_OK_RESPONSE) {
      resolve(access, earliest, response);
      return true;
    }
    access.accepted = true;
  }
  return try_start_mvm(access, earliest);
}

/// Returns true if the control write starts an MVM and nothing else; resolves every other control write.
bool MacroCore::try_control(MacroAccess& access, std::uint64_t earliest) {
  switch (MacroRegisterFile::control_word(access.request, *access.payload)) {
    case reg::control_start_mvm:
      return true;
    case reg::control_start_program:
      request_program(access, earliest);
      return false;
    case 0:
      resolve(access, earliest);
      return false;
    case reg::control_start_mvm | reg::control_start_program:
      resolve(access, earliest, tlm::TLM_COMMAND_ERROR_RESPONSE);
      return false;
    default:
      resolve(access, earliest, tlm::TLM_GENERIC_ERROR_RESPONSE);
      return false;
  }
}

bool MacroCore::try_start_mvm(MacroAccess& access, std::uint64_t earliest) {
  if (!sequencer_.can_start(earliest, registers_.used_outputs())) return false;
  const auto* ahead = access.payload->get_extension<MvmExtension>();
  const std::uint64_t event = ahead != nullptr ? ahead->event : registers_.take_event();
  write_barrier_ = sequencer_.start(registers_.inputs(), registers_.used_outputs(), event, ahead);
  resolve(access, write_barrier_);
  return true;
}

void MacroCore::read_outputs(MacroAccess& access) {
  if (sequencer_.unread() + waiting_starts_ <= waiting_retires_) {
    return resolve(access, access.request_end, tlm::TLM_COMMAND_ERROR_RESPONSE);
  }
  // The read is of the MVM behind those that earlier reads retire. One that has not started yet will use the outputs of the register.
  const std::uint32_t used =
      waiting_retires_ < sequencer_.unread() ? sequencer_.used_outputs_of(waiting_retires_) : registers_.used_outputs();
  access.retires = access.request.end >= used * sizeof(std::int32_t);
  if (access.retires) ++waiting_retires_;
  reads_.push(access);
  retry_reads();
}

void MacroCore::retry_reads() {
  bool freed = true;
  while (freed) {
    freed = false;
    while (!reads_.empty() && sequencer_.output_known()) {
      MacroAccess& access = reads_.front();
      const MacroRequest& request = access.request;
      const std::uint64_t completion = read_sums(request, access.arrival, *access.payload);
      context_.activity.output_bytes += access.payload->get_data_length();
      if (access.retires) {
        sequencer_.retire(completion);
        --waiting_retires_;
        freed = true;
      }
      reads_.pop();
      resolve(access, completion);
    }
    if (freed) retry_writes();  // in loosely_timed the next read may wait for the MVM that can start now
  }
}

std::uint64_t MacroCore::read_sums(const MacroRequest& request, std::uint64_t arrival, tlm::tlm_generic_payload& payload) {
  if (request.whole) return sequencer_.read(request.first, request.count, payload.get_data_ptr(), arrival, request.clocks);
  std::vector<std::int32_t> sums(request.count);
  auto* const bytes = reinterpret_cast<unsigned char*>(sums.data());
  const std::uint64_t completion = sequencer_.read(request.first, request.count, bytes, arrival, request.clocks);
  for (std::uint32_t output = 0; output < request.count; ++output)
    MacroRegisterFile::give(request, output, &sums[output], payload);
  return completion;
}

void MacroCore::request_program(MacroAccess& access, std::uint64_t earliest) {
  if (programming_ || access.arrival < program_done_ || waiting_starts_ != 0 || sequencer_.busy_from(access.arrival)) {
    return resolve(access, earliest, tlm::TLM_COMMAND_ERROR_RESPONSE);
  }
  std::vector<double> targets = registers_.program_targets();
  try {
    writer_->check_targets(targets);
  } catch (const InputError& error) {
    SC_REPORT_WARNING(message_ids::macro, ("refuses to start programming: " + std::string(error.what())).c_str());
    return resolve(access, earliest, tlm::TLM_GENERIC_ERROR_RESPONSE);
  }
  programming_ = true;
  program_start_ = context_.edge_at_or_after(earliest);
  program_draws_ = registers_.take_event();
  program_rows_ = registers_.program_rows();
  program_columns_ = registers_.program_columns();
  program_targets_ = std::move(targets);
  write_barrier_ = program_start_;
  program_event_.notify(time_of_ticks(program_start_ - ticks_now()));
  resolve(access, program_start_);
}

void MacroCore::start_program() {
  sequencer_.settle();  // collect results that the backend still computes with the cells before programming
  try {
    writer_->start(program_rows_, program_columns_, std::move(program_targets_), program_draws_);
  } catch (const std::exception& error) {
    end_program();
    SC_REPORT_ERROR(message_ids::macro, error.what());
  }
}

void MacroCore::end_program() {
  programming_ = false;
  program_done_ = ticks_now();
  while (!program_reads_.empty()) {
    MacroAccess& access = program_reads_.front();
    program_reads_.pop();
    read_program_count(access);
  }
}

void MacroCore::read_program_count(MacroAccess& access) {
  if (programming_) return program_reads_.push(access);
  const std::uint64_t begin = std::max(access.arrival, program_done_);
  read_registers(access.request, begin, *access.payload);
  resolve(access, begin + access.request.clocks * context_.period);
}

std::uint32_t MacroCore::program_count(std::uint32_t address) const {
  const ProgramResult& result = writer_->result();
  const auto sum = [](const std::vector<std::uint32_t>& counts) {
    return static_cast<std::uint32_t>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  };
  if (address == reg::program_pulses) return sum(result.pulses);
  if (address == reg::program_reads) return sum(result.reads);
  return static_cast<std::uint32_t>(std::count_if(result.outcome.begin(), result.outcome.end(), [](WriteOutcome outcome) {
    return outcome == WriteOutcome::failed_pulses || outcome == WriteOutcome::failed_reversals;
  }));
}

bool MacroCore::programming(std::uint64_t at) const {
  return at >= program_start_ && (programming_ || at < program_done_);
}

unsigned MacroCore::debug(const tlm::tlm_generic_payload& of) {
  tlm::tlm_generic_payload payload;  // without byte enables, which have no meaning here
  payload.set_command(of.get_command());
  payload.set_address(of.get_address());
  payload.set_data_ptr(of.get_data_ptr());
  payload.set_data_length(of.get_data_length());
  const MacroRequest request = registers_.decode_debug(payload);
  const unsigned moved = request.end - request.begin;
  if (request.kind == AccessKind::refused) return 0;
  if (payload.is_write()) return registers_.write(request, payload) == tlm::TLM_OK_RESPONSE ? moved : 0;
  if (request.kind == AccessKind::register_read) {
    read_registers(request, ticks_now(), payload);
    return moved;
  }
  if (request.kind == AccessKind::output_read) {
    std::vector<std::int32_t> sums(request.count);
    if (sequencer_.debug_read(request.first, request.count, reinterpret_cast<unsigned char*>(sums.data())) == 0) return 0;
    for (std::uint32_t output = 0; output < request.count; ++output)
      MacroRegisterFile::give(request, output, &sums[output], payload);
    return moved;
  }
  std::vector<std::uint16_t> elements(request.count);
  registers_.read_window(request, elements.data());
  for (std::uint32_t element = 0; element < request.count; ++element)
    MacroRegisterFile::give(request, element, &elements[element], payload);
  return moved;
}

}  // namespace memcosim
