// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/chip/tile_port.hpp"

#include <string>

#include "memcosim/sc_models/macro/macro_registers.hpp"

namespace memcosim {

namespace registers = macro_registers;

TilePort::TilePort(const sc_core::sc_module_name& name, const TilePlan& tile, std::uint32_t array_columns)
    : sc_module(name), socket("socket"), tile_(tile), array_columns_(array_columns), sums_(tile.outputs) {
  start_payload_.set_command(tlm::TLM_WRITE_COMMAND);
  start_payload_.set_extension(&extension_);
  read_payload_.set_command(tlm::TLM_READ_COMMAND);
}

TilePort::~TilePort() {
  // The payload must not free the extension, which is a member of this object.
  start_payload_.clear_extension(&extension_);
}

void TilePort::configure(sc_core::sc_time& delay) {
  write_register(registers::used_rows, tile_.rows, delay);
  write_register(registers::used_outputs, tile_.outputs, delay);
}

void TilePort::start_mvm(gsl::span<const InputCode> inputs, sc_core::sc_time& delay) {
  // The cast is safe: targets do not modify the data of a write; the pointer is not const because reads use it too.
  transport(start_payload_, registers::input_start_window, const_cast<InputCode*>(inputs.data()), inputs.size_bytes(), delay);
}

gsl::span<const std::int32_t> TilePort::read_sums(sc_core::sc_time& delay) {
  transport(read_payload_, registers::output_window, sums_.data(), sums_.size() * sizeof sums_[0], delay);
  return sums_;
}

void TilePort::load_targets(sc_core::sc_time& delay) {
  write_register(registers::program_rows, tile_.rows, delay);
  write_register(registers::program_columns, tile_.columns, delay);
  // Rows of the address window have all columns of the array, rows of the tile only the used ones.
  control_payload_.set_command(tlm::TLM_WRITE_COMMAND);
  const std::size_t bytes = std::size_t{tile_.columns} * sizeof(std::uint16_t);
  const std::vector<std::uint16_t>& codes = tile_.target_codes.empty() ? tile_.levels : tile_.target_codes;
  for (std::uint32_t row = 0; row < tile_.rows; ++row) {
    const std::uint16_t* levels = codes.data() + std::size_t{row} * tile_.columns;
    const std::uint64_t offset = std::uint64_t{row} * array_columns_ * sizeof(std::uint16_t);
    transport(control_payload_, registers::target_window + offset, const_cast<std::uint16_t*>(levels), bytes, delay);
  }
}

void TilePort::start_programming(sc_core::sc_time& delay) {
  write_register(registers::control, registers::control_start_program, delay);
}

void TilePort::await_programming(sc_core::sc_time& delay) {
  std::uint32_t pulses = 0;
  control_payload_.set_command(tlm::TLM_READ_COMMAND);
  transport(control_payload_, registers::program_pulses, &pulses, sizeof pulses, delay);
}

void TilePort::write_register(std::uint64_t address, std::uint32_t value, sc_core::sc_time& delay) {
  control_payload_.set_command(tlm::TLM_WRITE_COMMAND);
  transport(control_payload_, address, &value, sizeof value, delay);
}

void TilePort::transport(tlm::tlm_generic_payload& payload, std::uint64_t address, void* data, std::size_t bytes, sc_core::sc_time& delay) {
  payload.set_address(address);
  payload.set_data_ptr(static_cast<unsigned char*>(data));
  payload.set_data_length(static_cast<unsigned>(bytes));
  payload.set_streaming_width(static_cast<unsigned>(bytes));
  payload.set_dmi_allowed(false);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  socket->b_transport(payload, delay);
  if (!payload.is_response_ok()) {
    const std::string message = std::string(name()) + ": the macro answered " + payload.get_response_string() +
                                " to an access at address " + std::to_string(address);
    SC_REPORT_ERROR("/memcosim/chip", message.c_str());
  }
}

}  // namespace memcosim
