// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <tlm>
#include <vector>

#include <gsl/span>

#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/sc_models/blocks/macro_context.hpp"

namespace memcosim {

/// Kind of an access, from the address map alone.
enum class AccessKind : std::uint8_t {
  refused,        ///< only its response status is returned
  register_read,  ///< never waits
  register_write,
  control_write,
  input_write,
  input_start_write,
  target_write,
  output_read,
  program_read,  ///< a count of the last programming; waits for a running one
};

/// A decoded transaction. Offsets and counts are in elements of the window; a register is its address.
struct MacroRequest {
  AccessKind kind = AccessKind::refused;
  tlm::tlm_response_status response = tlm::TLM_OK_RESPONSE;  ///< the error, if the access is refused
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  std::uint32_t clocks = 1;  ///< clocks of the access on the bus
};

/// Address decoder and plain registers of a macro (map: macro_registers.hpp), without timing.
class MacroRegisterFile {
 public:
  MacroRegisterFile(const MacroContext& context, const ConductanceWindow& window);

  MacroRequest decode(const tlm::tlm_generic_payload& payload) const;
  /// For debug transport: byte enables and streaming have no meaning there, and windows can be read that are write-only on the bus.
  MacroRequest decode_debug(const tlm::tlm_generic_payload& payload) const;

  /// Value of a register that does not depend on operations in progress.
  std::uint32_t read(std::uint32_t address) const;
  /// Stores a register, input codes or target levels; a value out of range changes nothing and returns an error.
  tlm::tlm_response_status write(const MacroRequest& request, const unsigned char* data);

  bool covers_last_row(const MacroRequest& request) const { return request.first + request.count >= used_rows_; }
  std::uint32_t used_outputs() const { return used_outputs_; }
  /// Input codes of the used rows, up to the last row ever written; all further codes are zero.
  gsl::span<const InputCode> inputs() const { return {inputs_.data(), std::min<std::size_t>(reached_rows_, used_rows_)}; }
  /// Returns the event number for the next start and increments it.
  std::uint64_t take_event() { return event_++; }
  std::uint32_t program_rows() const { return program_rows_; }
  std::uint32_t program_columns() const { return program_columns_; }
  /// Targets of the region to program in S, row-major.
  std::vector<double> program_targets() const;

  /// Copies elements of a window that is write-only on the bus.
  void read_window(const MacroRequest& request, unsigned char* data) const;

 private:
  MacroRequest decode_address(const tlm::tlm_generic_payload& payload, bool debug) const;
  MacroRequest decode_register(std::uint64_t address, unsigned length, bool is_read) const;
  MacroRequest decode_window(AccessKind kind, std::uint64_t offset, unsigned length, unsigned element_bytes, std::uint64_t elements) const;
  tlm::tlm_response_status write_register(std::uint32_t address, std::uint32_t value);
  tlm::tlm_response_status write_inputs(const MacroRequest& request, const unsigned char* data);
  tlm::tlm_response_status write_targets(const MacroRequest& request, const unsigned char* data);

  const MacroContext& context_;
  const ConductanceWindow window_;
  std::vector<InputCode> inputs_;
  std::size_t reached_rows_ = 0;
  std::vector<std::uint16_t> levels_;  ///< rows x columns
  std::uint64_t event_ = 0;
  std::uint32_t used_rows_;
  std::uint32_t used_outputs_;
  std::uint32_t program_rows_;
  std::uint32_t program_columns_;
};

}  // namespace memcosim
