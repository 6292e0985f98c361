// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/macro/macro_register_file.hpp"

#include <algorithm>
#include <cstring>

#include "memcosim/sc_models/macro/macro_registers.hpp"

namespace memcosim {

namespace {

namespace reg = macro_registers;

constexpr std::uint64_t event_limit = std::uint64_t{1} << 48;  // events are 48 bits of the address of a random draw

MacroRequest refuse(tlm::tlm_response_status response) {
  MacroRequest request;
  request.response = response;
  return request;
}

struct RegisterRow {
  std::uint32_t address;
  AccessKind read;   ///< refused: write-only
  AccessKind write;  ///< refused: read-only
};
constexpr RegisterRow register_rows[] = {
    {reg::identification, AccessKind::register_read, AccessKind::refused},
    {reg::control, AccessKind::refused, AccessKind::control_write},
    {reg::status, AccessKind::register_read, AccessKind::refused},
    {reg::event_low, AccessKind::register_read, AccessKind::register_write},
    {reg::event_high, AccessKind::register_read, AccessKind::register_write},
    {reg::rows, AccessKind::register_read, AccessKind::refused},
    {reg::columns, AccessKind::register_read, AccessKind::refused},
    {reg::outputs, AccessKind::register_read, AccessKind::refused},
    {reg::slices, AccessKind::register_read, AccessKind::refused},
    {reg::latency_clocks, AccessKind::register_read, AccessKind::refused},
    {reg::interval_clocks, AccessKind::register_read, AccessKind::refused},
    {reg::used_rows, AccessKind::register_read, AccessKind::register_write},
    {reg::program_rows, AccessKind::register_read, AccessKind::register_write},
    {reg::program_columns, AccessKind::register_read, AccessKind::register_write},
    {reg::program_pulses, AccessKind::program_read, AccessKind::refused},
    {reg::program_reads, AccessKind::program_read, AccessKind::refused},
    {reg::program_failed, AccessKind::program_read, AccessKind::refused},
    {reg::used_outputs, AccessKind::register_read, AccessKind::register_write},
};

}  // namespace

MacroRegisterFile::MacroRegisterFile(const MacroContext& context, const ConductanceWindow& window)
    : context_(context),
      window_(window),
      inputs_(context.spec.rows, 0),
      levels_(std::size_t{context.spec.rows} * context.spec.columns, 0),
      used_rows_(context.spec.rows),
      used_outputs_(context.outputs),
      program_rows_(context.spec.rows),
      program_columns_(context.spec.columns) {}

MacroRequest MacroRegisterFile::decode(const tlm::tlm_generic_payload& payload) const {
  if (payload.is_read() == payload.is_write()) return refuse(tlm::TLM_OK_RESPONSE);  // TLM_IGNORE_COMMAND
  const unsigned length = payload.get_data_length();
  if (payload.get_byte_enable_ptr() != nullptr) return refuse(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  if (length == 0 || payload.get_data_ptr() == nullptr || payload.get_streaming_width() < length) {
    return refuse(tlm::TLM_BURST_ERROR_RESPONSE);
  }
  return decode_address(payload, false);
}

MacroRequest MacroRegisterFile::decode_debug(const tlm::tlm_generic_payload& payload) const {
  if (payload.is_read() == payload.is_write() || payload.get_data_length() == 0 || payload.get_data_ptr() == nullptr) {
    return refuse(tlm::TLM_OK_RESPONSE);
  }
  return decode_address(payload, true);
}

MacroRequest MacroRegisterFile::decode_address(const tlm::tlm_generic_payload& payload, bool debug) const {
  const std::uint64_t address = payload.get_address();
  const unsigned length = payload.get_data_length();
  const bool is_read = payload.is_read();
  const auto window = [&](AccessKind kind, std::uint64_t begin, unsigned element_bytes, std::uint64_t elements) {
    const bool allowed = is_read == (kind == AccessKind::output_read) || (debug && is_read);
    if (!allowed) return refuse(tlm::TLM_COMMAND_ERROR_RESPONSE);
    return decode_window(kind, address - begin, length, element_bytes, elements);
  };
  const std::uint64_t rows = context_.spec.rows;
  if (address < reg::input_window) return decode_register(address, length, is_read);
  if (address < reg::input_window + 2 * rows) return window(AccessKind::input_write, reg::input_window, 2, rows);
  if (address < reg::input_start_window) return refuse(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  if (address < reg::input_start_window + 2 * rows) return window(AccessKind::input_start_write, reg::input_start_window, 2, rows);
  if (address < reg::output_window) return refuse(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  if (address < reg::output_window + 4 * std::uint64_t{context_.outputs}) {
    return window(AccessKind::output_read, reg::output_window, 4, context_.outputs);
  }
  const std::uint64_t cells = levels_.size();
  if (address >= reg::target_window && address < reg::target_window + 2 * cells) {
    return window(AccessKind::target_write, reg::target_window, 2, cells);
  }
  return refuse(tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

MacroRequest MacroRegisterFile::decode_register(std::uint64_t address, unsigned length, bool is_read) const {
  const auto* row = std::find_if(std::begin(register_rows), std::end(register_rows),
                                 [&](const RegisterRow& candidate) { return candidate.address == address; });
  if (row == std::end(register_rows)) return refuse(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  if (length != 4) return refuse(tlm::TLM_BURST_ERROR_RESPONSE);
  const AccessKind kind = is_read ? row->read : row->write;
  if (kind == AccessKind::refused) return refuse(tlm::TLM_COMMAND_ERROR_RESPONSE);
  return {kind, tlm::TLM_OK_RESPONSE, row->address, 1, 1};
}

MacroRequest MacroRegisterFile::decode_window(AccessKind kind, std::uint64_t offset, unsigned length, unsigned element_bytes,
                                              std::uint64_t elements) const {
  if (offset % element_bytes != 0) return refuse(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  if (length % element_bytes != 0 || offset / element_bytes + length / element_bytes > elements) {
    return refuse(tlm::TLM_BURST_ERROR_RESPONSE);
  }
  const std::uint32_t bytes_per_clock = context_.spec.timing.bus_bytes_per_clock;
  return {kind, tlm::TLM_OK_RESPONSE, static_cast<std::uint32_t>(offset / element_bytes), length / element_bytes,
          (length + bytes_per_clock - 1) / bytes_per_clock};
}

std::uint32_t MacroRegisterFile::read(std::uint32_t address) const {
  switch (address) {
    case reg::identification:
      return reg::identification_value;
    case reg::event_low:
      return static_cast<std::uint32_t>(event_);
    case reg::event_high:
      return static_cast<std::uint32_t>(event_ >> 32);
    case reg::rows:
      return context_.spec.rows;
    case reg::columns:
      return context_.spec.columns;
    case reg::outputs:
      return context_.outputs;
    case reg::slices:
      return context_.schedule.slices();
    case reg::latency_clocks:
      return static_cast<std::uint32_t>(context_.schedule_of(used_outputs_).latency());
    case reg::interval_clocks:
      return static_cast<std::uint32_t>(context_.schedule_of(used_outputs_).interval());
    case reg::used_rows:
      return used_rows_;
    case reg::used_outputs:
      return used_outputs_;
    case reg::program_rows:
      return program_rows_;
    case reg::program_columns:
      return program_columns_;
    default:
      return 0;
  }
}

tlm::tlm_response_status MacroRegisterFile::write(const MacroRequest& request, const unsigned char* data) {
  if (request.kind == AccessKind::target_write) return write_targets(request, data);
  if (request.kind != AccessKind::register_write) return write_inputs(request, data);
  std::uint32_t value = 0;
  std::memcpy(&value, data, sizeof value);
  return write_register(request.first, value);
}

tlm::tlm_response_status MacroRegisterFile::write_register(std::uint32_t address, std::uint32_t value) {
  const auto store = [value](std::uint32_t& target, std::uint32_t limit) {
    if (value == 0 || value > limit) return tlm::TLM_GENERIC_ERROR_RESPONSE;
    target = value;
    return tlm::TLM_OK_RESPONSE;
  };
  switch (address) {
    case reg::event_low:
      event_ = (event_ >> 32 << 32) | value;
      return tlm::TLM_OK_RESPONSE;
    case reg::event_high:
      if (value >= event_limit >> 32) return tlm::TLM_GENERIC_ERROR_RESPONSE;
      event_ = (std::uint64_t{value} << 32) | static_cast<std::uint32_t>(event_);
      return tlm::TLM_OK_RESPONSE;
    case reg::used_rows:
      return store(used_rows_, context_.spec.rows);
    case reg::used_outputs:
      return store(used_outputs_, context_.outputs);
    case reg::program_rows:
      return store(program_rows_, context_.spec.rows);
    default:
      return store(program_columns_, context_.spec.columns);
  }
}

tlm::tlm_response_status MacroRegisterFile::write_inputs(const MacroRequest& request, const unsigned char* data) {
  const unsigned input_bits = context_.spec.readout.input_bits;
  if (input_bits < 16) {
    std::uint32_t all_bits = 0;
    for (std::uint32_t row = 0; row < request.count; ++row) {
      InputCode code = 0;
      std::memcpy(&code, data + std::size_t{row} * sizeof code, sizeof code);
      all_bits |= code;
    }
    if (all_bits >> input_bits != 0) return tlm::TLM_GENERIC_ERROR_RESPONSE;
  }
  std::memcpy(inputs_.data() + request.first, data, request.count * sizeof(InputCode));
  reached_rows_ = std::max<std::size_t>(reached_rows_, request.first + request.count);
  return tlm::TLM_OK_RESPONSE;
}

tlm::tlm_response_status MacroRegisterFile::write_targets(const MacroRequest& request, const unsigned char* data) {
  const TargetRegisters& registers = context_.spec.targets;
  const std::uint32_t codes = registers.codes == 0 ? (window_.levels - 1) * registers.steps_per_level + 1 : registers.codes;
  for (std::uint32_t cell = 0; cell < request.count; ++cell) {
    std::uint16_t level = 0;
    std::memcpy(&level, data + std::size_t{cell} * sizeof level, sizeof level);
    if (level >= codes) return tlm::TLM_GENERIC_ERROR_RESPONSE;
  }
  std::memcpy(levels_.data() + request.first, data, request.count * sizeof(std::uint16_t));
  return tlm::TLM_OK_RESPONSE;
}

void MacroRegisterFile::read_window(const MacroRequest& request, unsigned char* data) const {
  const std::uint16_t* elements = request.kind == AccessKind::target_write ? levels_.data() : inputs_.data();
  std::memcpy(data, elements + request.first, request.count * sizeof(std::uint16_t));
}

std::vector<double> MacroRegisterFile::program_targets() const {
  std::vector<double> targets;
  targets.reserve(std::size_t{program_rows_} * program_columns_);
  for (std::uint32_t row = 0; row < program_rows_; ++row) {
    const std::uint16_t* levels = levels_.data() + std::size_t{row} * context_.spec.columns;
    for (std::uint32_t column = 0; column < program_columns_; ++column)
      targets.push_back(window_.g_min + levels[column] * (window_.step() / context_.spec.targets.steps_per_level));
  }
  return targets;
}

}  // namespace memcosim
