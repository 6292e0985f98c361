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

/// The register of a byte address; null: none.
const RegisterRow* register_at(std::uint64_t address) {
  const auto* row = std::find_if(std::begin(register_rows), std::end(register_rows),
                                 [&](const RegisterRow& candidate) { return candidate.address == address / 4 * 4; });
  return row == std::end(register_rows) ? nullptr : row;
}

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
  if (payload.get_byte_enable_ptr() != nullptr && payload.get_byte_enable_length() == 0) {
    return refuse(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  }
  if (length == 0 || payload.get_data_ptr() == nullptr || payload.get_streaming_width() < length) {
    return refuse(tlm::TLM_BURST_ERROR_RESPONSE);
  }
  if (payload.get_address() < reg::input_window) return decode_registers(payload);
  const Window window = window_of(payload.get_address());
  if (window.kind == AccessKind::refused) return refuse(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  return decode_window(window, payload);
}

MacroRequest MacroRegisterFile::decode_debug(const tlm::tlm_generic_payload& payload) const {
  const std::uint64_t address = payload.get_address();
  const unsigned length = payload.get_data_length();
  if (payload.is_read() == payload.is_write() || length == 0 || payload.get_data_ptr() == nullptr) return refuse(tlm::TLM_OK_RESPONSE);
  MacroRequest request;
  std::uint64_t end = address;  // of what can be moved
  std::uint64_t origin = 0;
  if (address < reg::input_window) {
    for (const RegisterRow* row; end < address + length && (row = register_at(end)) != nullptr; end = row->address + 4) {
      if (payload.is_write() && row->write != AccessKind::register_write) break;
    }
    request.kind = payload.is_read() ? AccessKind::register_read : AccessKind::register_write;
  } else {
    const Window window = window_of(address);
    request.kind = window.kind;
    if (window.kind == AccessKind::refused || (payload.is_write() && window.kind == AccessKind::output_read))
      return refuse(tlm::TLM_OK_RESPONSE);
    request.element_bytes = window.element_bytes;
    origin = window.begin;
    end = window.end();
  }
  if (end <= address) return refuse(tlm::TLM_OK_RESPONSE);
  span(request, address - origin, static_cast<unsigned>(std::min<std::uint64_t>(length, end - address)));
  return request;
}

MacroRegisterFile::Window MacroRegisterFile::window_of(std::uint64_t address) const {
  const std::uint64_t rows = context_.spec.rows;
  const Window windows[] = {{reg::input_window, rows, 2, AccessKind::input_write},
                            {reg::input_start_window, rows, 2, AccessKind::input_start_write},
                            {reg::output_window, context_.outputs, 4, AccessKind::output_read},
                            {reg::target_window, levels_.size(), 2, AccessKind::target_write}};
  const auto* found = std::find_if(std::begin(windows), std::end(windows),
                                   [&](const Window& window) { return address >= window.begin && address < window.end(); });
  return found == std::end(windows) ? Window{} : *found;
}

/// The elements that a run of bytes touches.
void MacroRegisterFile::span(MacroRequest& request, std::uint64_t begin, unsigned length) const {
  request.begin = static_cast<std::uint32_t>(begin);
  request.end = static_cast<std::uint32_t>(begin + length);
  request.first = request.begin / request.element_bytes;
  request.count = (request.end + request.element_bytes - 1) / request.element_bytes - request.first;
  request.whole = request.begin % request.element_bytes == 0 && request.end % request.element_bytes == 0;
  const std::uint32_t bytes_per_clock = context_.spec.timing.bus_bytes_per_clock;
  request.clocks = (length + bytes_per_clock - 1) / bytes_per_clock;
}

/// A run of registers: those of which a byte is enabled decide what it is.
MacroRequest MacroRegisterFile::decode_registers(const tlm::tlm_generic_payload& payload) const {
  const std::uint64_t address = payload.get_address();
  const unsigned length = payload.get_data_length();
  const EnabledBytes enabled(payload);
  const AccessKind plain = payload.is_read() ? AccessKind::register_read : AccessKind::register_write;
  MacroRequest request;
  request.kind = plain;
  const RegisterRow* last = nullptr;
  unsigned registers = 0;
  for (unsigned byte = 0; byte < length; ++byte) {
    if (!enabled(byte)) continue;
    const RegisterRow* const row = register_at(address + byte);
    if (row == nullptr) return refuse(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    if (row == last) continue;
    last = row;
    ++registers;
    const AccessKind kind = payload.is_read() ? row->read : row->write;
    if (kind == AccessKind::refused) return refuse(tlm::TLM_COMMAND_ERROR_RESPONSE);
    if (kind != plain) request.kind = kind;
  }
  if (request.kind == AccessKind::control_write && registers > 1) return refuse(tlm::TLM_COMMAND_ERROR_RESPONSE);
  span(request, address, length);
  if (payload.get_byte_enable_ptr() != nullptr) request.whole = false;
  if (length <= 4) request.clocks = 1;
  return request;
}

MacroRequest MacroRegisterFile::decode_window(const Window& window, const tlm::tlm_generic_payload& payload) const {
  if (payload.is_read() != (window.kind == AccessKind::output_read)) return refuse(tlm::TLM_COMMAND_ERROR_RESPONSE);
  if (payload.get_data_length() > window.end() - payload.get_address()) return refuse(tlm::TLM_BURST_ERROR_RESPONSE);
  MacroRequest request;
  request.kind = window.kind;
  request.element_bytes = window.element_bytes;
  span(request, payload.get_address() - window.begin, payload.get_data_length());
  if (payload.get_byte_enable_ptr() != nullptr) request.whole = false;
  return request;
}

namespace {

/// Calls copy(byte of the element, byte of the payload) for each enabled byte that an access has of an element, counted from `first`.
template <class Copy>
void for_bytes_of(const MacroRequest& request, std::uint32_t element, const tlm::tlm_generic_payload& payload, Copy copy) {
  const EnabledBytes enabled(payload);
  const std::uint32_t origin = (request.first + element) * request.element_bytes;
  const std::uint32_t end = std::min(request.end, origin + request.element_bytes);
  for (std::uint32_t byte = std::max(request.begin, origin); byte < end; ++byte) {
    if (enabled(byte - request.begin)) copy(byte - origin, byte - request.begin);
  }
}

/// Replaces the enabled bytes of an element that a write touches; false if none is enabled.
bool take(const MacroRequest& request, std::uint32_t element, const tlm::tlm_generic_payload& payload, void* value) {
  bool any = false;
  for_bytes_of(request, element, payload, [&](std::uint32_t of_element, std::uint32_t of_payload) {
    static_cast<unsigned char*>(value)[of_element] = payload.get_data_ptr()[of_payload];
    any = true;
  });
  return any;
}

}  // namespace

void MacroRegisterFile::give(const MacroRequest& request, std::uint32_t element, const void* value, tlm::tlm_generic_payload& payload) {
  for_bytes_of(request, element, payload, [&](std::uint32_t of_element, std::uint32_t of_payload) {
    payload.get_data_ptr()[of_payload] = static_cast<const unsigned char*>(value)[of_element];
  });
}

std::uint32_t MacroRegisterFile::control_word(const MacroRequest& request, const tlm::tlm_generic_payload& payload) {
  std::uint32_t word = 0;
  take(request, static_cast<std::uint32_t>(reg::control / sizeof word) - request.first, payload, &word);
  return word;
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

tlm::tlm_response_status MacroRegisterFile::write(const MacroRequest& request, const tlm::tlm_generic_payload& payload) {
  if (request.kind == AccessKind::register_write) return write_registers(request, payload);
  if (request.whole) return write_elements(request, payload.get_data_ptr());
  std::vector<std::uint16_t> elements(request.count);
  read_window(request, elements.data());
  for (std::uint32_t element = 0; element < request.count; ++element)
    take(request, element, payload, &elements[element]);
  return write_elements(request, reinterpret_cast<const unsigned char*>(elements.data()));
}

tlm::tlm_response_status MacroRegisterFile::write_elements(const MacroRequest& request, const unsigned char* data) {
  return request.kind == AccessKind::target_write ? write_targets(request, data) : write_inputs(request, data);
}

/// All registers of which a byte is enabled, or none.
tlm::tlm_response_status MacroRegisterFile::write_registers(const MacroRequest& request, const tlm::tlm_generic_payload& payload) {
  for (const bool keep : {false, true}) {
    for (std::uint32_t word = 0; word < request.count; ++word) {
      const std::uint32_t address = 4 * (request.first + word);
      std::uint32_t value = read(address);
      if (!take(request, word, payload, &value)) continue;
      const tlm::tlm_response_status response = write_register(address, value, keep);
      if (response != tlm::TLM_OK_RESPONSE) return response;
    }
  }
  return tlm::TLM_OK_RESPONSE;
}

/// Checks the value and, if `keep`, stores it.
tlm::tlm_response_status MacroRegisterFile::write_register(std::uint32_t address, std::uint32_t value, bool keep) {
  const auto store = [value, keep](std::uint32_t& target, std::uint32_t limit) {
    if (value == 0 || value > limit) return tlm::TLM_GENERIC_ERROR_RESPONSE;
    if (keep) target = value;
    return tlm::TLM_OK_RESPONSE;
  };
  switch (address) {
    case reg::event_low:
      if (keep) event_ = (event_ >> 32 << 32) | value;
      return tlm::TLM_OK_RESPONSE;
    case reg::event_high:
      if (value >= event_limit >> 32) return tlm::TLM_GENERIC_ERROR_RESPONSE;
      if (keep) event_ = (std::uint64_t{value} << 32) | static_cast<std::uint32_t>(event_);
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

void MacroRegisterFile::read_window(const MacroRequest& request, std::uint16_t* elements) const {
  const std::uint16_t* window = request.kind == AccessKind::target_write ? levels_.data() : inputs_.data();
  std::memcpy(elements, window + request.first, request.count * sizeof(std::uint16_t));
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
